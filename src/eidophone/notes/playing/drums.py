"""Drums: which stroke is which, by its number or its name; and a kit of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.signal import butter, sosfilt

from eidophone.base.arrays import Float32, Float64
from eidophone.notes.playing.instrument import Instrument
from eidophone.notes.playing.recorded import Recorded

_RATE = 44_100


@dataclass(frozen=True)
class Drum:
    """A drum, and how ours is made: a tone that falls, and noise.

    Attributes:
        words: what files of it are called, as patterns.
        keys: General MIDI's numbers of it.
        hz: of its tones.
        falls: by which factor its tones begin higher.
        rings: seconds until they are 60 dB quieter.
        noise: how loud noise is beside them, 0 to 1.
        band: of the noise, Hz.
        hisses: seconds until that is 60 dB quieter.
        strokes: seconds at which noise begins anew.
    """

    words: str
    keys: tuple[int, ...]
    hz: tuple[float, ...] = ()
    falls: float = 1.0
    rings: float = 0.3
    noise: float = 0.0
    band: tuple[float, float] = (1000, 16000)
    hisses: float = 0.2
    strokes: tuple[float, ...] = (0.0,)


_METAL = (3170.0, 4110.0, 5060.0, 6590.0, 8310.0, 9570.0, 11200.0)

#: The first whose words a name has is meant.
DRUMS = (
    Drum("side ?stick|rim|cross ?stick", (37,), (1720, 820), 1.0, 0.06, 0.4, (1500, 8000), 0.05),
    Drum("clap", (39,), (), 1, 0, 1, (700, 5000), 0.25, (0, 0.011, 0.022, 0.031)),
    Drum("snare|sd|sn", (38, 40), (185, 330), 1.3, 0.18, 0.75, (1200, 12000), 0.28),
    Drum(
        "open ?hi ?-?hat|hi ?-?hat ?open|open ?hat|oh|ohh",
        (46,),
        _METAL,
        1,
        0.4,
        0.9,
        (6500, 18000),
        0.8,
    ),
    Drum("pedal ?hat|pedal ?hi ?hat|foot ?hat", (44,), _METAL, 1, 0.05, 0.8, (5500, 16000), 0.09),
    Drum("hi ?-?hat|hat|hh|ch|chh", (42,), _METAL, 1, 0.06, 0.9, (7000, 18000), 0.12),
    Drum("ride ?bell|bell", (53,), (620, 940, 1530, 2480, 3620), 1, 1.6, 0.1, (5000, 16000), 0.5),
    Drum("ride", (51, 59), _METAL, 1, 1.2, 0.5, (5000, 17000), 1.4),
    Drum("splash", (55,), _METAL, 1, 0.4, 0.9, (4000, 17000), 0.9),
    Drum("china", (52,), _METAL, 1, 0.6, 0.9, (2500, 15000), 1.4),
    Drum("crash|cymbal|cy", (49, 57), _METAL, 1, 0.8, 0.9, (3000, 17000), 2.2),
    Drum("low ?tom|floor ?tom|tom ?low|lt", (41, 43), (82, 131), 1.5, 0.6, 0.1, (300, 3000), 0.1),
    Drum(
        "high ?tom|hi ?tom|tom ?hi(?:gh)?|ht", (48, 50), (175, 280), 1.5, 0.4, 0.1, (500, 4000), 0.1
    ),
    Drum("tom|mt|mid ?tom", (45, 47), (120, 192), 1.5, 0.5, 0.1, (400, 3500), 0.1),
    Drum("tambourine|tamb", (54,), (), 1, 0, 1, (6000, 18000), 0.35, (0, 0.02)),
    Drum("cow ?bell", (56,), (562, 845, 1690), 1.0, 0.35),
    Drum(
        "vibra ?slap",
        (58,),
        (2600,),
        1,
        0.4,
        0.6,
        (1800, 6000),
        1.0,
        tuple(0.024 * n for n in range(20)),
    ),
    Drum("bongo", (60, 61), (390, 620), 1.15, 0.2, 0.15, (1000, 6000), 0.03),
    Drum("conga", (62, 63, 64), (205, 330), 1.15, 0.4, 0.15, (800, 5000), 0.04),
    Drum("timbale", (65, 66), (320, 510, 730), 1.1, 0.4, 0.25, (2000, 9000), 0.1),
    Drum("agogo", (67, 68), (890, 1335, 2310), 1.0, 0.5),
    Drum("cabasa|shaker", (69,), (), 1, 0, 1, (5000, 16000), 0.1),
    Drum("maraca", (70,), (), 1, 0, 1, (5500, 16000), 0.06),
    Drum("whistle", (71, 72), (2350, 2420), 1.0, 0.9, 0.2, (1800, 5000), 0.4),
    Drum("guiro", (73, 74), (), 1, 0, 1, (2200, 8000), 0.3, tuple(0.012 * n for n in range(12))),
    Drum("clave", (75,), (2480,), 1.0, 0.1),
    Drum("wood ?block|block", (76, 77), (980, 1480), 1.05, 0.1),
    Drum("cuica", (78, 79), (520, 1040), 0.7, 0.35),
    Drum("triangle", (80, 81), (1220, 3310, 5230, 8110), 1.0, 1.6),
    Drum("kick|bass ?drum|bd|kd", (35, 36), (52, 74), 3.2, 0.45, 0.12, (1500, 6000), 0.02),
)

#: Hats, of which there is one: each stroke ends the one before.
HATS = frozenset((42, 44, 46))

#: What is far off the keys of drums is played by the nearest that there is.
_BY_KEY = {key: drum for drum in DRUMS for key in drum.keys}

#: How loud ours are beside each other: cymbals and hats are softer.
_SOFTER_DB = {42: -11.0, 44: -12.0, 46: -11.0, 51: -12.0, 59: -12.0, 49: -8.0, 57: -8.0}


def drum_named(name: str) -> Drum | None:
    """Which drum the name of a file, without its ending, speaks of; None: none."""
    words = re.sub(r"[_\-.\d]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", name)).lower()
    for drum in DRUMS:
        if re.search(rf"\b(?:{drum.words})s?\b", words):
            return drum
    return None


def nearest_key(key: float, keys: list[int]) -> int:
    """Which of ``keys`` is heard for ``key``: of the same drum, or else the nearest."""
    drum = _BY_KEY.get(round(key))
    same = [one for one in keys if drum is not None and one in drum.keys]
    return min(same or keys, key=lambda one: abs(one - key))


@lru_cache(maxsize=128)
def our_drum(key: int) -> Instrument:
    """A drum of ours for General MIDI's number ``key``."""
    key = nearest_key(key, sorted(_BY_KEY))
    drum = _BY_KEY[key]
    higher = 1.0 if len(drum.keys) == 1 else 2 ** ((key - drum.keys[0]) / 12)
    samples = _struck(drum, higher, key)
    return Instrument([stroke_of(samples, _RATE, key, _SOFTER_DB.get(key, -3.0))], fixed=True)


