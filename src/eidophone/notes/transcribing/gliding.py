"""How the pitch of each note moves, along its clearest partial in the sound's own picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from eidophone.base.arrays import Float32
from eidophone.notes.score import Notes
from eidophone.notes.transcribing.deciding import Decided
from eidophone.notes.transcribing.network import LOWEST
from eidophone.notes.transcribing.spectrum import KEPT, ROWS, rows_of_keys

#: Keys from which the first, and from which the second partial is told apart well enough; the
#: third is, of those below.
_FIRST, _SECOND = 67, 55

#: Rows to which a pitch may move from one moment to the next, and how far in all.
_STEP, _FAR = 2, 3 * ROWS

#: A level under this says nothing.
_HEARD = 0.25 * KEPT

#: Semitones: a pitch nearer to its key is on it; and a movement of less is none.
_OFF, _MOVES = 0.2, 0.3

#: Semitones by which a curve may be off between its points.
_EXACT = 0.06

#: Notes are one that glides if the one begins so many moments from where the other ends, so many
#: semitones away at most, and their pitches are so close there.
_NEAR, _STEPS, _CLOSE = 10, 2.5, 0.7

#: Moments of a note at least of which a curve is told.
_LEAST = 10


def track(levels: NDArray[np.uint8], key: int, first: int, last: int) -> Float32:
    """Semitones beside ``key`` at the moments from ``first`` to ``last``; NaN where none is heard.

    Args:
        levels: ``[moments, 512]``, `kept`, with the long window.
        key: from 0 on.
        first: moment.
        last: moment (exclusive).
    """
    pitch = key + LOWEST
    partial = 1 if pitch >= _FIRST else 2 if pitch >= _SECOND else 3
    home = float(rows_of_keys(partial)[key])
    found = np.full(last - first, np.nan, np.float32)
    lowest = max(int(home) - _FAR, 1)
    seen = levels[first:last, lowest : int(home) + _FAR + 2]
    if seen.shape[1] < 2 * ROWS or not len(seen):
        return found
    middle = int(np.argmax(seen[:, round(home) - lowest].astype(np.float32)))
    for places in (range(middle, len(seen)), range(middle - 1, -1, -1)):
        at = home - lowest
        for place in places:
            row = seen[place].astype(np.float32)
            low = max(round(at) - _STEP, 1)
            near = row[low : round(at) + _STEP + 1]
            if not len(near):
                break
            best = low + int(np.argmax(near))
            if row[best] < _HEARD or not 0 < best < len(row) - 1:
                continue
            before, here, after = (float(one) for one in row[best - 1 : best + 2])
            bend = before - 2 * here + after
            if here < max(before, after) or bend >= 0:
                continue  # it climbs to a louder neighbour: that is not its own partial
            at = best + 0.5 * (before - after) / bend
            found[place] = (at + lowest - home) / ROWS
    return found


def pitches_of(levels: NDArray[np.uint8], notes: Decided) -> tuple[Float32, dict[int, Float32]]:
    """Semitones of each note beside its key, and the curves of those that glide.

    Returns:
        ``[notes]``, mostly 0; and by the place of a note, ``[n, 2]``: moments after its start, and
        semitones beside its pitch.
    """
    beside = np.zeros(len(notes.keys), np.float32)
    curves: dict[int, Float32] = {}
    for place, key in enumerate(notes.keys.tolist()):
        first, last = round(notes.starts[place]), round(notes.ends[place])
        # The long window sees what was before the note, and what comes after.
        found = track(levels, key, first + 3, max(last - 3, first + 3))
        known = np.isfinite(found)
        if known.sum() < max(_LEAST, len(found) / 2):
            continue
        middle = float(np.median(found[known]))
        if abs(middle) > _OFF and np.abs(found[known] - middle).mean() < _OFF:
            beside[place] = middle
        moving = median_filter(found[known], 3, mode="nearest") - beside[place]
        low, high = np.percentile(moving, (5, 95))
        if high - low > _MOVES:
            times = np.flatnonzero(known) + 3
            curves[place] = _thinned(np.column_stack([times, moving]).astype(np.float32))
    return beside, curves


def joined(notes: Decided, beside: Float32, curves: dict[int, Float32]) -> list[list[int]]:
    """Places of notes that are one, which glides from key to key, each in a list with the first."""
    chains: list[list[int]] = []
    ends: dict[int, list[int]] = {}  # by the place of its last note
    for place in np.argsort(notes.starts, kind="stable").tolist():
        before = next((one for one in ends if _goes_on(one, place, notes, beside, curves)), None)
        if before is None:
            chains.append([place])
            ends[place] = chains[-1]
        else:
            ends[place] = ends.pop(before)
            ends[place].append(place)
        over = notes.starts[place] - _NEAR
        ends = {one: chain for one, chain in ends.items() if notes.ends[one] > over}
    return chains


def curve_of(chain: list[int], table: Notes, curves: dict[int, Float32]) -> Float32:
    """The curve of a note that is several, beside the first of them: `NOTE`, and curves of some."""
    first = table[chain[0]]
    parts = []
    for one in chain:
        curve = curves.get(one, np.zeros((1, 2), np.float32)).copy()
        curve[:, 0] += table["start"][one] - first["start"]
        curve[:, 1] += table["pitch"][one] - first["pitch"]
        parts.append(curve)
    whole = np.concatenate(parts)
    return whole[np.argsort(whole[:, 0], kind="stable")]


def _goes_on(
    one: int, other: int, notes: Decided, beside: Float32, curves: dict[int, Float32]
) -> bool:
    """Whether the ``other`` note is where the first has glided to, when it ends."""
    if one not in curves or abs(notes.ends[one] - notes.starts[other]) > _NEAR:
        return False
    last = float(curves[one][-1, 1])
    first = float(curves[other][0, 1]) if other in curves else 0.0
    step = float(notes.keys[other] + beside[other] - notes.keys[one] - beside[one])
    return abs(last) > _OFF and 0 < abs(step) <= _STEPS and abs(step + first - last) < _CLOSE


def _thinned(curve: Float32) -> Float32:
    """The points of ``curve`` between which lines are near enough (Douglas and Peucker 1973)."""
    kept = {0, len(curve) - 1}
    ahead = [(0, len(curve) - 1)]
    while ahead:
        first, last = ahead.pop()
        if last - first < 2:
            continue
        line = np.interp(curve[first:last, 0], curve[[first, last], 0], curve[[first, last], 1])
        off = np.abs(curve[first:last, 1] - line)
        worst = int(np.argmax(off))
        if off[worst] > _EXACT:
            kept.add(first + worst)
            ahead += [(first, first + worst), (first + worst, last)]
    return curve[sorted(kept)]
