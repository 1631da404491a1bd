"""What the report of the study `combining` says around its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _joined(text: str) -> str:
    """Paragraphs, each on one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


LEDE = _joined("""\
What was found. A network that knows sums modulo 7 and 11 learns those modulo 77 thirty times sooner than from scratch,
and is then made of the old periods alone. Soonest of all is a hidden layer put on top with everything below it frozen:
at 20 % of pairs, where from scratch nothing comes in 2,500 steps, it has 99 % right after 40. With tokens of their own
for each modulus nothing is saved (1.05 times). One network of five from scratch is mostly made of the two periods, too.

New names for old numbers are learned in 20 to 70 steps where old tokens answer (35 % of pairs), by the frequencies that
are there, at every width and decay; but turned against them, so that no sum of an old and a new number is right. Where
new tokens answer, a second circuit is learned, no sooner than from scratch, though one with second names would need 23
to 34 % fewer parameters: at width 128 spectra have no more in common than those of strangers. What a solution costs did
not decide which was found; whether a step from what is there lowers the loss may. At width 32, where five of nine
networks get there, and of more decay it stays undecided; there the two circuits crowd each other, and old sums fall to
.58 to .82.

Something of two sums is learned from few examples by who knows F and G; from scratch none of twelve networks comes to
90 %. Dense layers do best when what is below stays as it is: fine-tuned, they lose F and G, and replay of these brings
back much of it. Layers on top then answer by way of F and G: put another example's F in, and the answer is that of the
other. A transformer is less clear: F is read off without error, and yet answers hardly follow the part that tells it;
what is above reads more than that part.

Where nothing else is said, networks are trained by AdamW at a rate of .01, which climbs for ten steps, with a decay of
1, and by cross-entropy over the outputs that are legal for the task: each task has a head of its own. Held-out examples
were shown in no stage. They are looked at every ten steps up to 200, then every fifty, so steps to a level may be late
by that.

What nobody has shown a network stays as it was drawn: rows of tokens that are yet to come, and heads that are yet to
be asked, do not decay before their time.

The bounds were written before the networks were trained. The prototypes had been seen, and pilots on other seeds,
which each claim says. Three seeds are few: a 95 % bootstrap interval is then nearly their range.""")

SECTIONS = (
    (
        "c1",
        "Sums modulo p and q, then modulo pq",
        _joined("""\
By the Chinese remainder theorem the sum modulo pq is decided by those modulo p and q; so who has circuits for these
needs to combine them, and who has not may learn sums modulo pq as they are. The spectrum tells the two apart: over
residues modulo pq, frequencies of period p or of period q are those of the circuits before, and all others, `neither`,
come from learning afresh. It is taken of what the hidden layer sees of each residue.

The network reads two residues through embeddings 256 wide and 128 neurons. It learns sums modulo p and q of half of all
pairs in 300 steps, then sums modulo pq: from scratch; fine-tuned; with replay of the old sums; with everything frozen
but the new head; frozen, with a new hidden layer put on top; and as a control with tokens of their own for each
modulus, where nothing can be reused by way of embeddings."""),
    ),
    (
        "c2",
        "A second token set",
        _joined("""\
Numbers modulo 31 have an old token each, whose sums are learned first (60 % of pairs, 1,500 steps), and then a new one
by a hidden shuffle. Sums of new tokens are answered by old tokens, or by new ones. They are learned from scratch; with
replay of the old sums; or by new rows alone (those of the new tokens' embeddings, and of the new answers where there
are such) at a tenth of the decay.

One circuit or two: `overlap` is how much of the spectra of old and new tokens lies at the same frequencies; what the
old tokens of one network have in common with the new ones of another is the control, `strangers`. `neurons` correlates
how strongly old and new tokens drive each neuron.

Pairs of an old and a new token were never shown. Sums of new tokens do not tell whether a new table is turned by t on
the left and by −t on the right; so such pairs are counted as they are and up to a constant, and the constant is told.

What the cheaper solution is, the table of sizes says: one circuit with second names has half of the weights between
embeddings and neurons, and where old tokens answer half of those behind the neurons. It is a count of what each
solution needs, and says nothing of how it is found. In the sweep, with embeddings 64 wide, 70 % of pairs and replay,
hidden width and decay differ; decay is the same in both stages."""),
    ),
    (
        "c6",
        "Something of two sums",
        _joined("""\
F is the sum of a and b modulo 7, G that of c and d modulo 11, and h is (F + G) mod 5 or [F < G]. Networks first learn F
and G of half of the examples, then h of a tenth of them: by layers on top, with all else frozen; the same network
fine-tuned, without and with replay of F and G; or from scratch. All have the same layers on top, so only what moves and
what was known differ. Two architectures: dense layers that read one-hot numbers, and a transformer of one layer that
reads four tokens. Rate .003, decay .3.

At the site that the layers on top read, a linear reader (least squares) is asked for F and for G of examples that it
was not fitted to; and the part of the values that tells F, the span of its classes' means, is taken from another
example. A network that goes by way of F then answers for the other's F and its own G."""),
    ),
)

