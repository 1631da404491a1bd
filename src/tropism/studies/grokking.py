"""Grokking: which presets generalize long after they remember, on how many seeds, and what they end up made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Section, Study, Sweep
from tropism.studies._grokking_claims import alone, claims, spread
from tropism.subjects.generalization._preset import Kind, Preset, Told
from tropism.subjects.generalization.presets import PRESETS, named

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

SEEDS = (0, 1, 2, 3, 4)
KINDS: tuple[Kind, ...] = ("reliable", "other", "unreliable")
ANCHORS = ("A5", "A5-wide")
"""Presets of A5 with 60 % of its pairs and ReLU, for which a bound on steps was set."""


def study(name: str) -> Study:
    """The study `grokking`: the presets of the prototypes' sweep, on five seeds."""
    chosen = {each: made for kind in KINDS for each, made in PRESETS.items() if made.kind == kind}
    reliable = tuple(each for each, made in chosen.items() if made.kind == "reliable")
    return Study(
        name=name,
        title="Presets that grok",
        question=(
            "Networks learn products in a group from a part of its multiplication table, remember that part first, and "
            "get the rest right later. Do the presets that prototypes called reliable do so in at least four of five "
            "seeds, how soon, and do they stay there?"
        ),
        source=(
            "The prototypes of this project: first step with 99 % of held-out pairs right, four seeds a preset. The "
            "task and the network: Chughtai et al. (2023), arXiv 2302.03025. Squares: Gromov (2023), arXiv 2301.02679."
        ),
        lede=_LEDE,
        sweeps=tuple(Sweep(each, made.experiment(), SEEDS) for each, made in chosen.items()),
        measure=measure,
        draw=draw,
        claims=claims(reliable, ANCHORS),
        columns=COLUMNS,
        sections=SECTIONS,
    )


def one_preset(name: str) -> Study:
    """A preset as a study of its own, which may be changed at will; one seed where it is published and slow."""
    made = named(name)
    return Study(
        name=name,
        title=f"Preset {name}",
        question=question(name),
        source=made.told.source,
        lede=f"{_described(made)} {_told(made.told)}".strip(),
        sweeps=(Sweep(name, made.experiment(), (0,) if made.kind == "published" else SEEDS),),
        measure=measure,
        draw=draw,
        claims=alone(),
        columns=COLUMNS,
        any_sweeps=True,
    )


