"""Notes: which are heard, by basic-pitch's network (Bittner et al. 2022), where it is there."""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from eidophone.base.arrays import Float32
from eidophone.learning.grid import RATE

_RATE, _SAMPLES, _LAP = 22_050, 43_844, 7_680
_MODEL = "saved_models/icassp_2022/nmp.onnx"


class Notes:
    """Posteriors of notes; needs the packages basic-pitch and onnxruntime."""

    @staticmethod
    def there() -> bool:
        """Whether both packages are, and the network in them."""
        return find_spec("onnxruntime") is not None and _network().is_file()

    def of(self, samples: Float32) -> Float32:
        """``[moments, 88]`` how likely each note sounds, of ``samples`` ``[n]`` at `RATE`."""
        heard = soxr.resample(samples.astype(np.float32), RATE, _RATE)
        heard = np.pad(heard, (_LAP // 2, _SAMPLES))
        parts = []
        for first in range(0, len(heard) - _SAMPLES, _SAMPLES - _LAP):
            part = heard[first : first + _SAMPLES][None, :, None].astype(np.float32)
            (out,) = self._session.run([self._notes], {self._session.get_inputs()[0].name: part})
            cut = round(out.shape[1] * _LAP / 2 / _SAMPLES)
            parts.append(out[0, cut : out.shape[1] - cut])
        return np.concatenate(parts)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(
            str(_network()), options, providers=["CPUExecutionProvider"]
        )

    @cached_property
    def _notes(self) -> str:
        """What the network calls the posteriors of notes, beside onsets and contours."""
        return next(one.name for one in self._session.get_outputs() if one.name.endswith(":1"))


def _network() -> Path:
    found = find_spec("basic_pitch")
    return Path(found.origin if found and found.origin else "").parent / _MODEL
