"""What pilots had found before the studies of features were made, beside what came of it: `scripts/pilots.py`.

It reads the claims on the studies' pages and writes `studies/pilots.md`. Which claims speak of which finding is laid
down here.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from tropism.studies import STUDIES

Outcome = Literal["confirmed", "contradicted", "undecided"]


class Found(NamedTuple):
    """One finding of a pilot.

    Attributes:
        said: What the pilot had found.
        study: The study that asked it again.
        claims: How the claims begin that say so, each of one sort of network or of several.
    """

    said: str
    study: str
    claims: tuple[str, ...]


class Row(NamedTuple):
    """A claim as its page has it; numbers as they are printed, `published` empty where there is none."""

    number: int
    text: str
    verdict: str
    claimed: str
    estimate: str
    interval: str
    published: str

    @property
    def inside(self) -> bool | None:
        """Whether the published number lies in the interval; none without one."""
        low, between, high = self.interval.partition(" to ")
        if not self.published or not between:
            return None
        return _number(low) <= _number(self.published) <= _number(high)

    @property
    def outcome(self) -> Outcome:
        """What becomes of the pilot's word: its claim decides; where that is undecided, the pilot's number does."""
        if self.verdict != "undecided":
            return "confirmed" if self.verdict == "holds" else "contradicted"
        return {True: "confirmed", False: "contradicted", None: "undecided"}[self.inside]


FOUND = (
    Found("Raw cosines of two networks' components are at chance", "retrain-layer",
          ("Raw cosines of components answer nothing",)),
    Found("Components of nearly the same variance swap places", "retrain-layer",
          ("Components swap where variances are alike",)),
    Found("Pushed forward, components agree far beyond chance", "retrain-layer",
          ("Pushed forward, components agree",)),
    Found("The layer fills six to eight dimensions", "retrain-layer",
          ("The layer fills between 6 and 8 dimensions",)),
    Found("The narrow decomposition is stable, up to turns within blocks of like variance", "retrain-layer",
          ("By activation, blocks of like variance are stable", "That is within .1 of the same network's")),
    Found("What limits an overcomplete dictionary is itself: two of one network agree no better than those of a "
               "layer trained again, or of a new network", "retrain-layer",
          ("Two dictionaries of one network share little", "A layer trained again costs a dictionary",
           "So does a new network", "Even latents of an untrained network",
           "The narrow decomposition is the more stable")),
    Found("Where features are sparse the order flips: dictionaries find them, components do not",
          "retrain-layer", ("Dictionaries find the true features", "Principal components do not: less than .05",
                            "The order of the two flips")),
    Found("CKA and SVCCA are high, with an untrained network, too", "retrain-layer",
          ("Likeness as a whole is high", "And above .5 already with an untrained network",
           "SVCCA is above .75 with an untrained network")),
    Found("A wider layer's first components contain the narrow one's", "wider-layer",
          ("The narrow layer's first four components are contained",)),
    Found("Dictionaries of the two agree as two of one layer do", "wider-layer",
          ("Latents of narrow and wide layers agree",)),
    Found("Expected, without a pilot: what a wider layer has more are less important features", "wider-layer",
          ("With twice the neurons more features come back", "Those that are new are the less important")),
    Found("Of a new network the first three components come back", "more-layers",
          ("Where all four layers are trained again, the first three",)),
    Found("and those behind the fourth do not", "more-layers", ("Those behind the fourth do not",)),
    Found("The more layers, the less comes back, but not much less", "more-layers",
          ("The more layers, the less comes back", "But not much less")),
    Found("CKA and SVCCA are high, with an untrained network, too", "more-layers",
          ("As a whole, layers are alike", "But CKA is above .5 with an untrained network", "And SVCCA above .75")),
    Found("What a network can express is as predicted: from an aligned start a filter of four costs nothing "
               "where there are as many neurons as features, and much where there are fewer", "top-filter",
          ("What a filter of four can express", "With half as many neurons as features",
           "With three quarters as many")),
    Found("What training finds is not: from a random start the gap stays, however wide", "top-filter",
          ("What training finds from a random start", "Half as many neurons again do not help",
           "So it is with a filter of 6", "So there is no critical width")),
    Found("To narrow the filter slowly does not help", "top-filter", ("To begin with a wide filter",)),
    Found("A filter of one fails at any width", "top-filter", ("One neuron that passes is too few",)),
    Found("Behind a filter features lie on fewer neurons", "top-filter",
          ("Behind a filter of four features lie on fewer neurons",)),
    Found("With a linear output nothing but a projection is learned", "top-filter",
          ("With a linear output nothing but a projection",)),
    Found("Dead latents feign instability: of twice as many latents as features the live ones agree wholly",
          "same-dictionary-twice",
          ("Dead latents feign instability", "Of the live ones it is above .99", "The live ones have more than .15",
           "The share of latents with one partner")),
    Found("With as many latents as features, TopK agrees to .96 of the live, and 60 to 62 live",
          "same-dictionary-twice",
          ("With no more latents than features TopK finds the same", "Of all 64 the mean matched cosine",
           "TopK, 64 latents: as many live")),
    Found("A price on codes agrees to .97 of all", "same-dictionary-twice",
          ("A price on the sum of codes finds the same", "More than .85 of its latents have one partner")),
    Found("What is found is the truth", "same-dictionary-twice",
          ("TopK, 128 latents: the live ones are the truth", "TopK, 64 latents: the live ones are the truth",
           "L1, 64 latents: the live ones are the truth")),
    Found("Planted random features are rejected, and do no harm", "planted-features",
          ("L1: planted random directions are rejected", "L1: they are shut by their biases",
           "L1: nothing is lost without them", "L1: nor do they harm", "TopK: planted random directions are rejected",
           "TopK: they are shut by their biases", "TopK: nothing is lost without them", "TopK: nor do they harm")),
    Found("Planted true ones are used", "planted-features",
          ("L1: true directions in their place", "TopK: true directions in their place")),
    Found("but only while there are free latents enough are random ones rejected", "planted-features",
          ("L1: rejection has a condition", "L1: with 16 free latents", "L1: with none free they are used",
           "TopK: rejection has a condition", "TopK: with 16 free latents", "TopK: with none free they are used")),
    Found("Random directions alone explain half of the variance", "planted-features",
          ("L1: 64 random directions alone",)),
    Found("Of 16 plants of TopK 13 to 15 die", "planted-features", ("TopK: most of 16 random plants die",)),
    Found("Acceptance is graded: half of it comes at a cosine of .92 (L1), .87 (TopK), little at .7",
          "planted-features",
          ("L1: acceptance is graded", "L1: at a cosine of .7", "TopK: acceptance is graded",
           "TopK: at a cosine of .7")),
    Found("The right number of free latents is the smallest without dense ones among the sparse", "hybrid",
          ("Of four dense directions the rule finds four", "Of data without any it finds none",
           "Of two it finds two", "Of six it finds six")),
    Found("Without free latents 25 sparse ones are dense, and three times as many are on", "hybrid",
          ("Without free latents sparse ones become dense", "With δ = r less than half as many are on")),
    Found("The free block is the dense subspace", "hybrid", ("At δ = r the block is the true one",)),
    Found("With too many the sparse features are lost", "hybrid", ("Beyond r the sparse features seem lost",)),
    Found("Explained variance would choose too many", "hybrid",
          ("Explained variance is no rule", "Explained variance rises all the same")),
    Found("Where nothing is dense, free latents harm", "hybrid", ("Where nothing is dense, free latents lose",)),
    Found("The first component cuts a quarter of the digits off, of several classes", "causal-features",
          ("Without the first principal component", "And it looks like two kinds of digits",
           "But they are no one class")),
    Found("A class' mean cuts cleanly, and that class alone", "causal-features",
          ("The direction in which the mean of class 6", "And destroys one class: less")),
    Found("Directions by lot destroy next to nothing, with a bimodality of .03 to .14", "causal-features",
          ("Directions by lot destroy less than one digit", "Their bimodality is below .2")),
    Found("PCA finds the features' subspace always", "narrow-methods", ("PCA finds the features' subspace",)),
    Found("and the features only if they are at right angles and of distinct variances", "narrow-methods",
          ("It finds the features where they are at right angles", "And only there")),
    Found("SVD, unlike PCA, spends its first direction on the mean, and every index shifts", "narrow-methods",
          ("SVD, unlike PCA, spends", "PCA does not: the cosine", "So every index is shifted",
           "and above .8 with that of the place before")),
    Found("ICA needs nothing but laws that are not Gaussian", "narrow-methods",
          ("ICA needs nothing but laws", "Of Gaussian features that are oblique")),
    Found("SVCCA counts shared dimensions, CKA measures shared variance", "narrow-methods",
          ("The sum of canonical correlations counts", "Whatever varies beside them", "CKA measures shared variance")),
    Found("Few independent examples look alike: SVCCA .35, CKA .15 of 200", "narrow-methods",
          ("Independent data look alike where they are few", "and of 6,000 below .1",
           "CKA of 200 independent examples")),
    Found("Twice or four times as many latents as features, pruned: as many live as there are features",
          "wrong-numbers",
          ("With 128 latents for 64 features", "As many live as there are features",
           "Exactly as many as features live", "And of 256")),
    Found("Too few latents mix features", "wrong-numbers", ("With half as many latents as features, they mix",)),
    Found("k may be wrong by a factor of two, but not of three", "wrong-numbers",
          ("k may be twice what is right", "It may be two", "Even one", "Where three times as many are on")),
    Found("Over all 256 latents F1 falls to .20, for most are dead", "wrong-numbers",
          ("Of all 256 latents F1 is below .3", "Only because most are dead")),
    Found("The overlap of directions has no minimum at the right k, unless features correlate", "wrong-numbers",
          ("It has no minimum there", "Where they do, it goes with the truth")),
    Found("Recall is learned wholly", "residual-stream", ("Networks learn recall",)),
    Found("Two sudden changes are where the two attentions are; over neurons nothing moves", "residual-stream",
          ("After the first attention they do not", "What they said stands at the values",
           "Over neurons effects hardly move", "and over the second's", "So the two attentions are the two parts")),
    Found("At most one direction a position is wrong: eight or nine are needed", "residual-stream",
          ("At most one direction a position is wrong", "They need seven to ten", "So do keys")),
    Found("Later more are needed", "residual-stream", ("The longer the stream, the more directions",)),
    Found("One may be enough where a single binary attribute matters (held to be plausible)", "residual-stream",
          ("Where one binary attribute of a word matters", "One of the seven there could be says nearly all")),
    Found("Features that are often on become a tegum product of digons", "frames",
          ("Features that are often on", "It is one of digons", "Of most networks it is",
           "They hang together in twelve components", "And how many pairs are orthogonal")),
    Found("Rare ones become a homogeneous frame", "frames",
          ("Features that are on with a probability", "There all features hang together",
           "But less than .15 at .05")),
    Found("Mean-square interference cannot tell the two apart; the mean size and the largest can", "frames",
          ("Mean-square interference is at its least", "What tells the two apart", "And the largest")),
    Found("No room is reserved for a later stage's features", "frames",
          ("No room is left where the second stage writes",)),
    Found("What is certain is hopelessly pessimistic", "recovery-limits", ("What is certain is pessimistic",)),
    Found("Non-negativity buys up to twice as many active atoms", "recovery-limits",
          ("Non-negativity buys active atoms", "and fewer than twice")),
    Found("OMP is the weakest", "recovery-limits", ("OMP is the weakest with half-normal magnitudes",)),
    Found("Where there is room for all features, weights are sparse between them, in a learned dictionary and "
               "for ICA too; not for PCA nor between neurons", "feature-circuits",
          ("Where there is room for all features", "Nine tenths of their energy", "Independent components do as well",
           "Principal components do not", "Nor do neurons")),
    Found("With twice as many features not even between the true ones; PCA looks sparsest", "feature-circuits",
          ("With twice as many features as dimensions", "More than 20 edges a feature",
           "A learned dictionary is as the true features are", "Principal components look sparser than the truth")),
    Found("Over-provisioned TopK, pruned, recovers the dictionary, and pursuit tells what is on",
          "leaderboard",
          ("Over-provisioned TopK, pruned", "With codes by matching pursuit")),
    Found("With sixteen dimensions it comes to .93", "leaderboard",
          ("At sixteen dimensions TopK finds less",)),
)  # fmt: skip

OPENING = """# What pilots had found, and what came of it

