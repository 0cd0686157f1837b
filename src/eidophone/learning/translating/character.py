"""Character: what is learnt of collections for telling the sounds of one with another's."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eidophone.base.arrays import Float32, Float64, UInt8
from eidophone.base.errors import LearnError, tell
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grid import ROWS
from eidophone.learning.translating.blocks import COLUMNS, Components
from eidophone.learning.translating.modulation import MOST_GAIN, SPEEDS, WIDTHS
from eidophone.learning.translating.monge import Gaussian
from eidophone.learning.translating.reaching import Reaching
from eidophone.learning.translating.voices import (
    envelope_of,
    is_speech,
    pitch_of,
    semitones_between,
    spoken,
)
from eidophone.morphing.settings import ContentKind

#: Pieces by which voices are known, of a collection, and how long they are.
_PIECES, _PIECE_COLUMNS = 40, 1024

#: Larger numbers are of no model: dB, components of length one, places, and semitones.
_MOST = {"mean": 200.0, "axes": 1.01, "means": 1e5, "covariances": 1e8, "voices": 60.0}

#: Pieces by which speech is told from music, and columns of each.
_HEARD, _HEARD_COLUMNS = 8, 512


@dataclass(frozen=True, eq=False)
class Character:
    """What is learnt of some collections; mere arrays.

    Attributes:
        components: of which blocks are made, the same for all.
        blocks: of each collection, where its blocks are.
        gains: ``[collections, collections, speeds, widths + 1, rows]`` by which factor bands of the
            first are altered after the map to the second; 1 where there is nothing to alter.
        voices: ``[collections, collections, 2]`` semitones by which voices of the first go up to
            be those of the second, and their formants; 0 if one of them is no speech.
        spoken: where the blocks of the first are after that.
    """

    components: Components
    blocks: tuple[Gaussian, ...]
    gains: Float32
    voices: Float32
    spoken: dict[tuple[int, int], Gaussian]

    def arrays(self) -> dict[str, Float32]:
        """All of it, by names, for a file."""
        spoken = self.spoken.values()
        return {
            "mean": self.components.mean,
            "axes": self.components.axes,
            "means": np.stack([one.mean for one in self.blocks]).astype(np.float32),
            "covariances": np.stack([one.covariance for one in self.blocks]).astype(np.float32),
            "gains": self.gains,
            "voices": self.voices,
            "spoken_means": _stacked([one.mean for one in spoken]),
            "spoken_covariances": _stacked([one.covariance for one in spoken]),
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Float32], collections: int) -> Character:
        """That which `arrays` gave, of so many ``collections``.

        Raises:
            LearnError: it is not from there.
        """
        count = len(arrays["axes"]) if arrays.get("axes") is not None else 0
        bands = (len(SPEEDS), len(WIDTHS) + 1, ROWS)
        shapes = {
            "mean": (COLUMNS * ROWS,),
            "axes": (count, COLUMNS * ROWS),
            "means": (collections, count),
            "covariances": (collections, count, count),
            "gains": (collections, collections, *bands),
            "voices": (collections, collections, 2),
        }
        for name, shape in shapes.items():
            got = arrays.get(name)
            if got is None or got.shape != shape or not count or not _within(got, name):
                raise LearnError(
                    f"the model is damaged, or another Eidophone's: learn it again ({name} is "
                    f"{got if got is None else got.shape} instead of numbers {shape})"
                )
        means, covariances = (arrays[name].astype(np.float64) for name in ("means", "covariances"))
        blocks = tuple(Gaussian(*both) for both in zip(means, covariances, strict=True))
        components = Components(arrays["mean"], arrays["axes"])
        pairs = _spoken_pairs(arrays["voices"])
        names = ("spoken_means", "spoken_covariances")
        both = [arrays.get(name, np.zeros(0)).astype(np.float64) for name in names]
        if (
            both[0].shape[:1] != (len(pairs),)
            or both[1].shape[:1] != (len(pairs),)
            or any(
                one.shape[1:] != (count,) * (n + 1) or not _within(one, kind)
                for n, (kind, one) in enumerate(zip(("means", "covariances"), both, strict=True))
                if pairs
            )
        ):
            raise LearnError("the model is damaged: learn it again (its voices cannot be)")
        after = dict(zip(pairs, (Gaussian(*one) for one in zip(*both, strict=True)), strict=True))
        if not all(one.possible for one in (*blocks, *after.values())):
            raise LearnError("the model is damaged: learn it again (its covariances cannot be)")
        factors = np.clip(arrays["gains"], 1 / MOST_GAIN, MOST_GAIN)
        return cls(components, blocks, factors, arrays["voices"], after)


def character_of(
    collections: Sequence[Collection], conditions: Conditions, content: ContentKind = "auto"
) -> Character:
    """What is learnt of ``collections``; their ``content`` is said, or heard."""
    components = Components.of(collections, conditions)
    each = [Reaching(_learnt(one), conditions, components, len(collections)) for one in collections]
    blocks = tuple(one.blocks for one in each)
    pieces = [_pieces(_learnt(each), conditions) for each in collections]
    voices = _voices(collections, pieces, content)
    after = {
        pair: Gaussian.of(
            components.places(spoken(one, *map(float, voices[pair]))) for one in pieces[pair[0]]
        )
        for pair in _spoken_pairs(voices)
    }
    return Character(components, blocks, _gains(each, after), voices, after)


def _gains(each: Sequence[Reaching], spoken: Container[tuple[int, int]]) -> Float32:
    """By which factors bands are altered, on all ways but those of voices."""
    count = len(each)
    found = np.ones((count, count, len(SPEEDS), len(WIDTHS) + 1, ROWS), np.float32)
    ways = [(a, b) for a in range(count) for b in range(count) if a != b and (a, b) not in spoken]
    heard = {b: each[b].spreads() for b in {b for _, b in ways}}
    for a, b in ways:
        found[a, b] = each[a].gains(each[b].blocks, heard[b])
    return found


def _voices(
    collections: Sequence[Collection], pieces: Sequence[list[Float32]], content: ContentKind
) -> Float32:
    """Semitones between the voices of all pairs: see `Character`."""
    count = len(collections)
    semitones = np.zeros((count, count, 2), np.float32)
    if content == "auto":
        speech = [is_speech(one[:_HEARD_COLUMNS] for one in each[:_HEARD]) for each in pieces]
    else:
        speech = [content == "speech"] * count
    hz = [pitch_of(each) if yes else 0.0 for each, yes in zip(pieces, speech, strict=True)]
    spoken = [f"{c.name}, about {f:.0f} Hz high" for c, f in zip(collections, hz, strict=True) if f]
    if len(spoken) > 1 and content == "auto":
        tell(f"taken for speech: {'; '.join(spoken)}; if it is music, `content` settles it")
    envelopes = [envelope_of(each) for each in pieces]
    for a in range(count):
        for b in range(count):
            if a != b and hz[a] and hz[b]:
                formants = semitones_between(envelopes[a], envelopes[b])
                semitones[a, b] = 12 * np.log2(hz[b] / hz[a]), formants
    return semitones


def _spoken_pairs(voices: Float32) -> list[tuple[int, int]]:
    """Those of which the first is altered to be the second, in order."""
    return [(int(a), int(b)) for a, b in np.argwhere(voices.any(axis=2))]


def _within(array: Float32 | Float64, name: str) -> bool:
    """Whether these are numbers that a model can have."""
    return bool((np.abs(array) <= _MOST.get(name, math.inf)).all())


def _stacked(arrays: list[Float64]) -> Float32:
    return np.stack(arrays).astype(np.float32) if arrays else np.zeros(0, np.float32)


def _learnt(collection: Collection) -> list[UInt8]:
    """Bytes of what is learnt of ``collection``, by tracks."""
    return [one.middle for one in collection.learnt]


def _pieces(tracks: list[UInt8], conditions: Conditions) -> list[Float32]:
    """Some pieces of ``tracks`` laid end to end, of whole blocks."""
    course = np.concatenate(tracks)
    size = min(_PIECE_COLUMNS, len(course) // COLUMNS * COLUMNS)
    count = min(_PIECES, len(course) // size)
    starts = np.linspace(0, len(course) - size, count).astype(int)
    return [conditions.seen(course[first : first + size]) for first in starts]
