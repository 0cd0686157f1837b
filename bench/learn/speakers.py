"""Speakers and words: who speaks, by resemblyzer, and what is understood, by PocketSphinx."""

from __future__ import annotations

import re
import sys
from types import ModuleType

import numpy as np
import soxr

from eidophone.base.arrays import Float32

_RATE = 16_000


class Speakers:
    """Tells two speakers apart by the embeddings of a network that was trained on others.

    Args:
        samples: of each of the two, some seconds of speech at a time.
        rate: of all samples.
    """

    def __init__(self, samples: tuple[list[Float32], list[Float32]], rate: int) -> None:
        sys.modules.setdefault("webrtcvad", ModuleType("webrtcvad"))  # cuts pauses; not used here
        from resemblyzer import VoiceEncoder  # noqa: PLC0415

        self._encoder, self._rate = VoiceEncoder("cpu", verbose=False), rate
        centres = [np.mean([self._embedding(one) for one in each], axis=0) for each in samples]
        self._centres = [one / np.linalg.norm(one) for one in centres]

    def towards(self, samples: Float32, source: int, target: int) -> float:
        """How much nearer to the target than to the source."""
        embedding = self._embedding(samples)
        return float(embedding @ (self._centres[target] - self._centres[source]))

    def _embedding(self, samples: Float32) -> Float32:
        return self._encoder.embed_utterance(_spoken(samples, self._rate, 0.5))


class Words:
    """Understands American English, with a small vocabulary's worth of mistakes."""

    def __init__(self, rate: int) -> None:
        from pocketsphinx import Decoder  # noqa: PLC0415

        self._rate = rate
        self._decoder = Decoder(
            samprate=_RATE, loglevel="FATAL", ds=2, maxhmmpf=2000, maxwpf=8, fwdflat=False,
            bestpath=False,
        )  # fmt: skip

    def wrong(self, samples: list[Float32], texts: list[str]) -> float:
        """Word error rate."""
        errors = words = 0
        for one, text in zip(samples, texts, strict=True):
            wanted = re.sub(r"[^a-z ]", " ", text.lower()).split()
            errors += _edits(wanted, self._understood(one))
            words += len(wanted)
        return errors / words

    def _understood(self, samples: Float32) -> list[str]:
        spoken = _spoken(samples, self._rate, 0.6)
        self._decoder.start_utt()
        self._decoder.process_raw((spoken * 32767).astype(np.int16).tobytes(), full_utt=True)
        self._decoder.end_utt()
        heard = self._decoder.hyp()
        return heard.hypstr.lower().split() if heard else []


def _spoken(samples: Float32, rate: int, peak: float) -> Float32:
    spoken = soxr.resample(samples.astype(np.float32), rate, _RATE)
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
