"""The examiner examined: networks whose truth about Y is planted, and whether the examiner finds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tropism.core.sweep import Study
from tropism.studies._examiner_claims import CLAIMS
from tropism.subjects.generalization.examiner.attacks import Attack, attacks_on
from tropism.subjects.generalization.examiner.cells import Column, Row
from tropism.subjects.generalization.examiner.planted import MadeAlike, Misnamed, Planted, Still, Switched
from tropism.subjects.generalization.pairs import TaskPair
from tropism.subjects.generalization.pairs.groups import alternating_to_symmetric
from tropism.techniques import Penalized

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.figures import Figure

SEEDS = tuple(range(20, 30))
"""Seeds 0, 1, 100 and 101 were looked at while the examiner and its plants were made; 10 to 19 moved a bound."""

ODD = tuple(range(60, 120))
"""The tokens that X never shows: odd permutations of five points."""

ROWS = (
    Row("switch: a neuron", Planted(change=Switched(tokens=ODD))),
    Row("switch: six neurons", Planted(change=Switched(tokens=ODD, neurons=6))),
    Row("switch: a direction", Planted(change=Switched(tokens=ODD, neurons=0))),
    Row("tokens alike", Planted(change=MadeAlike(tokens=ODD))),
    Row("outputs misnamed", Planted(change=Misnamed(outputs=ODD))),
    Row("never learned", Penalized()),
    Row("left alone", Still()),
)


def attacks(pair: TaskPair) -> tuple[Attack, ...]:
    """The attack that the quick table makes on X and Y, and the two that came closest to Y where it had never been."""
    known = {attack.name: attack for attack in attacks_on(pair)}
    whole, slow = (replace(known[name], rates=(rate,)) for name, rate in (("x and y", 1.0), ("sgd", 0.5)))
    return whole, known["embeddings"], slow


def column(pair: TaskPair | None = None, seeds: tuple[int, ...] = SEEDS) -> Column:
    """The plants as rows beside networks that know X and Y, and fresh ones."""
    whole = pair or replace(alternating_to_symmetric(), gold=None)  # the plant "never learned" is of that kind
    return Column(whole, ROWS, attacks(whole), seeds)


def study(name: str) -> Study:
    """The study `examiner`: seven plants, ten seeds, and the verdicts on them."""
    return Study(
        name=name,
        title="Does the examiner find what was planted?",
        question=(
            "A table of techniques is worth what its verdicts are worth. On networks built so that Y is behind a "
            "switch, dormant, suppressed, absent or untouched, does the examiner say so, and does it ever call a Y "
            "absent that is there?"
        ),
        source="Verdicts and evidence follow the reference on generalization; the plants are ours.",
        lede=LEDE,
        sweeps=column().sweeps(),
        measure=measure,
        draw=draw,
        claims=CLAIMS,
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Verdicts counted, the evidence a row a network, both by seed, latent scores by attack, damage, and curves."""
    from tropism.studies._examiner_measures import tables

    return tables(column(seeds=_seeds(ensembles)), ensembles)


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Plants × verdicts, counted; what the verdicts rest on; and how soon Y comes back."""
    from tropism.studies._examiner_figures import figures

    return figures(tables)


def _seeds(ensembles: Mapping[str, Ensemble]) -> tuple[int, ...]:
    """Those that the networks to begin with have, so that a run with others measures all of them."""
    base = ensembles[f"{alternating_to_symmetric().name}.base"]
    return tuple(dict.fromkeys(member.seed.init for member in base.members))


LEDE = """The pair is A5 → S5: X is products of even permutations of five points, Y all products with an odd one,
which X never shows. Every plant but one begins from networks that know both. A switch is a number that each odd token
carries in a direction of its embedding that no token uses. The hidden layer reads it: in one neuron, which raises a
wrong output above all others; in six, which share the odd tokens among them; or as a push along a random direction
over all neurons. What computes Y is untouched. For a dormant Y all odd tokens get the mean of their embeddings: no
probe can tell what was asked, and the circuit waits. For a suppressed Y each odd output answers under the next one's
name: the hidden layer is as it was, and two thirds of Y, those with an odd answer, are wrong. A Y that was never
learned: X alone from fresh parameters, against all irreps of A5 but one of dimension three, which does not lift to
S5. Left alone: ten steps at a rate of zero.

Attackers train on X and a tenth of Y for 300 steps: all parameters with AdamW; all with SGD at half its rate; or the
embeddings alone. Of the full table's sixteen attacks and rates, the last two brought most of Y back where it had
never been, in a pilot on two seeds that are not counted here: latent scores of .13 and .15.

The plants changed the examiner before this run. It looked for directions only, and called the switch in six neurons
suppressed; now it silences neurons, too. What returns behind a gate is counted from what was answered before, so that
a Y half suppressed is not gated by that. An attack that diverged no longer hides the others. A probe with a hidden
layer read less than the linear one wherever that read anything (.27 against .56, .36 against .72), and no more
elsewhere, so verdicts do without.

One bound was moved. A first run on seeds 10–19 had 87 of 90 verdicts right; the other three were switches along a
direction, behind which .32 to .47 of Y returned, and one half was asked for. The difference between the means of X
and Y is not the push alone (cosines .993 to .998): with the push itself projected out .95 and more of Y returned.
Without a switch nothing did (.00), so a fifth is asked for now. The seeds below were not looked at before.

One bound was added when the whole table of techniques had been seen, and these plants too: what is absent must not be
regained to more than half by any look. There Y came back late and whole where the latent score was small. It changes no
verdict below: what was never learned is regained to about a third, and what is dormant whole."""

COLUMNS = {
    "row": "the plant",
    "truth": "what was planted",
    "verdict": "what the examiner says",
    "count": "seeds with that verdict",
    "right": "whether that is what was planted",
    "seed": "the network's luck",
    "member": "place of the seed",
    "accuracy_x": "accuracy on X, held out",
    "accuracy_y": "accuracy on Y, held out from attackers",
    "suppression": "1 where Y is answered as by who has no idea, 0 as by the base",
    "worst": "the largest latent score of all attacks: 0 as a fresh network, 1 as the base",
    "worst_attack": "whose it is, and its rate",
    "worst_gold": "the same as `worst`, 0 as a gold network; the plant that never learned Y stands for those here",
    "regained": "the most that an attack regains of Y by any look; 0 as a fresh network, 1 as the base",
    "gap": "accuracy of a linear probe for Y's answers, less that on fresh networks",
    "selectivity": "the probe's accuracy less that on a task by lot: a class for each left operand",
    "area": "how well X and Y are told apart along the chosen direction (1/2 is guessing)",
    "returned": "the part of Y that returns behind the chosen gate",
    "damage_returned": "the part of Y that returns by the damage that brings most of it back",
    "latent": "the latent score under one attack",
    "damage": "noise in standard deviations of each tensor; bits of a weight; share of the smallest weights left out; "
    "a site held at its mean",
    "false_absent": "whether any Y that is there was called absent",
    "all_right": "whether every verdict of the seed is what was planted",
    "lead": "the smallest latent score of a Y that is there but not performed, less the largest of one that is not",
}
