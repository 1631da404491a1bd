"""Figures for a repository are small, and keep the colors that a picture is about."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from tropism.report.contents import Picture, ReportContents
from tropism.report.smaller import light_enough, smaller


def png_of(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, format="PNG")
    return file.getvalue()


def opened(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_a_picture_has_half_the_width_and_height():
    assert opened(smaller(png_of(np.zeros((40, 60, 3))))).shape == (20, 30, 3)


def test_a_picture_of_few_colors_keeps_them():
    pixels = np.zeros((40, 40, 3))
    pixels[:20] = (255, 0, 0)
    small = opened(smaller(png_of(pixels)))
    assert np.array_equal(small[0, 0], (255, 0, 0))
    assert np.array_equal(small[-1, -1], (0, 0, 0))


def test_a_picture_of_many_colors_keeps_each_to_two_of_255():
    ramp = np.linspace(0, 255, 16)
    cells = np.stack(np.meshgrid(ramp, ramp, ramp[::4], indexing="ij"), -1).reshape(32, 32, 3)
    pixels = np.repeat(np.repeat(cells, 8, 0), 8, 1)
    assert np.abs(opened(smaller(png_of(pixels))) - pixels.astype(np.uint8)[::2, ::2]).max() <= 2


def test_white_stays_white():
    assert opened(smaller(png_of(np.full((8, 8, 3), 255)))).min() == 255


def test_it_gives_the_same_bytes_every_time():
    data = png_of(np.random.default_rng(0).integers(0, 256, (64, 64, 3)))
    assert smaller(data) == smaller(data)


def test_a_page_of_heavy_pictures_is_lightened_and_a_light_one_is_left(monkeypatch):
    noise = np.repeat(np.random.default_rng(1).integers(0, 16, (64, 64, 1)) * 16, 3, axis=2)  # few grays, stored as RGB
    heavy = Picture("noise", "Noise", "Grays.", "n = 1.", png_of(noise), png_of(255 - noise))
    contents = ReportContents("A title", "", "", "", figures=(heavy,))
    assert light_enough(contents) is contents
    monkeypatch.setattr("tropism.report.smaller.MOST_BYTES", 100)
    (light,) = light_enough(contents).figures
    assert len(light.light) < 0.7 * len(heavy.light)
    np.testing.assert_array_equal(opened(light.dark), opened(heavy.dark))
    assert light.size == heavy.size
