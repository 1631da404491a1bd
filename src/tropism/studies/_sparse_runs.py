"""What the studies of plain runs share, `sparse-features` and `readme-sweep`: tables of networks and of their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.networks import TwoLayer
from tropism.optimizers import BiasDecay, Cosine, Lamb
from tropism.studies._training_losses import LAST, late_loss, loss_curve
from tropism.subjects.superposition.tasks import SparseFeatures
from tropism.terms import L1

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas

    from tropism.figures import Figure, Palette


def sparse_features(
    *, features: int = 512, width: int = 64, hidden: int = 1024, batch: int = 2**7, steps: int = 2**12
) -> Experiment:
    """One run of the refactor's command line, by default with its defaults; price, decay and offset are there, at 0.

    Source: the defaults of `main.py` in jbloomAus/toy_model_interpretability.
    """
    return Experiment(
        task=SparseFeatures(features=features, width=width),
        network=TwoLayer(inputs=width, hidden=hidden, outputs=features),
        terms=(L1(site="hidden", weight=0.0),),
        optimizer=Lamb(lr=0.03, pace=Cosine(), aftermath=(BiasDecay(rate=0.0, patterns=("hidden.bias",)),)),
        steps=steps,
        batch_size=batch,
        snapshots=tuple(2**number for number in range((steps - 1).bit_length())),
    )


def measure(ensembles: Mapping[str, Ensemble], *, examples: int = 16384) -> dict[str, polars.DataFrame]:
    """Every network as it ends, and its way there; `run` names what was swept."""
    import polars as pl

    ends, tracks, losses = [], [], []
    for name in ensembles:  # one at a time
        ensemble = ensembles[name]
        runs = _runs(name, ensemble, len(ensembles) > 1)
        track = _track(ensemble, runs)
        ends.append(_ends(ensemble, track, examples))
        tracks.append(track)
        losses.append(_losses(ensemble, runs))
    networks = pl.concat(ends, how="diagonal_relaxed").with_columns(pl.int_range(pl.len()).alias("member"))
    return {
        "summary": _summary(networks),
        "networks": networks,
        "drawn-tracks": pl.concat(tracks, how="diagonal_relaxed"),
        "drawn-losses": pl.concat(losses, how="diagonal_relaxed"),
    }


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Training loss, share, coverage and mean bias over the steps, a color a run.

    What nothing is known of is not drawn: networks without hidden biases, and those that look at a whole layer at once,
    have no figure of their mean bias.
    """
    from tropism.figures import curves

    tracks, losses = tables["drawn-tracks"], tables["drawn-losses"]
    shown = (
        (losses, "loss", "loss", "Training loss", "loss of a batch"),
        (tracks, "share", "share", "Monosemantic neurons over features", "share (duplicates count)"),
        (tracks, "covered", "coverage", "Features that have a monosemantic neuron", "share of features"),
        (tracks, "mean_bias", "bias", "Mean of the hidden biases", "mean bias"),
    )
    return [
        _on_log_steps(
            curves(
                table, column, by="run", name=name, title=title, label=label,
                alt=f"{title}, over steps on a logarithmic axis: a thin line a network, a color a run.",
                caption="Neurons are looked at after every doubling of the steps, and at the end; losses are means "
                "over stretches that are even on this axis.",
            )
        )
        for table, column, name, title, label in shown
        if table[column].is_finite().any()
    ]  # fmt: skip


def _on_log_steps(figure: Figure) -> Figure:
    def draw(canvas: Canvas, palette: Palette) -> None:
        figure.draw(canvas, palette)
        for axes in canvas.axes:
            axes.set_xscale("log", base=2)

    return replace(figure, draw=draw)


COLUMNS = {
    "member": "place of the network",
    "seed": "the member's luck",
    "run": "what was swept, and its number",
    "first_loss": "training loss of the first record",
    "train_loss": f"mean training loss of the last {LAST} steps",
    "held_out": "loss on fresh examples",
    "held_out_low": "lower end of its 95 % interval, over examples",
    "held_out_high": "upper end of it",
    "share": "monosemantic neurons over features: the published ratio, duplicates included",
    "covered": "share of features that have a monosemantic neuron",
    "duplicates": "monosemantic neurons beyond the first of a feature",
    "dead": "neurons that answer to no feature",
    "polysemantic": "neurons that are neither dead nor monosemantic",
    "mean_bias": "mean hidden bias",
    "failed": "networks that diverged, left out of the means",
}


def _track(ensemble: Ensemble, runs: list[str]) -> polars.DataFrame:
    """Neurons at every snapshot and at the end: a row a network and step."""
    import polars as pl

    from tropism.subjects.superposition.measures import monosemanticity

    everything = monosemanticity(ensemble, steps=tuple(sorted(ensemble.snapshots)))
    return everything.rename({"mono_share": "share"}).with_columns(
        pl.Series("run", [runs[row] for row in everything["member"]])
    )


def _ends(ensemble: Ensemble, track: polars.DataFrame, examples: int) -> polars.DataFrame:
    """What each network is when training ends."""
    import polars as pl

    from tropism.subjects.superposition.measures.losses import held_out_loss

    held_out = held_out_loss(ensemble, examples=examples)
    end = track.filter(pl.col("step") == ensemble.experiment.length).with_columns(
        pl.Series("first_loss", ensemble.history.records["error"][:, 0]),
        pl.Series("train_loss", late_loss(ensemble)),
        held_out["loss"].alias("held_out"),
        held_out["low"].alias("held_out_low"),
        held_out["high"].alias("held_out_high"),
    )
    return end.select(*(each for each in COLUMNS if each in end.columns))


def _losses(ensemble: Ensemble, runs: list[str]) -> polars.DataFrame:
    """Training loss in means over stretches that are even on a logarithmic axis: a row a network and stretch."""
    import polars as pl

    steps, losses = loss_curve(ensemble)
    count = range(len(ensemble))
    return pl.concat(
        pl.DataFrame({"member": count, "run": runs, "step": [step] * len(ensemble), "loss": losses[:, place]})
        for place, step in enumerate(steps.tolist())
    )


def _runs(name: str, ensemble: Ensemble, several: bool) -> list[str]:
    """What tells each network from the others, luck aside: what its sweep is for, and dials that it has of its own."""
    own = [[f"{address.rpartition('.')[2]} {number:g}" for address, number in each.dials] for each in ensemble.members]
    sweep = name.partition(" ")[2] or name  # a grid over fields puts their values behind the name
    return [", ".join([*([sweep] if several or not words else []), *words]) for words in own]


def _summary(networks: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    finite = pl.col("held_out").is_finite()
    numbers = ("train_loss", "held_out", "share", "covered", "duplicates", "dead", "mean_bias")
    return networks.group_by("run", maintain_order=True).agg(
        *(pl.col(name).filter(finite).mean() for name in numbers), (~finite).sum().alias("failed")
    )
