"""Does what was deleted come back? Cut red out, then train on from there."""

from tropism import Experiment, From, train
from tropism.core.optimizer import Adam
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors, presets
from tropism.subjects.color.measures import damage
from tropism.surgery import ablate

grown = train(presets.isolated(), seeds=range(3))
cut = ablate(grown, "latent", dims=(0,))

again = Experiment(
    task=Colors(levels=8),
    network=Autoencoder(latent=5, depth=2),
    optimizer=Adam(lr=0.01),
    start=From(cut),
    steps=200,
    snapshots=(0, 20),
)
healed = train(again, seeds=range(3))
print(damage({"whole": grown, "cut": cut, "after 20 steps": healed.at(20), "after 200": healed}))
