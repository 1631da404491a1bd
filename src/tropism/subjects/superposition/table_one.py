"""Table 1 of "Engineering Monosemanticity in Toy Models": what each row trains, at three scales, and two beside them.

Source: Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169. The table leaves out batch sizes, steps and most of the
values that were swept; those come from the scripts of adamjermyn/toy_model_interpretability (the paper's) and of
jbloomAus/toy_model_interpretability (a later refactor), and `Row.note` says where they contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.sweep import Setting, Sweep
from tropism.errors import UnknownName
from tropism.networks import TwoLayer
from tropism.networks.two_layer import TwoLayerActivation
from tropism.optimizers import BiasDecay, Cosine, Lamb
from tropism.subjects.superposition.tasks import Aim, SparseFeatures, Spread
from tropism.terms import L1

Swept = Literal["lr", "offset", "density", "hidden", "l1", "decay"]

RATES = (0.001, 0.003, 0.005, 0.007, 0.01, 0.03)
OFFSETS = tuple(round(float(number), 10) for number in np.linspace(-2, 1, 11))
DENSITIES = tuple(float(2.0**-number) for number in np.linspace(1, 5, 11))
WIDTHS = tuple(2**number for number in range(4, 12))
POWERS = tuple(10.0**-number for number in range(1, 8))

ADDRESSES: Mapping[Swept, str] = MappingProxyType(
    {
        "lr": "optimizer.lr",
        "offset": "network.offset",
        "density": "task.density",
        "l1": "l1.weight",
        "decay": "optimizer.decay.rate",
    }
)
"""The dials that rows sweep; `hidden` is a field, and an experiment a value."""


PAPER_STEPS = 2**17
"""Of a run of the paper's."""

DECAYING = PAPER_STEPS // 2
"""Steps in which its biases decay, half of the run."""


@dataclass(frozen=True)
class Scale:
    """How long and how wide a run is.

    Attributes:
        batch: Examples a step.
        steps: How many; the decay of the paper's 2^17 is spread over them, e-fold for e-fold, where `rescaled`.
        neurons: If given, the batch is this over the hidden width, the paper's rule where widths are swept.
        rescaled: Whether the rate of the decay is multiplied by 2^17 / steps.
    """

    batch: int
    steps: int
    neurons: int | None = None
    rescaled: bool = False

    @property
    def stretch(self) -> float:
        """By what the table's decay rates are multiplied."""
        return PAPER_STEPS / self.steps if self.rescaled else 1.0


SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "laptop": Scale(2**7, 2**12, rescaled=True),
        "laptop-unscaled": Scale(2**7, 2**12),
        "picture": Scale(2**7, 2**15, rescaled=True),
        "refactor": Scale(2**8, 2**15),
        "paper": Scale(2**13, PAPER_STEPS, neurons=2**23),
    }
)
"""`laptop`, `refactor` and `paper` are the three; `laptop-unscaled` keeps the table's decay, and `picture` has the
length of the refactor's published training histories, and the batch that is inferred for them."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the table: one setting, of which one number or two are swept.

    Attributes:
        swept: What is varied, with its values; two are crossed.
        note: Where the sources contradict each other, or are silent.
    """

    swept: tuple[tuple[Swept, tuple[float, ...]], ...]
    aim: Aim = "decoder"
    activation: TwoLayerActivation = "relu"
    spread: Spread = "uniform"
    hidden: int = 1024
    density: float = 1 / 64
    lr: float = 0.003
    decay: float = 0.0
    offset: float = 0.0
    note: str = ""

    def experiment(self, scale: Scale, *, hidden: int | None = None) -> Experiment:
        """What the row trains; its swept dials hold numbers that members replace."""
        width = self.hidden if hidden is None else hidden
        task = SparseFeatures(aim=self.aim, spread=self.spread, density=self.density)
        sweeps = {name for name, _ in self.swept}
        decay = (BiasDecay(rate=self.decay * scale.stretch, patterns=("hidden.bias",)),)
        return Experiment(
            task=task,
            network=TwoLayer(
                inputs=task.width,
                hidden=width,
                outputs=task.output_width(),
                activation=self.activation,
                offset=self.offset,
            ),
            terms=(L1(site="hidden", weight=0.0),) if "l1" in sweeps else (),
            optimizer=Lamb(lr=self.lr, pace=Cosine(), aftermath=decay if self.decay or "decay" in sweeps else ()),
            steps=scale.steps,
            batch_size=scale.batch if scale.neurons is None else max(1, scale.neurons // width),
            snapshots=tuple(2**number for number in range(scale.steps.bit_length() - 1)),
        )

    def settings(self, scale: Scale) -> tuple[Setting, ...]:
        """The swept dials' numbers, one setting for each combination."""
        found: list[Setting] = [()]
        for name, values in self.swept:
            if name != "hidden":
                times = scale.stretch if name == "decay" else 1.0
                found = [(*before, (ADDRESSES[name], value * times)) for before in found for value in values]
        return tuple(found)


def _rates(**fields: object) -> Row:
    return Row(swept=(("lr", RATES),), **fields)  # type: ignore[arg-type]


_DECAYED = {"decay": 0.03, "offset": -1.0}

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "LR1": _rates(),
        "LR2": _rates(spread="power-law"),
        "LR3": _rates(**_DECAYED, note="The refactor runs decay .003 (see LR3-refactor)."),
        "LR4": _rates(spread="power-law", **_DECAYED),
        "B1": Row(swept=(("offset", OFFSETS),), density=1 / 16, decay=0.03, note="The only B row with decay .03."),
        "B2": Row(swept=(("offset", OFFSETS),), density=1 / 32, decay=0.003),
        "B3": Row(swept=(("offset", OFFSETS),), density=1 / 64, decay=0.003),
        "B4": Row(swept=(("offset", OFFSETS),), density=1 / 128, decay=0.003),
        "B5": Row(swept=(("offset", OFFSETS),), density=1 / 256, decay=0.003),
        "G3": Row(
            swept=(("offset", OFFSETS), ("lr", (0.001, 0.005, 0.01))), activation="gelu", decay=0.03,
            note="The table calls it B3, too. The rates are from a comment in the refactor, where .005 is typed .05; "
            "what that script runs instead is G3-refactor.",
        ),
        "E1": Row(swept=(("density", DENSITIES),), decay=0.03, offset=-1.0, note="Densities from a comment."),
        "E2": Row(swept=(("density", DENSITIES),), decay=0.01, offset=-1.0, note="As E1."),
        "E3": Row(swept=(("density", DENSITIES),), decay=0.003, offset=-1.0, note="As E1."),
        "E4": Row(swept=(("density", DENSITIES),), decay=0.001, offset=-1.0, note="As E1."),
        "K0": Row(swept=(("hidden", WIDTHS),), lr=0.007, note="The refactor runs widths to 1024 only."),
        "K1": Row(swept=(("hidden", WIDTHS),), lr=0.007, **_DECAYED),  # type: ignore[arg-type]
        "K2": Row(swept=(("hidden", WIDTHS),), lr=0.007, spread="power-law", **_DECAYED),  # type: ignore[arg-type]
        "RG1": Row(swept=(("l1", POWERS),), lr=0.005, **_DECAYED),  # type: ignore[arg-type]
        "RP1": _rates(aim="re-projector", **_DECAYED, note="The refactor runs power-law features (see RP1-refactor)."),
        "LR5": _rates(aim="abs", hidden=2048, **_DECAYED, note="The refactor's call names a sampler that it has not."),
        "D1": Row(
            swept=(("decay", POWERS),), aim="abs", hidden=2048, lr=0.007, offset=-1.0,
            note="As LR5. At the paper's scale a decay of .1 leaves 1e-20 of the offset, one of 1e-5 99.5 %.",
        ),
    }
)  # fmt: skip


VARIANTS: Mapping[str, Row] = MappingProxyType(
    {
        "LR3-refactor": _rates(decay=0.003, offset=-1.0, note="Against the table and the paper's own script."),
        "G3-refactor": _rates(
            activation="gelu", spread="power-law", **_DECAYED, note="Against the table and the refactor's own comment."
        ),
        "RP1-refactor": _rates(aim="re-projector", spread="power-law", **_DECAYED, note="Against the table."),
        "LR3-decays": Row(
            swept=(("decay", tuple(efolds / (0.03 * DECAYING) for efolds in (0.5, 1, 2, 4, 8, 16, 32))),),
            lr=0.03,
            offset=-1.0,
            note="Not in the table: at .03 the paper's decay takes 59 e-folds of the bias, here 1/2 to 32. A short run "
            "that keeps the e-folds has them on a path that is shorter by as much, so learning cannot hold them up.",
        ),
        **{
            f"{name}-first": replace(ROWS[name], decay=0.03, note="The decay that the refactor's first version ran.")
            for name in ("B2", "B3", "B4", "B5")
        },
    }
)
"""Rows as some source has them that contradicts the table."""


def sweeps_of(name: str, scale: str = "laptop", *, seeds: tuple[int, ...] = (0,)) -> tuple[Sweep, ...]:
    """What a row of the table trains: one sweep, or one for each width where widths are swept.

    Raises:
        UnknownName: A row or a scale that is not there.
    """
    rows = {**ROWS, **VARIANTS}
    if name not in rows:
        raise UnknownName("row of Table 1", name, rows)
    if scale not in SCALES:
        raise UnknownName("scale", scale, SCALES)
    row, size = rows[name], SCALES[scale]
    widths = next((values for what, values in row.swept if what == "hidden"), None)
    if widths is None:
        return (Sweep(name, row.experiment(size), seeds, row.settings(size)),)
    return tuple(
        Sweep(f"{name}-{width:.0f}", row.experiment(size, hidden=int(width)), seeds, row.settings(size))
        for width in widths
    )
