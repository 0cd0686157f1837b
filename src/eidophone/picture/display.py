"""Display: a picture as a notebook shows it, bounded in size."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO

from PIL import Image

from eidophone.base.arrays import Pixels

#: Pixels that are shown at most, across and down.
_MOST_ACROSS, _MOST_DOWN = 2048, 1024


def shown(pixels: Pixels) -> Pixels:
    """What is shown of ``pixels``, ``[height, width, 3]``: the beginning of what is long."""
    taller = max(1, pixels.shape[0] / _MOST_DOWN)
    return pixels[:, : int(_MOST_ACROSS * taller)]


def png_of(pixels: Pixels) -> bytes:
    """A PNG file of ``pixels``, uint8 ``[height, width, 3]``, scaled down where they are many."""
    image = Image.fromarray(pixels)
    image.thumbnail((_MOST_ACROSS, _MOST_DOWN))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def html_of(png: bytes, caption: str) -> str:
    """A PNG file as HTML, no wider than its page."""
    return (
        f'<figure style="margin:0"><img style="max-width:100%" alt="{escape(caption)}" '
        f'src="data:image/png;base64,{b64encode(png).decode()}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
