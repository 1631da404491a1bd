"""The claims of the study `frames`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._frames_runs import ALONE, APART, MANY, Sizes

SETS, FOUND, ROOM = "groups-overlaps", "decoding-found", "room-shares"
"""Tables that sections have to themselves."""
SEED = "The seed text: are features in a homogeneous frame or in a tegum product, and is a subspace left empty?"
TOY = 'Elhage et al. (2022), "Toy Models of Superposition", on correlated and anti-correlated features.'
PILOT = "The bound stands between numbers of pilots, which had other seeds."
OURS = "The bound is ours; networks of two other seeds had been seen."
FIVE = "The bound is ours; networks of five other seeds had been seen."
UNSEEN = "The bound is ours, of numbers that nobody had looked at."
ALIKE = "There is but one product of digons and one of polygons: of these the jitter alone is new."
MOSTLY = "Put beside the others after fifteen of these networks had been looked at, of which thirteen were digons."
SHARED = "Taken as independent, although some networks of the one have the seeds of those of the other."
LATER = "Put beside the others after these networks had been looked at."
SAID = "Said of frames beforehand, without a measurement; a look at other draws had spoken against it."


def claims(sizes: Sizes) -> tuple[Claim, ...]:
    """Those whose networks are trained at these sizes."""
    grouped, room = _groups() if sizes.groups else [], _room(sizes) if sizes.firsts else []
    return (*_shapes(sizes), *_mean_square(sizes), *_references(), *grouped, *_decoding(), *room)


def _claim(text: str, table: str, column: Any, where: Where, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": PILOT, "source": SEED} | rest
    return Claim(text, table=table, column=column, where=where, **told)


def _at(density: float) -> Where:
    return (("of", ALONE), ("density", density))


def _shapes(sizes: Sizes) -> list[Claim]:
    """What is learned, by how often features are on."""
    most = 0.5 if len(sizes.seeds) >= 5 else 0.4  # five of five are at least .57 by Wilson, three of three .44
    sparse = [density for density in sizes.densities if density <= 0.1]
    return [
        _claim("Features that are often on, three times in ten, come to lie in a tegum product: it is the nearest kind "
               f"of frame (a share of seeds above {most:g}, by Wilson).", "frames", "is_tegum", _at(0.3),
               statistic="share", above=most),
        _claim("It is one of digons: nine tenths of the features kept have half a dimension.", "frames", "half",
               _at(0.3), statistic="min", above=0.9),
        _claim(f"Of most networks it is: a share above {most:g}, by Wilson.", "frames", ("half", ">=", 0.9), _at(0.3),
               statistic="share", above=most, note=MOSTLY),
        _claim("They hang together in twelve components, as many as there are dimensions.", "frames", "components",
               _at(0.3), above=11.5, below=12.5, published=12.0),
        *[
            _claim(f"Features that are on with a probability of {density:g} come to lie in a homogeneous frame (a "
                   f"share of seeds above {most:g}).", "frames", "is_homogeneous", _at(density), statistic="share",
                   above=most)
            for density in sparse
        ],
        _claim("There all features hang together: at .05 there is one component.", "frames", "components", _at(0.05),
               statistic="max", below=1.5),
        _claim("No subspace is left empty: of the dimensions less than .02 is, at .05.", "frames", "empty", _at(0.05),
               statistic="max", below=0.02),
        _claim("If one were, it would be seen: of random directions in two thirds of the dimensions more than .3 of "
               "these are told to be empty.", "references", "empty", (("kind", "subspace"), ("count", MANY)),
               statistic="min", above=0.3, note=LATER),
    ]  # fmt: skip


def _mean_square(sizes: Sizes) -> list[Claim]:
    """What tells the kinds apart, and what does not."""
    rare, shared = min(sizes.densities), f" {SHARED}" if sizes.often_seeds else ""
    return [
        *[
            _claim(f"Mean-square interference is at its least at {density:g}, whatever the frame: within 2 % of "
                   "Welch's bound.", "frames", "rms_over_welch", _at(density), statistic="max", below=1.01,
                   note=f"{PILOT} 1 % of the root mean square.")
            for density in (0.3, rare)
        ],
        _claim("That is no matter of course: of random directions it is more than 10 % above (60 of them).",
               "references", "rms_over_welch", (("kind", "random"), ("count", MANY)), statistic="min", above=1.05,
               note=f"{PILOT} 5 % of the root mean square."),
        _claim("What tells the two apart is the mean size of a cosine: at .05 it is more than .1 above that at .3.",
               "frames", "mean", _at(0.05), statistic="difference", versus=(("density", 0.3),), above=0.1,
               note=f"{PILOT}{shared}"),
        _claim("And the largest: that is lower at .05 than at .3, by more than .2.", "frames", "most", _at(0.05),
               statistic="difference", versus=(("density", 0.3),), below=-0.2, note=f"{LATER}{shared}"),
        _claim("And how many pairs are orthogonal: more than .8 at .3.", "frames", "orthogonal", _at(0.3),
               statistic="min", above=0.8),
        _claim("But less than .15 at .05.", "frames", "orthogonal", _at(0.05), statistic="max", below=0.15),
    ]  # fmt: skip


def _references() -> list[Claim]:
    return [
        _claim("The nearest kind is the right one: of other reference frames, each direction moved by .05, for more "
               f"than .85 ({count} directions).", "check", "right", (("count", count), ("jitter", 0.05)),
               statistic="share", above=0.85, note=f"{OURS} {ALIKE}")
        for count in (24, 60)
    ]  # fmt: skip


def _groups() -> list[Claim]:
    """Features in sets: what stands side by side."""

    def of(name: str) -> Where:
        return (("of", name),)

    return [
        _claim("Independent features, two a dimension, are digons however rare they are: tegum is the nearest kind at "
               ".05, too.", "frames", "is_tegum", of(APART), statistic="share", above=0.5, note=OURS),
        _claim("Two correlated sets of twelve in twelve dimensions: within a set features are nearly orthogonal, mean "
               "|cos| below .1.", SETS, "within", of("correlated, 24"), below=0.1, source=TOY),
        _claim("Correlated sets become orthogonal blocks, a tegum product.", "frames", "is_tegum",
               of("correlated, 24"), statistic="share", above=0.5, source=TOY,
               note="So it was expected for this study; the source has bases that are orthogonal within a set."),
        _claim("What they become is a basis for each set, and bases that overlap.", "frames", "is_bases",
               of("correlated, 24"), statistic="share", above=0.5, source=TOY, note=OURS),
        _claim("Five such sets in the same room: features of one set still overlap less than those of two, by more "
               "than .05.", SETS, "within", of("correlated, 60"), statistic="difference", against="between",
               below=-0.05, source=TOY, note=OURS),
        _claim("Anti-correlated pairs, two features a dimension: the two are antipodal, cos below −.9.", SETS,
               "within_signed", of("anti-correlated, 24"), below=-0.9, source=TOY),
        _claim("That is the sets' doing: of independent features, which are digons, too, the same two have a cosine "
               "above −.3.", SETS, "within_signed_independent", of("anti-correlated, 24"), above=-0.3, source=TOY,
               note=UNSEEN),
        _claim("Anti-correlated pairs, five features a dimension: the two are antipodal, cos below −.8.", SETS,
               "within_signed", of("anti-correlated, 60"), below=-0.8, source=TOY,
               note="So it was expected for this study; networks of two other seeds had spoken against it."),
        _claim("They lean that way: the cosine is more than .15 below that of independent features.", SETS,
               "within_signed", of("anti-correlated, 60"), statistic="difference",
               against="within_signed_independent", below=-0.15, source=TOY, note=OURS),
    ]  # fmt: skip


def _decoding() -> list[Claim]:
    def where(kind: str, coder: str, active: int, noise: float) -> Where:
        return (("kind", kind), ("coder", coder), ("active", active), ("noise", noise))

    even, planes = "homogeneous", (("kind", "tegum, planes"),)
    return [
        _claim("The homogeneous frame wins where it matters most: of two features, by the largest projections, the "
               "tenth of pairs that fare worst are found better than in six decagons.", FOUND, "worst",
               where(even, "one-shot", 2, 0.0), statistic="difference", versus=planes, above=0.0, note=OURS),
        _claim("The tegum product wins on average if few features are on: of two more are found in six decagons.",
               FOUND, "recall", where(even, "one-shot", 2, 0.0), statistic="difference", versus=planes, below=0.0,
               note=SAID),
        _claim("The tegum product wins on average if many are on: of six, more than .03 more are found.", FOUND,
               "recall", where(even, "one-shot", 6, 0.0), statistic="difference", versus=planes, below=-0.03,
               note=OURS),
        _claim("Codes with a sign cannot tell antipodes apart: of one feature in six decagons pursuit finds less than "
               ".6, without noise.", FOUND, "recall", where("tegum, planes", "OMP", 1, 0.0), below=0.6, note=OURS),
        _claim("Learned frames are better than random ones: of two features, by the largest projections, more are "
               "found.", FOUND, "recall", where("learned", "one-shot", 2, 0.0), statistic="difference",
               versus=(("kind", "random"),), above=0.0, note=UNSEEN),
        _claim("And they are no more than .05 below those whose largest cosine is small.", FOUND, "recall",
               where("learned", "one-shot", 2, 0.0), statistic="difference", versus=(("kind", even),), above=-0.05,
               note=UNSEEN),
    ]  # fmt: skip


def _room(sizes: Sizes) -> list[Claim]:
    """Whether the first stage leaves room for the second."""
    found = []
    for first in sizes.firsts:
        named = f"{first} features, then {first // 2}"
        for how in ("may erase", "cannot erase"):
            where = _asked(first, how)
            found += [
                _claim(f"No room is left where the second stage writes ({named}, a write that {how}): the first one's "
                       "share there is within .1 of chance.", ROOM, "beside_chance", where, above=-0.1, below=0.1),
                _claim(f"That is no failure to learn ({named}, {how}): R² of what the second stage gives is above .6.",
                       ROOM, "r2_second", where, above=0.6, note=OURS),
            ]  # fmt: skip
    found += [_readers(first, FIVE if first == sizes.firsts[0] else LATER) for first in sizes.firsts]
    if 16 in sizes.firsts:
        found.append(_claim(
            "As many features as dimensions fill fewer of them once there is a second stage: by more than one (16 "
            "features, then 8, cannot erase).", ROOM, "filled", _asked(16, "cannot erase"), statistic="difference",
            versus=(("asked", "the first alone"),), below=-1.0, note=FIVE,
        ))  # fmt: skip
    return [*found, *(_decaying() if len(sizes.decays) > 1 else [])]


def _readers(first: int, note: str) -> Claim:
    return _claim(
        "It is the readers that leave room: asked for both, the features' readers lie less where the second stage "
        f"writes than asked for the first alone, by more than .05 ({first} features, then {first // 2}, cannot erase).",
        ROOM, "read_beside", _asked(first, "cannot erase"), statistic="difference",
        versus=(("asked", "the first alone"),), below=-0.05, note=note,
    )  # fmt: skip


def _decaying() -> list[Claim]:
    """The same where weights that are not needed fade."""
    free, fixed = (_asked(16, how, decay="decay") for how in ("may erase", "cannot erase"))
    return [
        _claim("Where weights decay and the write may go anywhere, room is left: the first stage's share in the space "
               "written to is more than .1 below chance (16 features, then 8).", ROOM, "beside_chance", free,
               below=-0.1, note=FIVE),
        _claim("That is the second stage's doing: asked for the first alone, the share is less than .1 below chance.",
               ROOM, "beside_chance", (*free[:2], ("asked", "the first alone"), free[3]), above=-0.1, note=FIVE),
        _claim("A write in fixed directions is not kept clear, with decay either: asked for both, the share is no more "
               "than .05 below what it is asked for the first alone.", ROOM, "beside_chance", fixed,
               statistic="difference", versus=(("asked", "the first alone"),), above=-0.05, note=FIVE),
    ]  # fmt: skip


def _asked(first: int, how: str, *, decay: str = "no decay") -> Where:
    return (("first", first), ("writes", how), ("asked", "both"), ("decay", decay))
