"""Clips: sounds as pictures and players that are inside a page."""

from __future__ import annotations

import base64
import html
import io

import numpy as np
import soundfile
from PIL import Image

from eidophone.base.arrays import Float32
from eidophone.learning.grid import FLOOR_DB, RATE, TOP_DB, levels_of
from eidophone.sound.sound import Sound

#: Pixels of a picture.
_SIZE = (384, 128)


def picture(samples: Float32, name: str) -> str:
    """What ``samples`` ``[n]`` at `RATE` look like, as an element; ``name`` says of what it is."""
    levels = levels_of(Sound(samples, RATE))[0]
    ink = np.clip((levels - FLOOR_DB) / (TOP_DB - FLOOR_DB) * 255, 0, 255).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(ink.T[::-1])).resize(_SIZE)
    held = io.BytesIO()
    image.save(held, "JPEG", quality=85)
    return f'<img alt="{html.escape(name)}" src="{_data(held.getvalue(), "image/jpeg")}">'


def player(samples: Float32, name: str) -> str:
    """``samples`` ``[n]`` at `RATE` to listen to, as an element."""
    held = io.BytesIO()
    peak = max(1.0, float(np.abs(samples).max()))
    soundfile.write(held, samples / peak, RATE, format="OGG", subtype="VORBIS")
    return (
        f'<audio controls preload=none aria-label="{html.escape(name)}" '
        f'src="{_data(held.getvalue(), "audio/ogg")}"></audio>'
    )


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
