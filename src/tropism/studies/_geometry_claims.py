"""What the study `geometry` claims, and what its columns mean; a small run was looked at while it was built."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim

SOURCE = 'Elhage et al. (2022), "Toy Models of Superposition"'

GEOMETRY = f"{SOURCE}, on the geometry of superposition."
PHASES = f"{SOURCE}, on superposition as a phase change; closed forms: the notebook of wattenberg/superposition."
PENTAGON = f"{SOURCE}, on non-uniform superposition: perturbing one feature of a pentagon."
SETS = f"{SOURCE}, on correlated and anti-correlated features."
LEVELS = f"{SOURCE}, on superposition and learning dynamics."
INTRO = f"{SOURCE}, the figure of the introduction."

BOUNDS = "The bounds are ours."

FRACTIONS = (
    "Seen over smooth, all densities and seeds together, with the exact Poisson interval of as many figures; wider "
    "where seeds differ by more (dispersion). Where the smooth density has next to none, none seen is no evidence "
    "either way. It is smoothed with a deviation of .08 (ours, as is the window of .02), and swollen by a tall "
    "neighbor, as 2/5 and 3/8 are by 1/2: fewer than it has may still be a small peak. The windows of 2/5 and 3/8 "
    "overlap."
)


def claims() -> tuple[Claim, ...]:
    """All of them, section by section."""
    return (*_uniform(), *_phases(), *_pentagon(), *_sets(), *_levels(), *_intro())


def _uniform() -> tuple[Claim, ...]:
    wide = "Octaves of 1 / (1 − S) within .05 of it, beside octaves within .05 of {}, where no plateau was published."
    given: dict[str, Any] = {"table": "uniform-plateaus", "statistic": "difference", "above": 0.0, "source": GEOMETRY}
    upper: dict[str, Any] = {"against": "between", "note": wide.format("3/4")}
    dense = wide.format("3/4") + (
        " This height alone does not say that features have a dimension each: a dense projection, in which none is "
        "represented, has it too. The table of densities has how many are at least 1/2 long where it is 1."
    )
    lower = wide.format("3/8") + " A curve that merely flattens as features get rarer stays longer at the lower height."
    words = {"1": "alone", "3/4": "tetrahedra", "2/3": "triangles", "1/2": "digons", "2/5": "pentagons"}
    words["3/8"] = "square antiprisms"
    return (
        Claim("Dimensions per feature stay near 1 for longer than near 3/4.", column="one", **{**upper, "note": dense},
              **given),
        Claim("Dimensions per feature stay near 1/2 for longer than near 3/4.", column="half", **upper, **given),
        Claim("And for longer than near 3/8, the next height below.", column="half", against="under", note=lower,
              **given),
        *(
            Claim(
                f"Features gather at {name} ({figure}): more of them within .02 than a smooth density would put there.",
                table="uniform-fractions", statistic="measured", column="ratio", where=(("fraction", name),), above=1.0,
                source=GEOMETRY, note=FRACTIONS,
            )
            for name, figure in words.items()
        ),
        Claim("Nothing is left over at a density of .01: dimensionalities sum to more than nine tenths of the "
              "dimensions.", table="drawn-uniform-dimensions", statistic="mean", column="packed",
              where=(("density", 0.01),), above=0.9, published=1.0, source=GEOMETRY, note="Nine tenths is ours."),
    )  # fmt: skip


def _phases() -> tuple[Claim, ...]:
    shared = "All cells share the same seeds, so they are not as many independent members as the interval takes."
    agree = f"Of cells whose second-best closed form costs more than 10 % more than the best. {shared} 95 % is ours."
    failed = (
        f"Failed: more than 5 % above the cell's best. The source drops the worst of ten. {shared} So do the runs; "
        "the bounds are ours."
    )
    return (
        *(
            Claim(
                f"{features} features in {features - 1} dimension{'s' * (features > 2)}: a cell's best network is what "
                "the closed forms say in more than 95 % of the cells.",
                table="drawn-phases-cells", statistic="share", column="agrees", above=0.95,
                where=(("features", features), ("decided", True)), source=PHASES, note=agree,
            )
            for features in (2, 3)
        ),
        *(
            Claim(
                f"{features} features: fewer than one run of ten fails.",
                table="drawn-phases-runs", statistic="share", column="failed", below=0.1,
                where=(("features", features),), source=PHASES, note=failed,
            )
            for features in (2, 3)
        ),
    )  # fmt: skip


def _pentagon() -> tuple[Claim, ...]:
    where = (
        "Groups of restarts, each with its best pentagon and its best two digons, by expected loss. The interval is "
        "no sample's: it holds wherever between two trained densities the two may cost the same, in any group. A first "
        "look had the crossing near 3.8 before this was written; the bounds, ours, are about the published number."
    )
    return (
        Claim("A pentagon gives way to two digons where its last feature is between 2 and 3 times rarer than the "
              "others.", table="pentagon-jump", statistic="measured", column="rarer", above=2.0, below=3.0,
              published=2.5, source=PENTAGON, note=where),
    )  # fmt: skip


def _sets() -> tuple[Claim, ...]:
    def told(text: str, column: str, kind: str, **rest: Any) -> Claim:
        given: dict[str, Any] = {"table": "sets-angles", "statistic": "mean", "where": (("kind", kind),)}
        return Claim(text, column=column, source=SETS, note=BOUNDS, **{**given, **rest})

    return (
        told("Two correlated pairs in a plane: the features of a pair are orthogonal, |cos| below .1.", "within_size",
             "correlated-pairs", below=0.1),
        told("Two anti-correlated pairs in a plane: the features of a pair are opposite, cos below −.9.", "within_most",
             "anti-correlated-pairs", below=-0.9),
        told("Three correlated pairs in a plane, where not all can be orthogonal: pairs lie side by side, cos above 0.",
             "within_least", "three-correlated-pairs", above=0.0),
        told("Two correlated sets of ten in ten dimensions: each set has a nearly orthogonal basis, mean |cos| below "
             ".1.", "within_size", "two-tens", below=0.1),
        told("And features of one set interfere less than features of two.", "within_size", "two-tens",
             statistic="difference", against="between_size", below=0.0),
    )  # fmt: skip


def _levels() -> tuple[Claim, ...]:
    given: dict[str, Any] = {"table": "levels-jumps", "source": LEVELS}
    jumps = (
        "After the first tenth of training. What counts, of the dimensionalities' motion and of the fall of the loss's "
        "logarithm, is what exceeds a running median over 21 of the hundred looks: a change that merely slows down has "
        "none. The control shifts the one against the other circularly by every number of looks, within each network, "
        "and has about a tenth. Published are sudden jumps, level to level; this tests that the two come together, not "
        "that either is sudden, and the curves may be smooth. The thresholds are ours."
    )
    return (
        Claim("The geometry moves when the loss falls: the tenth of the looks in which the loss falls most, beyond its "
              "slow course, has a share of what dimensionalities move beyond theirs that is more than .1 above what it "
              "has when these are shifted in time.",
              statistic="mean", column="excess", above=0.1, failed_as=0.0, note=jumps, **given),
        Claim("It is no accident: in more than half of the networks nineteen shifts of twenty have a smaller share.",
              statistic="share", column=("beaten", ">=", 0.95), above=0.5, note=jumps, **given),
        Claim("Two correlated triples in three dimensions end as an octahedron, in more than half of the networks.",
              statistic="share", column="octahedron", above=0.5, note=BOUNDS, **given),
    )  # fmt: skip


def _intro() -> tuple[Claim, ...]:
    given: dict[str, Any] = {"table": "drawn-intro-runs", "source": INTRO, "note": BOUNDS}
    return (
        Claim("Five features in a plane, always on: two are represented.", statistic="mean", column="represented",
              where=(("density", 1.0),), above=1.5, below=2.5, published=2.0, **given),
        Claim("On one time in twenty: all five are.", statistic="mean", column="represented",
              where=(("density", 0.05),), above=4.5, below=5.5, published=5.0, **given),
    )  # fmt: skip


COLUMNS = {
    "member": "place of the seed",
    "seed": "the member's luck",
    "density": "1 − S, how often a feature is on",
    "rarity": "1 / (1 − S)",
    "dims": "dimensions per feature, m / |W|²",
    "packed": "sum of dimensionalities over dimensions",
    "represented": "features whose direction is at least 1/2 long",
    "one": "octaves of 1 / (1 − S) with dimensions per feature within .05 of 1",
    "between": "and of 3/4",
    "half": "and of 1/2",
    "under": "and of 3/8",
    "dims_least": "the least over seeds",
    "dims_most": "the largest over seeds",
    "networks": "how many",
    "groups": "groups of ten restarts, or of all if fewer; losses are means over those that have the shape",
    "restarts": "how many the group has",
    "best_represented": "the same, of the network with the least loss",
    "fraction": "the published fraction",
    "value": "the same as a number",
    "uniform-fractions-by-seed.features": "features at least .1 long, in all",
    "features": "how many there are; one dimension fewer",
    "cells": "how many",
    "runs": "networks, all cells together",
    "figure": "the figure that has this fraction",
    "count": "features within .02 of it",
    "low": "the count's 95 % interval, exact for figures that come independently, or wider by the dispersion",
    "high": "and its upper end",
    "ratio": "count over smooth",
    "ratio_low": "its 95 % interval, from low and high",
    "ratio_high": "and its upper end",
    "dispersion": "how many times a Poisson count's variance the seeds' counts of figures have, and at least 1",
    "n": "how many seeds, or groups",
    "smooth": "what a smooth density would put there",
    "plateau": "yes or no where the whole interval lies above that, or none of it; no evidence where it is below five "
    "features, too",
    "loss": "expected loss, summed over features",
    "decided": "how many cells whose second-best closed form costs over a tenth more than the best",
    "agree": "decided cells whose best network is what the best closed form says",
    "share": "their share",
    "share_of_all": "share of all cells in which it is so",
    "loss_over_theory": "median over cells: the best network's loss over the closed form's",
    "failed_share": "share of runs that cost over 5 % more than their cell's best",
    "pentagon-crossings.member": "the group of restarts",
    "sets-angles.member": "the group of restarts",
    "last": "density of the last feature over the others'",
    "pentagon": "least loss of a pentagon",
    "digons": "least loss of two digons",
    "best": "least loss of all",
    "shape": "what the network is, by its directions",
    "pentagons": "restarts that are pentagons",
    "pairs_of_digons": "restarts that are two digons",
    "crossing": "density of the last feature over the others', where the two cost the same",
    "rarer": "how many times rarer than the others it is there",
    "rarer_low": "the least that it may be, between the densities that were trained",
    "rarer_high": "and the most",
    "kind": "how features go together",
    "within": "mean cosine of features of one set",
    "within_least": "the least such cosine",
    "within_most": "the largest",
    "within_size": "mean |cos| of features of one set",
    "between_size": "mean |cos| of features of two sets",
    "share_in_drops": "of what dimensionalities move beyond their slow course, the share in the tenth of the looks in "
    "which the loss falls most beyond its own, after the first tenth of training",
    "share_shifted": "the same when the one is shifted in time against the other, the mean over all shifts",
    "excess": "how much the former is above the latter",
    "beaten": "part of the shifts that have a smaller share",
    "octahedron": "whether each feature is antipodal to one other and apart from the rest, and all are represented",
    "largest_dimensionality": "at the end",
    "least_dimensionality": "at the end",
}
