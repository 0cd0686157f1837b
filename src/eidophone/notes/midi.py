"""MIDI files <-> scores."""

from __future__ import annotations

import contextlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import MissingExtraError, NotesError, tell
from eidophone.notes.bends import DRUMS, FULL, Bends, Channels, channels_of, key_of, residue
from eidophone.notes.score import (
    CONTROL,
    METRE,
    MOST_NOTES,
    MOST_SECONDS,
    NOTE,
    TEMPO,
    Part,
    Score,
    scored,
)

#: Bytes of a file that is read, at most: `MOST_NOTES` take no more.
MOST_BYTES = 4 * 2**20

#: What files are: one track, tracks that are played together, or songs of their own.
_TYPES = (0, 1, 2)

#: Channels of MIDI.
_CHANNELS = 16

#: Controllers that choose banks or what others are about: they are taken, not kept.
_NOT_KEPT = frozenset((0, 32, 6, 38, 96, 97, 98, 99, 100, 101))

#: Beats a minute of files that count frames of a film, not beats.
_FILM_BEATS = 120.0


def read_midi(path: str | Path) -> Score:
    """The score of a MIDI file.

    Raises:
        NotesError: it is none, it is damaged beyond reading, or too large.
        MissingExtraError: mido is not installed.
    """
    try:
        with Path(path).open("rb") as file:
            given = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotesError(f"{path} cannot be read: {error.strerror}") from None
    try:
        return score_of(given)
    except NotesError as error:
        raise NotesError(f"{path}: {error}") from None


def score_of(given: bytes) -> Score:
    """The score of the bytes of a MIDI file.

    Raises:
        NotesError: they are none, damaged beyond reading, or too many.
        MissingExtraError: mido is not installed.
    """
    if not given:
        raise NotesError("the file is empty")
    if len(given) > MOST_BYTES:
        raise NotesError(f"a MIDI file of more than {MOST_BYTES // 2**20} MB is not read")
    if given[:4] == b"RIFF" and given[8:12] == b"RMID":  # a MIDI file in a box
        given = given[given.find(b"MThd") :] if b"MThd" in given[:64] else b""
    if given[:4] != b"MThd":
        raise NotesError("this is no MIDI file")
    mido = _mido()
    damaged = (ValueError, LookupError, OSError, EOFError, TypeError, AttributeError)
    try:
        file = mido.MidiFile(file=BytesIO(given), clip=True)
    except (*damaged, mido.KeySignatureError) as error:
        why = str(error) or "it ends too early"
        raise NotesError(f"the MIDI file is damaged ({why})") from None
    if file.type not in _TYPES or not file.tracks:
        raise NotesError("the MIDI file is damaged (its header makes no sense)")
    return _Reader(file).score()


