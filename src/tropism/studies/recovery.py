"""Recovery: red was cut out of the weights; does fine-tuning bring it back, and how fast?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tropism.core.claim import Claim
from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.optimizer import Adam
from tropism.core.start import Fresh, From
from tropism.core.sweep import Setting, Study, Sweep
from tropism.studies import _control as control
from tropism.subjects.color import RankedColors, presets
from tropism.surgery import ablate, prune, redirect

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

SEEDS = tuple(range(60))
STEPS = 1000
SNAPSHOTS = (0, 1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 56, 80, 113, 160, 226, 320, 452, 640, 905, 1000)
"""About two an octave."""

CHOICES = {"all": (0, 512), "no red": (175, 337), "1 red": (0, 1), "8 reds": (0, 8), "64 reds": (0, 64)}
"""What colors are drawn, by name: the rank, by likeness to red, of the first of them, and how many."""

FAST, GENTLE = 0.01, 0.001
"""Learning rates: where the source's own schedule begins once it is warm, and Adam's default."""


def settings(rate: float, *choices: str) -> tuple[Setting, ...]:
    """The dials of some choices of colors at one learning rate."""
    return tuple(
        (("task.first", float(CHOICES[name][0])), ("task.count", float(CHOICES[name][1])), ("lr", rate))
        for name in choices
    )


def fine_tuning(cut: Ensemble | None, *, steps: int = STEPS, snapshots: tuple[int, ...] = SNAPSHOTS) -> Experiment:
    """Giving colors back and nothing else, from cut networks as narrow as they are; or from nothing, as a control."""
    fresh = presets.isolated().network
    return Experiment(
        task=RankedColors(),
        network=fresh if cut is None else cut.network,
        optimizer=Adam(lr=FAST),
        steps=steps,
        start=Fresh() if cut is None else From(cut),
        snapshots=snapshots,
        validate_every=0,
    )


def sweeps(steps: int = STEPS, snapshots: tuple[int, ...] = SNAPSHOTS) -> tuple[Sweep, ...]:
    """The isolated networks, three cuts of them fine-tuned, and fresh networks taught the same."""
    both = (*settings(FAST, "all"), *settings(GENTLE, "all"))
    reds = ("1 red", "8 reds", "64 reds")

    def tuned(cut: Ensemble | None) -> Experiment:
        return fine_tuning(cut, steps=steps, snapshots=snapshots)

    return (
        Sweep("isolated", presets.isolated(), SEEDS),
        Sweep(
            "ablate",
            lambda before: tuned(ablate(before["isolated"], "latent", dims=(0,))),
            SEEDS,
            (*both, *settings(FAST, "no red", *reds)),
        ),
        Sweep("prune", lambda before: tuned(prune(before["isolated"], "latent", dims=(0,))), SEEDS, both),
        Sweep("redirect", lambda before: tuned(redirect(before["isolated"], "latent", dims=(0,))), SEEDS, both),
        Sweep("fresh", tuned(None), SEEDS, (*both, *settings(FAST, "no red", *reds))),
    )


def study(name: str) -> Study:
    """The study `recovery`: sixty isolated networks, cut in three ways, and taught colors again."""
    return Study(
        name=name,
        title="Does red come back?",
        question=(
            "Red was deleted from the weights. Does fine-tuning bring it back, how fast beside a network that starts "
            "from nothing, how many red colors does it take, and what do the other colors pay?"
        ),
        source=(
            "Asked in an early README of z0u/ex-preppy (does fine-tuning recover a deleted dimension?) and by the "
            f"author of {control.PAPER} since; not answered there."
        ),
        lede=(
            "Sixty networks of Ex 2.9.1 lose their red axis by ablation, pruning or redirection, and then learn again "
            "to give colors back, without any regularizer: all 512 colors; only those foreign to red; or nothing but "
            "the 1, 8 or 64 colors most like red. Learning rates are .01, where the source's schedule begins once it "
            "is warm, and .001, Adam's default. Fresh networks get the same batches. Red is back when pure red's error "
            "is below .01; it is looked at about twice an octave."
        ),
        sweeps=sweeps(),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """A summary; when red came back, a row a member, edit and setting; the errors on the way; the axis at the end."""
    from tropism.studies._recovery_tracks import axis_use, returns, summary, tracks

    tuned = {name: each for name, each in ensembles.items() if name != "isolated"}
    names = {(float(first), float(count)): name for name, (first, count) in CHOICES.items()}
    track = tracks(tuned, names)
    back = returns(track)
    same_width = {name: each for name, each in tuned.items() if name in ("ablate", "redirect")}
    return {"summary": summary(back), "returns": back, "tracks": track, "axis": axis_use(same_width, names)}


def draw(tables: control.Tables) -> Sequence[Figure]:
    """Relearning curves by edit and by colors, and every seed a dot: steps until red is back, and what others pay."""
    from tropism.studies._recovery_figures import figures

    return figures(tables)


COLUMNS = {
    "member": "place of the seed, the same in every setting",
    "seed": "the member's luck",
    "edit": "what was done to the trained network; fresh: a new one instead",
    "colors": "what was drawn: all 512; no red: the 337 foreign to red; or the 1, 8 or 64 most like red",
    "lr": "learning rate of the fine-tuning",
    "step": "steps of fine-tuning",
    "red": "squared error at pure red",
    "reds": "mean squared error over the 22 held-out colors more similar to red than 1/2",
    "others": "mean squared error over the 232 held-out colors foreign to red",
    "steps": "first looked-at step with pure red's error below .01; the last step if there is none",
    "octaves": "log₂ of steps",
    "returned": "whether there is one",
    "red_start": "pure red's error before fine-tuning",
    "red_end": "and after it",
    "others_start": "the others' error before fine-tuning",
    "others_then": "the others' error when red was back",
    "others_peak": "the largest of the others' errors on the way",
    "others_end": "the others' error after fine-tuning",
    "axis": "largest |z₀| over the trained colors after fine-tuning",
    "median_steps": "median of steps",
    "share": "share of networks in which red came back",
}


SIXTY = "First asked as more than 95 %, which sixty of sixty cannot show: their interval begins at 94 %."


def _claim(text: str, column: str, colors: str, *, lr: float = FAST, **rest: Any) -> Claim:
    """A claim about ablated networks."""
    where = (("edit", "ablate"), ("colors", colors), ("lr", lr))
    given: dict[str, Any] = {"table": "returns", "statistic": "mean"} | rest
    return Claim(text, column=column, where=where, **given)


CLAIMS = (
    _claim(
        "Red comes back after ablation: 1,000 steps on all colors bring pure red's error below .01 in more than nine "
        "networks of ten.",
        "returned",
        "all",
        statistic="share",
        above=0.9,
        note=SIXTY,
    ),
    _claim(
        "It comes back sooner than it is learned from nothing: the median of steps is less than half of a fresh "
        "network's.",
        "steps",
        "all",
        statistic="ratio",
        of="median",
        versus=(("edit", "fresh"),),
        below=0.5,
    ),
    _claim(
        "So it does at a gentle rate (.001): less than half of a fresh network's median.",
        "steps",
        "all",
        lr=GENTLE,
        statistic="ratio",
        of="median",
        versus=(("edit", "fresh"),),
        below=0.5,
        note="A network that is not there after 1,000 steps counts as 1,000.",
    ),
    _claim(
        "Pruning is no safer than ablation: the mean differs by less than half an octave of steps.",
        "octaves",
        "all",
        statistic="difference",
        versus=(("edit", "prune"),),
        above=-0.5,
        below=0.5,
    ),
    _claim(
        "Red comes back elsewhere: an axis whose rows and columns are all zero gets no gradient, and stays at zero in "
        "every network.",
        "axis",
        "all",
        table="axis",
        statistic="max",
        below=1e-6,
    ),
    Claim(
        "After redirection it comes back sooner than after ablation, for the decoder can still read the axis: fewer "
        "octaves of steps.",
        table="returns",
        statistic="difference",
        column="octaves",
        where=(("edit", "redirect"), ("colors", "all"), ("lr", FAST)),
        versus=(("edit", "ablate"),),
        below=0.0,
    ),
    _claim(
        "One color is enough: taught pure red alone, more than nine ablated networks of ten give it back within 1,000 "
        "steps.",
        "returned",
        "1 red",
        statistic="share",
        above=0.9,
        note=SIXTY,
    ),
    _claim(
        "It is bought from the others: when red is back, colors foreign to red are off by more than .01 on average.",
        "others_then",
        "1 red",
        above=0.01,
    ),
    _claim(
        "With 64 reds the others pay less than with one.",
        "others_then",
        "64 reds",
        statistic="difference",
        versus=(("colors", "1 red"),),
        below=0.0,
    ),
    _claim(
        "Taught one red alone, an ablated network has it sooner than a fresh one: fewer octaves of steps.",
        "octaves",
        "1 red",
        statistic="difference",
        versus=(("edit", "fresh"),),
        below=0.0,
    ),
    _claim(
        "Without any red, red stays away: after 1,000 steps on foreign colors pure red's error is above .125, half of "
        "what mid gray would cost.",
        "red_end",
        "no red",
        above=0.125,
    ),
    _claim(
        "What comes back without red is more than what any network makes of a color that it never saw: pure red's "
        "error ends lower than a fresh network's.",
        "red_end",
        "no red",
        statistic="difference",
        versus=(("edit", "fresh"),),
        below=0.0,
        note="Added after a first look, which had no fresh networks taught without red; asked before they were.",
    ),
    _claim(
        "On all colors the others hardly notice: the largest of their errors on the way is below .01 on average.",
        "others_peak",
        "all",
        below=0.01,
    ),
)
