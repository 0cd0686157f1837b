"""``python -m bench.morph.clocks``: how well parents come together in time.

*onsets* is the correlation of the onset curves of the two parents: how the logarithm of their
envelopes (20 ms) rises, smoothed over 15 ms; unaligned, brought to one length, and event by event.
*crest* is how sharp attacks are: of the spectral flux (11.6 ms windows every 2.9 ms, levels over
60 dB), the 98th percentile over the mean (Masri, 1996); of the parents' mean, of what a phase
vocoder (librosa) makes of them at one length, and of WSOLA event by event; and of morphs at .5,
aligned event by event.
"""

from __future__ import annotations

import time
import warnings
from functools import partial

import librosa
import numpy as np
import scipy.signal
from scipy.ndimage import gaussian_filter1d

from bench.morph.pairs import RATE, words
from bench.progress import progress
from bench.sounds import fetched
from eidophone import Sound
from eidophone.base.errors import EidophoneWarning
from eidophone.morphing.clocks.aligning import aligned
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing

_LOOPS = "sonic-pi-samples", "sonic-pi/samples"
_ALIGNS = ("none", "stretch", "dtw")


def _words(first, other):
    found = words(first, other)
    return found.a, found.b


def _loops(*loops):
    return tuple(_loop(*one) for one in loops)


#: Words by their numbers; loops by their names, and the seconds in which they go round.
PAIRS = {
    "seven, eleven": partial(_words, "7", "11"),
    "three, five": partial(_words, "3", "5"),
    "nine, twelve": partial(_words, "9", "12"),
    "six, seventeen": partial(_words, "6", "17"),
    "amen, safari": partial(_loops, ("loop_amen", 1.75), ("loop_safari", 2.5)),
    "breakbeat, compus": partial(_loops, ("loop_breakbeat", 1.9), ("loop_compus", 2.2)),
    "tabla, garzul": partial(_loops, ("loop_tabla", 2.4), ("loop_garzul", 2.4)),
    "mehackit, mika": partial(_loops, ("loop_mehackit1", 2.4), ("loop_mika", 2.4)),
}


def onset_correlation(first, other):
    """Of two sounds ``[n]`` at 44.1 kHz, as far as both go."""
    curves = [_onsets(one) for one in (first, other)]
    length = min(len(one) for one in curves)
    return float(np.corrcoef(*(one[:length] for one in curves))[0, 1])


def _onsets(samples):
    window = RATE // 50
    power = scipy.signal.fftconvolve(samples**2, np.ones(window) / window, "same")
    envelope = np.sqrt(np.maximum(power, 0))[:: RATE // 100]
    rises = np.maximum(np.diff(np.log(envelope + 1e-2 * envelope.max())), 0)
    return gaussian_filter1d(rises, 1.5)


def flux_crest(samples):
    """Of a sound ``[n]`` at 44.1 kHz; attacks that are blurred have less."""
    window = np.sqrt(scipy.signal.get_window("hann", 512))
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, 512), 512)[::128]
    magnitude = np.abs(np.fft.rfft(frames * window, axis=1))
    level = np.log(magnitude + 1e-3 * magnitude.max())
    flux = np.maximum(np.diff(level, axis=0), 0).mean(axis=1)
    return float(np.percentile(flux, 98) / flux.mean())


def main() -> None:
    warnings.simplefilter("ignore", EidophoneWarning)
    methods = [name for name in METHODS if name not in ("mosaic", "becoming", "vocoder")]
    print(
        "| pair | onsets: none | stretch | dtw | crest: parents | phase vocoder | WSOLA |", end=""
    )
    print(*methods, "aligning, × real time", sep=" | ", end=" |\n")
    print("|---|" + "---|" * (7 + len(methods)))
    for name, pair in PAIRS.items():
        progress(name)
        row = _row(pair(), methods)
        print(f"| {name} |", " | ".join(f"{one:.2f}" for one in row), "|", flush=True)


def _row(pair, methods):
    parents = Parents.of(pair)
    mix = Mix.parse("0.5", 2)
    found = {align: aligned(parents, mix, Morphing(align=align)) for align in _ALIGNS}
    started = time.perf_counter()
    both = aligned(parents, mix, Morphing(align="dtw"))
    spent = time.perf_counter() - started
    for align in _ALIGNS:
        yield onset_correlation(*(one[0] for one in found[align].samples))
    yield np.mean([flux_crest(one[0]) for one in parents.samples])
    vocoded = (_by_phase_vocoder(one[0], both.sample_count) for one in parents.samples)
    yield np.mean([flux_crest(one) for one in vocoded])
    yield np.mean([flux_crest(one[0]) for one in both.samples])
    for name in methods:
        made = METHODS[name].make(both, mix, Morphing(method=name))
        yield flux_crest(np.concatenate(list(made), axis=1)[0])
    yield sum(one.shape[1] for one in parents.samples) / parents.rate / spent


def _by_phase_vocoder(samples, count):
    """``samples`` brought to one length by the usual way."""
    return librosa.effects.time_stretch(samples, rate=len(samples) / count)


def _loop(name, seconds):
    package, folder = _LOOPS
    (path,) = fetched(package, (f"{folder}/{name}.flac",))
    sound = Sound.load(path).resampled(RATE)
    samples = np.tile(sound.samples.mean(axis=0, keepdims=True), 3)[:, : round(seconds * RATE)]
    return Sound(samples / np.sqrt((samples**2).mean()) * 0.08, RATE)


if __name__ == "__main__":
    main()
