"""The claims of the study `top-filter`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._top_filter_runs import Sizes

SEED = "The seed text: ReLU networks beside ReLU networks with a top-m filter, for a range of widths."
PILOT = "The bound stands between numbers of pilots, which had other seeds, and the verdict that they spoke for."
OURS = "The bound is ours; networks of two other seeds had been seen."
MORE = f"{PILOT} Five seeds left it undecided; fifteen more were then trained, and all twenty count."
ADDED = "Added, with its bound, when the whole study's numbers had been seen: a control that had been missing."


def claims(sizes: Sizes) -> tuple[Claim, ...]:
    """Those whose networks are trained at these sizes."""
    found = [*_expressed(sizes), *_learned(sizes), *_single(sizes), *_neurons(sizes), *_controls(sizes)]
    return tuple(found)


def _claim(text: str, table: str, column: Any, where: Where, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": PILOT, "source": SEED} | rest
    return Claim(text, table=table, column=column, where=where, **told)


def _gap(text: str, kept: int, start: str, width: int, **rest: Any) -> Claim:
    """A claim on what a filter costs, beside the network without one."""
    return _claim(text, "networks", "gap", (("filter", f"top {kept}"), ("start", start), ("width", width)), **rest)


def _expressed(sizes: Sizes) -> list[Claim]:
    """From an aligned start: the prediction is true."""
    found = [
        _gap("What a filter of four can express, with a neuron for each feature: from an aligned start it costs less "
             "than .005 of R² at 24 neurons.", 4, "aligned", 24, statistic="max", below=0.005),
        _gap("With half as many neurons as features it costs more than .08, from the same start.", 4, "aligned", 12,
             statistic="min", above=0.08),
    ]  # fmt: skip
    if 18 in sizes.widths:
        found += [
            _gap("With three quarters as many it costs more than .02.", 4, "aligned", 18, statistic="min", above=0.02),
            _claim("So of the widths tried 24, the number of features, is critical for the aligned start: on every "
                   "seed it is the least at which a filter of four costs below .02 (of five seeds all, Wilson: above "
                   ".5).", "critical", "at_features", (("filter", "top 4"), ("start", "aligned")), statistic="share",
                   above=0.5),
        ]  # fmt: skip
    tried = [kept for kept in (3, 4, 6) if kept in sizes.kept]
    return found + [
        _claim(f"There the cap is all that a filter of {kept} costs: R² at 24 neurons, aligned, lies within .003 of "
               "the closed form.", "networks", "beside_cap",
               (("filter", f"top {kept}"), ("start", "aligned"), ("width", 24)), above=-0.003, below=0.003,
               note=OURS)
        for kept in tried
    ]  # fmt: skip


def _learned(sizes: Sizes) -> list[Claim]:
    """From a random start: the prediction is false."""
    none = 0.5 if len(sizes.seeds) >= 5 else 0.6  # none of five is at most .43, none of three at most .56
    found = [
        _gap("What training finds from a random start is another matter: at 24 neurons a filter of four costs more "
             "than .03.", 4, "random", 24, above=0.03),
        _gap("And less than .1 (the best of two seeds of the pilot: .073).", 4, "random", 24, statistic="max",
             below=0.1),
        _gap("From that start the filter costs at least .02 more than from the aligned one, at 24 neurons.", 4,
             "random", 24, statistic="difference", versus=(("start", "aligned"),), above=0.02),
        _claim("So there is no critical width among those tried: from a random start a filter of four costs .02 or "
               f"more at each of them (the share of seeds with such a width below {none:g}, by Wilson).", "critical",
               "closes", (("filter", "top 4"), ("start", "random")), statistic="share", below=none),
    ]  # fmt: skip
    if 36 in sizes.widths:
        found.append(_gap("Half as many neurons again do not help: at 36 it costs more than .03.", 4, "random", 36,
                          above=0.03))  # fmt: skip
    for kept, above in ((3, 0.03), (6, 0.02)):
        if kept in sizes.kept:
            found.append(_gap(f"So it is with a filter of {kept}: more than {above:g} at 24 neurons.", kept, "random",
                              24, above=above))  # fmt: skip
    return found


def _single(sizes: Sizes) -> list[Claim]:
    if 1 not in sizes.kept:
        return []
    return [
        _gap(f"One neuron that passes is too few, for two features are often on: at {width} neurons, {start} start, a "
             "filter of one costs more than .2.", 1, start, width, statistic="min", above=0.2)
        for width in (24, 36) for start in ("aligned", "random")
    ]  # fmt: skip


def _neurons(sizes: Sizes) -> list[Claim]:
    where = (("filter", "top 4"), ("start", "random"), ("width", 24))
    return [
        _claim("Behind a filter of four features lie on fewer neurons, though not on one each: at 24 neurons, random "
               "start, basis alignment is more than .1 above that of networks without one.",
               "alignment" if sizes.more else "networks", "alignment", where[:1] if sizes.more else where,
               statistic="difference", versus=(("filter", "ReLU"),), above=0.1,
               note=MORE if sizes.more else PILOT),
        _claim("The filter does as much without training: alignment is below that of fresh networks behind the same "
               "filter.", "networks", "alignment", where, statistic="difference",
               against="alignment_fresh", below=0.0, note=ADDED),
        _claim("Without a filter, training does not align: basis alignment is less than .1 above that of fresh "
               "networks, at 24 neurons.", "networks", "alignment", (("filter", "ReLU"), *where[1:]),
               statistic="difference", against="alignment_fresh", below=0.1, note=OURS),
        _claim("Without a filter a neuron answers to many features: the largest answer is less than .25 of all.",
               "networks", "mono", (("filter", "ReLU"), *where[1:]), below=0.25),
        _claim("With four that pass it answers to fewer: more than .1 above that.", "networks", "mono", where,
               statistic="difference", versus=(("filter", "ReLU"),), above=0.1, note=OURS),
        _claim("But hardly to fewer than in fresh networks behind the same filter: at most .05 above those.",
               "networks", "mono", where, statistic="difference", against="mono_fresh", below=0.05, note=ADDED),
    ]  # fmt: skip


def _controls(sizes: Sizes) -> list[Claim]:
    found = [
        _claim(f"With a linear output nothing but a projection is learned: with {width} neurons R² is {width}/24, to "
               ".01, no more than principal components have.", "linear", "beside_pca", (("width", width),), above=-0.01,
               below=0.01, note="Above it cannot lie but for sampling: outputs fill as many dimensions as there are "
               "neurons. That training comes there is what may fail. The bound is the pilot's.")
        for width in sizes.linear
    ]  # fmt: skip
    if sizes.annealed:
        found.append(_claim(
            "To begin with a wide filter and to narrow it does not help: at 24 neurons R² is less than .02 above that "
            "of the filter of four from the first step.", "narrowed", "gain", (("width", 24),), below=0.02,
        ))  # fmt: skip
    if sizes.patient:
        found.append(_claim(
            f"Nor does patience: in {sizes.patient} times as many steps the filter still costs more than .03 at 24 "
            "neurons.", "patience", "gap", (("width", 24),), above=0.03, note=OURS))  # fmt: skip
    return found
