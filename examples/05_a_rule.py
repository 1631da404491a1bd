"""A dial may follow what was measured: here the learning rate glides down once the error is small."""

from tropism import Dial, Experiment, train
from tropism.core.optimizer import Adam
from tropism.networks import Autoencoder
from tropism.rules import Retarget
from tropism.subjects.color import Colors

glide = Retarget(metric="error", below=0.01, to=0.0005, duration=100)
experiment = Experiment(
    task=Colors(levels=6),
    network=Autoencoder(latent=3),
    optimizer=Adam(lr=Dial(0.02, rule=glide)),
    steps=400,
)
grown = train(experiment, seeds=range(3))
print(grown.table().select("seed", "error", "validation error"))
