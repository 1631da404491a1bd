"""Listen to a site, rewrite what flows through it, and listen again."""

import numpy as np

from tropism import Experiment, Schedule, train
from tropism.interventions import Bezier, Repel
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors, named_colors

experiment = Experiment(
    task=Colors(levels=6),
    network=Autoencoder(latent=3),
    schedule=Schedule.of({"lr": {0: 0.02, 300: 0.001}}),
)
grown = train(experiment, seeds=range(3))
colors = named_colors()

answers, heard = grown.listen(colors.rgb, sites=("encoder.0", "latent"))
print("answers", answers.shape, "hidden", heard["encoder.0"].shape, "latent", heard["latent"].shape)

pushed = grown.intervene(Repel("latent", direction=(1.0, 0.0, 0.0), mapping=Bezier(a=0.0, b=0.5)))
before = pushed.listen(colors.rgb, sites=("latent",), before=True)[1]["latent"]
after = pushed.listen(colors.rgb, sites=("latent",))[1]["latent"]
print("largest first coordinate before and after:", before[..., 0].max().round(3), after[..., 0].max().round(3))
assert np.allclose(np.linalg.norm(after, axis=-1), 1, atol=1e-5), "repelled latents stay on the sphere"
