"""A small net of our own that listens to each key by itself: is it struck, does it sound, how loud.

It was taught by ``bench/notes/learning.py``, on songs that SoundFonts played: once with what
basic-pitch's network hears beside the sound's own spectrum, and once without.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eidophone.base.arrays import Float32
from eidophone.base.parallel import map_ranges

#: Moments from one tap of a layer to the next; and moments on either side that a moment sees.
DILATIONS = (1, 2, 4, 8)
SEEN = 2 * sum(DILATIONS)

_WEIGHTS = Path(__file__).parent / "weights"

#: A key whose partials are all under this share of the depth, all the time, is not listened to.
_SILENT = 0.1


class Listened(NamedTuple):
    """``[moments, 88]`` each, float32, or float16 where a whole sound is remembered.

    Attributes:
        onsets: how likely a key is struck, 0 to 1.
        sounding: how likely it sounds.
        velocities: in dB beside the mean velocity, where it is struck; a velocity twice as high is
            12 dB, as synthesisers have it.
    """

    onsets: NDArray[np.floating]
    sounding: NDArray[np.floating]
    velocities: NDArray[np.floating]


def listened(inputs: Float32, weights: dict[str, Float32]) -> Listened:
    """What the net makes of ``inputs`` ``[moments, 88, inputs]``."""
    moments, keys, _ = inputs.shape
    found = np.full((3, keys, moments), -20, np.float32)
    audible = np.flatnonzero(inputs[:, :, :10].max(axis=(0, 2)) > _SILENT)

    def some(first: int, last: int) -> None:
        for key in audible[first:last]:
            found[:, key] = _outputs(np.ascontiguousarray(inputs[:, key]), weights).T

    map_ranges(some, len(audible))
    onsets, sounding = (1 / (1 + np.exp(-one.T)) for one in found[:2])
    return Listened(onsets, sounding, found[2].T * np.float32(10))


@lru_cache(maxsize=4)
def weights_of(name: str) -> dict[str, Float32]:
    """The weights that are shipped under ``name``, or those in the file of that name."""
    from safetensors.numpy import load_file  # noqa: PLC0415

    path = Path(name) if name.endswith(".safetensors") else _WEIGHTS / f"{name}.safetensors"
    return {key: one.astype(np.float32) for key, one in load_file(path).items()}


def _outputs(inputs: Float32, weights: dict[str, Float32]) -> Float32:
    """``[moments, 3]`` of ``[moments, inputs]``, by convolutions added to what they are of."""
    values = inputs
    for layer, dilation in enumerate(DILATIONS):
        taps = weights[f"taps{layer}"]  # [5, in, out]
        reach = dilation * (len(taps) // 2)
        padded = np.pad(values, ((reach, reach), (0, 0)))
        out = np.broadcast_to(weights[f"bias{layer}"], (len(values), taps.shape[2])).copy()
        for place, tap in enumerate(taps):
            out += padded[place * dilation : place * dilation + len(values)] @ tap
        out = np.maximum(out, 0)
        values = out if layer == 0 else values + out
    return values @ weights["out"] + weights["bias"]
