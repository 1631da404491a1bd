"""The pictures of the study `geometry`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tropism.figures.theme import Figure, Palette
from tropism.studies._geometry_uniform import EDGE
from tropism.subjects.superposition.figures.directions import direction_figure
from tropism.subjects.superposition.figures.graphs import graph_figure
from tropism.subjects.superposition.figures.levels import level_figure
from tropism.subjects.superposition.figures.phases import phase_figure
from tropism.subjects.superposition.figures.plateaus import dimensions_figure, fractions_figure
from tropism.subjects.superposition.figures.words import sequential

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

DENSE = 5
"""A network that represents fewer features than this is a dense projection, as far as plateaus are concerned."""

Tables = Mapping[str, pl.DataFrame]

KIND_WORDS = {
    "correlated-pairs": "two correlated pairs",
    "anti-correlated-pairs": "two anti-correlated pairs",
    "three-correlated-pairs": "three correlated pairs",
}


def figures(tables: Tables) -> Sequence[Figure]:
    """All of them, section by section."""
    return [*_uniform(tables), *_phases(tables), *_pentagon(tables), *_sets(tables), _levels(tables), _intro(tables)]


def _uniform(tables: Tables) -> list[Figure]:
    return [
        dimensions_figure(
            tables["drawn-uniform-dimensions"].with_columns(hollow=pl.col("represented") < DENSE),
            hollow="hollow",
            name="uniform-plateaus",
            title="Dimensions per feature against sparsity",
            alt="Dimensions per feature upward, how rare features are to the right, a line a seed, with the heights 1 "
            "and 1/2 marked; a plateau is where a line stays level at one of them. Where its dots are hollow, as they "
            "may be at 1, no features are represented: a dense projection has that height, too.",
            caption=f"Features of one importance, ReLU output. Hollow: fewer than {DENSE} features are at least 1/2 "
            "long, so that the height counts no features with a dimension each.",
        ),
        fractions_figure(
            tables["drawn-uniform-features"],
            name="uniform-fractions",
            title="How much of a dimension each feature has",
            alt="Dots in columns, a column a density and a dot a feature, as high as its dimensionality. Lines mark 1, "
            "3/4, 2/3, 1/2, 2/5 and 3/8; a histogram at the right counts the dots at each height.",
            caption=f"{counted(tables['drawn-uniform-dimensions']['member'].n_unique(), 'seed')} together.",
        ),
        _graphs(tables),
    ]


def _graphs(tables: Tables) -> Figure:
    nodes = tables["drawn-uniform-nodes"]
    densities = nodes["density"].unique().sort(descending=True).to_list()
    counts = {each: nodes.filter(nodes["density"] == each).height for each in densities}
    return graph_figure(
        nodes,
        tables["drawn-uniform-edges"],
        by="density",
        headings={each: f"1 − S = {short(each)}: {counts[each]} features" for each in densities},
        name="uniform-graphs",
        title="Which features share dimensions",
        alt="Panels of small graphs, a panel a density, each node a feature and each line an overlap of two. A node "
        "alone has a dimension of its own; two joined are a pair, three a triangle, and larger rings share more.",
        caption=f"One seed. Features at least 1/2 long; joined where |W_i · W_j| is at least {EDGE:g}, thicker where "
        "it is more; each connected part on a circle of its own.",
    )


def _phases(tables: Tables) -> list[Figure]:
    cells = tables["drawn-phases-cells"]
    words = {2: "two features, one dimension", 3: "three features, two dimensions"}
    return [
        phase_figure(
            cells.filter(cells["features"] == features),
            features=features,
            networks=tables["drawn-phases-runs"].filter(pl.col("features") == features)["seed"].n_unique(),
            name=f"phases-{features}",
            title=f"Phases of {words[features]}",
            alt="Two maps of colored cells, importance upward and density falling to the right, a color a phase: what "
            "the closed forms have, and what trained networks are. Crosses on the right map mark cells where the "
            "trained network is something else than theory has.",
        )
        for features in (2, 3)
        if cells.filter(cells["features"] == features).height
    ]


def _pentagon(tables: Tables) -> list[Figure]:
    directions = tables["drawn-pentagon-directions"]
    lasts = directions["last"].unique(maintain_order=True).to_list()
    drawn = direction_figure(
        directions,
        by="last",
        headings={each: f"{short(each)} × density" for each in lasts},
        paint=lambda palette, feature: palette.accent(1) if feature == 4 else palette.muted,
        name="pentagon-directions",
        title="The best network as one feature becomes more frequent",
        alt="Small drawings of five directions each, from the rarest to the most frequent orange feature. Four "
        "directions in a cross are two digons, the orange one left out; five around the circle are a pentagon.",
        caption="Orange: the feature whose density differs, by the factor above. The best of "
        f"{restarts(tables['drawn-pentagon-groups'])}, by expected loss; circle: length 1.",
    )
    return [_crossing(tables), drawn]


def _crossing(tables: Tables) -> Figure:
    groups, jump = tables["drawn-pentagon-groups"].sort("last"), tables["pentagon-jump"].row(0, named=True)

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.ticker import NullLocator

        axes = canvas.subplots()
        for place, (column, words) in enumerate((("pentagon", "pentagon"), ("digons", "two digons"))):
            for number, (_, part) in enumerate(groups.group_by("member", maintain_order=True)):
                there = part.drop_nulls(column)
                label = words if number == 0 else None
                axes.plot(there["last"], there[column], "os"[place] + "-", ms=4, lw=1.2, color=palette.accent(place),
                          alpha=0.75, label=label)  # fmt: skip
        axes.axvline(1 / 2.5, color=palette.muted, lw=1, ls=(0, (4, 3)))
        axes.text(
            0.41, 0.02, "published jump", color=palette.muted, fontsize="small", transform=axes.get_xaxis_transform()
        )
        axes.set_xscale("log")
        axes.set_xticks([0.2, 0.3, 0.4, 0.6, 1, 1.5, 2], [".2", ".3", ".4", ".6", "1", "1.5", "2"])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("density of the last feature / the others'")
        axes.set_ylabel("expected loss")
        axes.legend(labelcolor=palette.ink)

    number = groups["member"].n_unique()
    crossed = "No group has both on either side of a crossing. "
    if jump["n"]:
        crossed = (
            f"They cross where it is {jump['rarer']:.3f} times rarer, and between {jump['rarer_low']:.3f} and "
            f"{jump['rarer_high']:.3f} whatever lies between the dots; {jump['n']} of {number} groups have both. "
        )
    return Figure(
        "pentagon-losses",
        "What pentagon and two digons cost",
        "Expected loss against the last feature's density, in one color of the best pentagon and in another of the "
        "best two digons. Where they cross the cheaper shape changes; a dashed line marks where the source has the "
        "jump.",
        f"{crossed}The best of each shape in each group of {counted(int(groups['restarts'][0]), 'restart')}, a line "
        "each; no dot where no restart became that shape.",
        draw,
        (6.4, 3.8),
    )


def _sets(tables: Tables) -> list[Figure]:
    directions = tables["drawn-sets-directions"]
    kinds = directions["kind"].unique(maintain_order=True).to_list()
    drawn = direction_figure(
        directions,
        by="kind",
        headings={each: KIND_WORDS[each] for each in kinds},
        paint=lambda palette, feature: palette.accent(feature // 2),
        name="sets-directions",
        title="Features that go together, or never do",
        alt="Three drawings of directions, a color a set: two correlated pairs, two anti-correlated pairs, and three "
        "correlated pairs. Those of one color are to be compared: at a right angle, opposite, or side by side.",
        caption=f"A color is a set; the best of {counted(tables['sets-angles']['restarts'][0])}; circle: length 1.",
        column=3,
    )
    return [drawn, _cosines(tables)]


def _cosines(tables: Tables) -> Figure:
    cells = tables["drawn-sets-cosines"].sort("y", "x")
    side = int(cells["y"].max()) + 1  # type: ignore[arg-type]
    found = cells["value"].to_numpy().reshape(side, side)

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.colors import LinearSegmentedColormap

        axes = canvas.subplots()
        both = LinearSegmentedColormap.from_list("both", [palette.accent(0), palette.surface, palette.accent(1)])
        shown = axes.imshow(found, cmap=both, vmin=-1, vmax=1)
        for edge in (side / 2 - 0.5,):
            axes.axhline(edge, color=palette.ink, lw=1)
            axes.axvline(edge, color=palette.ink, lw=1)
        axes.grid(visible=False)
        axes.set_xticks(np.arange(4, side, 5), [str(each + 1) for each in np.arange(4, side, 5)])
        axes.set_yticks(np.arange(4, side, 5), [str(each + 1) for each in np.arange(4, side, 5)])
        axes.set_xlabel("feature")
        axes.set_ylabel("feature")
        canvas.colorbar(shown, ax=axes, label="cosine")

    return Figure(
        "sets-cosines",
        "Two correlated sets of ten in ten dimensions",
        "A square of cosines, a row and a column a feature, parted in four: two blocks of a set with itself and two "
        "between the sets. Strong color is a large cosine, and its hue the sign; a cell without color is a right "
        "angle.",
        f"Features 1–10 are one set, 11–20 the other; the best of {counted(tables['sets-angles']['restarts'][0])}.",
        draw,
        (5.2, 4.2),
    )


def _levels(tables: Tables) -> Figure:
    members = tables["levels-jumps"]["member"].head(3).to_list()
    return level_figure(
        tables["drawn-levels-features"],
        tables["drawn-levels-losses"],
        members=tuple(members),
        name="levels-steps",
        title="Dimensionality of each feature while the loss falls",
        alt="Three columns, one a seed, over training steps. Above, six lines: how much of a dimension each feature "
        "has; below, the loss. Where lines above change together, the loss below may fall faster.",
        caption=f"The first of {counted(tables['levels-jumps'].height, 'seed')}. Each column's lines may be smooth: "
        "what is claimed is that both panels move at once, beyond their slow courses.",
    )


def _intro(tables: Tables) -> Figure:
    directions = tables["drawn-intro-directions"]
    densities = directions["density"].unique(maintain_order=True).to_list()
    return direction_figure(
        directions,
        by="density",
        headings={each: f"1 − S = {short(each)}" for each in densities},
        paint=lambda palette, feature: sequential(palette, 5)[::-1][feature],
        name="intro-directions",
        title="Five features in a plane, from always on to rarely on",
        alt="Ten small drawings of five directions in a plane, numbered by importance, from always on to rarely on. A "
        "feature that is left out has no arm; opposite arms are pairs; five around the circle are a pentagon.",
        caption=f"Feature 1 is the most important; the best of {counted(tables['intro-summary']['runs'][0])} by "
        "expected loss; circle: length 1.",
        labels=True,
    )


def restarts(groups: pl.DataFrame) -> str:
    """How many networks all groups of a density hold."""
    return counted(int(groups.filter(pl.col("last") == pl.col("last").first())["restarts"].sum()))


def counted(number: int, what: str = "network") -> str:
    """How many of what, in words."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def short(number: float) -> str:
    """Two digits, no zero before the point."""
    words = f"{number:.2g}"
    return words[1:] if words.startswith("0.") else words
