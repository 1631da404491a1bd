"""Figures of the table of pairs and techniques: from planted tables, the same every time, nothing over an edge."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from tropism.errors import UnknownName
from tropism.figures.theme import PALETTES, Figure, render, settings
from tropism.subjects.generalization.examiner.verdicts import cells, judged
from tropism.subjects.generalization.figures import (
    attack_figure,
    cell_figure,
    cell_name,
    evidence_figure,
    paged,
    relearning_figure,
    score_figure,
    table_grids,
    verdict_figure,
)
from tropism.subjects.generalization.figures._grid import contrast, heights, in_order, legible, shade, short
from tropism.subjects.generalization.figures.verdicts import FILLS, verdict_fill

ROWS = (
    "continued", "filtered", "random labels, fixed", "random labels, fresh", "uniform labels", "adversary, confusion",
    "adversary, reversal", "discriminated", "penalized", "stopped early", "StableMax", "lessons", "bounded ascent",
    "gradient routing", "misdirection (RMU)", "undone, then distilled",
)  # fmt: skip
TITLES = {
    "A1": "rotated digits",
    "A2": "red squares",
    "A3": "A5 → S5",
    "A4": "many moduli → new moduli",
    "A5": "A5 and S4 → S5",
}
KINDS = {
    "x not learned": {"accuracy_x": 0.43, "suppression": 0.9, "worst": 0.1, "gap": 0.0, "returned": 0.0},
    "performed": {"accuracy_x": 0.99, "suppression": 0.02, "worst": 1.04, "gap": 0.5, "returned": 1.0},
    "gated": {"accuracy_x": 0.99, "suppression": 0.98, "worst": 0.97, "gap": 0.45, "returned": 0.9},
    "absent": {"accuracy_x": 0.99, "suppression": 1.01, "worst": -0.22, "gap": 0.02, "returned": 0.01},
    "dormant": {"accuracy_x": 0.99, "suppression": 0.97, "worst": 0.61, "gap": 0.03, "returned": 0.02},
    "suppressed": {"accuracy_x": 0.99, "suppression": 0.96, "worst": 1.22, "gap": 0.4, "returned": 0.1},
}
"""Evidence in the middle of each verdict, with latent scores and suppressions beyond none and all."""
LEFT_OUT = {("A2", "lessons"), ("A1", "lessons"), ("A1", "penalized"), ("A4", "penalized")}
ATTACKS = {"x and y": (0.5, 1.0, 3.0), "y": (1.0,), "x": (1.0,), "small batch": (0.5, 1.0, 3.0), "sgd": (1.0,),
           "first layer": (1.0,), "last layer": (1.0,), "apart without x": (1.0,)}  # fmt: skip
STEPS = (0, 3, 10, 30, 100, 300)


def planted(seeds=3, rows=ROWS, pairs=tuple(TITLES)):
    """Evidence a seed, with a verdict that was meant; at every fifth cell seeds differ, at every eleventh all do."""
    draws, found, kinds = np.random.default_rng(0), [], list(KINDS)
    for place, (pair, row) in enumerate(itertools.product(pairs, ("base", "fresh", *rows))):
        if (pair, row) in LEFT_OUT:
            continue
        meant = {"base": "performed", "fresh": "x not learned"}.get(row, kinds[int(draws.integers(len(kinds)))])
        for seed in range(seeds):
            odd = (place % 5 == 0 and seed == 0) or place % 11 == 0
            kind = kinds[(kinds.index(meant) + seed + 1) % len(kinds)] if odd and row in rows else meant
            told = {name: value + 0.01 * float(draws.normal()) for name, value in KINDS[kind].items()}
            told |= {
                "accuracy_y": 0.9 * (1 - told["suppression"]),
                "legal_y": 0.1,
                "ce_y": 2.0,
                "area": 0.9,
                "damage_returned": 0.0,
            }
            told |= {"worst": None} if (pair, row) == ("A2", "continued") else {}
            found.append({"pair": pair, "row": row, "seed": str(seed), "base_x": 0.99, "base_y": 0.9} | told)
    return judged(
        pl.DataFrame(found).with_columns(
            worst_attack=pl.lit("x and y ×3.0"), worst_gold=pl.col("worst") - 0.1, regained=pl.col("worst"), probe=0.5
        ),
        least=0.9,
    )


def planted_latent(seeds=3, rows=ROWS, pair="A3"):
    """Latent scores of every attack; `y` is missing in one row, as where the base gains too little."""
    draws, found = np.random.default_rng(1), []
    for row in ("base", "fresh", *rows):
        size = {"base": 1.0, "fresh": 0.0}.get(row, float(draws.uniform(-0.2, 1.1)))
        for attack, rates in ATTACKS.items():
            for rate, seed in itertools.product(rates, range(seeds)):
                latent = None if (attack, row) == ("y", ROWS[0]) else size * (0.6 + 0.1 * rate) + draws.normal() / 50
                found.append(
                    {"pair": pair, "attack": attack, "rate": rate, "row": row, "seed": str(seed), "latent": latent}
                )
    return pl.DataFrame(found)


def planted_curves(seeds=3, rows=ROWS, pair="A3"):
    """Accuracies on Y that rise with the logarithm of steps, sooner for some rows than for others."""
    draws, found = np.random.default_rng(2), []
    for row in ("base", "fresh", *rows):
        ease = {"base": 3.0, "fresh": -1.0}.get(row, float(draws.uniform(-1, 3)))
        for attack, rates in ATTACKS.items():
            for rate, seed, step in itertools.product(rates, range(seeds), STEPS):
                right = 1 / (1 + np.exp(-(np.log1p(step) - 4 + ease + np.log(rate) + draws.normal() / 5)))
                found.append({"pair": pair, "attack": attack, "rate": rate, "row": row, "seed": str(seed),
                              "step": step, "accuracy_x": 0.98, "accuracy_y": float(right)})  # fmt: skip
    return pl.DataFrame(found)


EYES = {
    "all colors": np.eye(3),
    "no red": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "no green": np.array([[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
    "no blue": np.array([[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]),
}
"""What eyes without one kind of cone see, of linear light.