_LEVELS = (50, 90, 95, 99)

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "member": "place of the network in its sweep",
        "seed": "the network's luck",
        "networks": "how many",
        "method": "how it was learned, and from what",
        "share": "share of all pairs that was trained on",
        "final": "held-out accuracy at the end",
        **{f"to_{level}": f"first look at which {level} % of held-out examples were right" for level in _LEVELS},
        **{f"there_{level}": f"how many networks came to {level} %" for level in (50, 90, 99)},
        **{f"c{part}-arms.to_{level}": f"the same to {level} %: median of the networks that came there"
           for part in (1, 2, 6) for level in _LEVELS},
        "kept_p": "accuracy of sums modulo p at the end",
        "kept_q": "accuracy of sums modulo q at the end",
        "period_p": "share of what the hidden layer sees of a residue that has period p",
        "period_q": "share that has period q",
        "full": "share that has neither",
        "alike": "part of the spectrum at the same frequencies as before",
        "kind": "architecture; of networks for sums modulo p and q, what for",
        "p_to_99": "first look at which 99 % of held-out sums modulo p were right",
        "q_to_99": "the same of sums modulo q",
        "p_final": "held-out accuracy of sums modulo p at the end",
        "q_final": "the same of sums modulo q",
        "answers": "whose tokens answer: shared, the old ones; own, the new ones",
        "kept_old": "accuracy of held-out sums of old tokens at the end",
        "overlap": "part of the spectra of old and new tokens at the same frequencies",
        "overlap_there": "the same of networks that came to 90 %",
        "strangers": "what old tokens have in common with new ones of other seeds' networks",
        "neurons": "correlation over neurons of how strongly old and new tokens drive them",
        "squares": "sum of all squared parameters",
        "pairs": "which token stands left and which right",
        "as_they_are": "share of pairs whose answer is right",
        "offset": "the constant with which most are right",
        "up_to_offset": "share of pairs that are right up to it",
        "opposite": "whether the two orders' constants add up to zero",
        "hidden": "neurons",
        "decay": "weight decay, of both stages",
        "one_circuit": "parameters of one circuit with second names",
        "two_circuits": "parameters of two circuits",
        "saved": "what the one saves of the two",
        "h": "what is made of F and G",
        "kept_F": "accuracy of F at the end",
        "kept_G": "accuracy of G at the end",
        "read_F": "how often a linear reader names F",
        "read_G": "how often a linear reader names G",
        "follows_F": "how often the answer follows another example's F, where that changes it",
        "follows_G": "the same of G",
        "follows_chance": "the same of as many directions drawn by lot; the larger of F's and G's",
        "what": "networks that know F and G, or that never learned",
        **{f"{which}_to_99": f"first look at which 99 % of held-out {which} were right" for which in ("F", "G")},
        **{f"{which}_final": f"held-out accuracy of {which} at the end" for which in ("F", "G")},
    }
)  # fmt: skip
