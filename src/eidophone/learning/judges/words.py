"""Words: what is understood of speech, by PocketSphinx, where it is there."""

from __future__ import annotations

import re
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np
import soxr

from eidophone.base.arrays import Float32
from eidophone.learning.grid import RATE

_RATE = 16_000


class Words:
    """Understands American English, with many mistakes; needs the package pocketsphinx."""

    @staticmethod
    def there() -> bool:
        """Whether the package is."""
        return find_spec("pocketsphinx") is not None

    def understood(self, samples: Float32) -> list[str]:
        """What is said in ``samples`` ``[n]`` at `RATE`."""
        spoken = at_rate(samples, 0.6)
        self._decoder.start_utt()
        self._decoder.process_raw((spoken * 32767).astype(np.int16).tobytes(), full_utt=True)
        self._decoder.end_utt()
        heard = self._decoder.hyp()
        return words_of(heard.hypstr) if heard else []

    def wrong(self, samples: list[Float32], said: list[list[str]]) -> list[int]:
        """Words to change, add or leave out in each, so that they are what is ``said``."""
        return [
            _edits(wanted, self.understood(one)) for one, wanted in zip(samples, said, strict=True)
        ]

    @cached_property
    def _decoder(self) -> Any:
        from pocketsphinx import Decoder  # noqa: PLC0415

        return Decoder(
            samprate=_RATE, loglevel="FATAL", ds=2, maxhmmpf=2000, maxwpf=8, fwdflat=False,
            bestpath=False,
        )  # fmt: skip


def words_of(text: str) -> list[str]:
    """The words of an English ``text``."""
    return re.sub(r"[^a-z ]", " ", text.lower()).split()


def at_rate(samples: Float32, peak: float) -> Float32:
    """``samples`` at 16 kHz, as those who listen to speech have them, their peak at ``peak``."""
    spoken = soxr.resample(samples.astype(np.float32), RATE, _RATE)
    return (spoken * (peak / max(1e-9, float(np.abs(spoken).max())))).astype(np.float32)


def _edits(wanted: list[str], heard: list[str]) -> int:
    """Words to change, add or leave out at least."""
    costs = list(range(len(heard) + 1))
    for row, one in enumerate(wanted, 1):
        before, costs[0] = costs[:], row
        for column, other in enumerate(heard, 1):
            costs[column] = min(
                before[column] + 1, costs[column - 1] + 1, before[column - 1] + (one != other)
            )
    return costs[-1]
