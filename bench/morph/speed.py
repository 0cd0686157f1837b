"""``python -m bench.morph.speed``: how fast each method is, in times real time, mono and stereo.

Ten seconds of a guitar and of a drum loop at 44.1 kHz, half of each, the better of two runs, on all
cores; beside it the bare FFTs of one pass over one parent. And how long it takes to look through a
folder of an hour, and to do so again.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import scipy.fft

from bench.progress import progress
from bench.sounds import ROOT
from eidophone import Sound, morph
from eidophone.base.errors import EidophoneWarning
from eidophone.morphing.looping import looped
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.telling.index import recordings_of

_SECONDS = 10
_FILES, _FILE_SECONDS = 120, 30


def main() -> None:
    """Print the tables."""
    warnings.simplefilter("ignore", EidophoneWarning)
    stereo = [_sound(name) for name in ("guit_em9", "loop_tabla")]
    mono = [Sound(one.samples.mean(axis=0), one.rate) for one in stereo]
    print("| method | mono, × real time | stereo |\n|---|---|---|")
    for name in METHODS:
        progress(f"{name} at work")
        fast = [_SECONDS / _best(lambda two=two, name=name: morph(*two, method=name))
                for two in (mono, stereo)]  # fmt: skip
        print(f"| `{name}` | {fast[0]:.1f} | {fast[1]:.1f} |", flush=True)
    bare = _SECONDS / _best(lambda: _ffts(mono[0]))
    print(f"| bare FFTs of a pass | {bare:.0f} | |\n")
    first, again = _indexed(mono[1])
    hour = _FILES * _FILE_SECONDS / 3600
    print(
        f"{hour:g} hour in {_FILES} files: looked through in {first:.1f} s, again in {again:.2f} s"
    )


def _sound(name: str) -> Sound:
    sound = Sound.load(ROOT / "sounds" / f"{name}.flac")
    return Sound(looped(sound.samples, _SECONDS * sound.rate, sound.rate), sound.rate)


def _best(task) -> float:
    times = []
    for _ in range(2):
        begun = time.perf_counter()
        task()
        times.append(time.perf_counter() - begun)
    return min(times)


def _ffts(sound: Sound) -> None:
    """As many FFTs as a picture of ``sound`` takes, and nothing else."""
    waves = np.zeros((round(sound.duration_seconds * 44_100 / 256), 2048), np.float32)
    scipy.fft.rfft(waves, axis=-1)


def _indexed(sound: Sound) -> tuple[float, float]:
    """Seconds to look through a folder of an hour, first, and again."""
    with tempfile.TemporaryDirectory() as folder:
        sounds, kept = Path(folder) / "sounds", Path(folder) / "kept"
        sounds.mkdir()
        long = looped(sound.samples, _FILE_SECONDS * sound.rate, sound.rate)
        for number in range(_FILES):
            Sound(np.roll(long, number * 999, axis=1), sound.rate).save(sounds / f"{number}.flac")
        times = []
        for _ in range(2):
            begun = time.perf_counter()
            recordings_of([sounds], kept)
            times.append(time.perf_counter() - begun)
    return times[0], times[1]


if __name__ == "__main__":
    main()
