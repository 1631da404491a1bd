"""The claims of the study `rotation`, written before its networks were trained, but for those whose note says so."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._rotation_looks import CONVOLUTIONAL, DENSE, NETWORKS, POLAR, POLAR_POSITION, STEPS

SEED = "The seed text: small D does not extend to Y; past some fraction of the circle the rest comes with it."
DOUBT = 'The seed text on upright digits, then turned ones: "not sure this uses the original circuitry".'
PROTOTYPES = "Our prototypes of these tasks, one to four seeds."
ANCHOR = "Written down as what must come out if the prototypes are right."
OURS = "Ours: the bound was written down before the networks were trained."
PLAIN = (DENSE, CONVOLUTIONAL)


def _of(network: str, upto: int | None = None) -> Where:
    return (("network", network), *((("upto", upto),) if upto else ()))


def _range(text: str, column: str, network: str, upto: int, **more: Any) -> Claim:
    """A claim on networks that were trained up to an angle."""
    told: dict[str, Any] = {"statistic": "mean", "source": PROTOTYPES} | more
    return Claim(text, table="a1-networks", column=column, where=_of(network, upto), **told)


def _every(text: str, column: str, network: str, **more: Any) -> Claim:
    """A claim on each seed's worst over all ranges, or on its mean."""
    told: dict[str, Any] = {"statistic": "max", "source": PROTOTYPES} | more
    return Claim(text, table="a1-seeds", column=column, where=_of(network), **told)


def _title(network: str) -> str:
    """A network's name where a sentence begins."""
    return network[0].upper() + network[1:]


FAR = "Far: at least 30° from any angle that was trained on; with D = 330° there is no such angle."
_STILL = "Angles 30° from the trained ones, on either side; with D = 240° as with 60°, so only the range differs."

A1 = (
    *(
        _every(f"{_title(network)}: X is learned at every D: more than .85 of held-out pictures.", "x_least", network,
               statistic="min", above=0.85, note="The bound is that of the pair A1.")
        for network in NETWORKS
    ),
    _every("Polar without position: Y is as right as X at every D; accuracies differ by less than .02.", "gap_most",
           POLAR, below=0.02, source=ANCHOR),
    *(
        _every(f"{_title(network)}: far from the trained angles less than .6 is right at every D.", "far_most", network,
               below=0.6, note=FAR)
        for network in PLAIN
    ),
    *(
        _every(f"Polar with position lies between: far from the trained angles more is right than {network}, by .05.",
               "far_mean", POLAR_POSITION, statistic="difference", versus=_of(network), above=0.05,
               note=f"Mean over all D. {FAR}")
        for network in PLAIN
    ),
    _every("And less than polar without position, by .05.", "far_mean", POLAR_POSITION, statistic="difference",
           versus=_of(POLAR), below=-0.05, note=f"Mean over all D. {FAR}"),
    _every("A weaker position lies between those: more than with the full one, by .02.", "far_mean",
           "polar, position .3", statistic="difference", versus=_of(POLAR_POSITION), above=0.02, source=OURS,
           note=f"Mean over all D. {FAR}"),
    _range("Polar with position, D = 180°: of Y between .5 and .75 is right.", "y", POLAR_POSITION, 180, above=0.5,
           below=0.75, published=0.62, note="Published after 500 steps."),
    *(
        _range(f"{_title(network)}: 60° do not extend: less than .5 of Y is right.", "y", network, 60, below=0.5,
               published=published, source=SEED, note="Published is a prototype of one seed.")
        for network, published in ((DENSE, 0.366), (CONVOLUTIONAL, 0.328))
    ),
    _range("Nor do they with polar with position: less than .75.", "y", POLAR_POSITION, 60, below=0.75, source=SEED,
           note="The bound is ours."),
    *(
        _range(f"{_title(network)}: a larger range looks like extension: of Y, D = 300° has more right than 60°, by "
               ".1.", "y", network, 300, statistic="difference", versus=(("upto", 60),), above=0.1,
               published=published)
        for network, published in ((DENSE, 0.215), (CONVOLUTIONAL, 0.230))
    ),
    *(
        _range(f"{_title(network)}: it is nearness: with D = 240° angles 30° off have hardly more right than with 60°, "
               "less than .1 more.", "beside", network, 240, statistic="difference", versus=(("upto", 60),), below=0.1,
               source=OURS, note=_STILL)
        for network in PLAIN
    ),
    *(
        _range(f"{_title(network)}, D = 180°: Y within 30° of the trained angles has more right than Y beyond, by .2.",
               "near", network, 180, statistic="difference", against="far", above=0.2, source=OURS)
        for network in PLAIN
    ),
    _range("Polar with position: past some fraction the rest comes with it: with D = 240° more than .8 is right far "
           "from the trained angles.", "far", POLAR_POSITION, 240, above=0.8, source=SEED,
           note="The bound is ours; a network that may tell angles apart is what the text has in mind."),
    _range("And it is no nearness: with D = 240° angles 30° off have more right than with 60°, by .1.", "beside",
           POLAR_POSITION, 240, statistic="difference", versus=(("upto", 60),), above=0.1, source=SEED, note=_STILL),
)  # fmt: skip


