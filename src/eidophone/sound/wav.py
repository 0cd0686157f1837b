"""Float32 WAV, written as a stream; beyond 4 GiB it becomes RF64 (EBU Tech 3306)."""

from __future__ import annotations

import struct
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

_IEEE_FLOAT = 3
_SAMPLE_BYTES = 4
_UNKNOWN = 0xFFFFFFFF
#: What the 32-bit sizes of plain WAV hold.
_MAX_RIFF_BYTES = 0xFFFFFFFF


class FloatWav:
    """A float32 WAV file being written; a context manager.

    Unlike libsndfile's it needs no known length to choose between WAV and RF64, and equal sounds
    give equal bytes (libsndfile writes the time of day into a PEAK chunk).

    Raises:
        OSError: as ``open`` and ``write`` do.
    """

    def __init__(self, path: Path, rate: int, channels: int) -> None:
        self._rate = rate
        self._channels = channels
        self._file = path.open("wb")
        self._data_bytes = 0
        self._file.write(self._header())

    def __enter__(self) -> FloatWav:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file:
            if error is None:
                self._file.seek(0)
                self._file.write(self._header())

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append ``samples``: float32 ``[samples, channels]``."""
        data = np.ascontiguousarray(samples, dtype="<f4")
        self._file.write(data.data)
        self._data_bytes += data.nbytes

    def _header(self) -> bytes:
        """Everything before the samples; of the same length whatever the size."""
        frame_bytes = self._channels * _SAMPLE_BYTES
        samples = self._data_bytes // frame_bytes
        fmt = struct.pack(
            "<4sIHHIIHHH",
            *(b"fmt ", 18, _IEEE_FLOAT, self._channels, self._rate),
            *(self._rate * frame_bytes, frame_bytes, 8 * _SAMPLE_BYTES, 0),
        )
        riff_bytes = 4 + 36 + len(fmt) + 12 + 8 + self._data_bytes
        if riff_bytes > _MAX_RIFF_BYTES:
            sizes = struct.pack("<4sIQQQI", b"ds64", 28, riff_bytes, self._data_bytes, samples, 0)
            return (
                struct.pack("<4sI4s", b"RF64", _UNKNOWN, b"WAVE")
                + sizes
                + fmt
                + struct.pack("<4sII4sI", b"fact", 4, _UNKNOWN, b"data", _UNKNOWN)
            )
        return (
            struct.pack("<4sI4s", b"RIFF", riff_bytes, b"WAVE")
            + struct.pack("<4sI28x", b"JUNK", 28)  # holds the place of ds64
            + fmt
            + struct.pack("<4sII4sI", b"fact", 4, samples, b"data", self._data_bytes)
        )
