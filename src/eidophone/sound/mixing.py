"""Mixing the channels of a file to two: those that are chosen, or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import SoundError, tell
from eidophone.sound.choice import Choice

_HALF_POWER = sqrt(0.5)

#: What each loudspeaker gives to left and right (ITU-R BS.775-3, annex 4, table 2, and the same
#: for the four surrounds of 7.1); the effects (LFE) give nothing.
_SHARES = {
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "FC": (_HALF_POWER, _HALF_POWER),
    "LFE": (0.0, 0.0),
    "BL": (_HALF_POWER, 0.0),
    "BR": (0.0, _HALF_POWER),
    "SL": (_HALF_POWER, 0.0),
    "SR": (0.0, _HALF_POWER),
    "BC": (0.5, 0.5),
}

#: The usual order where a file does not say it.
_USUAL = {
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}


class Mixing:
    """Two channels, or one, of those that a file has.

    Args:
        choice: what is to be heard.
        layout: which loudspeaker each channel of the file is for, ``"FL"`` and so on, or "".
        path: of the file.

    Attributes:
        channels: 1 or 2.

    Raises:
        SoundError: the file has no such channels, or more than two and none is chosen.
    """

    def __init__(self, choice: Choice, layout: Sequence[str], path: Path) -> None:
        self._shares: Float32 | None = None
        self._chosen: list[int] = []
        if choice.downmix and choice.channels is not None:
            raise SoundError("`channels` and `downmix` exclude each other: choose one of them")
        if choice.downmix and len(layout) > 2:
            self._shares = _shares_of(layout, path)
            self.channels = 2
        else:
            self._chosen = _chosen(choice.channels, len(layout), path)
            self.channels = len(self._chosen)

    def __call__(self, chunk: Float32) -> Float32:
        """What is heard of ``chunk``, ``[all channels, n]``."""
        return chunk[self._chosen] if self._shares is None else self._shares @ chunk


def downmixed(chunk: Float32, layout: Sequence[str]) -> Float32:
    """``chunk`` ``[channels, n]`` in stereo; without its other channels if they are not known."""
    shares = _known_shares(_named(layout))
    return chunk[:2] if shares is None else shares @ chunk


def _chosen(channels: Sequence[int] | None, available: int, path: Path) -> list[int]:
    if channels is None:
        if available < 1:
            raise SoundError(f"{path} has no channels")
        if available > 2:
            raise SoundError(
                f"{path} has {available} channels, and a sound here has 1 or 2: choose which to "
                f"read with `channels`, for example 0 and 1, or mix them to two with `downmix`"
            )
        return list(range(available))
    chosen = list(channels)
    if len(chosen) not in (1, 2) or not all(channel in range(available) for channel in chosen):
        raise SoundError(
            f"channels {tuple(chosen)} cannot be read from {path}: choose 1 or 2 of its channels, "
            f"0 to {available - 1}"
        )
    return chosen


def _shares_of(layout: Sequence[str], path: Path) -> Float32:
    named = _named(layout)
    shares = _known_shares(named)
    if shares is None:
        raise SoundError(
            f"{path} does not say what its {len(layout)} channels are, or they are no surround "
            f"sound: choose which to read with `channels`"
        )
    if named != tuple(layout):
        tell(f"{path} does not say what its channels are: mixed as {' '.join(named)}")
    return shares


def _named(layout: Sequence[str]) -> tuple[str, ...]:
    """``layout``, or what is usual where it says nothing."""
    return tuple(layout) if any(layout) else _USUAL.get(len(layout), tuple(layout))


def _known_shares(layout: Sequence[str]) -> Float32 | None:
    if not set(layout) <= _SHARES.keys():
        return None
    shares: Any = np.array([_SHARES[name] for name in layout], np.float32).T
    return np.ascontiguousarray(shares)