def write_midi(path: str | Path, score: Score, *, overwrite: bool = False) -> None:
    """Write a score as a MIDI file.

    Raises:
        OutputError: as `atomic_path`.
        MissingExtraError: mido is not installed.
    """
    made = midi_of(score)
    with atomic_path(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(made)


def midi_of(score: Score) -> bytes:
    """The bytes of a MIDI file (type 1: tempos, then a track a part) of a score.

    Notes of one part that bend differently get channels of their own, as far as there are any; so
    do notes between the semitones. What finds none is told.

    Raises:
        MissingExtraError: mido is not installed.
    """
    mido = _mido()
    file = mido.MidiFile(type=1, ticks_per_beat=score.resolution, charset="utf-8")
    file.tracks.append(_conductor(score))
    crowd = channels_of(score)
    if crowd.crowded:
        tell(
            f"{crowd.crowded} of {len(score.notes)} notes share the pitch bend of another: MIDI "
            "has 16 channels"
        )
    for number, part in enumerate(score.parts):
        file.tracks.append(_track(score, number, part, crowd))
    made = BytesIO()
    file.save(file=made)
    return made.getvalue()


class _Reader:
    """What is read of a file's tracks, all at once: channels belong to all of them."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._film = file.ticks_per_beat <= 0
        self._resolution = file.ticks_per_beat
        if self._film:
            frames, ticks = -(file.ticks_per_beat >> 8), file.ticks_per_beat & 255
            self._resolution = round(frames * ticks * 60 / _FILM_BEATS)
        if self._resolution <= 0:
            raise NotesError("the MIDI file says that its beats have no ticks")
        self._tempos: list[tuple[float, float]] = []
        self._metres: list[tuple[float, int, int]] = []
        self._keys: dict[tuple[int, int, bool], int] = {}
        self._names: dict[int, str] = {}
        self._programs = [0] * _CHANNELS
        self._bends = [Bends() for _ in range(_CHANNELS)]
        self._open: dict[tuple[int, int, int], list[int]] = {}
        self._notes: list[list[Any]] = []
        self._controls: list[tuple[int, int, int, int]] = []

    def score(self) -> Score:
        if self._file.type == 2:
            tell("the MIDI file has songs that are not played together: the first is read")
        last = 0
        for tick, track, message in self._events():
            last = tick
            self._take(tick, track, message)
        for notes in self._open.values():
            for note in notes:
                self._notes[note][1] = last
        if any(self._open.values()):
            tell("some notes of the MIDI file never end: they last until its end")
        return self._made()

    def _events(self) -> list[tuple[int, int, Any]]:
        found = []
        for number, track in enumerate(self._file.tracks[: 1 if self._file.type == 2 else None]):
            tick = 0
            for message in track:
                tick += message.time
                found.append((tick, number, message))
        return sorted(found, key=lambda one: one[0])

    def _take(self, tick: int, track: int, message: Any) -> None:
        kind = message.type
        if kind == "note_on" and message.velocity > 0:
            self._begin(tick, track, message)
        elif kind in ("note_on", "note_off"):
            begun = self._open.get((track, message.channel, message.note))
            if begun:
                self._notes[begun.pop(0)][1] = tick
        elif kind == "pitchwheel":
            self._bends[message.channel].move(tick, message.pitch / FULL)
        elif kind == "control_change":
            self._control(tick, message)
        elif kind == "program_change":
            self._programs[message.channel] = message.program
        elif kind == "set_tempo" and message.tempo > 0 and not self._film:
            self._tempos.append((tick, 60e6 / message.tempo))
        elif kind == "time_signature" and message.numerator > 0:
            self._metres.append((tick, min(message.numerator, 255), min(message.denominator, 128)))
        elif kind == "track_name":
            self._names.setdefault(track, _name(message.name))

    def _begin(self, tick: int, track: int, message: Any) -> None:
        if len(self._notes) >= MOST_NOTES:
            raise NotesError(f"the MIDI file has more than {MOST_NOTES} notes")
        self._open.setdefault((track, message.channel, message.note), []).append(len(self._notes))
        part = self._part(track, message.channel)
        self._notes.append([tick, tick, message.note, message.velocity, part, message.channel])

    def _part(self, track: int, channel: int) -> int:
        """The part of a channel's notes: in files of one track, a part a channel and a program."""
        program, drums = self._programs[channel], channel == DRUMS
        place = track if self._file.type == 1 else -1 - channel
        return self._keys.setdefault((place, program, drums), len(self._keys))

    def _control(self, tick: int, message: Any) -> None:
        number, channel = message.control, message.channel
        self._bends[channel].control(number, message.value)
        if number not in _NOT_KEPT:
            self._controls.append((tick, channel, number, message.value))

    def _made(self) -> Score:
        tempos = np.array([(0, beats) for _, beats in self._tempos], TEMPO)
        ticks = np.array([tick for tick, _ in self._tempos], np.float64) / self._resolution
        clock = _clock(tempos["beats"], ticks)
        seconds = clock.times
        notes = np.empty(len(self._notes), NOTE)
        if self._notes:
            columns = np.array(self._notes, np.float64).T
            starts, ends = columns[0] / self._resolution, columns[1] / self._resolution
            notes["start"], notes["end"] = seconds(starts), seconds(ends)
            notes["pitch"], notes["velocity"], notes["part"] = columns[2:5]
            if notes["end"].max() > MOST_SECONDS:
                hours = notes["end"].max() / 3600
                raise NotesError(f"the MIDI file lasts {hours:.3g} hours: 24 are read at most")
        glides = {}
        for place, (start, end, _, _, _, channel) in enumerate(self._notes):
            pitch, curve = self._bends[channel].between(start, end)
            notes["pitch"][place] += pitch
            if curve is not None:
                after = seconds(curve[:, 0] / self._resolution) - notes["start"][place]
                glides[place] = np.stack([after, curve[:, 1]], 1).astype(np.float32)
        parts = [
            Part(self._names.get(max(place, 0), ""), program, drums)
            for (place, program, drums) in self._keys
        ]
        metres = [
            (seconds(tick / self._resolution), over, under) for tick, over, under in self._metres
        ]
        notes["pitch"] = np.clip(notes["pitch"], 0, 127)
        return scored(
            notes,
            parts or (Part(),),
            glides=glides,
            controls=self._kept(seconds),
            tempos=clock.tempos,
            metres=np.array(metres, METRE),
            resolution=self._resolution,
        )

    def _kept(self, seconds: Any) -> Any:
        """The controls, each of every part that its channel's notes belong to."""
        parts: dict[int, set[int]] = {}
        for note in self._notes:
            parts.setdefault(note[5], set()).add(note[4])
        rows = {
            (float(seconds(tick / self._resolution)), part, number, value): None
            for tick, channel, number, value in self._controls
            for part in sorted(parts.get(channel, ()))
        }
        return np.array(list(rows), CONTROL) if rows else None


def _conductor(score: Score) -> Any:
    """The track of tempos and metres."""
    mido = _mido()
    track = _Track()
    for time, beats in score.tempos:
        tempo = round(np.clip(60e6 / beats, 1, 2**24 - 1))
        track.add(_tick(score, time), 0, mido.MetaMessage("set_tempo", tempo=tempo))
    for time, over, under in score.metres:
        message = mido.MetaMessage("time_signature", numerator=int(over), denominator=int(under))
        track.add(_tick(score, time), 0, message)
    return track.made()


def _track(score: Score, number: int, part: Part, channels: Channels) -> Any:
    """The track of one part."""
    track = _Track()
    message = _mido().Message
    if part.name:
        track.add(0, 0, _mido().MetaMessage("track_name", name=part.name))
    reach = channels.ranges[number]
    for channel in channels.of_part[number]:
        track.add(0, 1, message("program_change", channel=channel, program=part.program))
        for control, value in ((101, 0), (100, 0), (6, reach), (38, 0)) if reach else ():
            one = message("control_change", channel=channel, control=control, value=value)
            track.add(0, 1, one)
    for time, _, control, value in score.controls[score.controls["part"] == number]:
        for channel in channels.of_part[number]:
            one = message("control_change", channel=channel, control=int(control), value=int(value))
            track.add(_tick(score, time), 2, one)
    bent: dict[int, int] = {}
    for place in map(int, np.flatnonzero(score.notes["part"] == number)):
        start, end, pitch, velocity, _ = score.notes[place]
        channel = int(channels.of_note[place])
        begun = _tick(score, start)
        if channel in channels.shared:
            track.add(begun, 2, message("program_change", channel=channel, program=part.program))
        for seconds, semitones in _bends(score, place) if reach else ():
            amount = round(np.clip(semitones / reach, -1, 1 - 1 / FULL) * FULL)
            if amount != bent.get(channel, 0):
                one = message("pitchwheel", channel=channel, pitch=amount)
                track.add(_tick(score, start + seconds), 3, one)
                bent[channel] = amount
        key = key_of(float(pitch))
        played = message("note_on", channel=channel, note=key, velocity=int(velocity))
        track.add(begun, 4, played)
        ended = max(begun + 1, _tick(score, end))
        track.add(ended, 0, message("note_off", channel=channel, note=key, velocity=0))
    return track.made()


def _bends(score: Score, place: int) -> list[tuple[float, float]]:
    """How a note bends: seconds after its start, and semitones from its key."""
    rest = residue(score, place)
    curve = score.glides.get(place)
    later = [] if curve is None else [(float(t), float(s) + rest) for t, s in curve]
    return [(0.0, rest), *later]


class _Track:
    """Messages on their way to a track: in the order of their ticks, then of their kinds."""

    def __init__(self) -> None:
        self._messages: list[tuple[int, int, int, Any]] = []

    def add(self, tick: int, order: int, message: Any) -> None:
        self._messages.append((tick, order, len(self._messages), message))

    def made(self) -> Any:
        track = _mido().MidiTrack()
        before = 0
        for tick, _, _, message in sorted(self._messages, key=lambda one: one[:3]):
            track.append(message.copy(time=tick - before))
            before = tick
        return track


def _tick(score: Score, seconds: float) -> int:
    return round(float(score.beats(float(seconds))) * score.resolution)


def _clock(beats: Any, at: Any) -> Score:
    """A score without notes whose tempos change at ``at``, in beats."""
    if not len(at) or at[0] > 0:
        beats, at = np.append(120.0, beats), np.append(0.0, at)
    kept = np.append(np.diff(at) > 0, True)
    beats, at = beats[kept], at[kept]
    times = np.append(0.0, np.cumsum(np.diff(at) * 60 / beats[:-1]))
    tempos = np.empty(len(at), TEMPO)
    tempos["time"], tempos["beats"] = times, beats
    return Score(notes=np.empty(0, NOTE), tempos=tempos)


def _name(given: str) -> str:
    """A track's name: UTF-8 where it is that, since MIDI does not say."""
    with contextlib.suppress(UnicodeError):
        given = given.encode("latin-1").decode()
    return "".join(one for one in given if one.isprintable()).strip()[:200]


def _mido() -> Any:
    try:
        import mido  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "MIDI files need mido: install it with  pip install 'eidophone[notes]'"
        ) from None
    return mido
