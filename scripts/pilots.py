"""What pilots had found before the studies of features were made, beside what came of it: `scripts/pilots.py`.

It reads the claims on the studies' pages and writes `studies/pilots.md`. Which claims speak of which finding is laid
down here.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tropism.studies import STUDIES

BECAME = {"holds": "confirmed", "fails": "contradicted", "undecided": "undecided"}


class Found(NamedTuple):
    """One finding of a pilot.

    Attributes:
        said: What the pilot had found.
        study: The study that asked it again.
        claims: Claims that say so, by how they begin; a beginning may be that of several.
        but: Claims that say where it ends, or that it is otherwise than it seems, likewise.
        later: Claims with bounds of our own that were written when their numbers had been seen, which are told and
            decide nothing.
    """

    said: str
    study: str
    claims: tuple[str, ...]
    but: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


class Row(NamedTuple):
    """A claim as its page has it; numbers as they are printed.

    Attributes:
        published: The pilot's number, or nothing.
        beside: Where that lies: `in`, `above` or `below` the interval, or nothing.
    """

    number: int
    text: str
    verdict: str
    estimate: str
    interval: str
    published: str
    beside: str


FOUND = (
    Found("Raw cosines of two networks' components are at chance", "retrain-layer",
          ("Raw cosines of components answer nothing",)),
    Found("Pushed forward, components agree far beyond chance", "retrain-layer",
          ("Pushed forward, components agree",)),
    Found("The layer fills six to eight dimensions", "retrain-layer",
          ("The layer fills between 6 and 8 dimensions",)),
    Found("The narrow decomposition is stable, up to turns within blocks of like variance", "retrain-layer",
          ("By activation, blocks of like variance are stable", "That is within .1 of the same network's",
           "The narrow decomposition is the more stable")),
    Found("What limits an overcomplete dictionary is itself: two of one network agree hardly better than those of a "
          "layer trained again, or of a new network", "retrain-layer",
          ("Two dictionaries of one network share little", "A layer trained again costs a dictionary",
           "So does a new network", "Even latents of an untrained network")),
    Found("Foreseen without a pilot: where features are sparse the order flips, dictionaries find them and components "
          "do not", "retrain-layer",
          ("Dictionaries find the true features", "Principal components do not: less than .05",
           "The order of the two flips")),
    Found("Components of nearly the same variance swap places, in networks of digits", "swapped-components",
          ("Components swap where variances are alike: their best partner is elsewhere by .1 more (linear",
           "Components swap where variances are alike: their best partner is elsewhere by .1 more (ReLU",
           "Where variances are all but the same they swap by .1 more (linear",
           "Where variances are all but the same they swap by .1 more (ReLU"),
          later=("Where variances are alike they swap more than elsewhere (linear",
                 "Where variances are alike they swap more than elsewhere (ReLU",
                 "Training again adds to what other examples swap where variances are alike (linear",
                 "Training again adds to what other examples swap where variances are alike (ReLU")),
    Found("A layer trained again on sparse features need not come back, so there has to be a gate", "wider-layer",
          ("Of important features the gate is shut at the same width",)),
    Found("CKA and SVCCA are high, with an untrained network, too", "retrain-layer",
          ("Likeness as a whole is high", "And above .5 already with an untrained network",
           "SVCCA is above .75 with an untrained network")),
    Found("A wider layer's first components contain the narrow one's", "wider-layer",
          ("The narrow layer's first four components are contained",),
          ("Here the wide layer's first four components do not contain",)),
    Found("Dictionaries of the two agree as two of one layer do", "wider-layer",
          ("Latents of narrow and wide layers agree",)),
    Found("Foreseen without a pilot: what a wider layer has more are less important features", "wider-layer",
          ("With twice the neurons more features come back", "Those that are new are the less important")),
    Found("Of a network whose layers are all new the first three components come back", "more-layers",
          ("Where all four layers are trained again, the first three",)),
    Found("Components behind the fourth do not come back", "more-layers", ("Those behind the fourth do not",)),
    Found("Foreseen without a pilot: the more layers, the less comes back, but not much less", "more-layers",
          ("The more layers, the less comes back", "But not much less")),
    Found("CKA of a new network is high, and CKA and SVCCA are with an untrained one, too", "more-layers",
          ("As a whole, layers are alike", "But CKA is above .5 with an untrained network", "And SVCCA above .75")),
    Found("What a network can express is as predicted: from an aligned start a filter of four costs nothing "
          "where there are as many neurons as features, and much where there are fewer", "top-filter",
          ("What a filter of four can express", "With half as many neurons as features",
           "With three quarters as many")),
    Found("What training finds is not: from a random start the gap stays at every width tried", "top-filter",
          ("What training finds from a random start", "Half as many neurons again do not help",
           "So it is with a filter of 6", "So there is no critical width")),
    Found("To narrow the filter slowly does not help", "top-filter", ("To begin with a wide filter",)),
    Found("A filter of one fails, with as many neurons as features and with more", "top-filter",
          ("One neuron that passes is too few",)),
    Found("Behind a filter features lie on fewer neurons, and neurons answer to fewer features", "top-filter",
          ("Behind a filter of four features lie on fewer neurons", "Without a filter a neuron answers to many",
           "With four that pass it answers to fewer"),
          ("The filter does as much without training", "But hardly to fewer than in fresh networks")),
    Found("With a linear output nothing but a projection is learned", "top-filter",
          ("With a linear output nothing but a projection",)),
    Found("Dead latents feign instability: of twice as many latents as features the live ones agree wholly",
          "same-dictionary-twice",
          ("Dead latents feign instability", "Of the live ones it is above .99", "The live ones have more than .15",
           "The share of latents with one partner")),
    Found("With as many latents as features, two of TopK agree to .96 of the live ones, share .87, and 60 to 62 live",
          "same-dictionary-twice",
          ("With no more latents than features TopK finds the same", "Of all 64 the mean matched cosine",
           "Of the live ones the share with one partner by both", "TopK, 64 latents: as many live")),
    Found("With a price on codes two agree to .97 of all", "same-dictionary-twice",
          ("A price on the sum of codes finds the same", "More than .85 of its latents have one partner"),
          ("Where they fall short of it they are not at the end",)),
    Found("What is found is the truth", "same-dictionary-twice",
          ("TopK, 128 latents: the live ones are the truth", "TopK, 64 latents: the live ones are the truth",
           "L1, 64 latents: the live ones are the truth")),
    Found("Planted random features are rejected, and do no harm", "planted-features",
          ("L1: planted random directions are rejected", "L1: they are shut by their biases",
           "L1: nothing is lost without them", "L1: nor do they harm", "TopK: planted random directions are rejected",
           "TopK: they are shut by their biases", "TopK: nothing is lost without them", "TopK: nor do they harm"),
          ("L1: of 64 plants with 64 free latents",)),
    Found("Planted true ones are used", "planted-features",
          ("L1: true directions in their place", "TopK: true directions in their place")),
    Found("Random ones are rejected only while there are free latents enough", "planted-features",
          ("L1: rejection has a condition", "L1: with 16 free latents", "L1: of 64 plants with 32 free ones",
           "L1: with none free they are used", "TopK: rejection has a condition", "TopK: with 16 free latents",
           "TopK: of 64 plants with 32 free ones", "TopK: with none free they are used")),
    Found("Random directions alone explain half of the variance (L1)", "planted-features",
          ("L1: 64 random directions alone",)),
    Found("Of 16 plants of TopK 13 to 15 die", "planted-features", ("TopK: most of 16 random plants die",)),
    Found("Acceptance is graded: half of it comes at a cosine of .92 (L1), .87 (TopK), little at .7",
          "planted-features",
          ("L1: acceptance is graded", "L1: at a cosine of .7", "TopK: acceptance is graded",
           "TopK: at a cosine of .7")),
    Found("The right number of free latents is the smallest without dense ones among the sparse", "hybrid",
          ("Of four dense directions the rule finds four", "Of two it finds two", "Of six it finds six"),
          ("It is a rule for prices, not for counts",)),
    Found("Without free latents 25 sparse ones are dense, and three times as many are on", "hybrid",
          ("Without free latents sparse ones become dense", "With δ = r less than half as many are on")),
    Found("The free block is the dense subspace", "hybrid", ("At δ = r the block is the true one",)),
    Found("With too many free latents the recovery of sparse features is destroyed", "hybrid",
          ("Beyond r the sparse features seem lost", "Beyond r it takes that up",
           "With half of all dimensions free"),
          ("But what is lost lies in the dense block's span",)),
    Found("Explained variance would choose too many", "hybrid",
          ("Explained variance is no rule", "Explained variance rises all the same")),
    Found("Foreseen without a pilot: where nothing is dense, free latents lose", "hybrid",
          ("Of data without any it finds none", "Where nothing is dense, free latents lose"),
          ("There, too, it is the span",)),
    Found("The first component cuts a quarter of the digits off, of several classes", "causal-features",
          ("Without the first principal component", "And it looks like two kinds of digits",
           "But they are no one class")),
    Found("A class' mean cuts cleanly, and that class alone", "causal-features",
          ("The direction in which the mean of class 6", "And destroys one class: less")),
    Found("Directions by lot destroy next to nothing, with a bimodality of .03 to .14", "causal-features",
          ("Directions by lot destroy less than one digit", "Their bimodality is below .2")),
    Found("PCA finds the features' subspace always", "narrow-methods", ("PCA finds the features' subspace",)),
    Found("PCA finds the features themselves only if they are at right angles and of distinct variances",
          "narrow-methods", ("It finds the features where they are at right angles", "And only there")),
    Found("SVD, unlike PCA, spends its first direction on the mean, and every index shifts", "narrow-methods",
          ("SVD, unlike PCA, spends", "PCA does not: the cosine", "So every index is shifted",
           "and above .8 with that of the place before"),
          ("A short mean shifts nothing",)),
    Found("ICA needs nothing but laws that are not Gaussian", "narrow-methods", ("ICA needs nothing but laws",)),
    Found("Gaussian features that are oblique, or of equal variances, are found by nobody", "narrow-methods",
          ("Of Gaussian features that are oblique", "Nor does varimax",
           "In the subspace that the strongest components leave, ICA finds of eight oblique Gaussian"),
          ("A neighboring layer that keeps each feature to another degree",)),
    Found("SVCCA counts shared dimensions, CKA measures shared variance", "narrow-methods",
          ("The sum of canonical correlations counts", "Whatever varies beside them", "CKA measures shared variance"),
          ("The count has a limit",)),
    Found("Few independent examples look alike: SVCCA .35, CKA .15 of 200", "narrow-methods",
          ("Independent data look alike where they are few", "and of 6,000 below .1",
           "CKA of 200 independent examples")),
    Found("Of twice or four times as many latents as features as many live as there are features", "wrong-numbers",
          ("With 128 latents for 64 features", "As many live as there are features",
           "Exactly as many as features live", "And of 256"),
          ("With a price in place of a count the live are no count", "But more latents live than there are features",
           "Of a thousand the live are no count")),
    Found("Too few latents mix features", "wrong-numbers", ("With half as many latents as features, they mix",)),
    Found("k may be too small, or twice too large; three times as many costs recall", "wrong-numbers",
          ("k may be twice what is right", "It may be two", "Even one", "Where three times as many are on"),
          ("Not on correlated data, where too few mix features",)),
    Found("Over all 256 latents F1 falls to .20, for most are dead", "wrong-numbers",
          ("Of all 256 latents F1 is below .3", "Only because most are dead")),
    Found("The overlap of directions has no minimum at the right k, unless features correlate", "wrong-numbers",
          ("It has no minimum there", "Where they do, it goes with the truth")),
    Found("Recall is learned wholly", "residual-stream",
          ("Networks learn recall", "Most networks learn recall")),
    Found("Two sudden changes are where the two attentions are; over neurons nothing moves", "residual-stream",
          ("After the first attention they do not", "What they said stands at the values",
           "Over neurons effects hardly move", "and over the second's", "So the two attentions are the two parts")),
    Found("At most one direction a position is wrong: eight or nine are needed", "residual-stream",
          ("At most one direction a position is wrong", "They need seven to ten", "So do keys")),
    Found("Later in the stream more directions are needed", "residual-stream",
          ("The longer the stream, the more directions",)),
    Found("Held to be plausible: one direction is enough where a single binary attribute matters", "residual-stream",
          ("Where one binary attribute of a word matters", "It is the norms that bring back what is left")),
    Found("Features that are often on become a tegum product of digons", "frames",
          ("Features that are often on", "Of most networks it is", "They hang together in twelve components"),
          ("It is one of digons", "And how many pairs are orthogonal")),
    Found("Rare ones become a homogeneous frame", "frames",
          ("Features that are on with a probability", "There all features hang together",
           "But less than .15 at .05"),
          ("Independent features, two a dimension, are digons however rare",)),
    Found("Mean-square interference cannot tell the two apart; the mean size and the largest can", "frames",
          ("Mean-square interference is at its least", "What tells the two apart", "And the largest")),
    Found("No room is reserved for a later stage's features", "frames",
          ("No room is left where the second stage writes",),
          ("It is the readers that leave room", "As many features as dimensions fill fewer",
           "Where weights decay and the write may go anywhere")),
    Found("What is certain is hopelessly pessimistic", "recovery-limits", ("What is certain is pessimistic",)),
    Found("Non-negativity buys up to twice as many active atoms", "recovery-limits",
          ("Non-negativity buys active atoms", "and fewer than twice")),
    Found("OMP is the weakest", "recovery-limits", ("OMP is the weakest with half-normal magnitudes",),
          ("and where each is half of the one before it",)),
    Found("Where there is room for all features, weights are sparse between them, in a learned dictionary and "
          "for ICA too; not for PCA nor between neurons", "feature-circuits",
          ("Where there is room for all features", "Nine tenths of their energy", "Independent components do as well",
           "Principal components do not", "Nor do neurons"),
          ("A dictionary that is learned where this layer alone", "though weights are about as sparse in it")),
    Found("With twice as many features weights are sparse not even between the true ones; PCA looks sparsest",
          "feature-circuits",
          ("With twice as many features as dimensions", "More than 20 edges a feature",
           "A learned dictionary is as the true features are", "Principal components look sparser than the truth")),
    Found("Over-provisioned TopK, pruned, recovers the dictionary, and pursuit tells what is on", "leaderboard",
          ("Over-provisioned TopK, pruned", "With codes by matching pursuit")),
    Found("Online dictionary learning comes as near; K-SVD stays behind, PCA is at chance", "leaderboard",
          ("scikit-learn's online dictionary learning, as wide", "Twice as wide, it comes within .005",
           "K-SVD, as wide as there are features", "PCA is no better than random directions")),
)  # fmt: skip

OPENING = """# What pilots had found, and what came of it

