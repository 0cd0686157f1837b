"""Speaking: a recorded note all of whose partials are there from its first moment on.

Strings, voices, choruses and rooms beat, and many sounds rise slowly: partials come late, or come,
go and come again. In one recording that is life. In a chord whose notes are all made of it, all
come late together, and are heard later than they were struck. So each bin is from the first as
loud as it gets in its first moments, and falls from there as it does. Each keeps its power, and so
the sound its timbre; and what comes later is as it was.
"""

from __future__ import annotations

import numpy as np
import scipy.fft

from eidophone.base.arrays import Float32

#: What is reached within this is there at once, raised by so many dB at most.
_FIRST_SECONDS, _MOST_DB = 0.2, 12.0

#: Steps of a window.
_STEPS = 4

#: Below this, in dB of full scale, nothing is heard.
_SILENT_DB = -140.0


def speaking(samples: Float32, rate: int, size: int) -> Float32:
    """A note ``[channels, n]`` that speaks at once; as long, and as loud.

    Args:
        samples: the note, from where it begins.
        rate: Hz.
        size: of windows, in samples, in which its partials are apart.
    """
    hop = size // _STEPS
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)
    count = samples.shape[1]
    padded = np.pad(samples, ((0, 0), (size, size + hop)))
    views = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop]
    seen = scipy.fft.rfft(views * window, axis=2)
    power = (seen.real**2 + seen.imag**2).sum(axis=0) + np.float32(10 ** (_SILENT_DB / 10))
    first = power[: _STEPS + round(_FIRST_SECONDS * rate / hop)]
    reached = np.maximum.accumulate(first[::-1])[::-1]
    raised = np.ones_like(power)
    raised[: len(first)] = np.minimum(reached / first, 10 ** (_MOST_DB / 10))
    factor = np.sqrt(raised * power.sum(axis=0) / (raised * power).sum(axis=0))
    heard = scipy.fft.irfft(seen * factor, size, axis=2) * (window * np.float32(2 / _STEPS))
    made = np.zeros((samples.shape[0], padded.shape[1] + size), np.float32)
    for frame in range(heard.shape[1]):
        made[:, frame * hop : frame * hop + size] += heard[:, frame]
    return made[:, size : size + count].copy()
