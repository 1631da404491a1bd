"""What the report of the study `rotation` says around its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tropism.studies._rotation_looks import BATCH, SHOWN, STEPS
from tropism.studies._rotation_ranges import OFF
from tropism.studies._rotation_upright import ASKED_EVERY, EVERY, UPRIGHT_STEPS


def _joined(text: str) -> str:
    """Paragraphs, each on one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


LEDE = _joined(f"""\
Digits (scikit-learn's, 8 × 8 pixels, with a rim to 12 × 12; without 0, 8 and 9, so by lot one of seven is right) are
turned clockwise. Two questions: who has learned a range of angles, does it know the others? And who has learned upright
digits, does it use that for turned ones?

Every number is of pictures that the network never saw at any angle: {SHOWN[1]:.0%} of the pictures are trained on,
each network's own choice, the others are asked. Networks are trained by AdamW at a rate of .002 with a decay of .001,
{BATCH} pictures a step, each at an angle of its own, {STEPS} steps.

The bounds were written before the networks were trained; the prototypes had been seen. The four claims on CKA were
put anew after a first outcome had been seen, as they could hardly have failed; their notes say so. Few seeds are few:
a 95 % bootstrap interval is then nearly their range.""").replace("%", " %")

SECTIONS = (
    (
        "a1",
        "A range of angles, and the rest of the circle",
        _joined(f"""\
X is angles from 0° to D, Y the rest. At large D most of Y lies beside trained angles, so a network that only blurs its
boundary has much of Y right; what is at least {OFF:.0f}° from every trained angle, on the circle, is told apart as
`far`. With D = 300° that is one angle, with 330° none. `beside` is at just {OFF:.0f}° from either end, so that ranges
are compared at one distance, and `farther` at {2 * OFF:.0f}°. The latter was put there after the first look, and no
claim is on it: at D = 60° polar networks with a position had nearly all right at {OFF:.0f}° already, so what was
claimed of that distance could not show whether a larger range is better.

The dense network reads pixels, the convolutional one has 32 channels of 3 × 3 pixels. The polar one reads rings, runs
convolutions around them and takes the maximum over angles, so without a position it cannot tell a picture from a
turned one; with a position α it also reads α cos θ and α sin θ at every angle, and can."""),
    ),
    (
        "c3",
        "Upright digits, then turned ones",
        _joined(f"""\
Networks learn upright digits for {UPRIGHT_STEPS} steps, then digits at any angle for {STEPS}: from scratch; fine-tuned;
with the features frozen under a new head; or with new features under the frozen head. They are looked at every {EVERY}
steps, each held-out picture at one angle; the end is at every ten degrees.

What is used is asked of causes: steps saved, and what a frozen part can do. Beside it stand two likenesses. Weights:
how far each layer went, as part of its length before. Values: linear CKA on every {ASKED_EVERY}nd picture, with the
upright network of one's own seed, with those of other seeds, and with networks that learned in the same way from other
seeds, which is what strangers have in common. Networks of one seed begin from the same parameters, so from scratch
`before` is no stranger either."""),
    ),
)

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "member": "place of the network in its sweep",
        "seed": "the network's luck",
        "networks": "how many",
        "network": "architecture",
        "upto": "D: X ends here, in degrees",
        "x": "accuracy on X, held-out pictures",
        "y": "accuracy on Y",
        "y_low": "lower end of its 95 % interval",
        "y_high": "upper end",
        "gap": "X minus Y",
        "near": f"accuracy on Y within {OFF:.0f}° of X, mean of both sides",
        "far": f"accuracy on Y at least {OFF:.0f}° from X",
        "far_low": "lower end of its 95 % interval",
        "far_high": "upper end",
        "beside": f"accuracy at {OFF:.0f}° from X, mean of both sides",
        "farther": f"accuracy at {2 * OFF:.0f}° from X, mean of both sides",
        "x_least": "the least accuracy on X over all D",
        "gap_most": "the largest difference of X and Y over all D",
        "far_most": "the largest accuracy far from X over all D",
        "far_mean": "its mean over all D",
        "at_rest": "accuracy on upright digits, held-out pictures",
        "turned": "accuracy on digits at any angle, before any was seen",
        "method": "how turned digits were learned, and from what",
        "there": "how many networks came to 85 %",
        "to_85": "first look at which 85 % of held-out pictures were right",
        "c3-ways.to_85": "the same: median of the networks that came there",
        "best": "accuracy at the best look",
        "final": "accuracy at the end, mean over the circle",
        "layer": "whose weights",
        "moved": "how far they went, as part of their length when turned digits began",
        "site": "where values are read",
        "before": "CKA with the upright network of the same seed",
        "others_before": "CKA with upright networks of other seeds, mean",
        "peers": "CKA with networks of the same row from other seeds, mean",
        "unlike_before": "1 − before",
        "unlike_peers": "1 − peers",
    }
)