Before the studies of features there were pilots: quick looks at one network or a few, without intervals. Each line is
one of their findings beside the claims that ask it again, by their number on the study's page; the estimate and its
95 % interval are over networks (or worlds) that no pilot had, and *pilot* is the pilot's own number where it left one.

A finding is *confirmed* where its claim holds and *contradicted* where that fails. Where a claim is undecided, for its
bound lies within our interval, the pilot's number decides: contradicted where it lies outside the interval, confirmed
where it lies inside. Where there is none, it stays undecided. Claims and bounds are older than the networks unless
their page says so; which of them speak of which finding was laid down afterwards. Claims that no pilot
speaks of, and those about where a pilot's word ends, are on the studies' pages alone. Of `location`, `realism`,
`readable-features` and `compiled-program` there was no pilot. `.venv/bin/python scripts/pilots.py` makes this page from
theirs."""

HEAD = "| a pilot had found | asked again | it is |\n|---|---|---|\n"


def page(folder: Path) -> str:
    """The page, from those of the studies in a folder."""
    known = {name: list(rows_of((folder / name / "README.md").read_text("utf-8"))) for name in studies()}
    told = [(each, [row for start in each.claims for row in begun(known[each.study], start)]) for each in FOUND]
    parts = [OPENING, _tally([outcome(rows) for _, rows in told])]
    for name in studies():
        lines = [_line(each, rows) for each, rows in told if each.study == name]
        parts.append(f"## [{name}]({name}/README.md)\n\n{STUDIES[name][1]}\n\n{HEAD}" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def write(folder: Path) -> None:
    """Write the page, where the pages that it is made from are there."""
    if all((folder / name / "README.md").exists() for name in studies()):
        (folder / "pilots.md").write_text(page(folder), encoding="utf-8")


def studies() -> list[str]:
    """The studies whose pages are read, in the order of the findings."""
    return list(dict.fromkeys(each.study for each in FOUND))


def rows_of(text: str) -> Iterator[Row]:
    """The claims of a study's page."""
    for line in re.findall(r"^\| \d+ \| .*\|$", text, flags=re.MULTILINE):
        cells = [each.strip() for each in re.split(r"(?<!\\)\|", line)[1:-1]]
        verdict = re.fullmatch(r"\*\*(holds|fails|undecided)\*\*", cells[2]) if len(cells) == 9 else None
        if verdict:
            yield Row(int(cells[0]), cells[1], verdict[1], *cells[3:7])


