"""New sounds and mixes, seed by seed, beside crossfades and grains of both in turn.

    python -m bench.learn.generation [music] [actors]

Everything goes through the codec before it is judged, real sounds too. Judges are fitted on the
tracks that are learnt from, of which new sounds consist: so the line that mixes are to lie on goes
between these, and what is held out is beside it. Nothing here looks at the tests of a pair.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from bench.learn.marks import mean, short, table
from bench.learn.pairs import PAIRS
from bench.progress import progress
from eidophone.base.arrays import Float32
from eidophone.learning.collections import alike, collection_of
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grains.index import FADE, FRAMES_PER_SECOND
from eidophone.learning.grains.laying import Pieces, decibels, laid
from eidophone.learning.grains.mixing import course_of, others, told
from eidophone.learning.grid import levels_of_bytes, middle
from eidophone.learning.judges.between import from_log_mean, unexplained
from eidophone.learning.judges.judges import Judges
from eidophone.learning.judges.texture import partials_of, roughness_of, tonal_of
from eidophone.learning.judges.windows import WINDOW, windows_of
from eidophone.learning.report.heard import Heard

_SECONDS, _SEEDS, _SHARES = 18.0, (1, 2, 3), (0.0, 0.25, 0.5, 0.75, 1.0)

#: Real windows of each collection that are judged.
_REAL = 16

#: Frames for which grains of either sound in turn.
_TURN = 16


def main() -> None:
    for pair in sys.argv[1:] or ("music", "actors"):
        print(_measured(pair), flush=True)


def _measured(pair: str) -> str:
    progress(f"learning {pair}")
    folders = PAIRS[pair]().folders
    collections, conditions = alike([collection_of(*one) for one in folders.items()])
    before = time.process_time()
    grains = Grains.fit(collections, conditions)
    fit = time.process_time() - before
    before = time.process_time()
    grains.ear.ends  # noqa: B018 (kept ready)
    fit_ear = time.process_time() - before
    judges = Judges.fit(collections, conditions)
    learnt, held = ([_real(getattr(one, which)) for one in collections] for which in _WHICH)
    ends = [_judged(judges, one) for one in learnt]
    rows = {
        f"real, {name}": {
            kind: f"{short(low[kind])} to {short(high[kind])}" for kind in judges.kinds
        }
        for name, (low, high) in (
            ("learnt from", ends),
            ("held out", [_judged(judges, one) for one in held]),
        )
    }
    for share in _SHARES:
        ways: dict[str, Callable[[Grains, float, int], Float32]] = {"new": _new}
        if 0 < share < 1:
            ways |= {"crossfade": _crossfade, "in turn": _in_turn}
        for name, way in ways.items():
            progress(f"{pair}: {name}, {share}")
            before = time.process_time()
            made = [way(grains, share, seed) for seed in _SEEDS]
            seconds = (time.process_time() - before) / (len(_SEEDS) * _SECONDS)
            heard = Heard.of_levels(made).levels
            cells = _on_line(judges, heard, ends, share)
            if share in (0, 1):
                real = learnt[int(share)]
                for figure, of in (("tonal", tonal_of), ("rough", roughness_of)):
                    ratio = np.mean([of(one) for one in heard]) / np.mean([of(one) for one in real])
                    cells[figure] = f"{ratio - 1:+.0%}"
            else:
                cells |= _between(grains, heard, share)
            if name == "new":
                copies = [_longest(_pieces(grains, share, seed)) for seed in _SEEDS]
                cells["copy"] = short(max(copies))
            rows[f"{name}, {share:g}"] = cells | {"CPU s/s": short(seconds)}
    return (
        f"### {pair}: new sounds\n\n{len(_SEEDS)} of {_SECONDS:g} s each, and how far seeds are "
        f"off the line. Index: {fit:.1f} CPU s, ear: {fit_ear:.1f}.\n\n{table(rows)}"
    )


_WHICH = ("learnt", "held")


def _new(grains: Grains, share: float, seed: int) -> Float32:
    return middle(laid(grains.index, _pieces(grains, share, seed)))


def _pieces(grains: Grains, share: float, seed: int) -> Pieces:
    mix = np.float32([1 - share, share])
    return grains.pieces(lambda at: np.tile(mix, (len(at), 1)), _frames(), seed)


def _crossfade(grains: Grains, share: float, seed: int) -> Float32:
    """One course told by grains of either, both at once."""
    one, other = _told(grains, share, seed)
    return decibels((1 - share) * 10 ** (one / 20) + share * 10 ** (other / 20))


def _in_turn(grains: Grains, share: float, seed: int) -> Float32:
    """One course told by grains of either in turn, so often as there is to be of it."""
    one, other = _told(grains, share, seed)
    turns = np.arange(len(one)) // (4 * _TURN)
    second = np.floor((turns + 1) * share) > np.floor(turns * share)
    return np.where(second[:, None], other, one)


def _told(grains: Grains, share: float, seed: int) -> list[Float32]:
    """The course of a mix told by grains of either."""
    index, frames = grains.index, _frames()
    mix = np.float32([1 - share, share])
    walk = grains.walks.walk(frames, lambda _: mix, np.random.default_rng(seed))
    return [
        middle(laid(index, told(index, course_of(index, walk, np.tile(one, (frames, 1))), used)))
        for one, used in zip(
            np.eye(2, dtype=np.float32),
            (others(index, walk, index.kind == kind) for kind in (0, 1)),
            strict=True,
        )
    ]


def _between(grains: Grains, heard: list[Float32], share: float) -> dict[str, str]:
    """How mixes differ from their course told by grains of either."""
    ends = [Heard.of_levels(_told(grains, share, seed)).levels for seed in _SEEDS]
    three = [
        tuple(one[: min(map(len, (made, *both)))] for one in (made, *both))
        for made, both in zip(heard, ends, strict=True)
    ]
    parents = np.mean([partials_of(one) for _, *both in three for one in both])
    partials = np.mean([partials_of(made) for made, *_ in three])
    return {
        "unexplained": mean(lambda each: unexplained(*each), three),
        "from log-mean": mean(lambda each: from_log_mean(*each, share), three),
        "partials": f"{partials / parents - 1:+.0%}",
    }


def _on_line(
    judges: Judges, heard: list[Float32], ends: list[dict[str, float]], share: float
) -> dict[str, str]:
    """What sounds are taken for, and how far each is off the line between real ones."""
    told = [_judged(judges, _windows(one)) for one in heard]
    cells = {}
    for kind in judges.kinds:
        line = (1 - share) * ends[0][kind] + share * ends[1][kind]
        off = " ".join(f"{one[kind] - line:+.2f}" for one in told)
        cells[kind] = f"{short(np.mean([one[kind] for one in told]))} ({off})"
    return cells


def _judged(judges: Judges, windows: list[Float32]) -> dict[str, float]:
    return {kind: float(one[:, 1].mean()) for kind, one in judges.probabilities(windows).items()}


def _real(tracks: tuple) -> list[Float32]:
    windows = windows_of(tracks)
    places = np.linspace(0, len(windows) - 1, min(_REAL, len(windows))).round().astype(int)
    return Heard.of_levels(levels_of_bytes(windows[n]) for n in places).levels


def _windows(levels: Float32) -> list[Float32]:
    return [levels[at : at + WINDOW] for at in range(0, len(levels) - WINDOW + 1, WINDOW)]


def _longest(pieces: Pieces) -> float:
    """Seconds of one track that sound one after the other, at most, with the fade."""
    ends = np.flatnonzero(np.diff(pieces.sources) != 1) + 1
    runs = np.diff(np.r_[0, ends, len(pieces.sources)])
    return float(runs.max() + FADE) / FRAMES_PER_SECOND


def _frames() -> int:
    return round(_SECONDS * FRAMES_PER_SECOND)


if __name__ == "__main__":
    main()
