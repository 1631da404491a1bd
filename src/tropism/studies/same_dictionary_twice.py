"""The same dictionary twice: what two dictionaries of one truth have in common, and whether what is stable is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._same_twice_claims import claims
from tropism.studies._same_twice_runs import Scale
from tropism.studies._same_twice_tables import tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure

QUICK = Scale(kinds=("TopK, 64 latents", "TopK, 128 latents"), count=3, steps=800, batch_size=256, lr=0.004)


def study(name: str = "same-dictionary-twice") -> Study:
    """The study `same-dictionary-twice`, or, as `same-dictionary-twice-quick`, on a smaller grid."""
    return scaled(name, QUICK if name.endswith("-quick") else Scale())


def scaled(name: str, scale: Scale) -> Study:
    """The same study, bigger or smaller."""
    return Study(
        name=name,
        title="Is the same dictionary found twice?",
        question=(
            "Two sparse autoencoders learn the same data, whose true dictionary is known, with another start, other "
            "examples, or both. Do they find the same directions, where does it come from when they do not, and is "
            "what they agree on true?"
        ),
        source='The part "Some experiments" of the seed text, a dictionary trained twice; its pilots\' numbers.',
        sweeps=scale.sweeps(),
        measure=measure,
        draw=draw,
        claims=claims(scale),
        lede=f"{LEDE}\n\n{GREW if len(scale.kinds) > len(QUICK.kinds) else SHORT}",
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """How alike dictionaries are, contrasts, each beside the truth, and what of the stable is true."""
    return tables(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Likeness by what is shared, by measure, beside the truth, and the latents that are stable or true."""
    from tropism.studies._same_twice_figures import figures

    return figures(tables)


LEDE = """Data of 32 dimensions are sums of three of 64 features, half-normal each, in directions that are the same for
all dictionaries. All pairs of a group are compared: pairs that see the same examples in the same order from other
starts, pairs that start alike and see other examples, and pairs that share nothing but the truth.

Directions: the mean matched cosine of two decoders, signs counted, one to one. Partners: the share of latents whose
partner by decoder is also their partner by encoder, with a mean cosine above .7. Codes: how latents' values correlate
with their partners', matched on half of the examples and scored on the other half. Each is asked of all latents and of
the live ones, which are on for more than one example in a thousand.

The level by chance is that of as many random directions, for codes that of examples which do not belong together. The
control is the same dictionaries before training; those that start alike are then the same.

A latent is stable that at least four in five dictionaries have, its own counted, within a cosine of .9; it is true if
its partner in the truth is as near. With 32 latents there are half as many as features, so that each could be true, but
half of the features go without. Those called longer are trained 2.4 times as long.

Pairs that have a dictionary in common are not independent: intervals draw dictionaries, with all their pairs. Contrasts
draw those of both sides together. What is stable is so by all dictionaries of a kind: its intervals draw dictionaries,
too, and ask each time what those have in common. All dictionaries share one truth; another might give other numbers."""

GREW = """At first a group had five dictionaries, and eleven claims were undecided; for that five others were added. No
claim was changed."""

SHORT = """This form is a short one: of TopK with 64 and 128 latents, three dictionaries a group, less training."""

COLUMNS = {
    "kind": "the code, and how many latents there are",
    "shared": "what two dictionaries have in common besides the truth: examples in the same order, the start, nothing",
    "latents": "which latents are compared: all, or the live ones",
    "n": "dictionaries, all pairs of which count",
    "directions": "mean matched cosine of the decoders' directions",
    "partners": "share of latents with the same partner by decoder and by encoder",
    "codes": "mean correlation of partners' codes, on examples that they were not matched on",
    **{f"{name}_{end}": f"{words} end of the interval of {name}" for name in ("directions", "partners", "codes")
       for end, words in (("low", "lower"), ("high", "upper"))},
    "directions_chance": "directions of as many random ones with the first dictionary's",
    "partners_chance": "the same of partners",
    "codes_chance": "codes, where the other dictionary's examples are shuffled",
    **{f"{name}_untrained": f"{name} of the same dictionaries before training"
       for name in ("directions", "partners", "codes")},
    "contrast": "what is compared with what, by mean matched cosine",
    "difference": "of the two means",
    "difference_low": "lower end of its interval",
    "difference_high": "upper end of its interval",
    "member": "place of the dictionary in its group",
    "matched": "mean matched cosine of the live latents with the truth",
    "matched_chance": "that of as many random directions",
    "matched_all": "mean matched cosine of all latents with the truth",
    "matched_all_chance": "that of as many random directions",
    "dictionaries.recall": "share of features that a live latent is within a cosine of .9 of",
    "dictionaries.precision": "share of live latents that are so near a feature",
    "live": "latents that are on for more than one example in a thousand",
    "explained": "share of the variance that is explained",
    "consistency_all": "directions, mean over the pairs with this dictionary, all latents; rows have pairs in common, "
    "so that the interval of their mean is the table Stability's",
    "consistency_live": "the same of live ones",
    "stable_true": "live latents of a dictionary that are stable and true, mean",
    "stable_false": "stable and not true",
    "unstable_true": "not stable and true",
    "unstable_false": "neither",
    "consensus.precision": "share of the stable that are true",
    "precision_others": "share of the others that are true",
    "gain": "the difference of the two",
    **{f"{name}_{end}": f"{words} end of its interval" for name in ("precision", "precision_others", "gain")
       for end, words in (("low", "lower"), ("high", "upper"))},
    "precision_any": "share of all live ones that are true, which the two would have if being stable said nothing",
    "consensus.recall": "share of features that a stable latent is within a cosine of .9 of",
}  # fmt: skip