def _way(text: str, column: str, kind: str, method: str, **more: Any) -> Claim:
    """A claim on networks that learned turned digits in one way."""
    where: Where = (("network", kind), ("method", method))
    told: dict[str, Any] = {"statistic": "mean", "source": PROTOTYPES} | more
    return Claim(text, table="c3-networks", column=column, where=where, **told)


_NEVER = f"A network that never gets there counts as {STEPS} steps, the length of the run."


AFTERWARDS = "Ours, written after a first outcome had been seen."
WEAK_PEERS = (
    "The first claim was that strangers from scratch have more than .7 in common, CKA; it could hardly fail, since "
)
WEAK_PEERS += "untrained ones turned out to have more."
WEAK_BEFORE = (
    "The first claim was that a fine-tuned network is less than .1 more like the upright one, CKA, than networks "
)
WEAK_BEFORE += "from scratch are like each other; it could hardly fail, since those turned out to be nearly the same."


def _unlike(text: str, column: str, kind: str, method: str, than: str, **more: Any) -> Claim:
    """A claim on what networks do not have in common, which does not lose itself near a CKA of one as CKA does."""
    site = {DENSE: "hidden.1", CONVOLUTIONAL: "maps.0"}[kind]
    told: dict[str, Any] = more | {"note": f"At {site}. {more['note']}", "source": AFTERWARDS}
    return Claim(text, table="c3-alike", statistic="ratio", column=column, versus=(("method", than),),
                 where=(("network", kind), ("site", site), ("method", method)), **told)  # fmt: skip


def _kind(kind: str, *, scratch: float, tuned: float, feature: float, old_head: float) -> tuple[Claim, ...]:
    """The claims on one architecture, with what the prototypes say of it."""
    title, versus = _title(kind), (("method", "scratch"),)
    head_words = "are enough" if old_head > 0.85 else "are not enough"
    head_side: dict[str, float] = {"above": 0.85} if old_head > 0.85 else {"below": 0.85}
    return (
        Claim(f"{title}: upright digits are learned: more than .9.", table="c3-upright", statistic="min",
              column="at_rest", where=(("network", kind),), above=0.9, source=PROTOTYPES),
        Claim(f"{title}: and no others: less than .45 of turned ones.", table="c3-upright", statistic="mean",
              column="turned", where=(("network", kind),), below=0.45, published=0.31, source=PROTOTYPES),
        _way(f"{title}: fine-tuning is not faster than from scratch: it saves less than a tenth of the steps to 85 %.",
             "to_85", kind, "fine-tuned", statistic="ratio", versus=versus, above=0.9, failed_as=float(STEPS),
             published=round(tuned / scratch, 2), source=ANCHOR, note=_NEVER),
        _way(f"{title}: it is slower.", "to_85", kind, "fine-tuned", statistic="ratio", versus=versus, above=1.0,
             failed_as=float(STEPS), published=round(tuned / scratch, 2), note=_NEVER),
        _way(f"{title}: nor does it end better than from scratch, by .01.", "final", kind, "fine-tuned",
             statistic="difference", versus=versus, below=0.01),
        _way(f"{title}: with upright features frozen no network ever has 85 % right.", "best", kind, "new head",
             statistic="max", below=0.85, published=feature,
             note="The best look of each network; published is the end of the prototypes."),
        _way(f"{title}: under the upright head, new features {head_words}: at the end they have "
             f"{'more' if old_head > 0.85 else 'less'} than .85.", "final", kind, "new features", published=old_head,
             **head_side),
        _unlike(f"{title}: CKA sees little of what was learned: what strangers do not have in common, 1 − CKA, is from "
                "scratch more than half of what it is untrained.", "unlike_peers", kind, "scratch", "untrained",
                above=0.5, note=f"Networks beside those of other seeds. {WEAK_PEERS}"),
        _unlike(f"{title}: fine-tuning leaves little of where it began: 1 − CKA with its own seed's upright network is "
                "more than .9 of what it is from scratch.", "unlike_before", kind, "fine-tuned", "scratch", above=0.9,
                note=WEAK_BEFORE),
        Claim(f"{title}: fine-tuned, the first layer moves less than half as far as from scratch, as part of its "
              "length.", table="c3-moved", statistic="ratio", column="moved",
              where=(("network", kind), ("layer", {DENSE: "hidden.0", CONVOLUTIONAL: "maps.0"}[kind]),
                     ("method", "fine-tuned")),
              versus=versus, below=0.5, source=OURS),
    )  # fmt: skip


C3 = (
    *_kind(DENSE, scratch=200, tuned=262, feature=0.49, old_head=0.955),
    *_kind(CONVOLUTIONAL, scratch=362, tuned=525, feature=0.80, old_head=0.36),
)

CLAIMS = (*A1, *C3)
