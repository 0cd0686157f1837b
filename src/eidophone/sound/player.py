"""Player: a sound as a notebook plays it."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import numpy as np
import soundfile
import soxr

from eidophone.base.arrays import Float32
from eidophone.sound.level import TOP

#: Seconds that a player has, at most, and samples a second: a page holds them all.
_MOST_SECONDS, _MOST_HZ = 60, 48_000


def player_of(samples: Float32, rate: int, name: str) -> str:
    """HTML that plays ``samples``, ``[channels, n]`` of ``rate`` Hz: a minute of them at most.

    What would be clipped is brought down to a peak of -1 dBFS; nothing is made louder.
    """
    part = samples[:, : _MOST_SECONDS * rate].T
    if part.shape[0] < samples.shape[1]:
        name += f", the first {_MOST_SECONDS} s"
    if rate > _MOST_HZ:
        part, rate = soxr.resample(part, rate, _MOST_HZ), _MOST_HZ
    peak = float(np.abs(part).max(initial=0))
    file = BytesIO()
    soundfile.write(file, part * min(1, TOP / peak) if peak > 1 else part, rate, format="FLAC")
    data = b64encode(file.getvalue()).decode()
    return (
        f'<figure style="margin:0"><audio controls src="data:audio/flac;base64,{data}"></audio>'
        f"<figcaption>{name}</figcaption></figure>"
    )
