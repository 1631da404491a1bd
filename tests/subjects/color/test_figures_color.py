"""The color subject's figures: the same bytes every time, with words for who cannot see them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from tropism.core import Adam, Cone, Experiment
from tropism.core.ensemble import Ensemble
from tropism.core.member import members_of
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.figures.theme import Figure, as_svg, render
from tropism.interventions import Project, Suppress
from tropism.networks import Autoencoder
from tropism.subjects.color import Colors
from tropism.subjects.color.figures import (
    composite,
    error_by_name,
    error_scatter,
    latent_balls,
    line_figure,
    lobes,
    named_error_table,
    published_lobes,
    slice_figure,
    stage_grid,
)
from tropism.subjects.color.figures.words import fraction, subscript
from tropism.subjects.color.measures import (
    color_slices,
    error_by_color,
    error_lines,
    latent_cloud,
    slice_cube,
    typical_member,
)
from tropism.surgery import ablate
from tropism.training.growth import Growth

RED = (1.0, 0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def conditions() -> dict[str, Ensemble]:
    """Two networks as they begin, whole, cut and suppressed."""
    experiment = Experiment(
        task=Colors(levels=4), network=Autoencoder(hidden=8, latent=4), optimizer=Adam(lr=0.01), steps=1
    )
    grown = Growth(experiment, members_of(range(2))).harvest()
    cut = ablate(grown, "latent", dims=(0,))
    return {"whole": grown, "cut": cut, "suppressed": grown.intervene(Suppress("latent", RED))}


@pytest.fixture(scope="module")
def tables(conditions) -> dict[str, pl.DataFrame]:
    return {
        "cloud": latent_cloud(conditions, members=1, colors="trained"),
        "slices": color_slices(conditions, members=1, cube=slice_cube(6, 2, 3)),
        "lines": error_lines(conditions, members=1, hues=3, points=5),
        "errors": error_by_color(conditions),
    }


CONES = {"suppressed": Suppress("latent", RED).cones(), "whole": (Cone((0.0, 1.0, 0.0, 0.0), 1.0, "hole"),)}
DRAWINGS: dict[str, Callable[[dict[str, pl.DataFrame]], Figure]] = {
    "balls": lambda t: latent_balls(t["cloud"], cones=CONES, anchor="red"),
    "slices": lambda t: slice_figure(t["slices"]),
    "slices of value": lambda t: slice_figure(t["slices"].filter(pl.col("condition") == "cut"), cut="v"),
    "lines": lambda t: line_figure(t["lines"]),
    "scatter": lambda t: error_scatter(
        t["errors"].filter(pl.col("member") == 0), power=2, conditions=["cut", "suppressed"]
    ),
    "composite": lambda t: composite(t["cloud"], t["slices"], t["lines"], cones=CONES, anchor="red"),
    "stages": lambda t: stage_grid(t["cloud"]),
    "by name": lambda t: error_by_name(t["errors"]),
    "lobes": lambda t: lobes({word: published_lobes()[word] for word in ("half, linear", "to 60°, Bézier")}),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_says_what_to_see_and_how_many_and_is_drawn_alike_every_time(name, tables):
    figure = DRAWINGS[name](tables)
    first, again = as_svg(figure), as_svg(figure)
    assert first == again
    assert first != as_svg(figure, "dark")
    assert len(figure.alt) > 80
    assert "nan" not in figure.alt
    assert figure.size[0] <= 7.2
    if name != "lobes":
        assert "seed 1" in figure.caption or "n = 1" in figure.caption or "2 members" in figure.caption


@pytest.mark.parametrize("name", ["balls", "slices", "lines", "composite", "by name"])
def test_a_network_that_is_not_finite_is_drawn_without_a_warning(name, conditions):
    lost = {path: np.full_like(item, np.nan) for path, item in conditions["whole"].params.items()}
    both = {"whole": conditions["whole"], "lost": dataclasses.replace(conditions["whole"], params=lost)}
    tables = {
        "cloud": latent_cloud(both, colors="trained"),
        "slices": color_slices(both, cube=slice_cube(6, 2, 3)),
        "lines": error_lines(both, hues=3, points=5),
        "errors": error_by_color(both),
    }
    bare = {
        "balls": lambda t: latent_balls(t["cloud"]),
        "composite": lambda t: composite(t["cloud"], t["slices"], t["lines"]),
    }
    render({**DRAWINGS, **bare}[name](tables), dpi=20)


def test_a_picture_is_of_one_network(conditions):
    several = color_slices(conditions, members=[0, 1], cube=slice_cube(6, 2, 3))
    with pytest.raises(DoesNotFit, match="holds 2 members"):
        slice_figure(several)


def test_pictures_keep_the_members_number_and_seed(conditions):
    table = latent_cloud(conditions, members=-1, colors="trained")
    assert table["member"].unique().to_list() == [1]
    assert table["seed"].unique().to_list() == ["1"]
    assert table.height == 3 * 64
    whole = table.filter(pl.col("condition") == "whole").select("z0", "z1", "z2", "z3")
    np.testing.assert_allclose(np.linalg.norm(whole.to_numpy(), axis=1), 1, atol=1e-5)
    assert table.filter(pl.col("condition") == "cut")["z0"].abs().max() == 0


def test_lines_pass_through_the_named_hues(conditions):
    lines = error_lines(conditions["whole"], hues=3, points=5)
    vivid = lines.filter((pl.col("along") == "hue") & (pl.col("line") == "vivid"))
    for hue, code in ((0, "#ff0000"), (1 / 3, "#00ff00"), (1, "#ff0000")):
        near = vivid.filter((pl.col("h") - hue).abs() < 1e-9)
        assert near["hex"].to_list() == [code]
    assert lines.filter(pl.col("along") == "saturation")["line"].unique(maintain_order=True).to_list() == [
        "0°",
        "120°",
        "240°",
    ]


def test_the_typical_member_is_the_one_at_the_median():
    table = pl.DataFrame({"member": [5, 6, 7, 8], "r2": [0.9, float("nan"), 0.1, 0.5]})
    assert typical_member(table) == 8
    assert typical_member(table.head(3)) == 7
    with pytest.raises(DoesNotFit, match="no finite number"):
        typical_member(table.filter(pl.col("member") == 6))


def test_the_eight_lobes_are_the_published_ones():
    # Source: z0u/ex-preppy, Ex 2.1: what is taken, or the cosine that is left, of a vector along the concept.
    ends = [float(each.transfer(jnp.float32(1.0))) for each in published_lobes().values()]
    np.testing.assert_allclose(ends, [0.5, 0.5, 1, 1, 0.5, 0.5, np.cos(np.pi / 6), np.cos(np.pi / 6)], atol=1e-5)


def test_the_scatters_words_give_the_r2_of_its_dots():
    from tropism.subjects.color.measures import ground_truth, hex_codes
    from tropism.subjects.color.named import named_colors

    colors = named_colors().rgb
    table = pl.DataFrame({"condition": ["cut"] * 17, "hex": hex_codes(colors), "mse": 0.3 * ground_truth(colors) ** 3})
    figure = error_scatter(table, power={"cut": 3.0})
    assert "R² 1.00" in figure.alt


def test_the_named_table_shows_swatches_and_spreads(tables):
    page = named_error_table(tables["errors"])
    assert page.count("<tr>") == 18
    assert "background:#ff0000" in page
    assert "cut, added" in page
    assert page.count("±") == 17 * 3


def test_what_cannot_be_drawn_is_refused_by_name(tables):
    with pytest.raises(UnknownName, match="Did you mean 'suppressed'"):
        latent_balls(tables["cloud"], cones={"supressed": ()})
    with pytest.raises(BadValue, match="three different dimensions"):
        render(latent_balls(tables["cloud"], views=[(0, 0, 1)]), dpi=20)
    with pytest.raises(BadValue, match="transfer curve"):
        lobes({"flat": Project("latent", (1.0, 0.0))})
    with pytest.raises(UnknownName, match="condition 'cutt'"):
        error_scatter(tables["errors"].filter(pl.col("member") == 0), power=2, conditions=["cutt"])
    with pytest.raises(DoesNotFit, match="whole grid"):
        render(slice_figure(tables["slices"].head(5)), dpi=20)


def test_small_words_are_right():
    assert [fraction(each) for each in (1 / 3, 2 / 3, 0.5, 1 / 7, 1.0, 0.123)] == ["⅓", "⅔", "½", "1/7", "1", "0.12"]
    assert subscript(12) == "₁₂"