Before the studies of features there were pilots: quick looks at one network or a few, without intervals. Here is each
of their findings with the claims that ask it again, by their number on the study's page; the estimate and its 95 %
interval are over networks, or worlds, that no pilot had. Behind *pilot* stands its own number, where the claim has one,
and whether it lies within our interval; it decides nothing, for one network may lie far from the mean of many.

A finding is *confirmed* where its claims hold and *contradicted* where they fail; *within limits* where claims under
*but* say where it ends. Claims *asked after a look* are told and not counted. Claims and bounds are older than the
networks unless their page says so. Which of them speak of which finding was laid down afterwards. Claims that no pilot
speaks of are on the studies' pages alone, and of `location`, `realism`, `readable-features` and `compiled-program`
there was no pilot. `.venv/bin/python scripts/pilots.py` makes this page from theirs."""


def page(folder: Path) -> str:
    """The page, from those of the studies in a folder.

    Raises:
        LookupError: A claim that is not on its study's page.
    """
    known = {name: list(rows_of((folder / name / "README.md").read_text("utf-8"))) for name in studies()}
    parts = [OPENING, tally([outcome(each, known[each.study]) for each in FOUND])]
    for name in studies():
        told = [section(each, known[name]) for each in FOUND if each.study == name]
        parts += [f"## [{name}]({name}/README.md)\n\n{STUDIES[name][1]}", *told]
    return "\n\n".join(parts) + "\n"


def write(folder: Path) -> None:
    """Write the page; where one that it is made from is older than its claims, say which, and leave all as it is."""
    if all((folder / name / "README.md").exists() for name in studies()):
        try:
            (folder / "pilots.md").write_text(page(folder), encoding="utf-8")
        except LookupError as problem:
            print(f"pilots.md is left as it was: {problem}.", file=sys.stderr)


def studies() -> list[str]:
    """The studies whose pages are read, in the order of the findings."""
    return list(dict.fromkeys(each.study for each in FOUND))


def rows_of(text: str) -> Iterator[Row]:
    """The claims of a study's page."""
    beside = dict(re.findall(r"^(\d+)\. .*The published number lies (in|above|below) the interval", text, re.MULTILINE))
    for line in re.findall(r"^\| \d+ \| .*\|$", text, flags=re.MULTILINE):
        cells = [each.strip() for each in re.split(r"(?<!\\)\|", line)[1:-1]]
        verdict = re.fullmatch(r"\*\*(holds|fails|undecided)\*\*", cells[2]) if len(cells) == 9 else None
        if verdict:
            yield Row(int(cells[0]), cells[1], verdict[1], *cells[4:7], beside.get(cells[0], ""))


