"""Scales: which of those that have names a melody keeps to, by its degrees in cents."""

from __future__ import annotations

import numpy as np

from eidophone.base.arrays import Float64
from eidophone.notes.fundamentals.lines import Line
from eidophone.notes.fundamentals.tonic import degrees

#: Degrees of each scale in cents above the tonic. Tunings of what is tuned by ear are typical ones.
SCALES: dict[str, tuple[float, ...]] = {
    "major (ionian)": (0, 200, 400, 500, 700, 900, 1100),
    "mixolydian": (0, 200, 400, 500, 700, 900, 1000),
    "dorian": (0, 200, 300, 500, 700, 900, 1000),
    "minor (aeolian)": (0, 200, 300, 500, 700, 800, 1000),
    "phrygian": (0, 100, 300, 500, 700, 800, 1000),
    "lydian": (0, 200, 400, 600, 700, 900, 1100),
    "harmonic minor": (0, 200, 300, 500, 700, 800, 1100),
    "double harmonic": (0, 100, 400, 500, 700, 800, 1100),
    "hijaz": (0, 100, 400, 500, 700, 800, 1000),
    "major hexatonic": (0, 200, 400, 500, 700, 900),
    "minor hexatonic": (0, 200, 300, 500, 700, 1000),
    "mixolydian hexatonic": (0, 200, 500, 700, 900, 1000),
    "pentatonic 1 2 3 5 6 (gong)": (0, 200, 400, 700, 900),
    "pentatonic 1 2 4 5 b7 (shang)": (0, 200, 500, 700, 1000),
    "pentatonic 1 b3 4 b6 b7 (jue)": (0, 300, 500, 800, 1000),
    "pentatonic 1 2 4 5 6 (zhi)": (0, 200, 500, 700, 900),
    "pentatonic 1 b3 4 5 b7 (yu)": (0, 300, 500, 700, 1000),
    "pentatonic 1 b2 4 5 b6 (miyako-bushi)": (0, 100, 500, 700, 800),
    "pentatonic 1 2 b3 5 b6 (kumoi)": (0, 200, 300, 700, 800),
    "pentatonic 1 3 4 5 7 (ryukyu)": (0, 400, 500, 700, 1100),
    "rast (neutral 3 and 7)": (0, 200, 350, 500, 700, 900, 1050),
    "bayati (neutral 2)": (0, 150, 300, 500, 700, 800, 1000),
    "five equal (as slendro)": (0, 240, 480, 720, 960),
    "seven equal (as Thai)": (0, 171, 343, 514, 686, 857, 1029),
    "as pelog": (0, 130, 270, 540, 680, 800, 950),
}

#: Cents by which notes stray from a degree.
_STRAY = 25.0

#: Share of the time on notes of no degree, on the tonic, and on a fifth, where a scale has
#: one; other degrees share the rest alike.
_OTHER, _TONIC, _FIFTH = 0.03, 0.28, 0.18

#: Notes that speak for themselves: of many, most repeat what others have said.
_MOST_HEARD = 40.0

#: A degree belongs to the scale, if so much of the time is spent on it.
SHARE = 0.02


def chances(line: Line, tonic: float) -> Float64:
    """How likely each of `SCALES` is of a melody, ``[scales]``."""
    cents = degrees(line, tonic) * 100
    weights = np.minimum(line.gaps, 4 * np.median(line.gaps))
    weights = weights / weights.sum() * min(len(line), _MOST_HEARD)
    values = np.array([weights @ np.log(_density(cents, one)) for one in SCALES.values()])
    likely = np.exp(values - values.max())
    return likely / likely.sum()


def _density(cents: Float64, scale: tuple[float, ...]) -> Float64:
    """How much of a scale lies at ``cents``, for each cent."""
    away = np.abs(cents[:, None] - np.array([*scale, 1200.0]))
    near = np.exp(-0.5 * (away.min(1) / _STRAY) ** 2) / (_STRAY * np.sqrt(2 * np.pi))
    shares = _shares(scale)[away.argmin(1)]
    return (1 - _OTHER) * shares * near + _OTHER / 1200


def _shares(scale: tuple[float, ...]) -> Float64:
    """How much of the time is spent on each degree, and on the octave, which is the first."""
    shares = np.zeros(len(scale))
    shares[0] = _TONIC
    fifth = np.abs(np.array(scale) - 700) < 2 * _STRAY
    shares[fifth] = _FIFTH
    rest = shares == 0
    shares[rest] = (1 - shares.sum()) / rest.sum()
    return np.append(shares, shares[0])
