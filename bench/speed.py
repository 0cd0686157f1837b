"""How fast it is, against the sound's own time and against the least that such work can cost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import scipy.fft
from PIL import Image

from bench.figures import Figure
from bench.progress import progress
from eidophone import PRESETS, Picture, Sound, decode, encode
from eidophone.base.parallel import blocks, map_ranges
from eidophone.picture.gabor import Gabor
from eidophone.picture.settings import ROUNDS, Quality

_RUNS = 5

#: Columns that the bare FFTs take at a time: few enough for the cache, which is fastest.
_CACHED_COLUMNS = 32

_HIGH_RATE = 192_000
_HISS = 1e-4

_DECODE_TARGETS: dict[Quality, float] = {"preview": 40, "standard": 6}


def speed_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Encoding and decoding of a long stereo sound, beside the bare FFTs of the same passes."""
    (sound,) = sounds.values()
    with tempfile.TemporaryDirectory() as folder:
        yield from _encode_figures(sound, Path(folder) / "picture.png")
    picture = encode(sound)
    for quality, target in _DECODE_TARGETS.items():
        yield from _decode_figures(picture, quality, target)
    yield _high_rate_figure(sound)


def _encode_figures(sound: Sound, path: Path) -> Iterator[Figure]:
    progress("speed of encoding")
    pixels = encode(sound).pixels

    def draw() -> None:
        encode(sound).save(path, overwrite=True)

    def bare() -> None:
        _bare_ffts(sound, pixels.shape[1], passes=1, inverses=0)
        Image.fromarray(pixels).save(path, compress_level=1)

    spent, least = seconds(draw), seconds(bare)
    yield _speed("encode stereo 44.1 kHz to PNG (× real time)", sound, spent, 60)
    yield _ratio("the same, time ÷ (bare FFTs + PNG compression)", spent / least, 3)


def _decode_figures(picture: Picture, quality: Quality, target: float) -> Iterator[Figure]:
    progress(f"speed of decoding, {quality}")
    sound, rounds = decode(picture, quality=quality), ROUNDS[quality]
    spent = seconds(lambda: decode(picture, quality=quality))
    least = seconds(lambda: _bare_ffts(sound, picture.width, passes=rounds, inverses=1 + rounds))
    yield _speed(f"decode stereo 44.1 kHz, `{quality}` (× real time)", sound, spent, target)
    yield _ratio("the same, time ÷ bare FFTs", spent / least)


def _high_rate_figure(sound: Sound) -> Figure:
    """The same sound at 192 kHz, with a hiss up to the top of the axis."""
    progress("speed at 192 kHz")
    samples = sound.resampled(_HIGH_RATE).samples
    hiss = np.random.default_rng(0).standard_normal(samples.shape, np.float32)
    high = Sound(samples + np.float32(_HISS) * hiss, _HIGH_RATE)
    spent = seconds(lambda: decode(encode(high), quality="preview"))
    name = "encode and decode stereo 192 kHz float, `preview` (× real time)"
    return _speed(name, high, spent, 3)


def _bare_ffts(sound: Sound, columns: int, *, passes: int, inverses: int) -> None:
    """The FFTs of so many ``passes`` forwards and ``inverses`` back, on the same threads."""
    n_fft = Gabor.of(PRESETS["standard"], sound.rate).n_fft
    waves = np.random.default_rng(0).standard_normal((_CACHED_COLUMNS, n_fft), np.float32)
    spectrum = scipy.fft.rfft(waves)

    def work(low: int, high: int) -> None:
        for first, last in blocks(low, high, _CACHED_COLUMNS):
            for _ in range(passes):
                scipy.fft.rfft(waves[: last - first])
            for _ in range(inverses):
                scipy.fft.irfft(spectrum[: last - first], n_fft)

    map_ranges(work, columns * sound.channels)


def seconds(work: Callable[[], object]) -> float:
    """Median of some runs, after one that does not count."""
    work()
    times = []
    for _ in range(_RUNS):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return median(times)


def _speed(name: str, sound: Sound, seconds: float, target: float) -> Figure:
    return Figure(name, {"": sound.duration_seconds / seconds}, target, digits=1)


def _ratio(name: str, ratio: float, target: float | None = None) -> Figure:
    return Figure(name, {"": ratio}, target, at_most=True, digits=2)
