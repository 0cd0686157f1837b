"""Recorded: one recorded note, and what there is to know of it to play others with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import NotesError
from eidophone.notes.playing.pitch import hertz_of, pitch_of
from eidophone.notes.playing.speaking import speaking
from eidophone.sound.sound import Sound

#: Of a longer sound only the beginning is an instrument.
MOST_SECONDS = 30.0

#: Its envelope: how often it is taken, and how long it listens.
_STEP_SECONDS, _HEARD_SECONDS = 0.005, 0.01

#: It begins where it comes within so many dB of its peak, a moment earlier; and is over below.
_BEGINS_DB, _EARLIER_SECONDS, _OVER_DB = -36.0, 0.006, -60.0

#: How its cut ends fade.
_EDGE_SECONDS = 0.0015

#: An attack ends where it is first within 3 dB of its peak, and lasts between these.
_ATTACKED_DB, _ATTACK_SECONDS = -3.0, (0.01, 0.08)

#: It has risen where it is within so many dB of its peak.
_RISEN_DB = -6.0

#: It is let go where it begins to fall faster by so much, in dB a second, and three times as fast.
_LET_GO, _TIMES = 25.0, 3.0

#: Recordings are often faded out within this; then they are over where they have fallen so far.
_FADE_SECONDS, _FADED_DB = 0.1, 3.0

#: What falls slower than this is held; it stays as loud where it goes on.
HELD = -4.0

#: How long a note takes to die away that is let go, between these; and where nothing tells.
_RELEASE_SECONDS, _USUAL_RELEASE = (0.04, 0.8), 0.2

#: What is gone round in where it is shorter than a note, at most; and a part of it at least.
_ROUND_SECONDS, _LEAST_SECONDS = 2.0, 0.06


#: Windows hold so many periods, and are of one of these sizes at 44.1 kHz.
_PERIODS, _SIZES = 6.0, (1024, 4096)
_UNPITCHED_SIZE = 2048


@dataclass(frozen=True, eq=False)
class Recorded:
    """One recorded note.

    Attributes:
        samples: ``[channels, n]`` from where it begins, to where it is over or let go.
        rate: of them, Hz.
        pitch: MIDI's number of it, with fractions.
        pitched: whether it has one, or is only taken for it.
        level: dB of its loudest 10 ms; 0 is full scale.
        attack: seconds until it is as loud as it gets, at most .08.
        rise: seconds until it is within 6 dB of that, however long.
        round: seconds in between which it goes on, where a note is longer than it.
        slope: dB a second by which it falls by itself there; 0 where it is held.
        release: seconds until a note is silent that is let go.
    """

    samples: Float32
    rate: int
    pitch: float
    pitched: bool
    level: float
    attack: float
    rise: float
    round: tuple[float, float]
    slope: float
    release: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.samples.shape[1] / self.rate

    @property
    def rings(self) -> bool:
        """Whether it is heard to its end however short its note is: a stroke with no pitch."""
        return not self.pitched and self.slope < 0


def recorded(
    sound: Sound, pitch: float | None = None, taken_for: float = 60.0, *, at_once: bool = True
) -> Recorded:
    """What there is to know of a ``sound`` that is one note.

    Args:
        sound: any.
        pitch: its pitch, if that is known; MIDI's number.
        taken_for: what it is taken for if it has none.
        at_once: all its partials shall be there from its first moment, if it has a pitch.

    Raises:
        NotesError: it is silent.
    """
    samples = sound.samples[:, : round(MOST_SECONDS * sound.rate)]
    levels, step = _envelope(samples, sound.rate)
    peak = float(levels.max())
    if peak < -100:
        raise NotesError("this sound is silent, and no instrument: take another")
    first = max(0, int(np.argmax(levels > peak + _BEGINS_DB)) * step)
    first = max(0, first - round(_EARLIER_SECONDS * sound.rate))
    heard = np.flatnonzero(levels > peak + _OVER_DB)
    last = min(samples.shape[1], (int(heard[-1]) + 2) * step)
    samples = samples[:, first:last].copy()
    found = pitch_of(samples, sound.rate) if pitch is None else pitch
    if at_once and found is not None:
        samples = speaking(samples, sound.rate, window_size(found, sound.rate))
    levels, step = _envelope(samples, sound.rate)
    peak = float(levels.max())
    seconds = step / sound.rate
    top = int(np.argmax(levels > peak + _ATTACKED_DB))
    attack = float(np.clip(top * seconds, *_ATTACK_SECONDS))
    slope, let_go, release = _course(levels, int(np.argmax(levels)), seconds)
    stop = round(let_go * step) if let_go is not None else samples.shape[1]
    samples = samples[:, :stop]
    edge = min(round(_EDGE_SECONDS * sound.rate), samples.shape[1] // 4)
    ramp = np.sin(np.linspace(0, np.pi / 2, edge, dtype=np.float32)) ** 2
    samples[:, :edge] *= ramp
    length = samples.shape[1] / sound.rate
    begin = max(min(top * seconds + 0.1, 0.7 * length), length - _ROUND_SECONDS)
    begin = max(0.0, min(begin, length - _LEAST_SECONDS))
    return Recorded(
        samples=samples,
        rate=sound.rate,
        pitch=taken_for if found is None else found,
        pitched=found is not None,
        level=peak,
        attack=attack,
        rise=float(np.argmax(levels > peak + _RISEN_DB)) * seconds,
        round=(begin, length),
        slope=min(slope, 0.0) if slope < HELD else 0.0,
        release=release,
    )


def window_size(pitch: float | None, rate: int) -> int:
    """Samples of a window in which the partials of a note are apart; None: it has no pitch."""
    low, high = _SIZES
    wanted = float(_UNPITCHED_SIZE)
    if pitch is not None:
        wanted = _PERIODS * 44_100 / hertz_of(pitch)
    wanted = min(max(wanted, low), high) * rate / 44_100
    return int(2 ** round(np.log2(wanted)))


def _envelope(samples: Float32, rate: int) -> tuple[Float64, int]:
    """DB of 10 ms around each step, and samples of a step."""
    step = max(1, round(_STEP_SECONDS * rate))
    power = (samples.astype(np.float64) ** 2).mean(axis=0)
    power = np.pad(power, (0, -len(power) % step)).reshape(-1, step).mean(axis=1)
    size = max(1, round(_HEARD_SECONDS / _STEP_SECONDS))
    power = maximum_filter1d(uniform_filter1d(power, size), 3)
    return 10 * np.log10(np.maximum(power, 1e-15)), step


def _course(levels: Float64, top: int, seconds: float) -> tuple[float, float | None, float]:
    """How a note goes on after its peak: dB a second, the step where it is let go, its release.

    Two straight lines are laid through its levels; where they meet it is let go, if the second
    falls much faster than the first.
    """
    after = levels[top:]
    after = np.minimum.accumulate(uniform_filter1d(after, 9))  # waves are no falls
    count = len(after)
    if count < 8:
        return -60 / max(seconds * count, 0.02), None, _USUAL_RELEASE
    times = np.asarray(np.arange(count) * seconds, np.float64)
    knees = np.unique(np.linspace(count // 5, count - 4, min(60, count - 4)).astype(np.int64))
    best, least = None, np.inf
    for knee in knees:
        if knee < 4:
            continue
        one, two = _line(times[:knee], after[:knee]), _line(times[knee:], after[knee:])
        if one[1] + two[1] < least:
            best, least = (int(knee), one[0], two[0]), one[1] + two[1]
    if best is not None:
        knee, one_slope, two_slope = best
        falls = two_slope < min(_TIMES * one_slope, one_slope - _LET_GO)
        if falls and after[knee] - after[-1] > 12:
            release = float(np.clip(-40 / two_slope, *_RELEASE_SECONDS))
            return _late_slope(times[:knee], after[:knee]), float(top + knee), release
    kept = max(count - round(_FADE_SECONDS / seconds), count // 2)
    slope = _late_slope(times[:kept], after[:kept])
    later = times >= times[kept // 2]
    course = after[kept // 2 : kept].mean() + slope * (times - times[kept // 2 : kept].mean())
    faded = np.flatnonzero(later & (after < course - _FADED_DB))
    return slope, float(top + faded[0]) if len(faded) else None, _USUAL_RELEASE


def _late_slope(times: Float64, levels: Float64) -> float:
    """Of the later half, as what begins with a burst falls otherwise than it goes on."""
    later = len(times) // 2
    return _line(times[later:], levels[later:])[0]


def _line(times: Float64, levels: Float64) -> tuple[float, float]:
    """The slope of a straight line through ``levels``, and the squares that it leaves."""
    about = times - times.mean()
    slope = float((about * (levels - levels.mean())).sum() / max((about**2).sum(), 1e-12))
    rest = levels - levels.mean() - slope * about
    return slope, float((rest**2).sum())
