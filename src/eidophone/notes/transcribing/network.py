"""basic-pitch's network (Bittner et al. 2022): how likely each key is struck, and sounds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.parallel import thread_count

#: Samples a second that it hears, samples from one moment to the next, and its keys from A0 on.
RATE, HOP, KEYS, LOWEST = 22_050, 256, 88, 21

#: Samples that it hears at once; moments of them that are left out at the beginning, since they
#: lack what came before, and those that are taken.
_WINDOW, _LEAD, _TAKEN = 43_844, 15, 141

_MODEL = "saved_models/icassp_2022/nmp.onnx"


class Posteriors(NamedTuple):
    """What it hears, 0 to 1, moment by moment: that of place ``n`` is at sample ``n * HOP``.

    Attributes:
        onsets: ``[moments, 88]`` whether a key is struck.
        notes: ``[moments, 88]`` whether it sounds.
        contours: ``[moments, 264]`` whether a pitch does, in thirds of a semitone.
    """

    onsets: Float32
    notes: Float32
    contours: Float32


def is_there() -> bool:
    """Whether the packages basic-pitch and onnxruntime are, and the network in them."""
    return find_spec("onnxruntime") is not None and _network().is_file()


def heard(samples: Float32) -> Posteriors:
    """What the network hears in ``samples`` ``[n]`` at `RATE`; needs `is_there`."""
    moments = -(-len(samples) // HOP)
    firsts = range(0, max(moments, 1), _TAKEN)
    padded = np.pad(samples.astype(np.float32), (_LEAD * HOP, _WINDOW))
    session = _session()
    name = session.get_inputs()[0].name
    outputs = [one.name for one in session.get_outputs()]  # ":0" contours, ":1" notes, ":2" onsets
    names = [next(one for one in outputs if one.endswith(f":{place}")) for place in (2, 1, 0)]

    def of(first: int) -> list[Float32]:
        window = padded[first * HOP : first * HOP + _WINDOW]
        found = session.run(names, {name: window[np.newaxis, :, np.newaxis]})
        return [one[0, _LEAD : _LEAD + _TAKEN] for one in found]

    with ThreadPoolExecutor(min(thread_count(), len(firsts))) as workers:
        parts = list(workers.map(of, firsts))
    return Posteriors(*(np.concatenate(one)[:moments] for one in zip(*parts, strict=True)))


@lru_cache(maxsize=1)
def _session() -> Any:
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(_network()), options, providers=["CPUExecutionProvider"]
    )


def _network() -> Path:
    found = find_spec("basic_pitch")
    return Path(found.origin if found and found.origin else "").parent / _MODEL
