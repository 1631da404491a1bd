"""Gate search: does an answer return, without any training, when what tells two sets of inputs apart is taken away?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float, Int

from tropism.core import Ensemble
from tropism.errors import DoesNotFit, UnknownName
from tropism.measures.examples import Examples, values_at
from tropism.measures.rewriting import AffineMaps, projecting_out, rewritten
from tropism.measures.separation import DIRECTION_KINDS, DirectionKind, areas_along, separating

if TYPE_CHECKING:
    import polars

Score = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From answers `[E, B, …]` and classes `[E, B]` to a number a member, `[E]`: larger is better."""

GateAction = Literal["project", "push", "set"]
GATE_ACTIONS: tuple[GateAction, ...] = ("project", "push", "set")


def share_right(output: Float[np.ndarray, "E B K"], classes: Int[np.ndarray, "E B"]) -> Float[np.ndarray, "E"]:
    """The share of examples whose largest output is that of their class; NaN where any output is NaN."""
    share = (np.argmax(output, axis=-1) == classes).mean(-1)
    return np.where(np.isnan(output).any(axis=(1, 2)), np.nan, share)


def gate_maps(
    directions: Float[np.ndarray, "E R F"],
    a: Float[np.ndarray, "E n F"],
    b: Float[np.ndarray, "E m F"],
    action: GateAction,
) -> AffineMaps:
    """What is done along each member's orthonormal directions, to every input alike.

    `project` takes them out; `push` moves all values by what leads the mean of `b` along them to that of `a`; `set`
    puts the mean of `a` along them in place of what was there.
    """
    if action not in GATE_ACTIONS:
        raise UnknownName("action", str(action), GATE_ACTIONS, "gate_maps")
    matrix, none = projecting_out(directions)
    if action == "project":
        return AffineMaps(matrix, none)
    aim = a.mean(1) - b.mean(1) if action == "push" else a.mean(1)
    along = np.einsum("erf,erg,eg->ef", directions, directions, aim)
    whole = np.broadcast_to(np.eye(matrix.shape[-1]), matrix.shape)
    return AffineMaps(whole if action == "push" else matrix, along)


def gate_search(
    ensemble: Ensemble,
    sites: Sequence[str],
    fit: tuple[np.ndarray, np.ndarray],
    test: tuple[Examples, Examples],
    *,
    kinds: Sequence[DirectionKind] = DIRECTION_KINDS,
    counts: Sequence[int] = (1,),
    actions: Sequence[GateAction] = GATE_ACTIONS,
    score: Score = share_right,
) -> polars.DataFrame:
    """What becomes of the answers to a (that are given) and to b (that may be withheld) when directions are disabled.

    At each site, directions that tell a from b are found on `fit`, and disabled by `gate_maps` for all inputs of
    `test`. An answer to b that returns so was gated. A row a member, site, kind of direction, number of directions and
    action: `member`, `seed`, `site`, `kind`, `directions`, `action`; `area`, how well the first direction tells the
    tested inputs apart (1/2 is guessing); the score `b_before` and `b_after`, `a_before` and `a_after`; `n_a` and `n_b`
    tested. A member that diverged has NaN.

    The best of many rows is better than any of them would be on examples of its own.

    Args:
        fit: Inputs of a and of b, `[B, …]`, or `[E, B, …]` where the tested examples are each member's own.
        test: Other examples of a and of b, with what is right as their classes.
        score: Of answers and classes; by default the share that is right among all outputs.
    """
    import polars as pl

    for where, examples in zip(("test[0]", "test[1]"), test, strict=True):
        examples.check(where, len(ensemble))
    if test[0].apart != test[1].apart:
        raise DoesNotFit("gate_search: examples of both sets are the same for all members, or of both each one's own.")
    search = _Search(ensemble, test, score)
    heard = [values_at(ensemble, inputs, sites, apart=test[0].apart) for inputs in (*fit, search.inputs)]
    plain = search.scores(ensemble.listen(search.inputs, apart=test[0].apart)[0])
    tables = []
    for site in sites:
        a, b, new = (values[site] for values in heard)
        for kind in kinds:
            found = separating(a, b, kind=kind, count=max(counts))
            areas = areas_along(found, *search.parted(new))
            for count in counts:
                for action in actions:
                    after = search.after(site, gate_maps(found[:, :count], a, b, action), new)
                    named = {"site": site, "kind": kind, "directions": count, "action": action}
                    tables.append(search.rows(named, areas, plain, after))
    return pl.concat(tables)


class _Search:
    """The tested examples of both sets in one array, so that one program answers them."""

    def __init__(self, ensemble: Ensemble, test: tuple[Examples, Examples], score: Score) -> None:
        self.ensemble, self.score = ensemble, score
        self.apart = test[0].apart
        self.inputs = np.concatenate([np.asarray(each.inputs) for each in test], axis=1 if self.apart else 0)
        self.classes = [each.by_member("classes", len(ensemble)) for each in test]
        self.counts = [each.shape[1] for each in self.classes]

    def parted(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What belongs to a, and to b."""
        return values[:, : self.counts[0]], values[:, self.counts[0] :]

    def scores(self, answers: np.ndarray) -> list[Float[np.ndarray, "E"]]:
        return [self.score(one, right) for one, right in zip(self.parted(answers), self.classes, strict=True)]

    def after(self, site: str, maps: AffineMaps, known: np.ndarray) -> list[Float[np.ndarray, "E"]]:
        return self.scores(rewritten(self.ensemble, self.inputs, site, maps, apart=self.apart, known=known))

    def rows(
        self,
        named: dict[str, str | int],
        areas: Float[np.ndarray, "E"],
        before: list[Float[np.ndarray, "E"]],
        after: list[Float[np.ndarray, "E"]],
    ) -> polars.DataFrame:
        import polars as pl

        members = len(self.ensemble)
        about = {"member": np.arange(members), "seed": [str(member.seed) for member in self.ensemble.members]}
        about |= {name: [item] * members for name, item in named.items()}
        found = {"area": areas, "b_before": before[1], "b_after": after[1], "a_before": before[0], "a_after": after[0]}
        counts = {name: [count] * members for name, count in zip(("n_a", "n_b"), self.counts, strict=True)}
        return pl.DataFrame(about | {name: np.asarray(item, float) for name, item in found.items()} | counts)