def stroke_of(samples: Float32, rate: int, key: int, level: float) -> Recorded:
    """A drum's stroke ``[channels, n]`` as a note that is heard whole."""
    seconds = samples.shape[1] / rate
    return Recorded(
        samples=samples,
        rate=rate,
        pitch=float(key),
        pitched=False,
        level=level,
        attack=seconds,
        rise=0.0,
        round=(0.0, seconds),
        slope=-60.0,
        release=0.02,
    )


def _struck(drum: Drum, higher: float, seed: int) -> Float32:
    rng = np.random.default_rng(seed)
    seconds = min(max(drum.rings if drum.hz else 0.0, drum.hisses + drum.strokes[-1], 0.05), 3.0)
    times = np.arange(round(seconds * _RATE)) / _RATE
    made = np.zeros(len(times))
    for number, hz in enumerate(drum.hz):
        course = higher * hz * (1 + (drum.falls - 1) * np.exp(-times / 0.018))
        phase = 2 * np.pi * np.cumsum(course) / _RATE + rng.uniform(0, 2 * np.pi) * (number > 0)
        made += np.sin(phase) * _dying(times, drum.rings / (1 + 0.3 * number)) / (1 + 0.5 * number)
    if drum.hz:
        made *= (1 - 0.6 * drum.noise) / np.abs(made).max()
    if drum.noise:
        made += drum.noise * _noise(drum, times, rng)
    edge = round(0.0008 * _RATE)
    made[:edge] *= np.linspace(0, 1, edge)
    out = round(0.01 * _RATE)
    made[-out:] *= np.linspace(1, 0, out)
    return np.asarray(0.7 * made / np.abs(made).max(), np.float32)[np.newaxis]


def _noise(drum: Drum, times: Float64, rng: np.random.Generator) -> Float64:
    white = rng.standard_normal(len(times))
    hiss = sosfilt(butter(2, drum.band, "bandpass", fs=_RATE, output="sos"), white)
    course = np.zeros(len(times))
    for number, stroke in enumerate(drum.strokes):
        last = number == len(drum.strokes) - 1
        after = times - stroke
        dying = _dying(np.maximum(after, 0), drum.hisses if last else 0.03)
        course = np.maximum(course, np.where(after >= 0, dying, 0))
    made = hiss * course
    return np.asarray(made / np.abs(made).max())


def _dying(times: Float64, seconds: float) -> Float64:
    return np.asarray(10 ** (-3 * times / max(seconds, 1e-3)))