def begun(rows: Sequence[Row], starts: Sequence[str]) -> list[Row]:
    """The claims that begin in one of these ways.

    Raises:
        LookupError: None begins in one of them.
    """
    found = []
    for start in starts:
        own = [row for row in rows if row.text.startswith(start)]
        if not own:
            raise LookupError(f"no claim on its page begins with {start!r}")
        found += own
    return found


def outcome(found: Found, rows: Sequence[Row]) -> str:
    """What became of a finding: one word where its claims agree, or how many say what; and whether within limits."""
    words = [BECAME[row.verdict] for row in begun(rows, found.claims)]
    told = {word: words.count(word) for word in BECAME.values() if word in words}
    said = next(iter(told)) if len(told) == 1 else ", ".join(f"{word} by {count}" for word, count in told.items())
    return f"{said}, within limits" if found.but else said


def section(found: Found, rows: Sequence[Row]) -> str:
    """A finding, what became of it, and its claims."""
    own = [f"- {told(row)}" for row in begun(rows, found.claims)]
    other = [f"- But {told(row)}" for row in begun(rows, found.but)]
    other += [f"- Asked after a look, and not counted: {told(row)}" for row in begun(rows, found.later)]
    return "\n".join([f"**{found.said}.** *{outcome(found, rows).capitalize()}.*", "", *own, *other])


def told(row: Row) -> str:
    """A claim on a line."""
    where = f", {row.beside} the interval" if row.beside else ""
    pilot = f"; pilot {row.published}{where}" if row.published else ""
    interval = row.interval.replace(" to ", ", ")
    return f"{row.number} {row.verdict}: {row.text} {row.estimate} \\[{interval}\\]{pilot}."


def tally(outcomes: Sequence[str]) -> str:
    """How many findings became what."""
    plain = [each.removesuffix(", within limits") for each in outcomes]
    counts = {word: plain.count(word) for word in BECAME.values()}
    limited = sum(each == "confirmed, within limits" for each in outcomes)
    mixed = len(plain) - sum(counts.values())
    return (
        f"**Of {len(plain)} findings {counts['confirmed']} are confirmed, {limited} of them within limits, "
        f"{counts['contradicted']} contradicted and {counts['undecided']} undecided; of {mixed} claims say different "
        "things.**"
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Write what came of the pilots' findings, from the studies' pages.")
    asked.add_argument("--folder", type=Path, default=Path("studies"), help="Where pages are.")
    write(asked.parse_args().folder)
