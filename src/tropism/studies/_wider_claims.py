"""The claims of the study `wider-layer`, written before its networks were trained."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.core.evidence import Where
from tropism.studies._wider_runs import WiderScale
from tropism.studies._wider_tables import NARROW, NEW, UNTRAINED, again_at

SEED = "The seed text, Feature Identification: the same with more neurons when a layer is trained again."
PILOT = "The bound follows a pilot of one seed, made before this study."
OURS = "The bound is ours. Of seeds 100 to 102, which are not used here, the numbers had been seen."
BAR = "Shuffled neurons share the variance, so what counts as real falls as there are more of them."
PAIR = {"statistic": "difference"}
SAID = {"linear": " (linear layer)", "relu": " (ReLU layer)"}


def claims(scale: WiderScale) -> tuple[Claim, ...]:
    """The claims about the models and widths that are trained."""
    words = {name: model.words for name, model in scale.chosen().items()}
    found: list[Claim] = []
    for name in (each for each in SAID if each in words):
        widths = [width for width in scale.widths[name] if width > 32]
        found += [each for width in widths for each in _at(words[name], SAID[name], width)]
        found += _digits(words[name], SAID[name], max(widths))
        if 32 in scale.widths[name]:
            found.append(_same_width(words[name], SAID[name], max(widths)))
    if "linear" in words and scale.learned:
        found += _dictionaries(words["linear"])
    if "important" in words:
        found += _important(words["important"])
    return tuple(found)


def _claim(text: str, table: str, column: str, where: Where, **rest: Any) -> Claim:
    told: dict[str, Any] = {"statistic": "mean", "note": OURS, "source": SEED} | rest
    return Claim(text, table=table, column=column, where=where, **told)


def _at(model: str, said: str, width: int) -> tuple[Claim, ...]:
    """What is claimed of a layer of that many neurons."""
    wide = (("model", model), ("network", again_at(width)))
    named = f", {width} neurons{said}"
    return (
        _claim(f"The narrow layer's first four components are contained in the wide one's{named}: more than .9.",
               "contained", "contained", wide, above=0.9, note=PILOT),
        _claim(f"In its first eight they are contained wholly, but for .05{named}.", "contained", "within_twice", wide,
               above=0.95),
        _claim(f"More than half of the four are found one by one{named}.", "contained", "nested", wide, above=0.5),
        _claim(f"Little is new: less than half of the wide one's first four are none of the narrow one's eight{named}.",
               "contained", "novelty", wide, below=0.5),
    )  # fmt: skip


def _digits(model: str, said: str, width: int) -> tuple[Claim, ...]:
    here = (("model", model),)
    wide, narrow = (*here, ("network", again_at(width))), (*here, ("network", NARROW))
    return (
        _claim(f"A new network contains them less, by .05{said}.", "contained", "contained", wide, **PAIR,
               versus=(("network", NEW),), above=0.05),
        _claim(f"And an untrained one by .3{said}.", "contained", "contained", wide, **PAIR,
               versus=(("network", UNTRAINED),), above=0.3),
        _claim(f"Pulled back into the layer before, they are contained by more than .7{said}.", "contained",
               "pull-back", wide, above=0.7),
        _claim(f"Pushed forward, by .3 more than in a new network{said}.", "contained", "push-forward", wide, **PAIR,
               versus=(("network", NEW),), above=0.3),
        _claim(f"More neurons make few more components: less than two more real ones{said}.", "networks", "real", wide,
               **PAIR, versus=(("network", NARROW),), below=2.0, note=f"{OURS} {BAR}"),
        _claim(f"They fill no more dimensions, but for a half{said}.", "networks", "rank", wide, **PAIR,
               versus=(("network", NARROW),), below=0.5),
        _claim(f"Variance says what matters: the two orders agree by a τ above .7{said}.", "networks", "agreement",
               narrow, above=0.7),
        _claim(f"In an untrained network it does not: below .3{said}.", "networks", "agreement",
               (*here, ("network", UNTRAINED)), below=0.3),
    )  # fmt: skip


def _same_width(model: str, said: str, width: int) -> Claim:
    """Beside the control: as many neurons as before."""
    wide = (("model", model), ("network", again_at(width)))
    return _claim(f"{width} neurons contain the narrow layer's as well as the 32 trained again do, within .05{said}.",
                  "contained", "contained", wide, **PAIR, versus=(("network", again_at(32)),), above=-0.05,
                  below=0.05)  # fmt: skip


def _dictionaries(model: str) -> tuple[Claim, ...]:
    both = (("model", model), ("pair", "narrow and wide"))
    wide, narrow = (("pair", "same wide layer"),), (("pair", "same narrow layer"),)
    return (
        _claim("Latents of narrow and wide layers agree as two dictionaries of one layer do, within .05.",
               "dictionaries", "matched", both, **PAIR, against="ceiling", above=-0.05, below=0.05, note=PILOT),
        _claim("A wide layer's dictionary has no more live latents, by five, than a narrow one's.", "dictionaries",
               "live", (("model", model), *wide), **PAIR, versus=narrow, below=5.0),
    )  # fmt: skip


def _important(model: str) -> tuple[Claim, ...]:
    here = (("model", model),)
    wide, narrow, same = ((*here, ("network", each)) for each in (again_at(16), NARROW, again_at(8)))
    return (
        _claim("Of important features the gate is shut at the same width: more than five points are lost.", "networks",
               "gain", same, below=-5.0, note=PILOT),
        _claim("With twice the neurons more features come back well: more than three more.", "gained", "represented",
               wide, **PAIR, versus=(("network", NARROW),), above=3.0, note=PILOT),
        _claim("Those that are new are the less important: more than three places behind the others.", "gained",
               "gained_place", wide, **PAIR, against="kept_place", above=3.0, note=PILOT),
        _claim("Here the wide layer's first four components do not contain the narrow one's: less than .8.",
               "contained", "contained", wide, below=0.8),
        _claim("And variance does not say what matters: τ is below .7.", "networks", "agreement", narrow, below=0.7),
    )  # fmt: skip
