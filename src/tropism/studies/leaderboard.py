"""The leaderboard: every way to find a dictionary, on every data set whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.sweep import Grid, Study
from tropism.studies._leaderboard_claims import claims
from tropism.studies._leaderboard_entries import FITTED, TRAINED, Ask, Entry
from tropism.studies._leaderboard_runs import DEFAULT, Board

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure

WHOLE = Board({DEFAULT: 5, "STB-16": 5, "SL-32": 3, "SHK-64": 3, "CORR": 3, "HIER": 5, "MIX-32": 3})
_QUICK = ("K-SVD", "PCA", "random directions")
BATCH = 512
"""Examples a step, as the recipe has it."""
QUICK = Board(
    {DEFAULT: 2},
    {"TopK": TRAINED["TopK"]},
    {name: FITTED[name] for name in _QUICK},
    steps=1000,
    sampled=2000,
    judged=5000,
)


def study(name: str = "leaderboard") -> Study:
    """The study `leaderboard`, or, as `leaderboard-quick`, a few methods on the default data."""
    return with_board(name, QUICK if name.endswith("-quick") else WHOLE)


def study_with(name: str, entries: Mapping[str, Entry], *, quick: bool = False, board: Board | None = None) -> Study:
    """The leaderboard with entries of one's own.

    An entry is a function of an `Ask`, which tells the data's width, how many features there are and how many are on;
    it answers a `Method`, which is fitted to examples, or an experiment that trains a `SparseAutoencoder`.

    Args:
        name: What the study is called.
        entries: By the name that tables give them.
        quick: Beside a few methods on the default data alone.
        board: Whom to stand beside, on which data; by default all.

    Raises:
        DoesNotFit: A name that the board has already.
    """
    return with_board(name, (board or (QUICK if quick else WHOLE)).with_entries(entries))


def with_board(name: str, board: Board) -> Study:
    """The leaderboard, bigger or smaller."""
    return Study(
        name=name,
        title="Which method finds the features?",
        question=(
            "Data are made of features that we know. Which way to find a dictionary recovers them, finds the same ones "
            "again, explains the data, and in which time?"
        ),
        source='The part "Feature Identification" of the seed text; the leaderboard that it lacks is ours.',
        sweeps=board.sweeps(),
        measure=Judge(board),
        draw=draw,
        claims=claims(board),
        lede=LEDE.format(shown=f"{board.steps * BATCH:,}", sampled=f"{board.sampled:,}"),
        columns=COLUMNS,
        grids=(Grid("ranks", "board", "method", "data", "corrected", written=WRITTEN),),
    )


@dataclass(frozen=True)
class Judge:
    """What a board measures."""

    board: Board

    def __call__(self, ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
        """The board, and what its means are taken of."""
        from tropism.studies._leaderboard_tables import tables

        return tables(self.board, ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Ranks by data set, and what each method reaches on the default data."""
    from tropism.studies._leaderboard_figures import figures

    return figures(tables)


WRITTEN = (("found", "recall"), ("again", "consistency"))
"""What a cell says besides."""

LEDE = """Every data set's worlds have true dictionaries of their own. Every method finds two dictionaries of each
world, from other luck and other examples: the first is judged, the second says whether the same is found again. All are
told how many features there are and how many are on in an example on average, and nothing of directions.

Sparse autoencoders are trained by gradients on {shown} fresh examples, twice as wide as there are features; the
others are fitted to {sampled} examples. Where a price has a weight, four are trained, and in a world apart the one is
chosen whose codes are as sparse as the data; the truth is not looked at for that. When the board was first run, weights
ended at .6, and codes of L1 and Gated stayed less sparse than most data; and STB-16 and HIER had three worlds, with
which one claim on each was undecided. All dictionaries are pruned by one rule: an atom goes that is used by at most
one example in a thousand, by the network's own code of fresh examples, or by matching pursuit on what was fitted.

The score is the mean matched cosine with the truth, of fresh data; corrected, it is how far a method has come from
random directions, as many as it has, at 0, to the truth at 1. Codes for all are found by orthogonal matching pursuit
with as many atoms as features are on; so they compare dictionaries, and what a network's own encoder reaches stands
beside it. The truth's own row says what codes can reach. Controls learn no directions.

Nowhere on the whole board: SHK-256, for its size; non-negative factors, which refuse the negative numbers that all
these data have; and turned components, which `narrow-methods` has beside ICA."""

COLUMNS = {
    "data": "the data set",
    "method": "the method; `the truth` is the true dictionary itself",
    "control": "whether it learns no directions",
    "member": "the world, which decides the true dictionary",
    "n": "worlds",
    "atoms": "atoms that are left after pruning",
    "matched": "mean matched cosine with the true dictionary, one to one",
    "matched_chance": "the same of as many random directions",
    "corrected": "how far `matched` is from chance, 0, to the truth, 1",
    "corrected_std": "its standard deviation over worlds",
    "to_true": "mean cosine of an atom with the nearest feature",
    "recall": "share of the features whose matched cosine is above .9",
    "precision": "share of the atoms of which that holds",
    "consistency": "mean matched cosine of two dictionaries of one world",
    "consistency_chance": "the same of one and random directions",
    "f1": "how well codes by matching pursuit say which features are on",
    "explained": "share of the variance of fresh examples that those codes explain",
    "l0": "atoms in those codes",
    "own_explained": "share of the variance that the network itself explains",
    "own_l0": "latents that are on in its own codes",
    "weight": "the weight of its price that was chosen, where there is one",
    "seconds": "seconds a dictionary: of one core for fitted ones; its share of its program's, with compiling, for "
    "trained ones",
}


__all__ = ["Ask", "Board", "study", "study_with", "with_board"]
