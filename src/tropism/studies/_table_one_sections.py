"""What the report of `table-1` says of each row before its figures."""

from __future__ import annotations

from tropism.core.sweep import Section
from tropism.studies._table_one_parts import parts
from tropism.subjects.superposition.figures.words import NAMES, worded
from tropism.subjects.superposition.table_one import ROWS, SCALES, Row

ASKS = {
    "LR1": "the learning rate, decoder, uniform features",
    "LR2": "the learning rate, decoder, power-law features",
    "LR3": "the learning rate, with a bias offset of −1 that decays",
    "LR4": "the learning rate, offset and decay, power-law features",
    "B1": "the bias offset, density 1/16",
    "B2": "the bias offset, density 1/32",
    "B3": "the bias offset, density 1/64",
    "B4": "the bias offset, density 1/128",
    "B5": "the bias offset, density 1/256",
    "G3": "the bias offset and the learning rate, with GeLU",
    "E1": "the density, decay .03",
    "E2": "the density, decay .01",
    "E3": "the density, decay .003",
    "E4": "the density, decay .001",
    "K0": "the number of neurons, without offset",
    "K1": "the number of neurons, with offset and decay",
    "K2": "the number of neurons, offset and decay, power-law features",
    "RG1": "the weight of L1 on activations",
    "RP1": "the learning rate, re-projector",
    "LR5": "the learning rate, absolute values",
    "D1": "the decay rate, absolute values",
}

COMPARED = {
    "LR1": (
        "Published (read off a picture of runs of 2^15 steps, batch 2^7 inferred): at rate .03 monosemantic neurons "
        "per feature were .17, .97 and 1.36 after 2^10, 2^11 and 2^12 steps, 1.05 and .99 later; mean bias −.20, "
        "−.41, −.54, then −.70 and −.82. The other rates stay near zero until 2^12 steps there, too, and rise later: "
        "at 2^15 steps 0, .03, .32, 1.03 and 1.20 for .001 to .01. So rates differ here in how far a run has come, "
        "too: LAMB moves every tensor by a set length a step, and a run at .007 has by step 4,096 gone about as far "
        "as one at .03 by step 1,024. Two claims compare these two. The loss goes down and up with the rate, whose "
        "cosine has a period of 1,024 steps; a run ends at its peak, and the mean over the last 256 steps reaches "
        "back to half of it."
    ),
    "LR2": (
        "Published (as for LR1): at rate .03 .05, .19 and .50 after 2^10, 2^11 and 2^12 steps, .69 later, with mean "
        "bias −.16, −.26 and −.45; at 2^15 steps .065 and .53 for .007 and .01. The first feature is on in every "
        "example: its probability is cut off at one, which lowers the mean density from .0156 to .0146."
    ),
    "LR3": (
        "Published: of the refactor's run of this row it is said that it failed. LR3-unscaled, among the variants, has "
        "the decay as it stands; LR3-decays and LR3-gentle look for what lies between."
    ),
    "B1": "The paper finds that the best offset is proportional to the square root of the density. B1 to B5 test it, "
    "in the table of best offsets: each row's best offset, which covers most features, is guessed from the other rows' "
    "as a multiple of √density. Five rows, one seed each but B3; the decay is .03 in B1 and .003 in the others.",
    "K1": "The paper finds that beyond as many neurons as features, one each is approached.",
    "RG1": "The authors say that L1, on activations or on weights, raises monosemanticity.",
    "RP1": "The paper finds offset and decay as useful here as for the decoder. RP1-plain, among the variants, has "
    "neither.",
    "LR5": "Features are asked at +1 and at −1, as two probes; the published measure asked at +1 alone. LR5-plain has "
    "neither offset nor decay.",
}  # fmt: skip

BESIDE = {
    "LR3-refactor": "LR3 with a decay of .003 instead of .03, as the refactor's script has it, against the table and "
    "the paper's own script; rescaled.",
    "RP1-refactor": "RP1 with power-law features, as the refactor's script has it, against the table; rescaled.",
    "G3-refactor": "what the refactor runs in the place of G3: power-law features, offset −1, decay .03, six rates; "
    "rescaled.",
    "LR3-decays": "LR3 at rate .03, with decays that take 1/2 to 32 e-folds of the biases where the table's takes 59: "
    "e-folds are the decay × rate × 2^16, the steps of the paper in which biases decay.",
    "LR3-gentle": "LR3 at rate .03 with a decay of .2 in the short run, 12 e-folds; a run of the refactor's trainer "
    "with these numbers, by us, had 1.47 monosemantic neurons per feature, .99 of the features covered and a loss of "
    "1.065.",
    "K1-gentle": "K1 at rate .03 with a decay of .2 in the short run.",
    "RG1-gentle": "RG1 at rate .03 with a decay of .2 in the short run.",
    "RP1-gentle": "RP1 at rate .03 with a decay of .2 in the short run.",
    "RP1-plain": "RP1 at two rates without offset and decay.",
    "LR5-gentle": "LR5 at rate .03 with a decay of .2 in the short run.",
    "LR5-plain": "LR5 at two rates without offset and decay.",
}

