"""Speakers: who speaks, by resemblyzer's network (Wan et al. 2018), where it is there."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.judges.words import at_rate


class Speakers:
    """Tells two speakers apart by embeddings of a network that was trained on others.

    Needs the package resemblyzer.

    Args:
        one: of the first of them, samples ``[n]`` at `RATE`, some seconds of speech at a time.
        other: of the second.
    """

    def __init__(self, one: list[Float32], other: list[Float32]) -> None:
        sys.modules.setdefault("webrtcvad", ModuleType("webrtcvad"))  # cuts pauses; not used here
        from resemblyzer import VoiceEncoder  # noqa: PLC0415

        self._encoder = VoiceEncoder("cpu", verbose=False)
        self._way = self._centre(other) - self._centre(one)

    @staticmethod
    def there() -> bool:
        """Whether the package is."""
        return find_spec("resemblyzer") is not None

    def towards(self, samples: list[Float32]) -> Float32:
        """``[n]`` how much nearer each is to the second speaker than to the first."""
        return np.array([self._embedding(one) @ self._way for one in samples], np.float32)

    def _centre(self, samples: list[Float32]) -> Float32:
        mean = np.mean([self._embedding(one) for one in samples], axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _embedding(self, samples: Float32) -> Float32:
        return np.asarray(self._encoder.embed_utterance(at_rate(samples, 0.5)), np.float32)
