"""The theme: readable, the same every time, and leaving nothing behind."""

from __future__ import annotations

import struct
import sys

import matplotlib
import pytest

from tropism.errors import BadValue, UnknownName
from tropism.figures.theme import PALETTES, Figure, Palette, as_svg, render


def line(canvas: object, palette: Palette) -> None:
    axes = canvas.subplots()  # type: ignore[attr-defined]
    axes.plot([0, 1], [0, 1], color=palette.accent(0))
    axes.set_xlabel("step")


FIGURE = Figure("line", "A line", "A line that rises.", "n = 1.", line)


def test_a_figure_renders_to_the_same_bytes_every_time_in_both_forms() -> None:
    first = render(FIGURE, dpi=50)
    assert first == render(FIGURE, dpi=50)
    assert set(first) == {"light", "dark"}
    assert first["light"] != first["dark"]
    assert all(data.startswith(b"\x89PNG") and b"tIME" not in data for data in first.values())


def test_a_users_own_settings_neither_change_the_bytes_nor_are_changed() -> None:
    plain = render(FIGURE, dpi=50)
    with matplotlib.rc_context({"lines.linewidth": 9, "axes.facecolor": "red", "figure.dpi": 33}):
        before = dict(matplotlib.rcParams)
        assert render(FIGURE, dpi=50) == plain
        assert dict(matplotlib.rcParams) == before


def test_a_drawing_that_fails_leaves_the_settings_as_they_were() -> None:
    def stumble(canvas: object, palette: Palette) -> None:
        raise RuntimeError("no")

    before = dict(matplotlib.rcParams)
    with pytest.raises(RuntimeError):
        render(Figure("bad", "t", "a", "c", stumble))
    assert dict(matplotlib.rcParams) == before


def test_rendering_does_not_load_pyplot() -> None:
    import subprocess

    code = (
        "import sys\nfrom tropism.figures.theme import Figure, render\n"
        "assert 'matplotlib' not in sys.modules\n"
        "render(Figure('a', 'a', 'a', 'a', lambda canvas, palette: canvas.subplots()), dpi=20)\n"
        "assert 'matplotlib.pyplot' not in sys.modules and 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_picture_has_the_size_that_was_asked_for() -> None:
    width, height = struct.unpack(">II", render(FIGURE, dpi=50)["light"][16:24])
    assert (width, height) == (320, 200)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda each: each.name)
def test_every_text_color_can_be_read_on_its_surface(palette: Palette) -> None:
    # WCAG 2.2, success criterion 1.4.3: at least 4.5 for text.
    for color in (palette.ink, palette.muted, *palette.accents):
        assert contrast(color, palette.surface) >= 4.5, color


@pytest.mark.parametrize("field", ["name", "title", "alt", "caption"])
def test_a_figure_without_words_cannot_be_made(field: str) -> None:
    words = {"name": "a", "title": "a", "alt": "a", "caption": "a"} | {field: " "}
    with pytest.raises(BadValue, match=f"Figure.{field}"):
        Figure(**words, draw=line)


def test_a_name_that_is_no_file_name_is_refused() -> None:
    with pytest.raises(BadValue, match="file"):
        Figure("../line", "t", "a", "c", line)


def test_svg_keeps_its_words_and_is_the_same_every_time() -> None:
    text = as_svg(FIGURE)
    assert text == as_svg(FIGURE)
    assert "step</text>" in text
    with pytest.raises(UnknownName, match="'light'"):
        as_svg(FIGURE, "lihgt")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
