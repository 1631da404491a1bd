"""Data sets of known truth by name: `data_set("STB-32")` is a task.

In the names, STB is the shape of Song et al.'s data for stable dictionaries, SL that of SAELens' synthetic module and
SHK that of Sharkey et al.; the number is the width. Pin the world (`Seed.of(3, world=WORLD)`) and all members have one
dictionary, as published comparisons have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tropism.errors import UnknownName
from tropism.subjects.features.tasks.dependent import Correlated, Tree
from tropism.subjects.features.tasks.frames import Orthonormal, Spread
from tropism.subjects.features.tasks.known import KnownFeatures, Population
from tropism.subjects.features.tasks.magnitudes import Around, Gaussian, Uniform
from tropism.subjects.features.tasks.supports import Always, Coins, Exactly

WORLD = 42
"""The seed of the dictionaries that results elsewhere are compared on."""


def data_set(name: str) -> KnownFeatures:
    """The data set of a name.

    Raises:
        UnknownName: With a guess at the typo.
    """
    if name not in DATA_SETS:
        raise UnknownName("data set", name, DATA_SETS, "features")
    return DATA_SETS[name]()


def stable(width: int = 32) -> KnownFeatures:
    """Twice as many features as dimensions, exactly three on, half-normal, in random directions.

    Source: Song et al. (2025), arXiv 2505.20254, at width 16.
    """
    return KnownFeatures(width=width, populations=(Population(features=2 * width),))


def lens(width: int = 32) -> KnownFeatures:
    """Twice as many features as dimensions, three on average, each whatever the others do, around 1 when on.

    Source: SAELens' synthetic data, before correlations and hierarchy.
    """
    kind = Population(features=2 * width, support=Coins(3.0), magnitudes=Around())
    return KnownFeatures(width=width, populations=(kind,))


def sharkey(width: int = 256) -> KnownFeatures:
    """Twice as many features as dimensions, five on average, each rarer by .99 than the one before, uniform.

    Source: Sharkey, Braun and Millidge (2022), "Taking features out of superposition", at width 256.
    """
    kind = Population(features=2 * width, support=Coins(5.0, 0.99), magnitudes=Uniform())
    return KnownFeatures(width=width, populations=(kind,))


def correlated(width: int = 32) -> KnownFeatures:
    """As `lens`, features that go together, in directions that keep apart.

    Source: SAELens' synthetic data, with correlations of low rank.
    """
    kind = Population(features=2 * width, support=Correlated(), magnitudes=Around(), frame=Spread())
    return KnownFeatures(width=width, populations=(kind,))


def hierarchical(width: int = 32) -> KnownFeatures:
    """Twice as many features as dimensions: eight roots, whose children are on only with them, and one at a time.

    Source: the data in which Chanin et al. (2024), arXiv 2409.14507, show absorption.
    """
    kind = Population(features=2 * width, support=Tree(), magnitudes=Around())
    return KnownFeatures(width=width, populations=(kind,))


def mixed(width: int = 32, *, dense: int = 4, sparse: int = 48) -> KnownFeatures:
    """A few dense directions at right angles, normal of deviation 1.5 down to .7, and sparse features, three on."""
    always = Population(
        name="dense", features=dense, support=Always(), magnitudes=Gaussian(1.5, 0.7), frame=Orthonormal()
    )
    rare = Population(features=sparse, support=Exactly(3))
    return KnownFeatures(width=width, populations=(always, rare))


DATA_SETS: Mapping[str, Callable[[], KnownFeatures]] = MappingProxyType(
    {
        "STB-16": lambda: stable(16),
        "STB-32": stable,
        "SL-32": lens,
        "SHK-64": lambda: sharkey(64),
        "SHK-256": sharkey,
        "CORR": correlated,
        "HIER": hierarchical,
        "MIX-32": mixed,
    }
)
"""The standard data sets, by their names."""
