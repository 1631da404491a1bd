"""Ex 2.10: red alone is deleted, and nothing but reds is labeled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tropism.core.claim import Claim
from tropism.core.experiment import Experiment
from tropism.core.sweep import Study, Sweep
from tropism.schedules import Schedule
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.studies import _pictures as pictures
from tropism.studies._constant import mean_weights, peak_weights
from tropism.subjects.color import presets

if TYPE_CHECKING:
    from tropism.figures import Figure

SEEDS = tuple(range(60))
SOURCE = f"{control.NOTEBOOKS}, Ex 2.10"
STAGED = "staged"
STRIDED = (("colors", "strided cube"),)

SCORED = control.Control(
    edits.Edits({"ablation": edits.ablation(0), "suppression": edits.suppression()}),
    powers={"ablation": 3.0, "suppression": 2.0},
    published_seeds=(
        control.PublishedSeed("largest error", "whole", 0.00027, where=STRIDED),
        control.PublishedSeed("median error", "whole", 2.2e-5, column="median_mse", where=STRIDED),
        control.PublishedSeed("largest error", "ablation", 0.073, where=STRIDED),
        control.PublishedSeed("median error", "ablation", 6e-5, column="median_mse", where=STRIDED),
        control.PublishedSeed("share of examples labeled", "whole", 0.00067, "labels", "share", (), ()),
        control.PublishedSeed("validation error", "whole", 0.00013, "losses", "val_error", (), ()),
        control.PublishedSeed("validation anchor (64 × .00021)", "whole", 0.0134, "losses", "val_anchor", (), ()),
    ),
    cube=True,
    strided=True,
)


def with_unitarity() -> Experiment:
    """Ex 2.10 with Ex 2.9's pull to length 1 before the norm, its keyframes at half the steps."""
    from tropism.terms import UnitLength

    whole = presets.red_labels_only()
    assert whole.schedule is not None
    unit = Schedule.of({"unit": {0: 0.01, 500: 0.1, 1425: 0.0}}, whole.schedule.length)
    schedule = whole.schedule.with_tracks(*unit.tracks)
    return replace(whole, terms=(*whole.terms, UnitLength(site="encoder")), schedule=schedule)


