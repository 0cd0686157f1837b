"""Exploring: every second of sound placed by likeness, as data and as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.special
from PIL import Image, ImageDraw

from eidophone.base.arrays import Float32, Int64
from eidophone.learning.grains.frames import BANDS, NOTES
from eidophone.learning.grains.index import FRAMES_PER_SECOND, Index

#: Seconds that are placed at most; of more, some are taken evenly.
_MOST = 2000

#: Components by which seconds are compared.
_COMPONENTS = 32

#: Neighbours that a second is to be near to, at most.
_PERPLEXITY = 30

#: So few are laid out exactly.
_FEW = 300

#: Colours of collections (Okabe and Ito, 2008), which most people can tell apart.
_COLOURS = (
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167),
    (230, 159, 0), (86, 180, 233), (0, 0, 0), (240, 228, 66),
)  # fmt: skip

_SIDE, _MARGIN, _DOT = 1200, 60, 4


@dataclass(frozen=True, eq=False)
class Map:
    """Seconds of sound, placed by likeness.

    Attributes:
        collections: what they are called.
        tracks: what they are called.
        track: ``[seconds]`` which of these each is of.
        kind: ``[seconds]`` which of the collections each is of.
        begin: ``[seconds]`` at which second of its track each begins.
        place: ``[seconds, 2]`` from 0 to 1.
        likeness: ``[seconds, collections]`` as chances.
    """

    collections: Sequence[str]
    tracks: Sequence[str]
    track: Int64
    kind: Int64
    begin: Float32
    place: Float32
    likeness: Float32

    @classmethod
    def of(cls, index: Index, seed: int = 1) -> Map:
        """The map of all that is in an ``index``.

        The principal components of how bands and notes lie and move in each second are laid out by
        t-SNE (van der Maaten and Hinton, 2008), from the first two of them: always the same way.
        """
        starts = _starts(index)
        seen = _components(_looks(index, starts))
        names = [each.name for each in index.collections]
        chances = scipy.special.softmax(_mean(index.likeness, starts), axis=1)
        return cls(
            names,
            [one.name for one in index.tracks],
            index.track[starts],
            index.kind[starts],
            ((starts - index.first[starts]) / FRAMES_PER_SECOND).astype(np.float32),
            _placed(seen, seed),
            np.asarray(chances, np.float32),
        )

    @property
    def text(self) -> str:
        """All of it as CSV: collection, track, second, x, y, and how like each collection."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        head = ["collection", "track", "second", "x", "y"]
        writer.writerow(head + [f"like {name}" for name in self.collections])
        for row in range(len(self.track)):
            writer.writerow(
                [
                    self.collections[self.kind[row]],
                    self.tracks[self.track[row]],
                    f"{self.begin[row]:.2f}",
                    *(f"{one:.4f}" for one in self.place[row]),
                    *(f"{one:.3f}" for one in self.likeness[row]),
                ]
            )
        return out.getvalue()

    def picture(self) -> Image.Image:
        """A dot for each second, in the colour of its collection; pale if it is like others."""
        image = Image.new("RGB", (_SIDE, _SIDE), "white")
        draw = ImageDraw.Draw(image)
        room = _SIDE - 2 * _MARGIN
        for row in range(len(self.track)):
            kind = int(self.kind[row])
            full = np.array(_COLOURS[kind % len(_COLOURS)])
            strength = 0.3 + 0.7 * float(self.likeness[row, kind])
            x, y = (_MARGIN + room * self.place[row] * (1, -1) + (0, room)).tolist()
            shade = tuple(np.round(255 - (255 - full) * strength).astype(int).tolist())
            draw.ellipse((x - _DOT, y - _DOT, x + _DOT, y + _DOT), fill=shade)
        for kind, name in enumerate(self.collections):
            colour = _COLOURS[kind % len(_COLOURS)]
            top = 14 + 20 * kind
            draw.ellipse((14, top, 26, top + 12), fill=colour)
            draw.text((34, top), name.encode("ascii", "replace").decode(), fill=(40, 40, 40))
        return image


def _starts(index: Index) -> Int64:
    """Frames at which a second that sounds begins."""
    length = round(FRAMES_PER_SECOND)
    here = np.arange(len(index.frames))
    sounds = np.r_[0, np.cumsum(index.usable)]
    loud = sounds[np.minimum(here + length, len(here))] - sounds[here] >= length // 4
    whole = (here - index.first) % length == 0
    inside = (here + length <= index.last) | (here == index.first)
    starts = np.flatnonzero(loud & whole & inside)
    if not starts.size:
        starts = np.flatnonzero(index.usable)[:1]
    count = min(len(starts), _MOST)
    return starts[np.linspace(0, len(starts) - 1, count).round().astype(int)]


def _looks(index: Index, starts: Int64) -> Float32:
    """``[seconds, features]`` how bands and notes lie in each second, and how bands move."""
    bands, notes = index.frames[:, :BANDS], index.frames[:, BANDS:]
    mean = _mean(bands, starts)
    spread = np.sqrt(np.maximum(_mean(bands**2, starts) - mean**2, 0))
    rise = _mean(np.abs(np.diff(bands, axis=0, prepend=bands[:1])), starts)
    scale = [5.0 / max(float(one.std()), 1e-3) for one in (mean, spread, rise)]
    parts = [one * part for one, part in zip((mean, spread, rise), scale, strict=True)]
    sung = _mean(notes, starts)
    sung *= 5.0 * np.sqrt(BANDS / NOTES) / max(float(sung.std()), 1e-3)
    return np.concatenate([*parts, sung], axis=1).astype(np.float32)


def _mean(values: Float32, starts: Int64) -> Float32:
    """Means of ``values`` ``[frames, ...]`` over the second from each of the ``starts``."""
    sums = np.pad(np.cumsum(values, axis=0, dtype=np.float64), ((1, 0), (0, 0)))
    ends = np.minimum(starts + round(FRAMES_PER_SECOND), len(values))
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts)[:, None], np.float32)


def _components(seen: Float32) -> Float32:
    around = seen - seen.mean(axis=0)
    _, vectors = np.linalg.eigh(around.T @ around)
    basis = vectors[:, ::-1][:, :_COMPONENTS]
    basis = basis * np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(basis.shape[1])])
    return np.asarray(around @ basis, np.float32)


def _placed(seen: Float32, seed: int) -> Float32:
    """``[seconds, 2]`` from 0 to 1."""
    place = seen[:, :2]
    if len(seen) > 3 * 5:
        from sklearn.manifold import TSNE  # noqa: PLC0415 (slow)
        from threadpoolctl import threadpool_limits  # noqa: PLC0415 (comes with scikit-learn)

        begin = place / (place[:, 0].std() + 1e-9) * 1e-4
        perplexity = min(_PERPLEXITY, (len(seen) - 1) / 3)
        layout = TSNE(
            2,
            perplexity=perplexity,
            init=begin,
            random_state=seed,
            max_iter=500,
            method="exact" if len(seen) < _FEW else "barnes_hut",
        )
        with threadpool_limits(1):  # several wait for one another more than they work
            place = layout.fit_transform(seen)
    low, high = place.min(axis=0), place.max(axis=0)
    return np.asarray((place - low) / np.maximum(high - low, 1e-9), np.float32)
