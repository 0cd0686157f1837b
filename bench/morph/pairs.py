"""Pairs of sounds that are morphed into each other: some made up, some from Debian packages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from bench.sounds import fetched
from eidophone import Sound

RATE = 44_100

#: How loud both are, as the root of the mean square: so that a mix is one of kinds, not of levels.
_RMS = 0.08

#: Centre and width in Hz of the lowest four formants of a man (after Peterson and Barney, 1952).
VOWELS = {
    "a": ((730, 80), (1090, 90), (2440, 120), (3400, 150)),
    "i": ((270, 60), (2290, 100), (3010, 120), (3600, 150)),
}

#: Breath of sung vowels, beside their voice.
_BREATH = 0.05

_WORDS = "asterisk-core-sounds-en-g722"
_VOICE = "asterisk/sounds/en_US_f_Allison"
_MUSIC = "hyperrogue-music"
_SAMPLES = "sonic-pi-samples"
_STAMPS = "tuxpaint-stamps-default"
_FRENCH = "asterisk-core-sounds-fr-wav"
_DUTCH = "fillets-ng-data-nl"
_PHRASE = "asterisk/sounds/fr_CA_f_June/agent-loginok.wav"


@dataclass(frozen=True)
class Pair:
    """Two sounds.

    Attributes:
        name: what the table calls them.
        a, b: they.
        hz: the pitch that a morph of both in equal parts has; 0 if that is no question.
        similar: a path between them can be judged moment by moment, once they are aligned.
        eventful: they are aligned event by event.
    """

    name: str
    a: Sound
    b: Sound
    hz: float = 0.0
    similar: bool = False
    eventful: bool = False


def tones() -> Pair:
    """300 and 500 Hz, two seconds, each with the same slow attack."""
    return Pair(
        "tones 300, 500 Hz", *(_sound(np.sin(2 * np.pi * hz * _time())) for hz in (300, 500))
    )


def vowels(a_hz: float = 200, i_hz: float = 200) -> Pair:
    """A sung a and a sung i."""
    parts = (vowel(a_hz, "a"), vowel(i_hz, "i", seed=1))
    return Pair(f"vowels a {a_hz:g}, i {i_hz:g} Hz", *parts, hz=(a_hz * i_hz) ** 0.5, similar=True)


def vowel(hz: float, name: str, seconds: float = 2.0, seed: int = 0) -> Sound:
    """A sung vowel: a falling spectrum of harmonics and some breath, through four resonances."""
    time, rng = _time(seconds), np.random.default_rng(seed)
    harmonics = np.arange(1, int(8000 / hz))
    phase = 2 * np.pi * np.cumsum(hz * (1 + 0.002 * np.sin(2 * np.pi * 5 * time))) / RATE
    gain = np.abs(_throat(harmonics * hz, name)) / harmonics
    voice = sum(g * np.cos(k * phase) for k, g in zip(harmonics, gain, strict=True))
    spectrum = np.fft.rfft(rng.standard_normal(time.size))
    breath = np.fft.irfft(spectrum * _throat(np.fft.rfftfreq(time.size, 1 / RATE), name), time.size)
    return _sound(voice / voice.std() + _BREATH * breath / breath.std())


def chords() -> Pair:
    """Two chords of plain harmonic sounds, of three and of four notes."""
    return Pair("chords", _chord(220, 277, 330), _chord(196, 247, 294, 370))


def words(first: str = "7", second: str = "11") -> Pair:
    """Two English digits."""
    files = tuple(f"{_VOICE}/digits/{word}.g722" for word in (first, second))
    parts = (_sound_of_g722(path) for path in fetched(_WORDS, files))
    return Pair("words seven, eleven", *parts, similar=True, eventful=True)


def instruments() -> Pair:
    """A plucked guitar and a bell-like piano."""
    return Pair("guitar, piano", *_samples("guit_e_fifths", "ambi_piano"))


def orchestras() -> Pair:
    """Two pieces of music."""
    names = ("hr3-hell", "hr3-icyland")
    paths = fetched(_MUSIC, tuple(f"hyperrogue/music/{name}.ogg" for name in names))
    return Pair("two pieces of music", *(_part(Sound.load(path), 30) for path in paths))


def drums() -> Pair:
    """Two drum loops."""
    return Pair("drum loops", *_samples("loop_amen", "loop_breakbeat"), eventful=True)


# The pairs below are held out: nothing was tuned on them, and nothing is to be.


def voices() -> Pair:
    """A French and a Dutch voice."""
    dutch = "games/fillets-ng/sound/airplane/nl/let-m-divna.ogg"
    parts = (_file(_FRENCH, _PHRASE), _file(_DUTCH, dutch))
    return Pair("French, Dutch", *parts, eventful=True)


def strings() -> Pair:
    """A violin and a bassoon."""
    folder = "tuxpaint/stamps/hobbies/music"
    files = (f"{folder}/string/violin.ogg", f"{folder}/wind/bassoon.ogg")
    return Pair("violin, bassoon", *(_file(_STAMPS, file) for file in files))


def birds() -> Pair:
    """A cuckoo and an owl."""
    files = (f"tuxpaint/stamps/animals/birds/{name}.ogg" for name in ("cuckoo", "owl"))
    return Pair("cuckoo, owl", *(_file(_STAMPS, file) for file in files))


def choirs() -> Pair:
    """Chords of a piano and a choir."""
    return Pair("piano, choir", *_samples("ambi_piano", "ambi_choir"))


def beats() -> Pair:
    """Two other drum loops."""
    return Pair("other drum loops", *_samples("loop_tabla", "loop_mehackit1"), eventful=True)


def songs() -> Pair:
    """Two other pieces of music."""
    names = ("hr3-desert", "hr-savino-ocean")
    return Pair("other music", *(_file(_MUSIC, f"hyperrogue/music/{n}.ogg", 30) for n in names))


def speech() -> Pair:
    """A voice and a piece of music."""
    music = _file(_MUSIC, "hyperrogue/music/hr3-caves.ogg", 30)
    return Pair("speech, music", _file(_FRENCH, _PHRASE), music)


def _file(package: str, file: str, start: float = 0) -> Sound:
    return _part(Sound.load(fetched(package, (file,))[0]), start)


def stereo() -> Pair:
    """Two sounds that are wide."""
    folder = Path(__file__).parents[2] / "sounds"
    return Pair(
        "choir, glass", *(Sound.load(folder / f"ambi_{n}.flac") for n in ("choir", "glass_rub"))
    )


def _samples(*names: str) -> tuple[Sound, ...]:
    paths = fetched(_SAMPLES, tuple(f"sonic-pi/samples/{name}.flac" for name in names))
    return tuple(_part(Sound.load(path), 0) for path in paths)


def _part(sound: Sound, start: float, seconds: float = 2.5) -> Sound:
    first = round(start * sound.rate)
    part = Sound(
        sound.samples[:, first : first + round(seconds * sound.rate)].mean(axis=0), sound.rate
    )
    return _sound(part.resampled(RATE).samples[0])


def _sound_of_g722(path: Path) -> Sound:
    """A file of bare G.722, which is 16 kHz and one channel."""
    with av.open(str(path), format="g722") as container:
        samples = np.concatenate([f.to_ndarray().ravel() for f in container.decode(audio=0)])
    return _sound(Sound(samples.astype(np.int16), 16_000).resampled(RATE).samples[0])


def _sound(samples: NDArray[np.floating]) -> Sound:
    samples = samples - samples.mean()
    return Sound(samples * (_RMS / np.sqrt((samples**2).mean())), RATE)


def _time(seconds: float = 2.0) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE


def _chord(*notes: float) -> Sound:
    time = _time()
    partials = [(hz * k, 1 / k**1.5) for hz in notes for k in range(1, 9)]
    return _sound(sum(g * np.sin(2 * np.pi * hz * time + hz) for hz, g in partials))


def _throat(hz: NDArray[np.float64], name: str) -> NDArray[np.complex128]:
    """Response of the formants of a vowel, in series (Klatt, 1980)."""
    z = np.exp(2j * np.pi * hz / RATE)
    response = np.ones_like(z)
    for centre, width in VOWELS[name]:
        radius = np.exp(-np.pi * width / RATE)
        pole = radius * np.exp(2j * np.pi * centre / RATE)
        response *= abs(1 - pole) ** 2 / ((1 - pole / z) * (1 - pole.conjugate() / z))
    return response