def study(name: str) -> Study:
    """The study `ex-2.10`: sixty seeds, beside constant weights, unitarity, and Ex 2.9."""
    whole = presets.red_labels_only()
    return Study(
        name=name,
        title="Red alone deleted, with labels for red alone",
        question=(
            "If everything is weakly kept off the first axis and only reds are labeled, does deleting that axis take "
            "red and nothing else?"
        ),
        source=f"{SOURCE}, one network (seed 0); every number of sixty seeds is ours.",
        lede=LEDE,
        sweeps=(
            Sweep(STAGED, whole, SEEDS),
            Sweep("constant-mean", whole, SEEDS, settings=(mean_weights(whole),)),
            Sweep("constant-peak", whole, SEEDS, settings=(peak_weights(whole),)),
            Sweep("unitarity", with_unitarity(), SEEDS),
            Sweep("ex-2.9", presets.desaturated_aside(), tuple(range(20))),
        ),
        measure=SCORED.measure,
        draw=draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


LEDE = (
    "“staged” is the notebook's training: the axis is emptied first, the anchor comes later. Beside it stand the same "
    "networks with each weight held at its mean over the steps (“constant-mean”) or at its peak (“constant-peak”), "
    "with a pull to length 1 before the norm (“unitarity”), and the networks of Ex 2.9. Pictures show seed 0 of "
    "“staged”, as the notebook does; no seed was chosen by its score.\n\n"
    "Two published numbers mean less than they seem to. The notebook thins its cube of colors to every second of 48 "
    "saturations and values, so that the cube ends at 46/47 and holds no pure hue: its largest error, .073, was never "
    "measured at red, and is no third of Ex 2.9's, whose cube holds red. Networks here are measured on both cubes; on "
    "the notebook's own, one of our sixty is as low as .073. And its validation anchor loss, .00021, is a mean over 64 "
    "batches of one color, of which one is red: 64 times as much, .0134, belongs to red. Its validation error was last "
    "looked at at step 1440, before the learning rate falls; ours is that of the end, and lower.\n\n"
    "Errors fall off from red more sharply than similarity³, as the notebook suspected of an anchor and a repulsion in "
    "conflict; the schedule of Ex 2.10.1 mends that. Labels for grays, in Ex 2.9, give clearly better scores. Constant "
    "weights leave red far from its anchor."
)

CLAIMS = (
    claim.size_claim("whole", 0.00027, colors="strided cube", sweep=STAGED, source=SOURCE),
    claim.size_claim("whole", 2.2e-5, colors="strided cube", what="median", sweep=STAGED, source=SOURCE),
    claim.size_claim("ablation", 0.073, colors="strided cube", sweep=STAGED, source=SOURCE),
    claim.size_claim("ablation", 6e-5, colors="strided cube", what="median", sweep=STAGED, source=SOURCE),
    claim.unseen_size_claim("ablation", 0.073, sweep=STAGED),
    Claim(
        "Less than .1 % of examples are labeled.",
        table="labels",
        statistic="mean",
        column="share",
        where=(("sweep", STAGED),),
        below=0.001,
        published=0.00067,
        source=SOURCE,
    ),
    claim.nothing_opposite(sweep=STAGED, source=f"{SOURCE}, in words"),
    Claim(
        "Reds cluster at the anchor: 1 − cosine of red to it is below .05 on average.",
        table="health",
        statistic="mean",
        column="anchor_loss",
        where=(("sweep", STAGED),),
        below=0.05,
        published=0.0134,
        source=f"{SOURCE}, in words; the published number is 64 times its validation anchor loss, see above",
    ),
    claim.others_stay("ablation", below=0.002, sweep=STAGED, source=f"{SOURCE}: virtually none elsewhere"),
    *claim.score_claims(
        "ablation", above=0.7, published=None, power=3, sweep=STAGED,
        source=f"{control.NOTEBOOKS}, Ex 2.10.1: .85 ± .14 with the same terms",
    ),
    Claim(
        "The largest error after the cut is about a third of Ex 2.9's: less than half, each on its own cube of colors.",
        table="errors",
        statistic="ratio",
        column="max_mse",
        where=(("sweep", STAGED), ("condition", "ablation"), ("colors", "strided cube")),
        versus=(("sweep", "ex-2.9"), ("colors", "cube")),
        below=0.5,
        published=0.28,
        source=f"{SOURCE}: .073 beside .26, one network each",
    ),
    Claim(
        "It is less than half of Ex 2.9's also on one and the same cube, which holds pure red.",
        table="errors",
        statistic="ratio",
        column="max_mse",
        where=(("sweep", STAGED), ("condition", "ablation"), ("colors", "cube")),
        versus=(("sweep", "ex-2.9"),),
        below=0.5,
        source="Ours: the source compares two cubes.",
    ),
    *claim.as_good_as(
        "Labels for red alone are as good as labels for grays, too", STAGED, "ex-2.9", "ablation", within=0.1,
        source=f"{SOURCE}: works with red labels alone; .1 is less than the published spread over seeds",
    ),
    *claim.better_than(
        "Staged weights beat constant ones at their means: R² is higher", STAGED, "constant-mean", "ablation",
        source=f"{SOURCE} and {control.PAPER}: schedules were needed in every experiment",
    ),
    *claim.better_than(
        "Staged weights beat constant ones at their peaks: R² is higher", STAGED, "constant-peak", "ablation",
        source=f"{SOURCE} and {control.PAPER}: schedules were needed in every experiment",
    ),
    *claim.as_good_as(
        "Unitarity is not needed", STAGED, "unitarity", "ablation", within=0.1,
        source=f"{SOURCE} drops it; .1 is less than the published spread over seeds",
    ),
    *claim.suppressed_reds(sweep=STAGED),
)  # fmt: skip


def draw(tables: control.Tables) -> Sequence[Figure]:
    """Every figure of the notebook, and every seed a dot."""
    shown = {"drawn-slices": tables["drawn-slices"].filter(tables["drawn-slices"]["sweep"] == STAGED)}
    return [*SCORED.draw(tables), pictures.truth_figure(shown)]
