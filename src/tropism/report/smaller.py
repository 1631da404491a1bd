"""Figures for a repository: fewer pixels and colors, so that a folder of studies stays small."""

from __future__ import annotations

import io


def smaller(png: bytes, *, scale: float = 0.5, colors: int = 192) -> bytes:
    """A PNG at `scale` of its size (a figure's 200 dots an inch become 100), in at most so many colors."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as given:
        whole = given.convert("RGB")
    size = (max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))
    fewer = whole.resize(size, Image.Resampling.LANCZOS).quantize(colors, dither=Image.Dither.NONE)
    file = io.BytesIO()
    fewer.save(file, format="PNG", optimize=True)
    return file.getvalue()
