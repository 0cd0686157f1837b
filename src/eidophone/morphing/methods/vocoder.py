"""Vocoder: the second sound in 24 bands, each as loud as that band of the first. A baseline.

Bands of the carrier are whitened: each is divided by its own loudness before it takes that of the
modulator (Dudley, 1939). The loudness of the whole is matched as that of a mosaic is. It keeps
onsets better than `mosaic` does, and leaves less of the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from eidophone.base.arrays import Float32, Float64
from eidophone.base.parallel import blocks, thread_count
from eidophone.morphing.methods.method import Method
from eidophone.morphing.methods.mosaic import content_and_substance
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing
from eidophone.morphing.telling.cepstra import hz_of_mel, mel_of_hz, under
from eidophone.morphing.telling.told import Loudness

_BANDS, _LOW_HZ, _HIGH_HZ = 24, 80.0, 7000.0

#: How fast the loudness of a band may change.
_FASTEST_HZ = 40.0

#: A band of the carrier is not made louder than by 60 dB below its peak.
_FLOOR = 1e-3

_STRETCH_SECONDS, _MARGIN_SECONDS = 10.0, 0.25


def vocoded(content: Float32, substance: Float32, rate: int) -> Iterator[Float32]:
    """``substance`` with the loudness of 24 bands of ``content``, block after block.

    Both are ``[channels, n]``.
    """
    from scipy.signal import butter, sosfilt, sosfiltfilt  # noqa: PLC0415 (takes a second)

    count, margin = content.shape[1], round(_MARGIN_SECONDS * rate)
    top = min(_HIGH_HZ, 0.45 * rate)
    low, high = mel_of_hz(np.array([_LOW_HZ, top])).tolist()
    edges = hz_of_mel(np.linspace(low, high, _BANDS + 1))
    slow = butter(2, _FASTEST_HZ, fs=rate, output="sos")
    peak = float(np.abs(substance).max()) + 1e-20
    loud = Loudness.of(content, substance, rate)
    with ThreadPoolExecutor(thread_count()) as pool:
        for first, last in blocks(0, count, round(_STRETCH_SECONDS * rate)):
            modulator, carrier = (
                under(one, first - margin, last + margin) for one in (content, substance)
            )

            def band(
                edge: tuple[float, float],
                modulator: Float32 = modulator,
                carrier: Float32 = carrier,
            ) -> Float64:
                through = butter(3, edge, "band", fs=rate, output="sos")
                loud, sound = sosfilt(through, modulator), sosfilt(through, carrier)
                own = np.maximum(sosfiltfilt(slow, np.abs(sound)), _FLOOR * peak)
                return sound / own * np.maximum(sosfiltfilt(slow, np.abs(loud)), 0)

            whole = sum(pool.map(band, pairwise(edges.tolist())))
            never = np.zeros(modulator.shape[1], np.float32)
            made = loud.imposed(np.asarray(whole, np.float32), modulator, carrier, never)
            yield made[:, margin : margin + last - first]


def _make(parents: Parents, mix: Mix, how: Morphing) -> Iterator[Float32]:  # noqa: ARG001
    content, substance = content_and_substance(parents)
    count, first = content.shape[1], 0
    for block in vocoded(content, substance, parents.rate):
        last = first + block.shape[1]
        share = 2 * mix.at("timbre", (np.arange(first, last) + 0.5) / count)[1] - 1
        angle = np.pi / 2 * np.abs(share)
        other = np.where(share < 0, content[:, first:last], substance[:, first:last])
        yield np.asarray(np.cos(angle) * block + np.sin(angle) * other, np.float32)
        first = last


VOCODER = Method(
    "vocoder",
    "The second in 24 bands, each as loud as the first's: half-way, all of it; before, the first "
    "is heard through; after, the second.",
    _make,
    ("timbre",),
    most=2,
    tells=True,
)
