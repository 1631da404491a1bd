"""Decompose: activations of stored networks at a site, or from elsewhere, as a study of dictionaries trained on them.

`tropism decompose STUDY SITE` and `tropism decompose FILE` carry it out; from Python, `decomposition(source)` makes it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.core.sweep import Study, Sweep
from tropism.dictionaries import TopKCode
from tropism.errors import BadValue, DoesNotFit
from tropism.studies._decompose_claims import claims
from tropism.studies._decompose_look import ROWS, Look
from tropism.studies._decompose_words import COLUMNS, lede
from tropism.subjects.features import Activations, Recorded, Watched
from tropism.subjects.features.recipes import dictionary

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

MOST_LATENTS = 256
"""Latents that are trained unless more are asked for."""
LEAST_LATENTS = 32
MOST_STEPS, LEAST_STEPS = 2000, 800
AFFORDED = 8192
"""Latents times width up to which dictionaries are trained for most steps."""


@dataclass(frozen=True)
class Sizes:
    """How dictionaries are trained.

    Attributes:
        latents: How many directions; each number is a sweep for each of `active`.
        active: How many latents are on for an example, at most.
        repeats: Dictionaries of each network.
        steps: Of training.
        batch_size: Activations a step.
    """

    latents: tuple[int, ...]
    active: tuple[int, ...]
    repeats: int = 2
    steps: int = 2000
    batch_size: int = 256

    def __post_init__(self) -> None:
        for name in ("latents", "active"):
            given = getattr(self, name)
            if not given or min(given) < 1 or len(set(given)) != len(given):
                raise BadValue(f"Sizes.{name}", given, "whole numbers of at least 1, each once")
        for name, least in (("repeats", 2), ("steps", 1), ("batch_size", 1)):
            if getattr(self, name) < least:
                raise BadValue(f"Sizes.{name}", getattr(self, name), f"at least {least}")
        if max(self.active) >= min(self.latents):
            raise DoesNotFit(
                f"{max(self.active)} of {min(self.latents)} latents are to be on; dictionaries want more than are on."
            )

    @property
    def chosen(self) -> tuple[int, int]:
        """The latents and active ones that claims are about: the first size, and the middle number of active ones."""
        return self.latents[0], sorted(self.active)[(len(self.active) - 1) // 2]


def sizes_for(
    look: Look,
    *,
    latents: tuple[int, ...] | None = None,
    active: tuple[int, ...] | None = None,
    repeats: int | None = None,
    steps: int | None = None,
) -> Sizes:
    """The sizes that some activations are given, but for those that are asked for.

    The wider, the more latents and active ones; and the more numbers there are to train, the fewer steps, so that
    a site of any width takes a minute or two.
    """
    several = latents or (min(max(2 * look.width, LEAST_LATENTS), MOST_LATENTS),)
    least = min(max(1, look.width // 64), 8)
    counts = active or tuple(each for each in (least, 2 * least, 4 * least) if each < min(several)) or (1,)
    afforded = round(MOST_STEPS * math.sqrt(AFFORDED / (max(several) * look.width)))
    return Sizes(
        several,
        counts,
        repeats=(2 if look.networks > 1 else 4) if repeats is None else repeats,
        steps=min(max(afforded, LEAST_STEPS), MOST_STEPS) if steps is None else steps,
    )


def watched(ensemble: Ensemble, site: str, *, positions: tuple[int, ...] | None = None) -> Watched:
    """Activations of trained networks at a site, about as many rows of them wherever it has positions.

    Raises:
        DoesNotFit: They are dictionaries themselves, or two have one `world` stream, which chooses whom one reads.
        UnknownName: There is no such site.
    """
    refuse_dictionaries(ensemble)
    found = Watched(ensemble, site, positions=positions)
    if not ensemble.network.sites()[site].positions:
        return found
    from tropism.measures import fresh_examples

    one = ensemble.select([0])
    heard = one.listen(fresh_examples(one, 0, 1), (site,))[1][site]
    rows = len(positions) if positions is not None else int(heard[0, 0, ..., 0].size)
    return Watched(
        ensemble, site, positions=positions, count=max(256, ROWS // rows), held_out=max(64, ROWS // 4 // rows)
    )


def refuse_dictionaries(ensemble: Ensemble) -> None:
    """Refuse networks that are dictionaries themselves.

    Raises:
        DoesNotFit: They are.
    """
    if isinstance(ensemble.experiment.task, Activations):
        raise DoesNotFit("These networks are dictionaries of activations; decompose the study that they look at.")


def decomposition(
    source: Watched | Recorded, sizes: Sizes | None = None, *, name: str = "decompose", of: str = "", note: str = ""
) -> Study:
    """The study of dictionaries trained on activations; networks take turns as what is decomposed.

    Args:
        source: `watched(ensemble, site)`, or `Recorded.of(array)` for activations from elsewhere.
        sizes: How dictionaries are trained; by default as `sizes_for` has it.
        name: What the study is stored as.
        of: Whose activations they are, for the report.
        note: Who was left out, for the report.

    Raises:
        UserError: What cannot be decomposed, or sizes that do not fit it.
    """
    look = Look(source)
    asked = sizes or sizes_for(look)
    _refuse_too_few(look, asked)
    task = look.task()
    sweeps = tuple(
        Sweep(
            f"{latents} latents, {active} active",
            dictionary(task, latents, TopKCode(k=active), steps=asked.steps, batch_size=asked.batch_size),
            look.seeds(asked.repeats),
        )
        for latents in asked.latents
        for active in asked.active
    )
    return Study(
        name=name,
        title=f"What activations are made of: {of or name}",
        question="Which directions are activations made of, and would others find the same?",
        source="The part “Feature Identification” of the seed text; the methods' sources stand with the methods.",
        sweeps=sweeps,
        measure=functools.partial(measure, look, asked),
        draw=functools.partial(draw, asked),
        claims=claims(look, asked.chosen),
        lede=lede(look, asked, of, note),
        columns=COLUMNS,
    )


def _refuse_too_few(look: Look, sizes: Sizes) -> None:
    """Refuse, before anything is trained, activations that are all alike, or too few for so many directions."""
    rows = np.linalg.norm(look.seen(0).shown, axis=1)
    if (rows > 0).sum() < max(sizes.latents):
        raise DoesNotFit(
            f"{max(sizes.latents)} latents are to be learned, and there are {(rows > 0).sum()} activations to learn "
            "from; ask for fewer."
        )


def measure(look: Look, sizes: Sizes, ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Spectra, what dictionaries and other methods explain, what is found again, and what latents answer to."""
    from tropism.studies._decompose_dictionaries import dictionaries, ones, rates
    from tropism.studies._decompose_elsewhere import elsewhere
    from tropism.studies._decompose_examples import answers
    from tropism.studies._decompose_methods import methods
    from tropism.studies._decompose_spectrum import spectra
    from tropism.studies._decompose_truth import alike_examples, true_directions, truth_beside

    known, true, alike = ones(look, ensembles), true_directions(look), alike_examples(look)
    scores = dictionaries(look, known, true)
    if alike is not None:
        trained = {(each.network.latents, each.network.code.k): each for each in ensembles.values()}  # type: ignore[attr-defined]
        keys = ["network", "latents", "active"]
        scores = scores.join(elsewhere(look, known, trained, alike), on=keys, how="left", maintain_order="left")
    first = next(each for each in known if (each.latents, each.active) == sizes.chosen)
    shown = None if true is None or not len(true[first.network]) else true[first.network]
    return {
        **spectra(look),
        **by_member(scores, networks=look.networks > 1),
        **methods(look, sizes.latents, sizes.active, sizes.chosen[1]),
        **answers(look, first, shown),
        **({} if shown is None else {"drawn-cosines": truth_beside(first, shown)}),
        "drawn-dictionaries": scores,
        "drawn-rates": rates(look, known),
    }


