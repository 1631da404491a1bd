"""Put red on one axis, delete the axis, see what is lost."""

from tropism import Experiment, train
from tropism.interventions import Suppress
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors, Redness, presets
from tropism.subjects.color.measures import damage
from tropism.surgery import ablate
from tropism.terms import AngularAnchor, Separate, Subspace

RED = (1.0, 0.0, 0.0, 0.0, 0.0)

delete_red = Experiment(
    task=Colors(levels=8, labels=(Redness(power=8, rate=0.08),)),
    network=Autoencoder(hidden=16, latent=5, depth=2),
    terms=(
        Separate(power=100, shift=True),
        AngularAnchor(direction=RED, where="red"),
        Subspace(dims=(0,), keep=False),
    ),
    schedule=presets.sheet("ex-2.10.1"),
)

grown = train(delete_red, seeds=range(4))
cut = ablate(grown, "latent", dims=(0,))
muted = grown.intervene(Suppress("latent", RED))
print(damage({"whole": grown, "cut": cut, "muted": muted}))