PINNED = (
    "{which} is {rate:.2g} here, above one half: LAMB moves the biases by at most rate × pace × their own length a "
    "step, half the rate on average, and the decay takes more than that. So over the first half of training biases "
    "must fall towards zero whatever their gradient, the further the faster the rate; what they become after that "
    "begins from what is left, for LAMB's step is in proportion to it."
)
"""What rescaling does to a large decay: e-folds are kept, the path in which they must be learned against is not."""


def sections() -> tuple[Section, ...]:
    """One for each row of the table, in its order, and one for what stands beside it."""
    rows = tuple(Section(name, f"{name}: {ASKS[name]}", _text(name, row)) for name, row in ROWS.items())
    return (*rows, Section("variants", "Beside the table: variants, controls, and an annealed end", _beside()))


def _text(name: str, row: Row) -> str:
    own = next(part for part in parts() if part.name == name)
    paragraphs = [f"{_setting(row)} {_swept(row)} {len(own.seeds)} seed{'s' if len(own.seeds) > 1 else ''} a setting."]
    paragraphs += _pinned(row)
    paragraphs += [f"Sources: {row.note}"] if row.note else []
    paragraphs += [COMPARED[name]] if name in COMPARED else []
    return "\n\n".join(paragraphs)


def _pinned(row: Row) -> list[str]:
    """What is to be said where a decay pins the biases: the row's own, or some of those that it sweeps."""
    swept = dict(row.swept).get("decay")
    told = {"The rescaled decay": row.decay} if swept is None else {}
    told |= {f"A decay of {worded('decay', rate)}, rescaled,": rate for rate in swept or ()}
    times = SCALES["laptop"].stretch
    return [PINNED.format(which=which, rate=times * rate) for which, rate in told.items() if times * rate > 0.5]


def _setting(row: Row) -> str:
    """The row's setting in a sentence, without what it sweeps."""
    swept, spread = dict(row.swept), {"uniform": "uniform", "power-law": "power-law"}[row.spread]
    task = {"decoder": "The features themselves are wanted", "abs": "The features' magnitudes are wanted"}.get(
        row.aim, "Another random projection of the features is wanted"
    )
    said = [f"{task}; 512 {spread} features in 64 dimensions"]
    said += [] if "density" in swept else [f"density {worded('density', row.density)}"]
    said += [] if "hidden" in swept else [f"{row.hidden:,} {'GeLU' if row.activation == 'gelu' else 'ReLU'} neurons"]
    said += [] if "lr" in swept else [f"learning rate {worded('lr', row.lr)}"]
    said += [] if "offset" in swept else [f"bias offset {worded('offset', row.offset)}" if row.offset else "no offset"]
    said += [] if "decay" in swept else [f"decay {worded('lr', row.decay)} × 32" if row.decay else "no decay"]
    return ", ".join(said) + "."


def _swept(row: Row) -> str:
    words = [
        f"{NAMES[name]}: {', '.join(worded(name, value) for value in values)}"
        + (", each × 32 in these short runs" if name == "decay" else "")
        for name, values in row.swept
    ]
    return f"Swept: {'; '.join(words)}."


def _beside() -> str:
    unscaled = (
        "LR3-unscaled: LR3 with the decay as the table has it, in a run that is 32 times shorter, and so with a 32nd "
        "of its e-folds. With an offset of −1 every neuron is silent at first and gets no gradient, so that nothing "
        "is learned until the decay has lifted some bias far enough; the first that wake take LAMB's whole step. We "
        "call this the dead start."
    )
    rows = [f"{part.name}: {BESIDE[part.name]}" for part in parts() if part.name in BESIDE]
    annealed = (
        "LR1-annealed to LR4-annealed: the networks at rate .03, trained for another eighth of the run, 512 steps, "
        "while the rate goes to zero, without decay. The source's rate ends at its peak, so its networks are read "
        "while they still jump. What is missing is a control that goes on for as many steps at the full rate: what "
        "more steps do and what a lower rate does are not told apart. The rate falls just as the source's own cosine "
        "would over its next 512 steps; but LAMB's moments begin anew."
    )
    return "\n\n".join([unscaled, *rows, annealed])
