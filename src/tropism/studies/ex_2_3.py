"""Ex 2.3: the bottleneck is divided by its length; with a sigmoid output, and with a linear one."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.subjects.color import presets

SEEDS = tuple(range(20))
SOURCE = f"{control.NOTEBOOKS}, Ex 2.3"

SCORED = control.Control(
    edits.Edits(edits.STEERED),
    powers={"suppression": 2.0, "repulsion": 2.0},
    published_seeds=(
        control.PublishedSeed("largest error", "whole", 0.0017),
        control.PublishedSeed("median error", "whole", 1.6e-5, column="median_mse"),
        control.PublishedSeed("largest error", "suppression", 0.19),
        control.PublishedSeed("median error", "suppression", 1.9e-5, column="median_mse"),
        control.PublishedSeed("largest error", "repulsion", 0.12),
    ),
    cube=True,
)


def study(name: str) -> Study:
    """The study `ex-2.3`: twenty seeds of each output, beside the unnormalized networks of Ex 2.2."""
    return Study(
        name=name,
        title="With and without a sphere",
        question="Does dividing the bottleneck by its length make colors come back better, and edits hit more cleanly?",
        source=f"{SOURCE}, one network a variant (seed 0).",
        lede=(
            "Networks whose bottleneck is divided by its length, with a linear output or a sigmoid, stand beside those "
            "of Ex 2.2 with the weights that ran (“unnormalized”), which took seven times as many steps. Pictures show "
            "seed 0 of the linear ones. Published numbers are those of one network; its repulsion's median is a stale "
            "value printed twice, and is left out.\n\n"
            "Not found is the notebook's other half: edits do not follow similarity more closely with "
            "normalization; errors are smaller, not more selective."
        ),
        sweeps=(
            Sweep("linear", presets.normalized(), SEEDS),
            Sweep("sigmoid", presets.normalized(sigmoid=True), SEEDS),
            Sweep("unnormalized", presets.unnormalized(presets.sheet("ex-2.2-as-run")), SEEDS),
        ),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    claim.size_claim("whole", 0.0017, sweep="linear", source=SOURCE),
    claim.size_claim("whole", 1.6e-5, what="median", sweep="linear", source=SOURCE),
    claim.size_claim("suppression", 0.19, sweep="linear", source=SOURCE),
    claim.size_claim("repulsion", 0.12, sweep="linear", source=SOURCE),
    claim.unseen_size_claim("whole", 0.0017, sweep="linear"),
    claim.size_claim("whole", 0.0016, sweep="sigmoid", source=SOURCE),
    claim.size_claim("whole", 6.3e-5, what="median", sweep="sigmoid", source=SOURCE),
    Claim(
        "A linear output halves the median error of a sigmoid one, at least.",
        table="errors",
        statistic="ratio",
        column="median_mse",
        where=(("sweep", "sigmoid"), ("condition", "whole"), ("colors", "cube")),
        versus=(("sweep", "linear"),),
        above=2.0,
        published=3.9,
        source=f"{SOURCE}: 6.3e-5 and 1.6e-5",
    ),
    *(
        Claim(
            f"Normalization lowers the largest error of untouched networks about tenfold{words}: at least fivefold.",
            table="errors",
            statistic="ratio",
            column="max_mse",
            where=(("sweep", "unnormalized"), ("condition", "whole"), ("colors", colors)),
            versus=(("sweep", "linear"),),
            above=5.0,
            published=published,
            source=f"{SOURCE}: .014 without it, .0017 with it" if published else claim.HELD_OUT,
        )
        for colors, words, published in (("cube", "", 8.2), ("held-out", ", on colors not trained on, too", None))
    ),
    *claim.better_than(
        "Suppression hits more cleanly with normalization: R² is higher", "linear", "unnormalized", "suppression",
        source=f"{SOURCE}, in words; scored as the later studies are",
    ),
    *claim.repulsion_preserves(sweep="linear"),
)  # fmt: skip
