"""Converters: files of notes of any kind, as the tunes that are in them.

MIDI is read by symusic, which is quick, and by mido where symusic refuses. ABC goes through
abc2midi, of the system or inside symusic; MusicXML and kern through music21, if it is there.
Repeats are not played twice: a tune is learnt once. Every file is hostile: bytes, tunes and
notes are bounded, and XML with entities of its own is refused.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.atomic import scratch
from eidophone.base.errors import EidophoneError, MissingExtraError, NotesError, printable
from eidophone.bridge.programs.running import Programs
from eidophone.notes.midi import read_midi
from eidophone.notes.score import METRE, NOTE, TEMPO, Part, Score, scored

#: What is read by its ending.
MIDI_SUFFIXES = frozenset((".mid", ".midi", ".kar"))
ABC_SUFFIXES = frozenset((".abc",))
XML_SUFFIXES = frozenset((".xml", ".musicxml", ".mxl"))
KERN_SUFFIXES = frozenset((".krn",))
SUFFIXES = MIDI_SUFFIXES | ABC_SUFFIXES | XML_SUFFIXES | KERN_SUFFIXES

#: Bytes of a file, or of what is packed in it, and notes of a tune, at most.
MOST_BYTES, MOST_NOTES = 8 << 20, 50_000

#: Seconds that abc2midi has for so many tunes at a time.
_SECONDS, _AT_ONCE = 60.0, 500

_OTHERWISE = "read by music21, which is not installed: pip install music21"

_FIELD = re.compile(r"^[A-Za-z+]:")
_KEPT = re.compile(r'(\[[A-Za-z]:[^\]]*\]|"[^"]*"|![^!]*!|\+[a-z]+\+)')
_REPEAT = re.compile(r"[|:]*:[|:]*")
_ENDING = re.compile(r"(?:\[|(?<=\|))\s?[1-9](?:[,.-]?[0-9])*(?![/0-9])")


@dataclass(frozen=True, eq=False)
class Tune:
    """A tune of a collection.

    Attributes:
        name: where it was found.
        score: its notes, each repeated part once.
        played: its notes with all repeats, where these are not the same.
    """

    name: str
    score: Score
    played: Score | None = None


def tunes_in(path: Path) -> Iterator[Tune | EidophoneError]:
    """The tunes in the file at ``path``, and what was wrong with those that cannot be read.

    Raises:
        NotesError: none can be read of it.
        MissingExtraError: what reads it is not installed.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise NotesError(f"{path.name} is larger than any tune: {size} bytes")
    suffix = path.suffix.lower()
    if suffix in ABC_SUFFIXES:
        yield from _of_abc(path)
    elif suffix in XML_SUFFIXES | KERN_SUFFIXES:
        yield Tune(path.name, _of_music21(path))
    else:
        yield Tune(path.name, midi_score(path))


def midi_score(path: Path) -> Score:
    """The notes of the MIDI file at ``path``: by symusic, which is quick, or else by mido.

    Raises:
        NotesError: neither can read it.
    """
    quick = _by_symusic(path)
    return _bounded(read_midi(path) if quick is None else quick)


def _bounded(score: Score) -> Score:
    if len(score.notes) > MOST_NOTES:
        raise NotesError(f"it has {len(score.notes)} notes: {MOST_NOTES} of a tune at most")
    return score


def _by_symusic(path: Path) -> Score | None:
    """The notes of a MIDI file; None if symusic is not there, or cannot read it."""
    if find_spec("symusic") is None:
        return None
    import symusic  # noqa: PLC0415 (an extra)

    try:
        read = symusic.Score(str(path), ttype="second")
        if any(len(track.pitch_bends) for track in read.tracks):
            return None  # microtones: mido's reader knows what they mean
        return _of_symusic(read)
    except (EidophoneError, RuntimeError, ValueError, OverflowError, MemoryError):
        return None