def question(name: str) -> str:
    """What a preset asks, in a sentence; empty where there is none of that name, so that a list may ask of any."""
    return "When does it get held-out products right, and what is it made of then?" if name in PRESETS else ""


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """When networks generalize, by preset; which do not; accuracies to draw; and what final networks are made of."""
    from tropism.studies import _grokking_measures as measures

    found = measures.networks(ensembles)
    made_of = measures.content(ensembles)
    tables = {"presets": measures.summary(found), "failures": measures.failures(found)}
    tables |= {f"content-{name}": table for name, table in made_of.items()}
    if "irreps" in made_of:
        tables["content-beside"] = measures.beside(made_of["irreps"])
    tables |= {
        "drawn-networks": found,
        "drawn-counts": measures.counts(found),
        "drawn-accuracy": measures.accuracies(ensembles),
    }
    return {name: table for name, table in tables.items() if table.height}


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Steps to 99 %, accuracy against step, and the irreps of networks that learned permutations."""
    from tropism.studies._grokking_figures import figures

    return figures(tables)


def _described(made: Preset) -> str:
    batch = "all of them at every step" if made.batch is None else f"{made.batch} a step"
    pairs = f"{made.num_pairs():,} of {made.group.order**2:,} pairs are trained on"
    return f"{pairs}, {batch}, for {made.steps:,} steps.{_cost(made) if made.kind == 'published' else ''}"


def _cost(made: Preset) -> str:
    seconds = made.eager_seconds()
    told = f"{seconds / 3600:.1f} hours" if seconds > 3600 else f"{seconds / 60:.0f} minutes"
    return f" An eager loop would take about {told} a network on one core; --plan works out what it takes here."


def _told(told: Told) -> str:
    words = f"Told: {told.reached} of {told.tried} networks came to 99 % held out" if told.tried else ""
    if told.first:
        words += f", at step {spread(told.first)}"
    return " ".join(part for part in (f"{words}." if words else "", told.note) if part)


_LEDE = (
    "All pairs of elements of a group are put in an order by each seed; the first part is trained on, the rest is held "
    "out. The network has an embedding for either element, one hidden layer and no bias (`EmbeddedSum`); the optimizer "
    "is AdamW with rate .01, decay 1, β (.9, .98) and ten steps of warm-up: ten times the published rate, which is "
    "what makes seconds of hours. Batches are drawn with replacement. The loss is the exact cross-entropy. Every 25 "
    "steps all pairs are looked at, so steps are rounded up to 25; the prototypes looked every 50.\n\n"
    "“Reliable” are the presets that the prototypes picked among those that came to 99 % on every seed; “other” "
    "presets did, too; “unreliable” ones did not. Runs are longer than the prototypes', which stopped at 99 %, so that "
    "one sees what is lost again. A seed counts as having come there at the first look at 99 % or more, whatever comes "
    "after; networks that never do, and those that are below 99 % at the end, are listed.\n\n"
    "Before these thresholds were written down, A5, A5-wide, C113-square and S4 had been trained on these seeds while "
    "the parts were built; the other presets had not. The thresholds are those that were set for the presets "
    "beforehand, and no preset was changed after the look. With five seeds a 95 % interval is wide."
)

SECTIONS = (
    Section("reliable", "Reliable presets", "The claims about presets are about these."),
    Section(
        "other",
        "Other presets that every prototype generalized with",
        "Nothing is claimed of them, but for A5-wide, which has a bound of its own.",
    ),
    Section(
        "unreliable",
        "Presets that are known to fail",
        "Small cyclic groups have few pairs: 370 and 577 to train on. Of C23 three of four prototypes came to 99 %, of "
        "C31 with 64 neurons two of four.",
    ),
    Section(
        "content",
        "What the networks are made of",
        "The share of an irrep in the embeddings (as the hidden layer sees them, the mean of left and right) and in "
        "the unembedding, and how much the logits look like its character. It is content that is measured, not "
        "mechanism: networks that compute by cosets have the same.",
    ),
)

COLUMNS = {
    "preset": "its name, as `tropism run` takes it",
    "seed": "decides the start, the draws, and which pairs are held out",
    "n": "networks",
    "reached": "networks that came to 99 % of held-out pairs",
    "share_low": "lower end of the 95 % interval of their share (Wilson)",
    "share_high": "its upper end",
    "steps": "the first step at 99 %, the least and the most",
    "median": "the step by which half of them were there",
    "seen": "median step at which 99 % of the pairs trained on were right",
    "fell": "networks that were below 99 % again at a later look",
    "kept": "networks with 99 % of held-out pairs right at the end",
    "least_end": "the lowest held-out accuracy at the end",
    "prototypes": "what the source says: networks that came to 99 %",
    "their_steps": "and the steps at which they did",
    "what": "never: no look at 99 % or more; not at the end: below it at the last look",
    "first": "the first step at 99 %",
    "worst": "the lowest held-out accuracy after 99 % was reached; of several networks the lowest",
    "end": "held-out accuracy at the last look",
    "member": "which network of the preset",
    "irrep": "its name; 3a has the golden ratio at a rotation of five points",
    "dimension": "of the irrep",
    "embedding": "share of the embeddings' sum of squares",
    "unembedding": "share of the unembedding's",
    "logits": "cosine of centered logits and the irrep's character, of which the constant has none",
    "irreps": "irreps there are, the constant aside",
    "key": "the fewest that hold nine tenths of what is not constant in the embeddings",
    "which": "these, the largest first; of cyclic groups a name is a frequency",
    "networks": "ours with a logit similarity above .005",
    "theirs": "published ones with it",
    "their_logits": "mean logit similarity of the published networks, measured again",
}
