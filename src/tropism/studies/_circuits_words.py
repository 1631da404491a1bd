"""What the report of the study `circuits` says around its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _joined(text: str) -> str:
    """Paragraphs, each on one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


LEDE = _joined("""\
Sums modulo many numbers can be computed by one circuit that adds and then subtracts the modulus if need be, or by a
circuit for each modulus. The same sums under second names can go through the circuit that is there, or through a second
one. In each case one solution needs fewer parameters, and the question is whether it is the one that is found. Besides,
three curves tell when pairs that were trained on, other pairs, and new moduli come right; and one circuit is watched
while it forms, with its local learning coefficient, the count of directions that a solution really uses.

The claims and their bounds were written before the networks were trained. A pilot on seed 100, which is not used here,
had been seen: it decided steps, decays and the sampler, and claims say so where it matters. What moduli share was
measured twice, on two draws of pairs, since the control with answers by lot came later; the second is shown. By the
first draw the control of one circuit for all held and that of six moduli at width 64 was undecided, so the borders
between verdicts are thin there. With three seeds a 95 % bootstrap interval is nearly their range.""")

SECTIONS = (
    (
        "one",
        "Circuits for each modulus, or one",
        _joined("""\
Networks with two hidden layers of the same width read a, b and p in binary digits and learn (a + b) mod p of 30 numbers
p up to 40, or of six, from 80 % of the pairs.

What solutions need is counted on networks that were written down neuron by neuron and are right on every sum
(`_circuits_solutions.py` derives them). One for all moduli needs four neurons and two, whatever their number; one that
adds once and reduces apart two a modulus; one with a circuit for each modulus three and one. Lists of what was seen
have no room anywhere. They are upper bounds. The dearer ones get relatively cheaper in wide networks, and do not fit
into narrow ones: so one would expect more sharing there.

What is shared is measured by silencing. A neuron is silenced by giving each example its mean over examples of the same
modulus, so that what it says of the modulus stays, and what it says of the pair is gone. Neurons are ranked by how much
the loss on modulus i grows without each; then as many of the first are silenced together as halve i's accuracy on other
pairs. `shared` is how much another modulus j loses then, in units of i's own loss, beyond what as many neurons by lot
cost: 0 as by lot, 1 as much as i. Networks that were written down are the control of this measure. Only networks that
have 90 % of other pairs right are asked, and only moduli from 14 up, which have enough pairs.

Networks that were trained need be no clean copies of these. So as a second control networks of the same width learn
as many answers by lot, one a pair: no modulus tells anything about another, and a circuit that serves several is of
no use. What they share all the same is what neurons have to do with each other in a crowded network.

The first neuron that a modulus cannot do without decides, so a network that adds once and reduces apart has nothing
shared by this measure; what is shared is the whole of a circuit."""),
    ),
    (
        "two",
        "Memorizing, then generalizing, over moduli",
        _joined("""\
Within a modulus a network may know the pairs that it was trained on long before others. Over moduli it may know those
that it was trained on before new ones. Three accuracies, and the steps at which each comes to 90 %: pairs trained on;
other pairs of the same 30 moduli; pairs of seven moduli that were never trained on. Half of all pairs need no modulus,
so accuracies of new moduli begin to mean something above .5. Numbers a and b are written in digits or as tokens, the
modulus in digits; width 128, decay .3. Lessons, one group of moduli after the other, are compared in the study
`moduli`."""),
    ),
    (
        "three",
        "While a circuit forms",
        _joined("""\
The preset C31: sums modulo 31, 60 % of pairs. Parameters were kept along the way. The rate is ten times that of the
networks in which these measures were first shown (Nanda et al., 2023, arXiv 2301.05217), which may decide what comes
first. `key` frequencies are the fewest that hold nine tenths of what the hidden layer sees of a number at the end.
The restricted loss is that of all pairs with these parts of the hidden layer alone, as functions of a + b; the
excluded loss that of pairs trained on without them.

The local learning coefficient is estimated by chains that start at a network, follow the slope of the loss on the pairs
it was trained on, and are shaken; a pull keeps them near. Their step was chosen so that nearly all steps would be
accepted; `drift` tells whether they had settled, and `spread` how chains differ. What it comes to may hang on the
pull: where weights are large, a loss near zero can stay near zero in a wide neighborhood. So the table has several, and
moments are compared under one; the number is no count of parameters by itself."""),
    ),
    (
        "four",
        "Second names, or a second circuit",
        _joined("""\
Networks know sums of 31 old tokens and learn those of 31 new ones, with replay, as in the study `combining`. There they
used the circuit that they had where old tokens answered, and learned a second one where new tokens did, though one with
second names would need fewer parameters. The cheaper solution is built here: new tokens get the rows of the old tokens
of the same numbers, in both embeddings and in the output. It is then trained exactly as long, on the same pairs. So the
two solutions of one task stand beside each other: their learning coefficients on the pairs trained on, and their sums
of squares, which is what decay weighs. `overlap` is how much of the spectra of old and new tokens lies at the same
frequencies: near one where the circuit is one."""),
    ),
)

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "solution": "how sums are computed",
        "moduli": "how many moduli are trained on",
        "first": "neurons in the first hidden layer",
        "second": "neurons in the second",
        "one-solutions.parameters": "parameters of a network with just these neurons",
        **{f"of_{width}": f"as a part of a network's of width {width}; empty where it has no room"
           for width in (32, 64, 128, 256)},
        "width": "neurons of each hidden layer",
        "decay": "weight decay",
        "networks": "how many",
        "learned": "how many had 90 % of other pairs right; means are over all, those of silencing over these",
        "member": "place of the network in its sweep; of controls, of the modulus",
        "seed": "the network's luck",
        "seen": "accuracy on pairs trained on, at the end",
        "unseen": "accuracy on other pairs of the same moduli",
        "new": "accuracy on moduli never trained on",
        "wrapped": "the same where a + b ≥ p",
        "needed": "neurons whose silence halves a modulus' accuracy, the median modulus",
        "part": "the same as a part of all neurons",
        "shared": "how much other moduli lose with them, of what the modulus itself does: 0 as by lot, 1 as much",
        "shared_first": "the same among neurons of the first layer",
        "shared_second": "and of the second",
        "overlap": "how many of the neurons that count most for two moduli are the same, |∩| / |∪|",
        "by_lot": "what that is for sets by lot",
        "beyond": "overlap, from by lot (0) to the same (1)",
        "near": "shared by moduli one or two binary digits apart",
        "far": "shared by moduli four or more apart",
        "layers": "whose neurons were silenced",
        "what": "what was learned: sums, or as many answers by lot",
        "of": "what is correlated with accuracy on new moduli where a + b ≥ p",
        "correlation": "rank correlation over networks",
        "setting": "how numbers are written, and how many pairs are trained on",
        "to_seen": "first look at which 90 % of the pairs trained on were right",
        "to_unseen": "the same of other pairs",
        "to_new": "the same of new moduli",
        "within": "to_unseen over to_seen: the delay within moduli",
        "over": "to_new over to_unseen: the delay over moduli",
        "apart": "to_new less to_unseen",
        "excluded_rises": "the step at which the excluded loss is half its way up from its least",
        "key_rises": "the step at which the share of key frequencies is half its way up",
        "held_falls": "the step at which the loss on held-out pairs is half its way down from its peak",
        "ahead": "excluded_rises over held_falls",
        "key_ahead": "key_rises over held_falls",
        "remembered_at": "the last look at which 99 % of pairs trained on and at most half of others were right",
        "remembered": "the learning coefficient there",
        "generalized": "and at the end",
        "fell": "generalized over remembered",
        "of_half": "generalized over half the number of parameters",
        "warned": "warnings of the chains there and at the end",
        "coefficient": "local learning coefficient, the mean over chains",
        "spread": "its standard deviation over chains",
        "drift": "by how much it grows from the first half of the draws to the second",
        "below": "share of draws that cost less than the network itself",
        "acceptance": "share of steps that an exact sampler would take",
        "warning": "what the estimate says against itself, if anything",
        "warnings": "warnings of the chains, if there were any",
        "pull": "how strongly chains are drawn back",
        "right_seen": "accuracy on pairs trained on",
        "right_held": "accuracy on pairs held out",
        "four-costs.parameters": "what such a solution needs",
        "squares": "sum of all squared parameters",
        "loss": "on the pairs trained on, in nats",
        "right": "accuracy on the pairs trained on, old and new",
        "held": "accuracy on those held out",
        "four-costs.overlap": "part of the spectra of old and new tokens at the same frequencies",
        "four-networks.overlap": "part of the spectra of old and new tokens at the same frequencies",
        "coefficient_ratio": "two circuits over one that was built, by learning coefficient",
        "squares_ratio": "by sum of squares",
        "parameters_ratio": "by the count of needed parameters",
    }
)  # fmt: skip
