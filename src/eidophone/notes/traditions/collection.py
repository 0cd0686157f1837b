"""Collection: a folder of tunes, none of them twice, with what cannot be read said once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32, Float64, Int64
from eidophone.base.errors import EidophoneError, MissingExtraError, NotesError, tell
from eidophone.files.kinds import SOUND_SUFFIXES, files_under
from eidophone.notes.fundamentals.intonation import intoned
from eidophone.notes.score import Notes, Score
from eidophone.notes.traditions.converters import SUFFIXES, Tune, tunes_in
from eidophone.sound.sound import Sound

#: Files and tunes of a collection, at most.
MOST_FILES, MOST_TUNES = 20_000, 10_000

#: Under so many tunes, what is learnt of a collection is weak.
FEW = 200

#: Two tunes that begin with so many notes of the same intervals are one.
INCIPIT = 12

#: A tune has so many notes at least.
LEAST_NOTES = 4

#: Notes that begin within so many beats begin together.
_TOGETHER = 1 / 64

#: So many semitones below the middle between two keys, a pitch belongs to the upper.
_QUARTER = 0.06

#: Names of what was left out that are said.
_NAMED = 3

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Collection:
    """Tunes that are learnt from together.

    Attributes:
        name: what people call it.
        tunes: each once; at least one.
    """

    name: str
    tunes: tuple[Tune, ...]

    @property
    def is_small(self) -> bool:
        """Whether what is learnt of it is weak."""
        return len(self.tunes) < FEW


def collection_of(name: str, folder: Path, progress: Progress = lambda _: None) -> Collection:
    """The tunes in the files under ``folder``, or in the one file that it is.

    Files of notes are read as they are, and sounds are transcribed. What cannot be read, has no
    pitches, or is there twice is left out, and said in a line each.

    Args:
        name: what people call the collection.
        folder: MIDI, ABC, MusicXML, kern or sounds.
        progress: told which share of the files is read.

    Raises:
        NotesError: there are no tunes.
        MissingExtraError: nothing of it can be read without something that is not installed.
    """
    paths = _paths(folder)
    if not paths:
        raise NotesError(
            f"there are no tunes in {folder}: name a folder of MIDI, ABC, MusicXML, kern or sounds"
        )
    if len(paths) > MOST_FILES:
        tell(f"{name}: {MOST_FILES} of {len(paths)} files are taken")
        paths = [paths[n] for n in np.linspace(0, len(paths) - 1, MOST_FILES).round().astype(int)]
    bad, mute, same = _Left("cannot be read"), _Left("have no melody"), _Left("begin as others do")
    seen: set[bytes] = set()
    tunes: list[Tune] = []
    for found in _of_files(paths, bad, progress):
        key = incipit(found.score)
        if key is None:
            mute.add(found.name)
        elif key in seen:
            same.add(found.name)
        elif len(tunes) < MOST_TUNES:
            seen.add(key)
            tunes.append(found)
    said = [one.line for one in (bad, mute, same) if one.names]
    if not tunes:
        if bad.missing is not None:
            raise bad.missing
        raise NotesError(f"there are no tunes in {folder}: {'; '.join(said)}")
    for line in said:
        tell(f"{name}: left out: {line}")
    return Collection(name, tuple(tunes))


def so_many(tunes: int) -> str:
    """A number of tunes in words."""
    return "1 tune" if tunes == 1 else f"{tunes} tunes"


def _of_files(paths: list[Path], bad: _Left, progress: Progress) -> Iterator[Tune]:
    """The tunes in the files at ``paths``; what cannot be read is ``bad``."""
    for count, path in enumerate(paths):
        progress(count / len(paths))
        for found in _found(path):
            if isinstance(found, Tune):
                yield found
            else:
                bad.add(path.name, found)


def melody(score: Score) -> tuple[Float64, Float64, Int64]:
    """The highest of the `voices_in` a score; empty, if there is none."""
    found = voices_in(score)
    return found[0] if found else (np.empty(0), np.empty(0), np.empty(0, np.int64))


def voices_in(score: Score) -> list[tuple[Float64, Float64, Int64]]:
    """Its parts that are not drums, the highest first, each as its highest notes.

    Returns:
        Of each, when its notes begin and end, in beats, and their pitches. Of notes that begin
        together the highest is taken. Parts with few notes are left out.
    """
    drums = np.array([part.drums for part in score.parts], bool)
    notes = score.notes[~drums[score.notes["part"]]]
    names, counts = np.unique(notes["part"], return_counts=True)
    parts = [notes[notes["part"] == one] for one in names[counts >= counts.max(initial=0) / 4]]
    parts.sort(key=lambda one: -float(np.median(one["pitch"])))
    return [_highest(score, one) for one in parts]


def _highest(score: Score, notes: Notes) -> tuple[Float64, Float64, Int64]:
    notes = notes[np.lexsort((-notes["pitch"], notes["start"]))]
    starts = score.beats(notes["start"].astype(float))
    ends = score.beats(notes["end"].astype(float))
    fresh = np.append(True, np.diff(starts) > _TOGETHER)[: len(starts)]
    return starts[fresh], ends[fresh], keys_of(notes["pitch"][fresh])


def keys_of(pitches: Float64 | Float32) -> Int64:
    """The keys nearest to pitches; of quarter tones, always the upper."""
    return np.floor(pitches + 0.5 + _QUARTER).astype(np.int64)


def incipit(score: Score) -> bytes | None:
    """What two versions of one tune have in common: the intervals that it begins with.

    None, if there is no melody.
    """
    _, _, pitches = melody(score)
    if len(pitches) < LEAST_NOTES:
        return None
    return np.diff(pitches[:INCIPIT]).astype(np.int8).tobytes()


class _Left:
    """Tunes that are left out.

    Attributes:
        why: in words.
        names: of all of them.
        first: what was wrong with the first.
        missing: what is to be installed to read them.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        self.names: list[str] = []
        self.first = ""
        self.missing: MissingExtraError | None = None

    def add(self, name: str, error: EidophoneError | None = None) -> None:
        """One more."""
        self.names.append(name)
        if error is not None:
            self.first = self.first or str(error)
        if isinstance(error, MissingExtraError):
            self.missing = error

    @property
    def line(self) -> str:
        """How many, and some of their names."""
        some = ", ".join(list(dict.fromkeys(self.names))[:_NAMED])
        more = ", ..." if len(self.names) > _NAMED else ""
        first = f" ({self.first})" if self.first else ""
        return f"{len(self.names)} {self.why}: {some}{more}{first}"


def _paths(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise NotesError(f"there is no folder {folder}")
    known = SUFFIXES | SOUND_SUFFIXES
    return sorted(one for one in files_under(folder) if one.suffix.lower() in known)


def _found(path: Path) -> Iterator[Tune | EidophoneError]:
    try:
        if path.suffix.lower() in SUFFIXES:
            yield from tunes_in(path)
        else:  # a sound; imported here, since it is slow and seldom needed
            from eidophone.notes.transcribing.transcribe import transcribe  # noqa: PLC0415

            sound = Sound.load(path, downmix=True)
            yield Tune(path.name, intoned(transcribe(sound, timing="quantised"), sound))
    except EidophoneError as error:
        yield error
    except OSError as error:
        yield NotesError(f"{path.name} cannot be read: {error.strerror or error}")
