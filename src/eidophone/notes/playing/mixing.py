"""Mixing: the notes of a score, each by its instrument, as a sound block by block.

Each note of one pitch is made once, as long as the longest of them needs, and kept while there is
room; then it is laid where it is played.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numba import njit

from eidophone.base.arrays import Float32, Float64
from eidophone.base.errors import tell
from eidophone.notes.playing.drums import HATS
from eidophone.notes.playing.instrument import Instrument, Stroke
from eidophone.notes.playing.recorded import Recorded
from eidophone.notes.playing.shifting import shifted
from eidophone.notes.score import Score

#: Samples that are mixed at a time.
BLOCK = 1 << 14

#: Voices at once, and how a note ends that has to make room.
MOST_VOICES, _STOLEN_SECONDS = 512, 0.02

#: Made notes are kept up to so many bytes.
_KEPT_BYTES = 256 << 20

#: A made note is no longer than this; then its end goes round, over so long a seam.
_MADE_SECONDS, _ROUND_SECONDS, _SEAM_SECONDS = 20.0, 8.0, 0.5

#: Pitches are made to so many parts of a semitone: a fiftieth cannot be heard.
_PARTS = 50

#: Notes are heard for so long at least, whatever they say.
_LEAST_SECONDS = 0.03

#: How long a note is still heard that is struck again.
_AGAIN_SECONDS = 0.1

#: What stands for any of the hats, where others are known by their pitches.
_HAT = -1000

#: It takes no longer to fall silent than it lasted, or this.
_SHORT_SECONDS = 0.15

#: A note rises within this part of its time: of what rises slower, short notes begin later in the
#: recording, over so many seconds.
_RISES, _SPEAK_SECONDS = 0.3, 0.012

#: The controllers of a part that are heard, and what they are where nothing is said.
VOLUME, PAN, EXPRESSION = 7, 10, 11
_USUAL = {VOLUME: 100, PAN: 64, EXPRESSION: 127}

#: How fast they move at most: all the way in this time.
_MOVE_SECONDS = 0.02


@dataclass(eq=False)
class _Voice:
    """A note that is to be played.

    Attributes:
        start: sample at which it begins.
        stop: sample at which it is let go.
        fade: samples until it is silent then.
        part: its place.
        stroke: by what it is played.
        glide: ``[n, 2]`` samples after its start, and ratios from then on; None: it has none.
        read: samples of what was made that have been heard, or are left out.
        low: what the filter that makes it darker remembers, a channel each.
        late: whether it begins inside what was made.
    """

    start: int
    stop: int
    fade: int
    part: int
    stroke: Stroke
    glide: Float64 | None
    read: float = 0.0
    low: Float32 = field(default_factory=lambda: np.zeros(2, np.float32))

    late: bool = field(init=False)

    def __post_init__(self) -> None:
        self.late = self.read > 0

    @property
    def end(self) -> int:
        return self.stop + self.fade

    @property
    def key(self) -> tuple[Recorded, int]:
        return self.stroke.note, round(self.stroke.pitch * _PARTS)


class Mix:
    """A score being played.

    Args:
        score: what is played.
        instrument: which, of a note's part and pitch; None: it is left out.
        rate: Hz.
        release: seconds until a note is silent that is let go; None: as it is found.

    Attributes:
        sample_count: how long it is.
        channels: 1 or 2.
    """

    def __init__(
        self,
        score: Score,
        instrument: Callable[[int, float], Instrument | None],
        rate: int,
        release: float | None,
    ) -> None:
        self.rate = rate
        self._voices = _voices(score, instrument, rate, release)
        self._controls = _Controls(score, rate)
        self.sample_count = max((one.end for one in self._voices), default=rate) + 1
        stereo = any(one.stroke.note.samples.shape[0] == 2 for one in self._voices)
        self.channels = 2 if stereo or self._controls.pans else 1
        self._made = _Made(self._voices, rate)
        self.gain = _gain(self._voices, self._controls, self.sample_count, rate)

    def blocks(self) -> Iterator[Float32]:
        """``[channels, n]``, as loud as it is to be but for what is too loud by chance."""
        coming, active = 0, list[_Voice]()
        for first in range(0, self.sample_count, BLOCK):
            last = min(first + BLOCK, self.sample_count)
            while coming < len(self._voices) and self._voices[coming].start < last:
                active.append(self._voices[coming])
                coming += 1
            by_part = defaultdict[int, list[_Voice]](list)
            for one in active:
                by_part[one.part].append(one)
            whole = np.zeros((self.channels, last - first), np.float32)
            for part, voices in by_part.items():
                heard = np.zeros((self.channels, last - first), np.float32)
                for one in voices:
                    self._lay(one, heard, first)
                whole += self._controls.gains(part, first, last, self.channels) * heard
            active = [one for one in active if one.end > last]
            yield whole * np.float32(self.gain)

    def _lay(self, voice: _Voice, heard: Float32, first: int) -> None:
        made, back = self._made.of(voice)
        begin = max(0, voice.start - first)
        end = min(heard.shape[1], voice.end - first)
        if end <= begin:
            return
        stroke = voice.stroke
        low = 1 - np.exp(-2 * np.pi * min(stroke.dark_hz, 0.45 * self.rate) / self.rate)
        if voice.glide is None:
            steps = np.ones(1)
        else:
            gone = np.arange(first + begin - voice.start, first + end - voice.start)
            place = np.clip(np.searchsorted(voice.glide[:, 0], gone, side="right") - 1, 0, None)
            steps = voice.glide[place, 1]
        voice.read = _add(
            heard,
            begin,
            end,
            made,
            back,
            voice.read,
            steps,
            np.float32(stroke.gain),
            np.float32(stroke.dark),
            np.float32(low),
            voice.low,
            voice.start - first,
            round(_SPEAK_SECONDS * self.rate) if voice.late else 0,
            voice.stop - first,
            voice.fade,
        )


def _voices(
    score: Score,
    instrument: Callable[[int, float], Instrument | None],
    rate: int,
    release: float | None,
) -> list[_Voice]:
    """The notes that are played, by their starts."""
    ends = score.sounding()
    found = list[_Voice]()
    sounding = list[tuple[int, int]]()
    stolen, last = 0, dict[tuple[int, int], _Voice]()
    for place, (note, end) in enumerate(zip(score.notes, ends, strict=True)):
        plays = instrument(int(note["part"]), float(note["pitch"]))
        if plays is None:
            continue
        stroke = plays.stroke(float(note["pitch"]), float(note["velocity"]))
        start = round(float(note["start"]) * rate)
        length = max(float(end) - float(note["start"]), _LEAST_SECONDS)
        fades = min(stroke.note.release, max(length, _SHORT_SECONDS))
        fades = fades if release is None else release
        if stroke.note.rings or plays.fixed:
            length = max(length, stroke.note.seconds)
        glide = score.glides.get(place)
        voice = _Voice(
            start=start,
            stop=start + round(length * rate),
            fade=max(1, round(fades * rate)),
            part=int(note["part"]),
            stroke=stroke,
            glide=None if glide is None or plays.fixed else _ratios(glide, rate),
            read=float(round(max(0.0, stroke.note.rise - _RISES * length) * rate)),
        )
        found.append(voice)
        key = voice.key[1] if not plays.fixed else _HAT if round(note["pitch"]) in HATS else None
        if key is not None:  # a string, or a hat, that is struck again sounds once
            before = last.get((voice.part, key))
            if before is not None and before.start < start < before.end:
                before.stop = min(before.stop, start)
                before.fade = min(before.fade, round(_AGAIN_SECONDS * rate))
            last[voice.part, key] = voice
        while sounding and sounding[0][0] <= start:
            heapq.heappop(sounding)
        if len(sounding) >= MOST_VOICES:
            _, other = heapq.heappop(sounding)
            found[other].stop = min(found[other].stop, start)
            found[other].fade = round(_STOLEN_SECONDS * rate)
            stolen += 1
        heapq.heappush(sounding, (voice.end, len(found) - 1))
    if stolen:
        tell(
            f"more than {MOST_VOICES} notes sound at once: {stolen} were let go early, those that "
            f"would have ended first"
        )
    return found


def _ratios(glide: Float32, rate: int) -> Float64:
    """A glide in samples and ratios, from the start of its note on."""
    curve = np.array(glide, np.float64).reshape(-1, 2)
    curve = curve[np.argsort(curve[:, 0], kind="stable")]
    if not len(curve) or curve[0, 0] > 0:
        curve = np.concatenate([[[0.0, 0.0]], curve])
    return np.stack([np.round(curve[:, 0] * rate), 2 ** (curve[:, 1] / 12)], axis=1)


class _Made:
    """What was made of recorded notes: each pitch once, while there is room.

    Args:
        voices: all that will be asked for.
        rate: Hz.
    """

    def __init__(self, voices: Sequence[_Voice], rate: int) -> None:
        self._rate = rate
        self._longest = defaultdict[tuple[Recorded, int], int](int)
        for one in voices:
            fastest = 1.0 if one.glide is None else max(1.0, float(one.glide[:, 1].max()))
            length = int(one.read + (one.end - one.start) * fastest) + 2
            self._longest[one.key] = max(self._longest[one.key], length)
        self._kept = OrderedDict[tuple[Recorded, int], tuple[Float32, int]]()
        self._bytes = 0

    def of(self, voice: _Voice) -> tuple[Float32, int]:
        """What plays ``voice``, ``[channels, n]``, and how many samples of its end go round."""
        key = voice.key
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._make(voice, min(self._longest[key], self._most))
            self._bytes += found[0].nbytes
            while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= gone[0].nbytes
        self._kept.move_to_end(key)
        return found

    @property
    def _most(self) -> int:
        return round(_MADE_SECONDS * self._rate)

    def _make(self, voice: _Voice, count: int) -> tuple[Float32, int]:
        note, pitch = voice.stroke.note, voice.key[1] / _PARTS
        if self._longest[voice.key] <= self._most:
            return shifted(note, pitch, count / self._rate, self._rate), count
        seam = round(_SEAM_SECONDS * self._rate)
        made = shifted(note, pitch, (count + seam) / self._rate, self._rate)
        if note.slope < 0:  # it has died away
            made[:, -seam:] *= np.linspace(1, 0, seam, dtype=np.float32)
            return made, seam // 100
        back = _alike(made, round(_ROUND_SECONDS * self._rate), seam)
        fade = np.linspace(0, 1, seam, dtype=np.float32)
        end = made.shape[1]
        made[:, end - seam :] *= 1 - fade
        made[:, end - seam :] += fade * made[:, end - seam - back : end - back]
        return made, back


def _alike(made: Float32, back: int, seam: int) -> int:
    """About how many samples ``back`` the last ``seam`` are most alike."""
    end = made[:, -seam:].sum(axis=0)
    reach = seam // 4
    whole = made.sum(axis=0)[-seam - back - reach : -back + reach]
    size = 1 << int(np.ceil(np.log2(len(whole) + seam)))
    together = np.fft.irfft(np.fft.rfft(whole, size) * np.fft.rfft(end, size).conj(), size)
    return back + reach - int(np.argmax(together[: 2 * reach]))


@njit(cache=True, nogil=True)
def _add(
    heard: Float32,
    begin: int,
    end: int,
    made: Float32,
    back: int,
    read: float,
    steps: Float64,
    gain: np.float32,
    dark: np.float32,
    low: np.float32,
    held: Float32,
    start: int,
    speak: int,
    stop: int,
    fade: int,
) -> float:
    """Add what was ``made`` of a note, from its sample ``read`` on; where it is then.

    Args:
        heard: ``[channels, n]``, added to from ``begin`` to ``end``.
        begin: the first sample of it.
        end: the one after the last.
        made: ``[channels, n]``, whose last ``back`` samples go round.
        back: how many.
        read: where in it.
        steps: samples of it for each of ours; one for all, or one for each.
        gain: a factor.
        dark: how much is left of what is above the filter.
        low: how fast the filter follows.
        held: ``[2]`` what it remembers; changed.
        start: sample of ``heard`` at which it begins, or began before that.
        speak: samples over which it fades in.
        stop: sample of ``heard`` from which on it fades.
        fade: for so many samples.
    """
    channels, count = made.shape
    moves = len(steps) > 1
    for n in range(begin, end):
        level = gain
        if n < start + speak:
            level *= np.float32((n - start) / speak)
        if n >= stop:
            x = (n - stop) / fade
            level *= np.float32(np.exp(-4 * x) * (1 - x))  # nearly straight in dB
        at = int(read)
        part = np.float32(read - at)
        if at >= count:
            at = count - back + (at - count) % back
        after = at + 1
        if after >= count:
            after -= back
        for c in range(heard.shape[0]):
            from_c = min(c, channels - 1)
            value = made[from_c, at]
            if moves:
                before = made[from_c, max(at - 1, 0)]
                one = made[from_c, after]
                two = made[from_c, after + 1 if after + 1 < count else after]
                # Catmull and Rom's cubic
                a = -before + 3 * value - 3 * one + two
                b = 2 * before - 5 * value + 4 * one - two
                value += np.float32(0.5) * part * ((one - before) + part * (b + part * a))
            held[c] += low * (value - held[c])
            heard[c, n] += level * (held[c] + dark * (value - held[c]))
        read += steps[n - begin] if moves else steps[0]
    return read


class _Controls:
    """How loud parts are, and where, from moment to moment.

    Args:
        score: with its controls.
        rate: Hz.
    """

    def __init__(self, score: Score, rate: int) -> None:
        self._rate = rate
        self._moves = dict[tuple[int, int], tuple[Float64, Float64]]()
        controls = score.controls
        for number in _USUAL:
            some = controls[controls["number"] == number]
            for part in np.unique(some["part"]):
                mine = some[some["part"] == part]
                at = (int(part), number)
                self._moves[at] = mine["time"] * rate, mine["value"].astype(np.float64)

    @property
    def pans(self) -> bool:
        """Whether anything is not in the middle."""
        return any(
            number == PAN and (values != _USUAL[PAN]).any()
            for (_, number), (_, values) in self._moves.items()
        )

    def loudness(self, part: int, moments: Float64) -> Float64:
        """The factor of its volume and expression at ``moments``, in samples."""
        usual = _USUAL[VOLUME]
        volume, expression = (self._at(part, one, moments) for one in (VOLUME, EXPRESSION))
        return np.asarray((volume / usual * expression / 127) ** 2)

    def gains(self, part: int, first: int, last: int, channels: int) -> Float32:
        """``[channels, n]`` for the samples ``first`` to ``last``, or ``[channels, 1]``."""
        if not any((part, number) in self._moves for number in _USUAL):
            return np.ones((channels, 1), np.float32)
        step = max(1, round(_MOVE_SECONDS * self._rate / 4))
        moments = np.arange(first // step - 4, last // step + 6).astype(np.float64) * step
        level = self.loudness(part, moments)
        pan = np.clip((self._at(part, PAN, moments) - 1) / 126, 0, 1)
        sides = np.cos(pan * np.pi / 2), np.sin(pan * np.pi / 2)
        rows = [level * side * np.sqrt(2) for side in sides] if channels > 1 else [level]
        smooth = [np.convolve(row, np.full(4, 0.25), "same") for row in rows]
        at = np.arange(first, last)
        return np.stack([np.interp(at, moments, row) for row in smooth]).astype(np.float32)

    def _at(self, part: int, number: int, moments: Float64) -> Float64:
        times, values = self._moves.get((part, number), (np.empty(0), np.empty(0)))
        if not len(times):
            return np.full(len(moments), float(_USUAL[number]))
        place = np.searchsorted(times, moments, side="right")
        return np.asarray(np.append(_USUAL[number], values)[place])


#: A mix is so loud that its loudest moment is at this RMS level at most, in dB: as peaks are some
#: 12 dB above.
_LOUDEST_DB = -14.0


def _gain(voices: Sequence[_Voice], controls: _Controls, sample_count: int, rate: int) -> float:
    """A factor by which the mix is as loud as it may be, by the sum of the power of its notes."""
    if not voices:
        return 1.0
    step = max(rate // 10, sample_count // 1_000_000)
    power = np.zeros(sample_count // step + 2)
    for one in voices:
        begin, end = one.start // step, min(one.stop // step + 1, len(power))
        seconds = np.arange(end - begin) * step / rate
        level = one.stroke.note.level + one.stroke.note.slope * seconds
        loud = controls.loudness(one.part, np.array([float(one.start)]))[0]
        power[begin:end] += 10 ** (level / 10) * (one.stroke.gain * loud) ** 2
    return float(10 ** (_LOUDEST_DB / 20) / np.sqrt(max(power.max(), 1e-12)))
