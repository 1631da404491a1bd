"""Recovery limits: how many active atoms are got back from a dictionary that is known, and from a learned one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tropism.core.sweep import Drawn, Study
from tropism.studies._limits_claims import claims_of
from tropism.studies._limits_trials import QUICK, WHOLE, Scale

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed
    from tropism.figures import Figure


def study(name: str = "recovery-limits") -> Study:
    """The study `recovery-limits`; as `recovery-limits-quick` with two dictionaries of one size and fewer examples."""
    quick = name.endswith("-quick")
    scale = QUICK if quick else WHOLE
    return Study(
        name=name,
        title="How many features does L1 recover?",
        question=(
            "That L1 minimization recovers true features is proven of dictionaries that are known. How many features "
            "may be active until it fails, next to what is certain and to what theory expects; and does a dictionary "
            "that is learned from the same data lead to the same codes?"
        ),
        source='The message exchange of the seed text, part "Feature Identification".',
        sweeps=(),
        measure=Drawn(scale.seeds, partial(tables, scale=scale)),
        draw=draw,
        claims=claims_of(quick),
        lede=LEDE if quick else f"{LEDE}\n\n{MORE}",
        columns=COLUMNS,
    )


def tables(seeds: Sequence[Seed], scale: Scale = WHOLE) -> dict[str, polars.DataFrame]:
    """Successes with known dictionaries, their limits, magnitudes, the phase diagram, and learned dictionaries."""
    from tropism.studies import _limits_learned, _limits_tables

    return {**_limits_tables.tables(seeds, scale), **_limits_learned.tables(seeds, scale)}


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Success by active atoms, the phase diagram, magnitudes, and learned dictionaries."""
    from tropism.studies._limits_figures import figures

    return figures(tables)


LEDE = """A dictionary is a draw of unit vectors in any directions, twice as many as dimensions. An example is a sum
of k of them with half-normal magnitudes and no noise, and a code counts as got back where no number is off by more than
a ten-thousandth of the largest. A seed is a dictionary and its examples; those with fewer active atoms are the same
examples with fewer.

Four coders know the dictionary. Basis pursuit finds the codes of least absolute sum, by linear programming; so does its
non-negative form, which is told that no code is negative. Orthogonal matching pursuit takes up one atom after another
and is told how many; active sets (non-negative least squares) do the same, are told the sign and not the number. In 32
dimensions with 64 atoms signs alone leave more than one answer: what active sets get back there, they owe to how they
look for it.

Three levels stand beside them. Coherence vouches for all codes of fewer than (1 + 1/μ) / 2 active atoms. No other code
is as sparse where 2k is below the spark, which is one more than the dimensions. And in the limit of many atoms half of
codes are got back at a number that theory gives in closed form. What restricted isometry vouches for is not asked: one
would have to look at all sets of 2k atoms.

Then nobody knows the dictionary: scikit-learn's online dictionary and K-SVD, which is told k, learn as many atoms from
such data, and code examples that they did not see. The known dictionary stands beside them as the best that can be had,
and one by lot as chance. Neither is given more than some rounds through its examples, and the table says which had come
to rest; where one had not, more might have brought it further."""

MORE = """In 16 and 32 dimensions a dictionary has 96 examples: at first it had twelve, as in 64, and how far OMP is
behind basis pursuit and what non-negativity buys were undecided. No claim was changed for that."""

COLUMNS = {
    "member": "place of the dictionary among those drawn",
    "seed": "the draw's luck",
    "size": "dimensions × atoms",
    "width": "dimensions",
    "active": "how many atoms are on in each example, k",
    "at": "how many atoms are on in each example",
    "basis pursuit": "share of codes got back, by the smallest absolute sum",
    "non-negative": "the same, told that no code is negative",
    "active sets": "the same by non-negative least squares, one atom after another",
    "OMP": "the same by orthogonal matching pursuit, told k",
    "coherence": "μ, the largest cosine of two atoms",
    "welch": "the least that μ can be",
    "by_coherence": "k up to which all codes are certain to be got back",
    "by_spark": "k up to which no other code is as sparse",
    "by_rule": "k for which d = 2 k ln(G / k)",
    "limit": "k at which half of codes are got back in the limit of many atoms",
    "limit_non_negative": "the same without negative codes",
    "basis pursuit, half": "k at which half of the codes are got back",
    "basis pursuit, most": "k at which nine tenths are; so in the columns beside",
    "beyond": "nine tenths of basis pursuit's codes, as a multiple of by_coherence",
    "times_half": "how many times as many active atoms without negative codes, for half",
    "times_most": "the same for nine tenths",
    "off": "how far basis pursuit's half lies beyond the limit's, as a share",
    "off_non_negative": "the same without negative codes",
    "at_spark": "share of codes that basis pursuit gets back at by_spark",
    "magnitudes": "of active atoms: even, half-normal, or each half of the one before",
    "ahead": "basis pursuit's share less OMP's",
    "atoms": "of a dictionary in 24 dimensions",
    "edges.basis pursuit": "mean k up to which codes are got back: the area below the share",
    "times": "how many times as many without negative codes",
    "dictionary": "known, learned online, learned by K-SVD, or drawn by lot",
    "codes": "how examples are coded: OMP, or the k largest of non-negative least squares, refitted",
    "matched": "mean matched cosine with the true atoms",
    "recall": "share of true atoms found at a cosine of .9",
    "same": "share of held-out examples coded by the same atoms as truly",
    "near": "those of them of which no code is off by more than a tenth of the largest",
    "f1": "F1 of which atoms are on",
    "settled": "whether learning came to rest within its rounds",
}
