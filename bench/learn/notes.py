"""Notes: which are heard, by basic-pitch's network (Bittner et al. 2022), where it is there."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import soxr

from eidophone.base.arrays import Float32

_RATE, _SAMPLES, _LAP = 22_050, 43_844, 7_680
_MODEL = "saved_models/icassp_2022/nmp.onnx"


class Notes:
    """Posteriors of notes.

    Args:
        rate: of all samples.
    """

    def __init__(self, rate: int) -> None:
        import onnxruntime  # noqa: PLC0415

        found = find_spec("basic_pitch")
        assert found
        assert found.origin
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._rate = rate
        self._session = onnxruntime.InferenceSession(
            str(Path(found.origin).parent / _MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._given = self._session.get_inputs()[0].name
        self._notes = next(
            n for n, one in enumerate(self._session.get_outputs()) if one.name.endswith(":1")
        )

    @staticmethod
    def there() -> bool:
        """Whether both packages are."""
        return all(find_spec(one) for one in ("basic_pitch", "onnxruntime"))

    def of(self, samples: Float32) -> Float32:
        """``[moments, 88]`` how likely each note sounds."""
        heard = soxr.resample(samples.astype(np.float32), self._rate, _RATE)
        heard = np.pad(heard, (_LAP // 2, _SAMPLES))
        parts = []
        for first in range(0, len(heard) - _SAMPLES, _SAMPLES - _LAP):
            part = heard[first : first + _SAMPLES][None, :, None].astype(np.float32)
            out = self._session.run(None, {self._given: part})[self._notes][0]
            cut = round(len(out) * _LAP / 2 / _SAMPLES)
            parts.append(out[cut : len(out) - cut])
        return np.concatenate(parts)