def begun(rows: Sequence[Row], start: str) -> list[Row]:
    """The claims that begin so.

    Raises:
        LookupError: None does.
    """
    found = [row for row in rows if row.text.startswith(start)]
    if not found:
        raise LookupError(f"no claim on the page begins with {start!r}")
    return found


def outcome(rows: Sequence[Row]) -> str:
    """What became of a finding: one word where all its claims agree, or how many say what."""
    said: Mapping[str, list[int]] = {word: [] for word in ("confirmed", "contradicted", "undecided")}
    for row in rows:
        said[row.outcome].append(row.number)
    told = {word: numbers for word, numbers in said.items() if numbers}
    if len(told) == 1:
        return next(iter(told))
    return ", ".join(f"{word} by {len(numbers)}" for word, numbers in told.items())


def _line(found: Found, rows: Sequence[Row]) -> str:
    return f"| {found.said} | {'<br>'.join(map(_asked, rows))} | {outcome(rows)} |"


def _asked(row: Row) -> str:
    pilot = f", pilot {row.published}" if row.published else ""
    interval = row.interval.replace(" to ", ", ")
    return f"{row.number}: {row.estimate} \\[{interval}\\]{pilot}; {row.claimed}: {row.verdict}"


def _tally(outcomes: Sequence[str]) -> str:
    whole = [outcomes.count(word) for word in ("confirmed", "contradicted", "undecided")]
    parts = [
        f"{count} are {word}" for count, word in zip(whole, ("confirmed", "contradicted", "undecided"), strict=True)
    ]
    left = len(outcomes) - sum(whole)
    return f"**Of {len(outcomes)} findings {', '.join(parts)}; of {left} some claims say the one, some the other.**"


def _number(text: str) -> float:
    """A number as pages print it, with a minus sign, powers of ten and commas."""
    plain = (
        text.replace("−", "-").replace("⁻", "-").replace(",", "").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    )
    return float(plain.replace("×10", "e"))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Write what came of the pilots' findings, from the studies' pages.")
    asked.add_argument("--folder", type=Path, default=Path("studies"), help="Where pages are.")
    write(asked.parse_args().folder)