def _of_symusic(read: Any) -> Score:
    """What symusic read, in seconds, as a score, without its controls."""
    tracks = [track for track in read.tracks if len(track.notes)]
    notes = [np.empty(0, NOTE)]
    for place, track in enumerate(tracks):
        each = track.notes.numpy()
        some = np.empty(len(each["time"]), NOTE)
        some["start"], some["pitch"] = each["time"], each["pitch"]
        some["end"] = some["start"] + np.maximum(each["duration"], 0)
        some["velocity"] = np.clip(each["velocity"], 1, 127)
        some["part"] = place
        notes.append(some)
    tempos = [(one.time, one.qpm) for one in read.tempos if 1 <= one.qpm <= 2000]
    metres = [
        (one.time, one.numerator, one.denominator)
        for one in read.time_signatures
        if 0 < one.numerator < 256 and 0 < one.denominator < 256
    ]
    return scored(
        np.concatenate(notes),
        [Part(printable(one.name)[:80], one.program, one.is_drum) for one in tracks] or [Part()],
        tempos=np.array(tempos, TEMPO) if tempos else None,
        metres=np.array(metres, METRE) if metres else None,
    )


def abc_program() -> str:
    """The abc2midi to use: the system's, or the one inside symusic.

    Raises:
        MissingExtraError: there is neither.
    """
    found = shutil.which("abc2midi")
    spec = None if found else find_spec("symusic")
    if spec is not None and spec.origin:
        inside = sorted((Path(spec.origin).parent / "bin").glob("abc2midi*"))
        found = str(inside[0]) if inside else None
    if not found:
        raise MissingExtraError("ABC is read by abc2midi: pip install 'eidophone[notes]'")
    return found


def _of_abc(path: Path) -> Iterator[Tune | EidophoneError]:
    head, tunes = _abc_tunes(path.read_text(encoding="utf-8", errors="replace"))
    if not tunes:
        raise NotesError(f"{path.name} has no tunes: each begins with a line X:")
    for first in range(0, len(tunes), _AT_ONCE):
        some = tunes[first : first + _AT_ONCE]
        numbers = range(first + 1, first + len(some) + 1)
        with scratch() as folder, Programs() as programs:
            trouble = _play_abc(
                programs, folder / "tune.abc", head, numbers, map(_played_once, some)
            )
            _play_abc(programs, folder / "repeated.abc", head, numbers, map(_to_its_end, some))
            for number in numbers:
                name = path.name if len(tunes) == 1 else f"{path.name}#{number}"
                made = folder / f"tune{number}.mid"
                try:
                    if not made.is_file():
                        raise NotesError(trouble)
                    score = midi_score(made)
                    yield Tune(name, score, _repeated(folder / f"repeated{number}.mid", score))
                except EidophoneError as error:
                    yield NotesError(f"{name}: {error}")


def _play_abc(
    programs: Programs, path: Path, head: str, numbers: range, tunes: Iterable[str]
) -> str:
    """Write ``tunes`` to ``path``, and MIDI files beside it; what may have gone wrong."""
    each = zip(numbers, tunes, strict=True)
    text = head + "\n\n".join(f"X:{number}\n{one.strip()}" for number, one in each)
    path.write_text(text + "\n", encoding="utf-8")
    command = [abc_program(), str(path), "-NGUI", "-silent"]
    try:
        programs.run(command, shell=False, timeout_seconds=_SECONDS)
    except EidophoneError as error:  # what it has written before is there
        return str(error)
    return "abc2midi wrote nothing of it"


def _repeated(path: Path, once: Score) -> Score | None:
    """A tune with its repeats, if it has any."""
    try:
        score = midi_score(path) if path.is_file() else once
    except EidophoneError:
        return None
    return score if len(score.notes) > len(once.notes) else None


def _abc_tunes(text: str) -> tuple[str, list[str]]:
    """What stands before all tunes of an ABC file, and each tune without its line X."""
    head, *tunes = re.split(r"(?m)^X:.*$", text.replace("\r\n", "\n").replace("\r", "\n"))
    fields = [line for line in head.splitlines() if re.match(r"^[LMQ]:", line)]
    return "".join(f"{line}\n" for line in fields), tunes


