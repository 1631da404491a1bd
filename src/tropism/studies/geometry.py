"""Geometry: the shapes in which features share dimensions, and when each of them appears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Section, Study
from tropism.studies._geometry_claims import COLUMNS, SOURCE, claims
from tropism.studies._geometry_runs import FULL, Sizes, sweeps

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

SECTIONS = (
    Section(
        "uniform",
        "Features that are all alike",
        "400 features of importance 1 in 30 dimensions, a ReLU at the output, as published: AdamW at .001, 10,000 "
        "steps of 1,024 examples. Fractions are judged by one interval, in "
        "their table and in the claims. (They were first judged by a bootstrap over three seeds, which is too narrow.)",
    ),
    Section(
        "phases",
        "Phase diagrams",
        "One extra feature is more or less important than the others, and there is one dimension too few. The cell "
        "shows its best network by expected loss, of ten unless asked otherwise, beside the cheapest of the closed "
        "forms. A feature is "
        "represented if its direction is at least 1/2 long; two are opposite below a cosine of −.8, and apart where it "
        "is at most .35 either way; with a cosine between, a network is none of the published phases. All cells and "
        "both diagrams share the same seeds.",
    ),
    Section(
        "pentagon",
        "The pentagon and its jump",
        "Five features in a plane, on one time in twenty; the last is made rarer or more frequent than the others. "
        "Networks are taken in groups of ten, or in one group where there are fewer.",
    ),
    Section(
        "sets",
        "Features that go together, or never do",
        "Sets are on one time in twenty. Correlated: all of a set or none. Anti-correlated: one of a set or none, so "
        "that each feature is rarer by the size of its set. That density is ours.",
    ),
    Section(
        "levels",
        "Levels in training",
        "Six features in two correlated triples, three dimensions, trained as the uniform ones are, but for 4,000 "
        "steps, and looked at every forty. The first tenth is left out where motion of dimensionalities is compared "
        "with the fall of the loss: there every network falls fast, whatever features do. Published are jumps between "
        "levels; a curve here may be smooth, and its claims only ask whether the two move together.",
    ),
    Section("intro", "The overture", "Five features in a plane, feature i of importance .9^i."),
)


def study(name: str) -> Study:
    """The study `geometry`, at its full size."""
    return sized(name, FULL)


def sized(name: str, sizes: Sizes) -> Study:
    """The same study, bigger or smaller."""
    return Study(
        name=name,
        title="The geometry of superposition",
        question=(
            "When there are more features than dimensions, in which shapes do they lie, which of them does sparsity or "
            "importance call for, and are the jumps between them where theory and the source have them?"
        ),
        source=f"{SOURCE}; its training notebook; the phase diagrams' closed forms: wattenberg/superposition.",
        lede=(
            "A tied network, x′ = ReLU(WᵀWx + b), is given features that are mostly off. Networks with at most twenty "
            "features are annealed (AdamW from .02, 3,000 steps of 512 or 1,024 examples) instead of trained for long, "
            "but for those that are watched. Where the best of several is kept, it is chosen by expected loss, which "
            "is summed over all patterns of features and is no sample: the choice finds the minimum, and has no luck "
            "of its own. Where a claim's number is not published, its note says so; a small run was looked at while "
            "the study was built. With few seeds, or few groups of restarts, a 95 % bootstrap interval is nearly the "
            "range of the members, and covers less than it says. "
            "Contested from the start: that the finer fractions (3/4, 2/3, 3/8) stand out from a smooth density, and "
            "that the pentagon jumps where one feature is only 2.5 times rarer. The closed forms are not tuned: near a "
            "boundary the best network may be another solution that costs less, and counts as disagreeing."
        ),
        sweeps=sweeps(sizes),
        measure=measure,
        draw=draw,
        claims=claims(),
        columns=COLUMNS,
        sections=SECTIONS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Tables of every section, their names beginning with its."""
    from tropism.studies._geometry_few import intro_tables, pentagon_tables, set_tables
    from tropism.studies._geometry_levels import level_tables
    from tropism.studies._geometry_phases import phase_tables
    from tropism.studies._geometry_uniform import uniform_tables

    return {
        **uniform_tables(ensembles["uniform"]),
        **phase_tables(ensembles),
        **pentagon_tables(ensembles["pentagon"]),
        **set_tables(ensembles),
        **level_tables(ensembles["levels"]),
        **intro_tables(ensembles["intro"]),
    }


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Plateaus, fractions, graphs, phase diagrams, losses of the pentagon, directions, levels."""
    from tropism.studies._geometry_figures import figures

    return figures(tables)