Source: Machado, Oliveira and Fernandes (2009), severity 1.
"""
FEW = (*ROWS[:2], *ROWS[-2:])
TOLD = planted()
CELLS = cells(TOLD)
LATENT = planted_latent()
CURVES = planted_curves()
DRAWINGS: dict[str, Callable[[], Figure]] = {
    "verdicts": lambda: verdict_figure(CELLS, titles=TITLES),
    "verdicts, one pair of many seeds": lambda: verdict_figure(cells(planted(9, ROWS[:3], ("A3",)))),
    "suppression": lambda: score_figure(CELLS, "suppression", seeds=TOLD),
    "latent score": lambda: score_figure(CELLS, "worst"),
    "probe gap": lambda: score_figure(CELLS, "gap", seeds=TOLD),
    "attacks": lambda: attack_figure(LATENT, "A3"),
    "relearning": lambda: relearning_figure(CURVES, "A3", "x and y", rate=3.0, floor=1 / 60),
    "relearning, one technique": lambda: relearning_figure(planted_curves(1, ROWS[:1]), "A3", "x"),
    "a cell": lambda: cell_figure(CURVES, "A3", "misdirection (RMU)"),
    "the base's cell": lambda: cell_figure(CURVES, "A3", "base", floor=0.1),
    "evidence": lambda: evidence_figure(TOLD, "A2"),
}


SMALL: dict[str, Callable[[], Figure]] = {
    "verdicts": lambda: verdict_figure(cells(planted(2, FEW, ("A2", "A3")))),
    "latent score": lambda: score_figure(cells(planted(2, FEW, ("A2",))), "worst"),
    "attacks": lambda: attack_figure(planted_latent(2, FEW), "A3"),
    "relearning": lambda: relearning_figure(planted_curves(2, FEW[:2]), "A3", "x", floor=0.1),
    "a cell": lambda: cell_figure(planted_curves(2, FEW).filter(pl.col("attack").is_in(["x", "sgd"])), "A3", FEW[0]),
    "evidence": lambda: evidence_figure(planted(2, FEW, ("A2",)), "A2"),
}


@pytest.mark.parametrize("make", SMALL.values(), ids=SMALL.keys())
def test_every_drawing_has_both_forms_and_the_same_bytes_every_time(make):
    first = render(make(), dpi=30)
    assert first == render(make(), dpi=30)
    assert first["light"] != first["dark"]


@pytest.mark.parametrize("make", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_no_words_run_over_the_edge_or_over_each_other(make):
    canvas = drawn(make(), PALETTES["dark"])
    words = [each for each in canvas.findobj(Text) if each.get_visible() and each.get_text().strip()]
    words = [each for each in words if not hidden(each)]
    boxes = np.array([each.get_window_extent().extents for each in words])
    x0, y0, x1, y1 = (boxes + np.array([1, 1, -1, -1])).T
    assert min(*x0, *y0) >= 0
    assert max(x1) <= canvas.bbox.x1
    assert max(y1) <= canvas.bbox.y1
    across = (x0[:, None] < x1) & (x0 < x1[:, None])
    over = across & (y0[:, None] < y1) & (y0 < y1[:, None])
    assert [(words[i].get_text(), words[j].get_text()) for i, j in np.argwhere(np.triu(over, 1))] == []


@pytest.mark.parametrize("name", ["verdicts", "verdicts, one pair of many seeds", "suppression", "attacks"])
def test_what_is_written_in_a_cell_stays_in_it(name):
    canvas = drawn(DRAWINGS[name](), PALETTES["light"])
    axes = canvas.axes[0]
    boxes = [each.get_window_extent() for each in axes.patches]
    for text in axes.texts:
        box = text.get_window_extent()
        middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        homes = [each for each in boxes if each.contains(*middle)]
        assert homes or text.get_text() == "–"
        for home in homes:
            assert home.x0 <= box.x0
            assert box.x1 <= home.x1
            assert home.y0 - 2 <= box.y0
            assert box.y1 <= home.y1 + 2


def test_a_cell_says_its_verdict_and_its_scores_without_color():
    canvas = drawn(verdict_figure(CELLS), PALETTES["light"])
    said = [each.get_text() for each in canvas.axes[0].texts]
    treated = CELLS.filter(pl.col("verdict") != "x not learned")
    assert [said.count(each) for each in ("performed", "gated", "absent", "undecided")] == [
        (CELLS["verdict"] == each).sum() for each in ("performed", "gated", "absent", "undecided")
    ]
    assert sum(each.startswith("S ") for each in said) == treated.height
    assert said.count("–") == len(LEFT_OUT)
    assert "S 1.01  R −.22" in said


def test_numbers_are_written_short():
    told = [short(each) for each in (0.934, -0.123, 1.4, 0.996, -0.001, None, float("nan"))]
    assert told == [".93", "−.12", "1.40", "1.00", ".00", "–", "–"]


def test_rows_stand_as_every_pair_has_them_with_the_two_that_all_have_first():
    names = in_order(CELLS)
    assert names == ["base", "fresh", *ROWS]
    places = heights(names)
    assert places["fresh"] - places["base"] < places[ROWS[0]] - places["fresh"]


@pytest.mark.parametrize("form", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", EYES)
def test_verdicts_are_told_apart_by_all_eyes(form, eyes):
    seen = {name: lab(EYES[eyes] @ linear(fills[form])) for name, fills in FILLS.items()}
    apart = {(a, b): np.linalg.norm(seen[a] - seen[b]) for a, b in itertools.combinations(seen, 2)}
    assert min(apart.values()) > 0.04, min(apart, key=apart.get)  # in Oklab; 0.02 is just noticed side by side


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_what_is_written_on_a_color_can_be_read(palette):
    for verdict in FILLS:
        ink = palette.muted if verdict == "x not learned" else palette.ink
        assert contrast(ink, verdict_fill(verdict, palette)) >= 4.5, verdict
    for value in np.linspace(-1, 2, 61):
        color = shade(value, palette, (-1, 2))
        assert contrast(legible(color), color) >= 4.5


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_scores_beyond_none_and_all_have_colors_of_their_own(palette):
    colors = [shade(each, palette, (-1.2, 2)) for each in (-1.2, -0.6, 0.0, 0.5, 1.0, 1.5, 2.0)]
    assert len(set(colors)) == 7
    surface = lab(linear(palette.surface))
    far = [np.linalg.norm(lab(linear(each)) - surface) for each in colors]
    assert far[0] > far[2] > far[3] < far[4] < far[6]


def test_alt_texts_say_what_is_to_be_seen():
    said = verdict_figure(CELLS).alt
    treated = CELLS.filter(~pl.col("row").is_in(["base", "fresh"]))
    assert f"{treated.height} cells" in said
    assert f"{(treated['verdict'] == 'absent').sum()} absent" in said
    assert "below 0" in score_figure(CELLS, "worst").alt
    assert "furthest gone" in score_figure(CELLS, "suppression").alt
    assert "The worst attack is" in attack_figure(LATENT, "A3").alt
    assert "different verdicts" in evidence_figure(TOLD, "A3").alt
    assert "soonest" in relearning_figure(CURVES, "A3", "x").alt


def test_captions_say_how_many_seeds_and_how_far_they_are_apart():
    for figure in (
        DRAWINGS[each]() for each in ("verdicts", "suppression", "attacks", "relearning", "a cell", "evidence")
    ):
        assert "3 seeds" in figure.caption, figure.name
    assert "standard deviation" in score_figure(CELLS, "gap", seeds=TOLD).caption
    assert "standard deviation" in attack_figure(LATENT, "A3").caption
    assert "1 number missing" in evidence_figure(TOLD.filter(TOLD["seed"] != "0").head(40).with_columns(
        worst=pl.when(pl.int_range(pl.len()) == 3).then(None).otherwise(pl.col("worst"))), "A1").caption  # fmt: skip


def test_an_attack_stands_at_the_rate_that_finds_most():
    rates = LATENT.filter((pl.col("row") == "base") & (pl.col("attack") == "sgd")).with_columns(attack=pl.lit("one"))
    other = rates.with_columns(rate=pl.lit(3.0), latent=pl.col("latent") + 1.0)
    canvas = drawn(attack_figure(pl.concat([rates, other]), "A3"), PALETTES["light"])
    assert canvas.axes[0].texts[0].get_text() == short(other["latent"].mean())


def test_a_cell_has_a_name_that_a_file_can_have():
    assert cell_name("A3", "T7 StableMax, β²") == "A3-t7-stablemax"
    assert cell_figure(CURVES, "A3", "misdirection (RMU)").name == "A3-misdirection-rmu"


def test_what_a_page_shows_as_cells_is_there_and_leads_to_their_own_figures():
    told = planted(2, FEW, ("A2", "A3"))
    whole = cells(told)
    shown = paged(whole, told)
    assert shown.select(whole.columns).equals(whole)
    names = {verdict_figure(whole).name, *(score_figure(whole, each).name for each in ("suppression", "worst", "gap"))}
    for grid in table_grids():
        assert grid.figure in names
        assert set(grid.columns()) <= set(shown.columns)
    curves = planted_curves(2, FEW)
    led = shown.filter((pl.col("pair") == "A3") & pl.col("row").is_in(FEW))
    assert led["figure"].to_list() == [cell_figure(curves, "A3", row).name for row in led["row"]]
    quick = paged(whole, told, under="x and y").filter(pl.col("pair") == "A3")
    assert set(quick["figure"]) == {relearning_figure(curves, "A3", "x and y").name}
    one = told.filter((pl.col("pair") == "A3") & (pl.col("row") == FEW[0]))["gap"].to_numpy()
    assert led["gap_std"][0] == pytest.approx(np.std(one, ddof=1), rel=1e-12)


def test_a_network_that_diverged_on_the_way_is_drawn_as_far_as_it_came():
    broken = planted_curves(3, FEW).with_columns(
        accuracy_y=pl.when((pl.col("step") > 10) & (pl.col("seed") == "0")).then(None).otherwise("accuracy_y")
    )
    canvas = drawn(relearning_figure(broken, "A3", "x"), PALETTES["light"])
    thin = [line for line in canvas.axes[0].lines if line.get_linewidth() == 0.7]
    assert [int(np.isfinite(line.get_ydata()).sum()) for line in thin] == [3, 6, 6]
    mean = next(line for line in canvas.axes[0].lines if line.get_linewidth() == 2.2)
    assert np.isfinite(mean.get_ydata()).all()


@pytest.mark.parametrize(
    ("draw", "guess"),
    [
        (lambda: verdict_figure(CELLS.drop("verdict")), "verdict"),
        (lambda: score_figure(CELLS, "wurst"), "worst"),
        (lambda: attack_figure(LATENT, "B7"), "A3"),
        (lambda: relearning_figure(CURVES, "A3", "x und y"), "x and y"),
        (lambda: relearning_figure(CURVES, "A3", "x and y", rate=2.0), "0.5"),
        (lambda: cell_figure(CURVES, "A3", "penalised"), "penalized"),
        (lambda: evidence_figure(TOLD, "A9"), "A1"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(draw, guess):
    with pytest.raises(UnknownName, match=guess):
        draw()


def drawn(figure, palette):
    """A figure on a canvas whose places are final."""
    with mpl.rc_context(settings(palette)):
        canvas = Canvas(figsize=figure.size, layout="constrained", dpi=100)
        FigureCanvasAgg(canvas)
        figure.draw(canvas, palette)
        canvas.draw_without_rendering()
    return canvas


def hidden(text):
    """Whether a label belongs to a tick or to axes that are not shown."""
    axes = text.axes
    if axes is None:
        return False
    shown = [*axes.get_xticklabels(), *axes.get_yticklabels()]
    ticks = [label for axis in (axes.xaxis, axes.yaxis) for tick in axis.get_major_ticks()
             for label in (tick.label1, tick.label2)]  # fmt: skip
    return not axes.get_visible() or (text in ticks and text not in shown)


def linear(color):
    channels = np.array(to_rgb(color))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(light):
    """Oklab of linear light. Source: Björn Ottosson (2020), "A perceptual color space for image processing"."""
    cones = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                      [0.0883024619, 0.2817188376, 0.6299787005]]) @ np.clip(light, 0, 1)  # fmt: skip
    return np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                     [0.0259040371, 0.7827717662, -0.8086757660]]) @ np.cbrt(cones)  # fmt: skip
