"""Sweep a dial: settings × seeds are one program, and the settings of one seed share its draws."""

import polars as pl

from tropism import Experiment, train
from tropism.core.optimizer import Adam
from tropism.core.sweep import grid_of
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors

experiment = Experiment(
    task=Colors(levels=6),
    network=Autoencoder(latent=3),
    optimizer=Adam(lr=0.01),
    steps=200,
)
swept = train(experiment, seeds=range(5), settings=grid_of({"optimizer.lr": [1e-3, 1e-2, 1e-1]}))
table = swept.table()
print(
    table.group_by("optimizer.lr", maintain_order=True).agg(pl.col("error").mean(), pl.col("error").std().alias("std"))
)
print("failed:", swept.failures().height)
