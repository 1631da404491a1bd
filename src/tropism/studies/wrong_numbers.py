"""Dictionaries that were given wrong numbers, and what tells the right ones without the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._wrong_numbers_claims import claims
from tropism.studies._wrong_numbers_runs import ACTIVE, FEATURES, QUICK, WEIGHT, WHOLE, WIDTH
from tropism.studies._wrong_numbers_tables import EXAMPLES, tables

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure


def study(name: str = "wrong-numbers") -> Study:
    """The study `wrong-numbers`, or its quick form: the default data, and one setting that is varied."""
    quick = name.endswith("-quick")
    return Study(
        name=name,
        title="What do wrong numbers cost, and what tells the right ones?",
        question=(
            "A dictionary is told how many latents it has, and how many may be on or what they cost; the truth is not "
            "known. What do wrong numbers cost, on data how hard? Is there a sign of the right ones without the truth?"
        ),
        source='The part "Feature Identification" of the seed text: robust to guessing number and orientation.',
        sweeps=(QUICK if quick else WHOLE).sweeps(),
        measure=measure,
        draw=draw,
        claims=claims(quick=quick),
        lede=f"{LEDE}\n\n{SHORT}" if quick else LEDE,
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Dictionaries by what is varied, and what criteria choose."""
    return tables(ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """What wrong numbers cost, what harder data cost, and what tells the right numbers."""
    from tropism.studies._wrong_numbers_figures import figures

    return figures(tables)


LEDE = f"""Examples of {WIDTH} numbers are made of {FEATURES} features: on STB-32 exactly {ACTIVE} are on, in random
directions; on CORR {ACTIVE} on average, which come together more often than chance, in directions that keep apart.
Every seed has a world of its own, with another dictionary. Sparse autoencoders with TopK codes ({ACTIVE} on unless
said) or with a price for the code (L1, {WEIGHT:g} unless said) are judged on {EXAMPLES:,} fresh examples, after latents
were left out that are on in less than one example of a thousand.

Then the data get harder: noise, an offset, frequencies in proportion to 1 / rank, correlated features, directions in
bundles or apart, and few examples that come again and again. Those few are of one world for all seeds.

Criteria need no truth: explained variance; its elbow; the number of latents from which on no more live; how much two
directions overlap on average (c_dec) and the nth largest projection, n = {ACTIVE + 1}, which are said to be least at
the right number; whether a second network of the same data agrees; and the description length. Each is compared along
a setting with the matched cosine, by rank and by what it would choose. By chance ranks do not correlate. Along few
settings a rank correlation is coarse: a criterion that only rises has a large one wherever the truth rises, too."""

SHORT = """This form is a short one: of STB-32 as it is, TopK with one number of latents, L1 with three prices, less
training."""

COLUMNS = {
    "data": "which data",
    "method": "TopK, a count; L1, a price",
    "latents": "how many latents",
    "k": "how many are on, of TopK",
    "price": "price of the code, of L1",
    "noise": "deviation of the noise in each dimension",
    "offset": "length of what is added to all examples",
    "samples": "how many examples there were; where each is new, how many were shown",
    "fresh": "whether each example is new",
    "member": "place of the network among those that differ in luck alone",
    "seed": "the network's luck, its data included",
    "varied": "what is varied",
    "at": "its value",
    "setting": "the same in words; kinds of data are as named",
    "matched": "mean matched cosine of live latents with the features",
    "matched_chance": "the same of as many random directions",
    "matched_all": "the same of all latents, dead ones too",
    "to_learned": "mean over features of the largest cosine with a live latent",
    "to_learned_chance": "the same of as many random directions",
    "to_true": "mean over live latents of the largest cosine with a feature",
    "to_true_all": "the same over all latents",
    "to_true_chance": "the same of random directions",
    "recall": "features with a matched cosine above .9",
    "recall_chance": "the same of as many random directions",
    "f1_live": "how well latents tell which features are on: F1, mean over live ones",
    "f1_live_chance": "the same for codes of other examples",
    "f1_all": "F1 over all latents",
    "f1_all_chance": "the same for codes of other examples",
    "f1_oracle": "F1 of what matching pursuit finds with the features' own directions",
    "live": "latents that are on in more than one example of a thousand",
    "l0": "latents that are on, on average",
    "explained": "explained variance",
    "overlap": "c_dec, the mean size of the cosine of two live directions",
    "projection": "the nth largest projection of an example on live directions",
    "length": "description length, bits an example",
    "agreement": "mean matched cosine of live latents with those of a second network of the same world",
    "agreement_all": "the same of all latents",
    "agreement_chance": "the same of random directions, as many as live",
    "criterion": "what needs no truth",
    "correlation": "rank correlation of the criterion with the matched cosine (to .005) along the setting",
    "chosen": "the setting that the criterion would choose",
    "best": "the setting with the largest matched cosine",
    "missed": "how far the matched cosine at the chosen setting is below the best",
    "missed_by_lot": "the same for a setting by lot",
}
