"""What the report of a decomposition says before its numbers, and what its columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropism.studies._decompose_look import Look
from tropism.studies._decompose_methods import AFFORDED, has_scikit
from tropism.studies._decompose_truth import compares, knows_features

if TYPE_CHECKING:
    from tropism.studies.decompose import Sizes


def lede(look: Look, sizes: Sizes, of: str, note: str) -> str:
    """What is done, before any number; the note says who was left out."""
    latents, active = sizes.chosen
    whose = f"{look.networks} networks" if look.networks > 1 else "one network" if look.ensemble else "one table"
    told = (
        f"Activations of {whose}{f' ({of})' if of else ''}: {look.width} numbers each. {note} Their mean is taken off "
        "and they are divided by one number, so that directions stay as they are. On those of each "
        f"{'network' if look.ensemble else 'table'} {sizes.repeats} dictionaries are trained, which differ in their "
        f"seeds alone: {_counted(sizes.latents)} directions of which {_counted(sizes.active)} are on for an example, "
        f"those that the encoder gives the largest values. {_judged(look.repeated())} "
        f"Claims are about {latents} latents of which {active} are on, as was chosen before the look.\n\n"
        "A dictionary with more directions than dimensions explains much whatever its directions are. So beside what "
        "its own codes explain stands what its live directions do when orthogonal matching pursuit finds the codes, "
        "and what as many random directions, and those of as many examples drawn by lot, do with the same coder. The "
        f"online dictionary and K-SVD are fitted where a dictionary has at most {AFFORDED:,} numbers, and left out "
        "elsewhere."
    )
    told = told.replace("  ", " ")
    if knows_features(look):
        told += (
            " The task's features are known: a feature's direction is what turning it on, alone, changes at the site."
        )
    if compares(look):
        told += " All networks are asked the same, so their latents can be compared by what they answer to."
    elif look.networks > 1:
        told += (
            " Each network lives in a world of its own, where the same numbers mean something else, so their latents "
            "are not compared with each other."
        )
    if not has_scikit():
        told += " scikit-learn is not installed, so independent components and the online dictionary are left out."
    return told


def _judged(repeated: float) -> str:
    """What everything is judged on, said as it is where held-out examples are not new."""
    if not repeated:
        return "Everything is judged on activations that no dictionary was trained on."
    return (
        "Everything is judged on activations of the task's validation examples. It has so few examples that "
        f"dictionaries were trained on {repeated:.0%} of these, too.".replace("%", " %")
    )


def _counted(numbers: tuple[int, ...]) -> str:
    words = [str(each) for each in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


COLUMNS = {
    "member": "whom the row is about",
    "network": "place of the network among those that are decomposed",
    "seed": "the network's seed",
    "dictionary": "which of the network's dictionaries: the seed it was trained with",
    "latents": "directions that the dictionary has",
    "active": "latents that are on for an example, at most",
    "explained": "share of held-out variance that is explained, by the dictionary's own codes",
    "explained_components": "the same by as many principal components as latents are on",
    "explained_pursued": "the same by the live directions with codes of orthogonal matching pursuit",
    "explained_random": "the same by as many random directions, mean of three draws",
    "explained_lot": "the same by directions of as many examples drawn by lot, mean of three draws",
    "l0": "latents that are on for an example, on average",
    "live": "share of latents that are on for more than one held-out example in a thousand",
    "dead": "share that are on for none",
    "dense": "share that are on for more than three in ten",
    "again": "mean matched cosine of the live directions with those of the network's other dictionaries (PW-MCC)",
    "again_random": "the same with as many random directions",
    "again_random_high": "upper end of that: the 97.5th of 100 draws",
    "again_lot": "the same with directions of as many examples drawn by lot",
    "again_lot_high": "upper end of that",
    "elsewhere": "mean correlation of latents with their partners in other networks' dictionaries, on like examples",
    "elsewhere_shuffled_high": "upper end of the same with examples shuffled",
    "elsewhere_site": "the same of the site's own dimensions, whatever their signs",
    "matched": "mean matched cosine of live directions with the features",
    "matched_random": "the same of as many random directions",
    "matched_random_high": "upper end of that",
    "matched_lot": "the same of directions of as many examples drawn by lot",
    "matched_lot_high": "upper end of that",
    "recall": "share of the features that are matched with a cosine above .9",
    "recall_random": "the same of as many random directions",
    "features": "features that change anything at the site",
    "width": "numbers that an activation has",
    "components": "leading principal components with more variance than in 95 of 100 tables whose columns are shuffled",
    "effective": "how many directions the variance fills: (Σλ)² / Σλ²",
    "for_most": "principal components that have nine tenths of the variance",
    "first": "share of the variance along the first",
    "methods.method": "how directions were found",
    "methods.coder": "how codes were found: the first components, or orthogonal matching pursuit",
    "methods.atoms": "directions that there are",
    "methods.active": "numbers that an example is rebuilt from",
    "methods.explained": "share of held-out variance that is explained, mean over networks",
    "methods.least": "the least of the networks",
    "methods.most": "the most",
    "methods.n": "networks",
    "latents.latent": "which latent of the first network's first dictionary",
    "latents.rate": "share of held-out examples on which it is on",
    "latents.largest": "its largest code there",
    "latents.answers_to": "the nearest named color to the mean of its strongest examples, each by its code; or the "
    "strongest example's tokens, that of the activation in brackets where the site has positions",
    "latents.color": "that mean",
    "latents.rows": "the rows of the table on which it is strongest, counted from 0, all leading axes as one",
    "latents.feature": "the feature whose direction is nearest",
    "latents.cosine": "its cosine",
}
