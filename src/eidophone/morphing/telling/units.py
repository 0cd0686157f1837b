"""Units: pieces of recordings, chosen to move as a content does, and laid over one another.

Unit selection after Hunt and Black (1996) and, for sounds of any kind, Schwarz (2006): a unit costs
what it is unlike the content, and what it goes badly with the one before. Pieces of 192 ms overlap
by half. For each moment of the content the units that are most like it are found (a search of all
in blocks), and the cheapest way through these (Viterbi).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft

from eidophone.base.arrays import Float32, Float64, Int64, Mask
from eidophone.base.parallel import blocks
from eidophone.morphing.telling.cepstra import RECIPE
from eidophone.morphing.telling.recordings import COEFFICIENTS, Recording, envelope_of

#: Columns of a unit, between the beginnings of two that are laid, and of two that can be chosen.
_LENGTH, _HOP, _STEP = 24, 12, 3

#: How a unit moves is known by so many coefficients of the cosine transform in time.
_MOTIONS = 6

#: Units that are thought of at each moment, and those of them that are also gone on with.
_CANDIDATES, _GOES_ON = 32, 8

#: What it costs to leave a recording's own order, as words are lost with every seam, and to begin
#: again where the last one began.
_LEAP, _AGAIN = 1.0, 0.5

#: Units are chosen that are within 24 dB of the loudest of their recording.
_QUIETEST = 24 / 8.686

#: Target moments that are looked for at a time.
_BLOCK = 256

#: How far a unit may be shifted so that its waves meet those that are there.
_SHIFT_SECONDS = 0.005

_WEIGHTS = (1 / np.sqrt(np.arange(COEFFICIENTS) + 1)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Units:
    """All units of some recordings.

    Attributes:
        recordings: of which.
        of: ``[units]`` which recording each is of.
        column: ``[units]`` at which of its columns it begins.
        looks: ``[units, features]`` what it sounds like and how it moves.
        begins, leaves: ``[units, COEFFICIENTS]`` what it is like at its beginning and its middle.
    """

    recordings: Sequence[Recording]
    of: Int64
    column: Int64
    looks: Float32
    begins: Float32
    leaves: Float32

    @classmethod
    def among(cls, recordings: Sequence[Recording]) -> Units:
        """Those of ``recordings`` that are not silent, each at its own loudness."""
        recordings = [one for one in recordings if not one.silent] or recordings
        envelopes = _at_one_level(recordings)
        level, spread = _spread(np.concatenate(envelopes))
        of, columns, looks, begins, leaves = [], [], [], [], []
        for number, envelope in enumerate(envelopes):
            seen = _padded((envelope - level) / spread * _WEIGHTS)
            starts = np.arange(0, max(1, len(envelope) - _LENGTH + 1), _STEP)
            loud = np.array([envelope[at : at + _LENGTH, 0].max() for at in starts])
            starts = starts[loud >= -_QUIETEST * np.sqrt(40)]
            of.append(np.full(len(starts), number))
            columns.append(starts)
            looks.append(_looks(seen, starts))
            begins.append(seen[starts])
            leaves.append(seen[starts + _HOP])
        return cls(
            recordings,
            np.concatenate(of),
            np.concatenate(columns),
            np.concatenate(looks),
            np.concatenate(begins),
            np.concatenate(leaves),
        )

    def like(self, content: Float32, rate: int) -> Float32:
        """Units that move as ``content`` ``[channels, n]`` does, laid to as many samples."""
        channels, count = content.shape
        chosen = self.chosen(envelope_of([content], channels, count, rate))
        return self.laid(chosen, count, rate, channels)

    def chosen(self, content: Float32) -> Int64:
        """The unit for each moment of the ``content``, by its envelope ``[columns, coefficients]``.

        The first moment is half a unit before the beginning.
        """
        level, spread = _spread(content)
        before = np.repeat(content[:1], _HOP, axis=0)
        seen = _padded((np.concatenate([before, content]) - level) / spread * _WEIGHTS)
        wanted = _looks(seen, np.arange(0, len(content) + _HOP, _HOP))
        found, costs = self._nearest(wanted)
        best, before_this = costs[0], []
        for last, now, cost in zip(found[:-1], found[1:], costs[1:], strict=True):
            whole = best[:, None] + self._joins(last, now)
            before_this.append(whole.argmin(axis=0))
            best = whole.min(axis=0) + cost
        at = int(best.argmin())
        path = [found[-1][at]]
        for units, back in zip(found[-2::-1], before_this[::-1], strict=True):
            at = int(back[at])
            path.append(units[at])
        return np.array(path[::-1])

    def follows(self, first: Int64, second: Int64) -> Mask:
        """Whether ``second`` goes on where its recording was left by ``first``."""
        step = self.column[second] - self.column[first]
        return (self.of[first] == self.of[second]) & (step == _HOP)

    def _nearest(self, wanted: Float32) -> tuple[list[Int64], list[Float32]]:
        """Units for each moment, and what they cost there."""
        count = min(_CANDIDATES, len(self.looks))
        square = (self.looks**2).sum(axis=1)
        found: list[Int64] = []
        costs: list[Float32] = []
        next_one = np.minimum(np.arange(len(self.of)) + _HOP // _STEP, len(self.of) - 1)
        goes_on = np.where(self.follows(np.arange(len(self.of)), next_one), next_one, -1)
        for first, last in blocks(0, len(wanted), _BLOCK):
            far = square - 2 * (wanted[first:last] @ self.looks.T)
            far += (wanted[first:last] ** 2).sum(axis=1)[:, None]
            near = np.argpartition(far, count - 1, axis=1)[:, :count]
            for row, units in zip(far, near, strict=True):
                some = units[np.argsort(row[units], kind="stable")]
                if found:
                    on = goes_on[found[-1][:_GOES_ON]]
                    some = np.concatenate([some, np.setdiff1d(on[on >= 0], some)])
                found.append(some)
                costs.append(row[some])
        return found, costs

    def _joins(self, first: Int64, second: Int64) -> Float32:
        """What it costs that each of ``second`` comes after each of ``first``."""
        first, second = first[:, None], second[None]
        apart = ((self.leaves[first] - self.begins[second]) ** 2).mean(axis=2)
        same = self.of[first] == self.of[second]
        again = same & (np.abs(self.column[first] - self.column[second]) < _STEP)
        cost = np.where(self.follows(first, second), 0, _LEAP + apart)
        return np.asarray(cost + _AGAIN * again, np.float32)

    def laid(self, chosen: Int64, count: int, rate: int, channels: int) -> Float32:
        """``count`` samples ``[channels, count]`` of the ``chosen`` units, one over the other."""
        hop = RECIPE.hop_seconds
        shift = round(_SHIFT_SECONDS * rate)
        length, step = 2 * round(_LENGTH * hop * rate / 2), _HOP * hop * rate
        pieces = self._pieces(chosen, length + 2 * shift, shift, rate, channels)
        levels = np.sqrt([(one**2).mean() for one in pieces])
        peaks = np.array([np.abs(one).max() for one in pieces])
        usual = np.sqrt((levels**2).mean()) + _TINY
        quiet = np.maximum(levels, self._usual(chosen, levels) / 10) + _TINY
        gains = np.minimum(usual / quiet, peaks.max() / (peaks + _TINY))
        bell = np.hanning(length + 1)[:-1].astype(np.float32)
        made = np.zeros((channels, count + 2 * length), np.float32)
        for number, (piece, gain) in enumerate(zip(pieces, gains, strict=True)):
            at = round(number * step)
            begin = shift
            if number and not self.follows(chosen[number - 1], chosen[number]):
                begin = _meeting(made[:, at : at + length // 2], piece, 2 * shift)
            made[:, at : at + length] += gain * bell * piece[:, begin : begin + length]
        first = round(step)
        return made[:, first : first + count]

    def _usual(self, chosen: Int64, levels: Float64) -> Float64:
        """The level that the pieces usually have of the recording that each is of."""
        of = self.of[chosen]
        power, count = np.bincount(of, levels**2), np.bincount(of)
        return np.sqrt(power[of] / count[of])

    def _pieces(
        self, chosen: Int64, length: int, early: int, rate: int, channels: int
    ) -> list[Float32]:
        """The samples of the ``chosen`` units, each recording read through once."""
        pieces = [np.zeros((channels, length), np.float32)] * len(chosen)
        for number in np.unique(self.of[chosen]):
            where = np.flatnonzero(self.of[chosen] == number)
            where = where[np.argsort(self.column[chosen[where]], kind="stable")]
            starts = self.column[chosen[where]] * RECIPE.hop_seconds - early / rate
            recording = self.recordings[number]
            read = recording.pieces(starts.tolist(), length / rate, rate, channels)
            for place, piece in zip(where, read, strict=True):
                pieces[place] = np.pad(piece, ((0, 0), (0, length)))[:, :length]
        return pieces


#: Of a silent unit.
_TINY = 1e-10


def _at_one_level(recordings: Sequence[Recording]) -> list[Float32]:
    """The envelopes of ``recordings``, the loudest column of each at 0."""
    loudest = np.eye(1, COEFFICIENTS, dtype=np.float32)
    return [one.envelope - one.envelope[:, 0].max() * loudest for one in recordings]


def _spread(envelope: Float32) -> tuple[Float32, Float32]:
    """Mean and deviation of the columns of an ``envelope`` that sound: within 40 dB of the peak."""
    loud = envelope[:, 0]
    some = envelope[loud >= loud.max() - 40 / 8.686 * np.sqrt(40)]
    return some.mean(axis=0), some.std(axis=0) + np.float32(1e-3)


def _padded(seen: Float32) -> Float32:
    """``seen`` ``[columns, coefficients]`` with a unit's length of its last column behind it."""
    return np.pad(seen, ((0, _LENGTH), (0, 0)), "edge")


def _looks(seen: Float32, starts: Int64) -> Float32:
    """``[starts, features]``: squared distances are those of a mean column of the units."""
    whole = seen[starts[:, None] + np.arange(_LENGTH)]
    motions = scipy.fft.dct(whole, axis=1, norm="ortho")[:, :_MOTIONS]
    scale = 1 / np.sqrt(_LENGTH * COEFFICIENTS)
    motions = motions.reshape(len(starts), _MOTIONS * COEFFICIENTS)
    return np.ascontiguousarray(motions * scale, np.float32)


def _meeting(there: Float32, piece: Float32, most: int) -> int:
    """By how many samples to begin ``piece`` later, so that its waves meet those that are there."""
    length = there.shape[1]
    some = piece[:, : length + most]
    size = scipy.fft.next_fast_len(some.shape[1] + length, real=True)
    both = scipy.fft.rfft(some, size) * scipy.fft.rfft(there, size).conj()
    return int(scipy.fft.irfft(both.sum(axis=0), size)[: most + 1].argmax())
