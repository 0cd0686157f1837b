"""Songs whose notes are known: of music21's corpus and at random, played with some life.

A song is a list of notes: seconds, seconds, MIDI's pitch, velocity. No two of the same pitch
overlap: what a synthesiser cannot tell apart is no fault of a transcriber.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.sounds import DATA

FOLDER = DATA / "notes"

#: Pieces of the corpus by where they are in it: how many are taken of each.
_TAKEN = {
    **{"bach": 46, "palestrina": 10, "monteverdi": 6, "ryansMammoth": 24, "oneills1850": 2},
    **{"beethoven": 4, "mozart": 4, "haydn": 3, "schumann_robert": 3, "schumann_clara": 3},
    **{"beach": 1, "chopin": 1, "corelli": 1, "cpebach": 1, "handel": 1, "joplin": 1},
    **{"schubert": 1, "weber": 1, "josquin": 2, "trecento": 4, "essenFolksong": 2},
    **{"nottingham-dataset": 1, "airdsAirs": 1},
}

#: Seconds of a song.
SECONDS = 15.0


class Note(NamedTuple):
    """One of a song."""

    start: float
    end: float
    pitch: int
    velocity: int


def pieces() -> dict[str, list[list[float]]]:
    """Beats, beats, pitch and voice of each note of each piece, by its name."""
    return {name: one["notes"] for name, one in _pieces().items()}


def metres() -> dict[str, str]:
    """What is written at the beginning of each piece, as 3/4."""
    return {name: one["metre"] for name, one in _pieces().items()}


@lru_cache(maxsize=1)
def _pieces() -> dict[str, dict[str, Any]]:
    kept = FOLDER / "pieces.json"
    if not kept.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(_parsed()))
    return json.loads(kept.read_text())


def held_out(name: str) -> bool:
    """Whether nothing is learnt or tuned on this piece: one in five, by its name."""
    return sum(name.encode()) % 5 == 0


def song(rng: np.random.Generator, piece: list[list[float]] | None, *, plain: bool) -> list[Note]:
    """Some of a piece, or chords at random, as they may be played.

    Args:
        rng: what is not written down.
        piece: as `pieces` has it; None: chords at random.
        plain: exactly on the beat and at its own pitch.
    """
    written = _chords(rng) if piece is None else piece
    beat = 60 / rng.uniform(60, 140)
    last = max(one[0] for one in written)
    first = rng.uniform(0, max(0.0, last - SECONDS / beat)) if rng.random() < 0.5 else 0.0
    starts = sorted({one[0] for one in written if one[0] >= first})
    first = starts[0] if starts else 0.0
    up = 0 if plain else int(rng.integers(-6, 7))
    jitter = 0.0 if plain else rng.choice([0.0, 0.006, 0.015])
    held = rng.uniform(0.85, 1.0) if plain else rng.choice([0.35, 0.6, 0.8, 0.95, 1.0])
    loud, spread = rng.uniform(55, 95), rng.uniform(6, 18)
    swell, wave = rng.uniform(0, 15), rng.uniform(3, 9)
    voices = rng.normal(0, 8, 16)
    notes = []
    for start, length, pitch, voice in written:
        at = (start - first) * beat + 0.2
        if start < first or at > SECONDS - 0.3:
            continue
        velocity = loud + voices[int(voice) % 16] + swell * np.sin(2 * np.pi * at / wave)
        velocity = int(np.clip(velocity + rng.normal(0, spread), 16, 124))
        begin = max(at + rng.normal(0, 1) * jitter, 0.05)
        end = begin + max(length * beat * held * rng.uniform(0.9, 1.0), 0.05)
        notes.append(Note(begin, min(end, SECONDS), int(pitch) + up, velocity))
    return apart(notes)


def apart(notes: list[Note]) -> list[Note]:
    """Notes of which no two of a pitch overlap, nor begin nearly at once."""
    done: list[Note] = []
    latest: dict[int, int] = {}
    for one in sorted(notes):
        if not 21 <= one.pitch <= 108:
            continue
        before = latest.get(one.pitch)
        if before is not None:
            other = done[before]
            if one.start - other.start < 0.06:
                continue
            if other.end > one.start - 0.01:
                done[before] = other._replace(end=one.start - 0.01)
        latest[one.pitch] = len(done)
        done.append(one)
    return sorted(done)


def _chords(rng: np.random.Generator) -> list[list[float]]:
    """Chords and runs of any pitches, some of them held while others move."""
    low, high = sorted(rng.choice([36, 43, 48, 55, 60, 72, 79, 84, 91], 2, replace=False))
    most = int(rng.integers(1, 6))
    notes, at = [], 0.0
    while at < 40:
        step = float(rng.choice([0.25, 0.5, 0.5, 1, 1, 2]))
        for voice in range(int(rng.integers(1, most + 1))):
            length = step * float(rng.choice([0.5, 1, 1, 1, 2, 4]))
            notes.append([at, length, int(rng.integers(low, high + 1)), voice])
        at += step
    return notes


def _parsed() -> dict[str, dict[str, Any]]:
    """The pieces, parsed by music21: minutes."""
    from music21 import converter, corpus, stream  # noqa: PLC0415

    rng = np.random.default_rng(3)
    paths: dict[str, list[Path]] = {}
    for path in sorted(map(Path, corpus.getCorePaths())):
        place = str(path).partition("/corpus/")[2].partition("/")[0]
        paths.setdefault(place, []).append(path)
    found: dict[str, dict[str, Any]] = {}
    for place, count in _TAKEN.items():
        there = paths[place]
        for at in sorted(rng.choice(len(there), min(count, len(there)), replace=False)):
            whole = converter.parse(there[at])
            if isinstance(whole, stream.Opus):
                whole = whole.scores[int(rng.integers(len(whole.scores)))]
            whole = whole.stripTies()
            notes = sorted(
                {
                    (float(one.offset), float(one.duration.quarterLength), pitch.midi, voice)
                    for voice, part in enumerate(whole.parts or [whole])
                    for one in part.flatten().notes
                    for pitch in (one.pitches if one.duration.quarterLength > 0 else ())
                    if one.offset <= 100
                }
            )
            if len(notes) > 20:
                signs = list(whole.recurse().getElementsByClass("TimeSignature"))
                found[str(there[at]).partition("/corpus/")[2]] = {
                    "metre": signs[0].ratioString if signs else "4/4",
                    "notes": notes,
                }
    return found
