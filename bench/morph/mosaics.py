"""``python -m bench.morph.mosaics``: voices told by animals, beside trivial methods."""

from __future__ import annotations

import argparse
import time
import warnings
from dataclasses import dataclass

import numpy as np
import scipy.signal
import soxr

from bench.morph import likeness
from bench.morph.likeness import RATE
from bench.morph.words import WORDS, Listener
from bench.progress import progress
from bench.sounds import fetched
from eidophone import Sound
from eidophone.base.errors import EidophoneWarning
from eidophone.morph.looping import looped
from eidophone.morph.mix import Mix
from eidophone.morph.mosaic import mosaic_course
from eidophone.morph.telling import Turn, told
from eidophone.morph.vocoder import vocoded

_VOICE = "asterisk-core-sounds-en-g722", "asterisk/sounds/en_US_f_Allison"
_PHRASES = (
    "digits/3",
    "digits/7",
    "digits/1",
    "digits/5",
    "all-circuits-busy-now",
    "conf-onlyperson",
)
_SECONDS = 6.0

_TUX, _STAMPS = "tuxpaint-stamps-default", "tuxpaint/stamps/animals"

#: Substances: package, file, second at which they begin, and how long they are.
SUBSTANCES = {
    "elephant": (_TUX, f"{_STAMPS}/mammals/elephant.ogg", 0, 30),
    "lion": (_TUX, f"{_STAMPS}/mammals/cats/lion.ogg", 0, 30),
    "bee": (_TUX, f"{_STAMPS}/insects/bee.ogg", 0, 30),
    "blackbird": (_TUX, f"{_STAMPS}/birds/blackbird.ogg", 0, 30),
    "whale": (_TUX, f"{_STAMPS}/mammals/aquatic/whale.ogg", 0, 30),
    "orchestra": ("hyperrogue-music", "hyperrogue/music/hr3-hell.ogg", 30, 13),
}


@dataclass(frozen=True)
class Told:
    """A method: its name, and what it makes of a content and a substance, ``[n]`` at 16 kHz."""

    name: str
    make: object


def limited(samples):
    """``samples`` between 50 and 7000 Hz, at a mean level of .08."""
    band = scipy.signal.butter(8, [50, 7000], "band", fs=RATE, output="sos")
    samples = scipy.signal.sosfiltfilt(band, samples - samples.mean())
    return samples / max(1e-9, np.sqrt((samples**2).mean())) * 0.08


def spoken(names):
    """Recordings of the English voice."""
    import av  # noqa: PLC0415

    package, folder = _VOICE
    for path in fetched(package, tuple(f"{folder}/{name}.g722" for name in names)):
        with av.open(str(path), format="g722") as file:
            parts = [frame.to_ndarray().ravel() for frame in file.decode(audio=0)]
        yield np.concatenate(parts).astype(np.float64) / 32768


def content():
    """Six seconds of English: digits and sentences."""
    whole = np.concatenate(list(spoken(_PHRASES)))
    return limited(whole[: round(_SECONDS * RATE)])


def substance(name):
    """One of `SUBSTANCES`."""
    package, file, start, seconds = SUBSTANCES[name]
    (path,) = fetched(package, (file,))
    sound = Sound.load(path)
    samples = sound.samples.mean(axis=0)[round(start * sound.rate) :][: round(seconds * sound.rate)]
    return limited(soxr.resample(samples.astype(np.float64), sound.rate, RATE))


def listener():
    """One who understands the words, or None, with a word of why."""
    try:
        recordings = spoken([f"digits/{name}" for name in WORDS])
        return Listener(
            {word: limited(one) for word, one in zip(WORDS.values(), recordings, strict=True)}
        )
    except ImportError as error:
        progress(f"without words: {error}")
        return None


def loop(heard, other):
    """The substance as long as the content."""
    return looped(other[None].astype(np.float32), len(heard), RATE)[0]


def _joined(blocks):
    return np.concatenate(list(blocks), axis=1)[0]


def _two(heard, other):
    return heard[None].astype(np.float32), loop(heard, other)[None]


def _vocoder(heard, other):
    return _joined(vocoded(*_two(heard, other), RATE))


def _under_its_loudness(heard, other):
    def still(moments):
        one, nothing = np.ones(len(moments), np.float32), np.zeros(len(moments), np.float32)
        return Turn(own=nothing, told=one, movement=nothing, mean=one, loudness=nothing)

    return _joined(told(*_two(heard, other), RATE, still))


def _crossfade(heard, other):
    mixed = heard + loop(heard, other)
    return _under_its_loudness(heard, mixed)


def _vocoder_mixed(heard, other):
    """The vocoder with as much of the loop as makes its texture that of the mosaic."""
    goal = likeness.distance(_articulated(0.75)(heard, other), heard, other)
    voice, plain = (
        _rms(one) for one in (_vocoder(heard, other), _under_its_loudness(heard, other))
    )
    low, high = 0.0, 1.0
    for _ in range(7):
        share = (low + high) / 2
        made = np.cos(share * np.pi / 2) * voice + np.sin(share * np.pi / 2) * plain
        low, high = (share, high) if likeness.distance(made, heard, other) > goal else (low, share)
    return made


def _articulated(articulation):
    def make(heard, other):
        course = mosaic_course(Mix.parse("0.5", 2), articulation)
        return _joined(told(*_two(heard, other), RATE, course))

    return make


def _rms(samples):
    return samples / max(1e-9, np.sqrt((samples**2).mean())) * 0.08


METHODS = {
    "loop x envelope": _under_its_loudness,
    "crossfade x envelope": _crossfade,
    "vocoder": _vocoder,
    "vocoder + loop": _vocoder_mixed,
    "mosaic, articulation .5": _articulated(0.5),
    "mosaic, articulation .75": _articulated(0.75),
    "mosaic, articulation 1": _articulated(1.0),
}

_HEADS = (
    "substance",
    "method",
    "env",
    "onset",
    "MFCC",
    "tex",
    "tex2",
    "coherence",
    "words",
    "x real time",
)


def row(name, method, heard, other, words):
    """A line of the table."""
    begun = time.perf_counter()
    made = _rms(METHODS[method](heard, other))
    speed = len(heard) / RATE / (time.perf_counter() - begun)
    figures = [
        likeness.env(made, heard),
        likeness.onset(made, heard),
        likeness.mfcc(made, heard),
        likeness.distance(made, heard, _rms(other), likeness.texture),
        likeness.distance(made, heard, _rms(other)),
        likeness.coherence(made, heard),
    ]
    understood = (
        "-" if words is None else f"{words.share(METHODS[method](words.content, other)):.2f}"
    )
    return [name, method, *(f"{value:.2f}" for value in figures), understood, f"{speed:.0f}"]


def table(substances, methods, words):
    """The table, in Markdown."""
    heard = content()
    lines = [list(_HEADS), ["---"] * len(_HEADS)]
    for name in substances:
        other = substance(name)
        for method in methods:
            lines.append(row(name, method, heard, other, words))
            progress(" ".join(lines[-1]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.morph.mosaics", description=__doc__)
    parser.add_argument("--substances", nargs="*", default=list(SUBSTANCES), choices=SUBSTANCES)
    parser.add_argument("--methods", nargs="*", default=list(METHODS), choices=METHODS)
    parser.add_argument("--quick", action="store_true", help="without words")
    options = parser.parse_args()
    warnings.simplefilter("ignore", EidophoneWarning)
    words = None if options.quick else listener()
    print(table(options.substances, options.methods, words))


if __name__ == "__main__":
    main()
