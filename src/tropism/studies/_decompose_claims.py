"""What is claimed of any activations that are decomposed; each may turn out false of those at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._decompose_look import Look
from tropism.studies._decompose_truth import compares, knows_features

OURS = "ours, the same for whatever is decomposed"


def claims(look: Look, chosen: tuple[int, int]) -> tuple[Claim, ...]:
    """The claims about one site, at the size that was chosen beforehand."""
    latents, active = chosen
    where: Where = (("latents", latents), ("active", active))
    at = f"{latents} latents, {active} on"
    found = [
        _claim(f"A dictionary ({at}) explains more of the variance than {active} principal components.", "explained",
               "difference", where=where, column="explained", against="explained_components", above=0.0),
        _claim("Its live directions explain more than as many random ones, with the same coder.", "explained",
               "difference", where=where, column="explained_pursued", against="explained_random", above=0.0),
        _claim("They explain more than those of as many examples drawn by lot, with the same coder.", "explained",
               "difference", where=where, column="explained_pursued", against="explained_lot", above=0.0),
        _claim("Trained again, a dictionary of the same activations has the same live directions: they are matched "
               "better than with examples drawn by lot, above the upper end of chance.", "again", "difference",
               where=where, column="again", against="again_lot_high", above=0.0),
        _claim("… and well: the mean matched cosine is above .8.", "again", "mean", where=where, column="again",
               above=0.8),
        _claim("Most latents live: more than half are on for more than one example in a thousand.", "alive", "mean",
               where=where, column="live", above=0.5),
    ]  # fmt: skip
    if look.networks > 1:
        found.append(
            _claim("The site has fewer directions than numbers: fewer components than its width stand above chance.",
                   "spectrum", "difference", column="components", against="width", below=0.0)
        )  # fmt: skip
    if compares(look):
        found += [
            _claim("Latents have partners in the dictionaries of other networks: their activations correlate more than "
                   "with examples shuffled.", "again", "difference", where=where, column="elsewhere",
                   against="elsewhere_shuffled_high", above=0.0),
            _claim("… and more than the site's own dimensions correlate with those of other networks.", "again",
                   "difference", where=where, column="elsewhere", against="elsewhere_site", above=0.0),
        ]  # fmt: skip
    if knows_features(look):
        found.append(
            _claim("Live directions are the features' more than chance: the mean matched cosine is above the upper end "
                   "of that of as many examples drawn by lot.", "again", "difference", where=where, column="matched",
                   against="matched_lot_high", above=0.0)
        )  # fmt: skip
    note = (
        "Members are networks; where they are compared, each is with all others."
        if look.networks > 1
        else "Members are dictionaries of the same activations, which differ in their luck; where they are compared, "
        "each is with all others."
    )
    return tuple(replace(each, note=note) for each in found)


def _claim(text: str, table: str, statistic: Any, *, column: str, source: str = OURS, **words: Any) -> Claim:
    return Claim(text, table=table, statistic=statistic, column=column, source=source, **words)