def by_member(scores: polars.DataFrame, *, networks: bool) -> dict[str, polars.DataFrame]:
    """What is explained, what lives, and what is found again: a row a member and size.

    Members are networks, with the mean over their dictionaries; where there is one network, its dictionaries.
    """
    import polars as pl

    keys = ["network", "seed", "latents", "active"] if networks else ["member", "dictionary", "latents", "active"]
    values = [each for each in scores.columns if each not in ("member", "network", "seed", "dictionary", *keys)]
    found = scores.group_by(keys, maintain_order=True).agg(pl.col(values).mean())
    if networks:
        found = found.rename({"network": "member"})
    first = found.columns[: len(keys)]
    parts = {
        "explained": [each for each in values if each == "l0" or each.startswith("explained")],
        "alive": ["live", "dead", "dense"],
        "again": [each for each in values if each.startswith(("again", "elsewhere", "matched", "recall", "features"))],
    }
    return {name: found.select(*first, *columns) for name, columns in parts.items()}


def draw(sizes: Sizes, tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """The spectrum, explained variance, firing rates, what is found again, and the strongest examples."""
    from tropism.studies._decompose_figures import figures

    return figures(tables, sizes.chosen)


__all__ = ["Sizes", "decomposition", "refuse_dictionaries", "sizes_for", "watched"]
