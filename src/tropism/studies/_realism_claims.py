"""The claims of the study `realism`, written before its networks were trained."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from tropism.core.claim import Claim
from tropism.studies._realism_runs import Scale

OURS = (
    "The bound is ours, written down before any network was trained. The classifier was confined to eight components "
    "after the seeds 0 and 1 had been seen, on which whatever hardly varies gave everything away; these are others."
)
SEED = "Question (q) of the plan: in which ways synthetic activations differ from those of trained networks."
TOLD: dict[str, Any] = {"note": OURS, "source": SEED}
LEARNED: dict[str, Any] = {"note": "A control, written down after results had been seen.", "source": SEED}
LATER: dict[str, Any] = {
    "note": "Written down after results had been seen: where two networks are told apart as surely, the view tells "
    "nothing of how like a network data are.",
    "source": SEED,
}


def claims(scale: Scale) -> tuple[Claim, ...]:
    """What is claimed of the networks, data and sliders that a study has."""
    found = [each for name in scale.networks for each in _of(name, scale.sliders)]
    means = [name for name in scale.networks if name in ("digits, ReLU", "recall, stream")]
    whole = _whole() if "sparse features" in scale.networks else ()
    return (*found, *_worlds(scale.data), *_statistics(means), *whole)


def _of(name: str, sliders: Collection[str]) -> tuple[Claim, ...]:
    """All that is claimed of one kind of networks."""
    learned = Claim(f"{name}: networks have learned: more than nine of ten answers to other examples are right.",
                    table="networks", statistic="mean", column="right", where=(("network", name),), above=0.9,
                    **LEARNED)  # fmt: skip
    rest = (*_controls(name), *_network(name), *_sliders(name, sliders))
    return rest if name == "sparse features" else (learned, *rest)


def _at(network: str, view: str, other: str) -> tuple[tuple[str, str], ...]:
    return (("network", network), ("view", view), ("other", other))


def _controls(name: str) -> tuple[Claim, ...]:
    apart = "two networks are told apart less well than a network and the nearest data set"
    return (
        Claim(f"{name}: halves of one sample are not told apart.", table="classifier", statistic="mean", column="area",
              where=_at(name, "mean and spectrum", "split in two"), above=0.44, below=0.56, **TOLD),
        *(Claim(f"{name}: by {view}, {apart}.", table="nearest", statistic="difference", column="another",
                against="area", where=(("network", name), ("view", view)), below=0.0, **words)
          for view, words in (("shape", TOLD), ("mean and spectrum", LATER))),
    )  # fmt: skip


def _network(name: str) -> tuple[Claim, ...]:
    return (
        Claim(f"{name}: even the nearest data set is told from it in more than nine of ten pairs, by mean and spectrum "
              "together.", table="nearest", statistic="mean", column="area",
              where=(("network", name), ("view", "mean and spectrum")), above=0.9, **TOLD),
        Claim(f"{name}: by shape alone the nearest is still told in more than six of ten.", table="nearest",
              statistic="mean", column="area", where=(("network", name), ("view", "shape")), above=0.6, **TOLD),
        Claim(f"{name}: it is not Gaussian: by shape it is told from a Gaussian with its mean and covariance in more "
              "than six of ten.", table="nearest", statistic="mean", column="gaussian",
              where=(("network", name), ("view", "shape")), above=0.6, **TOLD),
    )  # fmt: skip


def _sliders(name: str, there: Collection[str]) -> tuple[Claim, ...]:
    def at(slider: str, level: int, view: str) -> tuple[tuple[str, str | int], ...]:
        return (("network", name), ("slider", slider), ("level", level), ("view", view))

    noise = (
        Claim(f"{name}: noise of .1 a dimension does not make the spectrum harder to tell: within .01.",
              table="sliders", statistic="mean", column="gain", where=at("noise", 2, "spectrum"),
              above=-0.01, below=0.01, **TOLD),
    )  # fmt: skip
    return (
        Claim(f"{name}: four dense directions make the spectrum harder to tell, by more than .01.", table="sliders",
              statistic="mean", column="gain", where=at("dense directions", 2, "spectrum"), above=0.01, **TOLD),
        *(noise if "noise" in there else ()),
        Claim(f"{name}: all sliders together gain more than .05, by mean and spectrum.", table="sliders",
              statistic="mean", column="gain", where=at("all together", 2, "mean and spectrum"), above=0.05, **TOLD),
        Claim(f"{name}: even then more than eight of ten pairs are told.", table="sliders", statistic="mean",
              column="area", where=at("all together", 2, "mean and spectrum"), above=0.8, **TOLD),
    )  # fmt: skip


def _worlds(data: tuple[str, ...]) -> tuple[Claim, ...]:
    return tuple(
        Claim(f"{name}: in other directions, with nothing else changed, it is told by shape in fewer than six of ten.",
              table="worlds", statistic="mean", column="area", where=(("data", name), ("view", "shape")), below=0.6,
              **TOLD)
        for name in data
    )  # fmt: skip


def _statistics(names: Sequence[str]) -> tuple[Claim, ...]:
    found = []
    for name in names:
        where = (("source", name),)
        found += [
            Claim(f"{name}: its effective rank is less than half its width.", table="statistics", statistic="mean",
                  column="rank", where=where, below=0.5, **TOLD),
            Claim(f"{name}: its principal scores have lighter tails than SL-32's.", table="statistics",
                  statistic="difference", column="kurtosis_scores", where=where, versus=(("source", "SL-32"),),
                  below=0.0, **TOLD),
            Claim(f"{name}: its mean is longer, measured by its spread, than SL-32's.", table="statistics",
                  statistic="difference", column="mean", where=where, versus=(("source", "SL-32"),), above=0.0, **TOLD),
        ]  # fmt: skip
    return tuple(found)


def _whole() -> tuple[Claim, ...]:
    where = (("network", "sparse features"), ("view", "shape"))
    return tuple(
        Claim(f"A network of sparse features is nearer to data of known truth, by shape, than {other}.",
              table="nearest", statistic="difference", column="area", where=where, versus=(("network", other),),
              below=0.0, **TOLD)
        for other in ("digits, ReLU", "digits, linear", "recall, stream")
    )  # fmt: skip
