"""Generated sounds and mixes: whose they are, of what they consist, and how they differ from real.

    python -m bench.learn.generation [music] [actors]

All is decoded and drawn again before it is judged; real sounds too. Judges are fitted on the tracks
that are learnt from, of which generated sounds consist: so their line goes between these, and what
is held out is beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import find_peaks

from bench.learn.pairs import PAIRS
from eidophone.learning.collections import Collection, alike, collection_of
from eidophone.learning.grains.calibrating import asked
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grains.index import FADE, FRAMES_PER_SECOND
from eidophone.learning.grains.laying import Pieces, laid
from eidophone.learning.grains.mixing import course_of, others, told
from eidophone.learning.grid import RATE, levels_of, levels_of_bytes, sound_of
from eidophone.learning.judges.judges import PANELS, Judges
from eidophone.learning.judges.panel import Panel
from eidophone.learning.judges.windows import WINDOW, windows_of
from eidophone.sound.sound import Sound

SECONDS = 18.0
SEEDS = (1, 2, 3)
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)

#: Real windows of each collection that are decoded and judged.
REAL = 16


def main() -> None:
    for pair in sys.argv[1:] or list(PAIRS):
        table(pair)


def table(pair: str) -> None:
    folders = PAIRS[pair]().folders
    collections, conditions = alike([collection_of(*one) for one in folders.items()])
    before = time.process_time()
    grains = Grains.fit(collections, conditions)
    print(f"\n{pair}: fit {time.process_time() - before:.1f} CPU s, curve {grains.curve.round(2)}")
    judges = _judges(collections, conditions)

    def chance(windows: Iterable[np.ndarray]) -> np.ndarray:
        told = judges.probabilities(windows)
        return np.array([told[name][:, 1].mean() for name in PANELS])

    real = [_some([_codec(one) for one in _real(each.learnt)]) for each in collections]
    ends = [chance(one) for one in real]
    held = [chance(_codec(one) for one in _real(each.held)) for each in collections]
    for name, low, high in (("learnt", *ends), ("held out", *held)):
        print(f"real, {name:9}  {_both(low)} to {_both(high)}")
    frames = round(SECONDS * FRAMES_PER_SECOND)
    for share in SHARES:
        chances, runs, before = [], [], time.process_time()
        made = []
        for seed in SEEDS:
            mix = np.array([1 - share, share], np.float32)
            pieces = grains.pieces(lambda at, mix=mix: np.tile(mix, (len(at), 1)), frames, seed)
            made.append(_codec(laid(grains.index, pieces)))
            runs.append(_longest(pieces))
        cpu = (time.process_time() - before) / len(SEEDS) / SECONDS
        for one in made:
            chances.append(chance(_windows(one)))
        line = ends[0] + share * (ends[1] - ends[0])
        print(
            f"w {share:4.2f}  line {_both(line)}  made {_both(np.mean(chances, axis=0))}  seeds "
            f"{'  '.join(map(_both, chances))}  longest copy {max(runs):.2f} s  {cpu:.2f} CPU s/s"
        )
        if share in (0, 1):
            there, here = (_looks(ws) for ws in (real[round(share)], _windows_of_all(made)))
            print(f"        tonal, roughness over real: {(here / there).round(2)}")
        if share == 0.5:
            _between(grains, frames)


def _between(grains: Grains, frames: int) -> None:
    """How a mix of half and half differs from the same course told by grains of either."""
    index, found = grains.index, []
    for seed in SEEDS:
        half = np.full((frames, 2), 0.5, np.float32)
        rng = np.random.default_rng(seed)
        walk = grains.walks.walk(frames, lambda _: np.full(2, 0.5), rng)
        sounds = []
        for mix in (np.tile([1, 0], (frames, 1)), np.tile([0, 1], (frames, 1)), half):
            course = course_of(index, walk, asked(np.asarray(mix, np.float32), grains.curve))
            used = others(index, walk, (mix.max(axis=0) > 0)[index.kind])
            sounds.append(_codec(laid(index, told(index, course, used))))
        low, high, made = sounds
        partials = [_partials(one) for one in sounds]
        parents = (partials[0] + partials[1]) / 2
        found.append(
            (_unexplained(made, low, high), _distance(made, low, high), partials[2] / parents - 1)
        )
    mean = np.mean(found, axis=0)
    print(
        f"        half: unexplained {mean[0]:.2f}  from the log-mean {mean[1]:.2f}  partials "
        f"{mean[2]:+.1%} against the parents'"
    )


def _judges(collections: list[Collection], conditions: object) -> Judges:
    """Those of numbers, which need no PyTorch."""
    names = tuple(one.name for one in collections)
    unfitted = Judges(names, conditions, {}, {})  # type: ignore[arg-type]
    windows = [windows_of(one.learnt) for one in collections]
    classes = np.repeat((0, 1), list(map(len, windows))).astype(np.int32)
    numbers = unfitted.numbers(one for each in windows for one in each)
    panels = {name: Panel.fit(numbers[name], classes) for name in PANELS}
    return Judges(names, conditions, panels, {})  # type: ignore[arg-type]


def _real(tracks: object) -> list[np.ndarray]:
    return [levels_of_bytes(one)[None] for one in _some(list(windows_of(tracks)))]  # type: ignore[arg-type]


def _some(windows: list) -> list:
    places = np.linspace(0, len(windows) - 1, min(REAL, len(windows))).round().astype(int)
    return [windows[n] for n in places]


def _codec(levels: np.ndarray) -> np.ndarray:
    """The middle of ``levels``, decoded and drawn again."""
    some = levels[len(levels) // 2 :][:1]
    return levels_of(Sound(sound_of(some), RATE))[0][: some.shape[1]]


def _windows(levels: np.ndarray) -> list[np.ndarray]:
    return [levels[at : at + WINDOW] for at in range(0, len(levels) - WINDOW + 1, WINDOW)]


def _windows_of_all(made: list[np.ndarray]) -> list[np.ndarray]:
    return [one for each in made for one in _windows(each)]


def _longest(pieces: Pieces) -> float:
    """Seconds of one track that sound one after the other, at most, with the fade."""
    ends = np.flatnonzero(np.diff(pieces.sources) != 1) + 1
    runs = np.diff(np.r_[0, ends, len(pieces.sources)])
    return float(runs.max() + FADE) / FRAMES_PER_SECOND


def _looks(windows: list[np.ndarray]) -> np.ndarray:
    """How far partials that last for 93 ms stand out, and how rough it is in time."""
    found = []
    for one in windows:
        rows = one[:, 30:300]
        lasting = rows[: len(rows) // 16 * 16].reshape(-1, 16, rows.shape[1]).mean(axis=1)
        loud = lasting.mean(axis=1) > np.percentile(lasting.mean(axis=1), 20)
        high = np.maximum(lasting - median_filter(lasting, (1, 9)), 0)[loud]
        found.append((np.sqrt((high**2).mean()), np.abs(np.diff(rows, axis=0)).mean()))
    return np.mean(found, axis=0)


def _partials(levels: np.ndarray) -> float:
    return np.mean(
        [
            len(find_peaks(one, prominence=6, height=one.max() - 40)[0])
            for one in levels[::8, 10:330]
        ]
    )


def _unexplained(made: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """Energy of 46 ms that no crossfade of the ends has."""
    whole = [
        10 ** (one[: len(one) // 8 * 8].reshape(-1, 8 * 512) / 20) for one in (made, low, high)
    ]
    made, low, high = whole
    aa, bb, ab = ((one * two).sum(1) for one, two in ((low, low), (high, high), (low, high)))
    ma, mb = (made * low).sum(1), (made * high).sum(1)
    det = aa * bb - ab**2 + 1e-12
    x, y = (ma * bb - mb * ab) / det, (mb * aa - ma * ab) / det
    alone = np.maximum(np.maximum(ma, 0) ** 2 / (aa + 1e-12), np.maximum(mb, 0) ** 2 / (bb + 1e-12))
    explained = np.where((x > 0) & (y > 0), x * ma + y * mb, alone)
    return 1 - explained.sum() / (made**2).sum()


def _distance(made: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """How far from the mean of the ends in dB, where these are 1 apart."""
    made, low, high = (np.maximum(one[:, 10:370], -70) for one in (made, low, high))
    return np.abs(made - (low + high) / 2).mean() / np.abs(low - high).mean()


def _both(chances: np.ndarray) -> str:
    return "/".join(f"{one:.2f}" for one in chances)


if __name__ == "__main__":
    main()