def _played_once(tune: str) -> str:
    """``tune`` without repeats and numbers of endings: all of it once, as it is written."""
    lines, body = [], False
    for line in tune.splitlines():
        if not line.strip() and body:
            break  # as ABC has it, the tune ends
        if _FIELD.match(line) or line.startswith("%") or not body:
            if line[:2] not in ("P:",):
                lines.append(line)
            body = body or line.startswith("K:")
            continue
        pieces = _KEPT.split(line)
        lines.append("".join(one if n % 2 else _straight(one) for n, one in enumerate(pieces)))
    return "\n".join(line for line in lines if line.strip())


def _to_its_end(tune: str) -> str:
    """``tune`` as it is, up to the empty line that ends it."""
    return re.split(r"(?m)(?<=\S)\s*\n[ \t]*\n", tune.strip())[0]


def _straight(music: str) -> str:
    return _ENDING.sub("", _REPEAT.sub("|", music))


def _of_music21(path: Path) -> Score:
    """MusicXML or kern through music21, whose caches and files are left alone."""
    if find_spec("music21") is None:
        raise MissingExtraError(f"MusicXML and kern are {_OTHERWISE}")
    kern = path.suffix.lower() in KERN_SUFFIXES
    content = _unpacked(path) if path.suffix.lower() == ".mxl" else path.read_bytes()
    if not kern and (b"<!ENTITY" in content or b"E\x00N\x00T\x00I\x00T\x00Y" in content):
        raise NotesError(f"{path.name} has entities of its own, which no score needs")
    from music21 import converter  # noqa: PLC0415 (an extra, and slow)

    text = content.decode(
        "utf-8" if content[:2] not in (b"\xff\xfe", b"\xfe\xff") else "utf-16", errors="replace"
    )
    try:
        read = converter.parseData(text, format="humdrum" if kern else "musicxml")
        return _bounded(_of_stream(read))
    except EidophoneError:
        raise
    except Exception as error:
        why = printable(str(error).partition("\n")[0])[:200] or type(error).__name__
        raise NotesError(f"music21 cannot read {path.name}: {why}") from None


def _unpacked(path: Path) -> bytes:
    """The score in a packed file of MusicXML, no larger than a score may be."""
    try:
        with zipfile.ZipFile(path) as packed:
            inside = [
                one
                for one in packed.infolist()
                if one.filename.lower().endswith((".xml", ".musicxml"))
                and not one.filename.startswith("META-INF")
            ]
            if not inside:
                raise NotesError(f"{path.name} has no score in it")
            with packed.open(inside[0]) as file:
                content = io.BytesIO(file.read(MOST_BYTES + 1)).getvalue()
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise NotesError(f"{path.name} is damaged: {printable(str(error))[:200]}") from None
    if len(content) > MOST_BYTES:
        raise NotesError(f"what is packed in {path.name} is larger than any score")
    return content


def _of_stream(read: Any) -> Score:
    """A stream of music21 as a score; beats are quarters."""
    parts = list(read.parts) if hasattr(read, "parts") and len(read.parts) else [read]
    marks = [one for one in parts[0].flatten() if one.classes[0] == "TimeSignature"]
    speed = 120.0
    for mark in read.flatten():
        if "MetronomeMark" in mark.classes and mark.getQuarterBPM():
            speed = float(np.clip(mark.getQuarterBPM(), 10, 600))
            break
    notes: list[tuple[float, float, float, int, int]] = []
    named: list[Part] = []
    for place, part in enumerate(parts):
        named.append(
            Part(printable(str(part.partName or ""))[:80] if hasattr(part, "partName") else "")
        )
        for one in part.stripTies().flatten().notes:
            if one.duration.isGrace or one.classes[0] in ("ChordSymbol", "Harmony"):
                continue
            start, last = float(one.offset), float(one.duration.quarterLength)
            for pitch in one.pitches:
                height = float(pitch.ps)
                notes.append((start * 60 / speed, (start + last) * 60 / speed, height, 80, place))
    metres = [
        (float(one.offset) * 60 / speed, one.numerator, one.denominator)
        for one in marks
        if 0 < one.numerator < 256 and 0 < one.denominator < 256
    ]
    return scored(
        notes,
        named,
        tempos=np.array([(0, speed)], TEMPO),
        metres=np.array(metres, METRE) if metres else None,
    )
