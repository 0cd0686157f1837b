"""Band: who plays what: sounds, files and folders as instruments, and ours where there are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import NotesError, SoundError, noted, tell
from eidophone.files.kinds import may_be_picture, may_be_sound, sounds_in
from eidophone.notes.playing.drums import drum_named, nearest_key, our_drum, stroke_of
from eidophone.notes.playing.instrument import Instrument
from eidophone.notes.playing.recorded import MOST_SECONDS, Recorded, recorded
from eidophone.notes.playing.settings import name_of, pitch_in
from eidophone.notes.playing.tones import our_instrument
from eidophone.notes.score import Score
from eidophone.picture.codec import decode
from eidophone.sound.sound import Sound, SoundReader, open_sound

#: What plays: a sound, or the path of a sound, a picture of one, or a folder of sounds.
Player = Sound | str | Path

#: Sounds of a folder that are read, at most; and the highest rate they are played at.
_MOST_FILES, _MOST_RATE = 400, 48_000

#: Of a file so many seconds are read, or twice as many as the longest note lasts.
_LEAST_SECONDS = 6.0

#: What is below this at the beginning of a file is silence.
_SILENT = 1e-4

#: Names of files that are drums by their numbers: 36.wav, 36-kick.flac.
_NUMBERED = re.compile(r"(?:0?(\d{2}))(?:\D.*)?")


@dataclass(eq=False)
class Players:
    """What one sound, file or folder can play.

    Attributes:
        pitched: what has a pitch, or is moved as if it had; None: there are only drums.
        drums: by MIDI's numbers.
    """

    pitched: Instrument | None = None
    drums: dict[int, Instrument] = field(default_factory=dict)

    def drum(self, pitch: float) -> Instrument:
        """The nearest of its drums."""
        return self.drums[nearest_key(pitch, sorted(self.drums))]


class Band:
    """Who plays the parts of a score.

    Args:
        score: what is played.
        sounds: what plays all of it, or by the name of a part or its number, from 1, what plays
            that; ours play the others.
        pitch: MIDI's number of which note the sounds are; None: as they are heard.

    Raises:
        NotesError: there is no such part, or a sound is none, or silent.
        SoundError: a file that cannot be read.
    """

    def __init__(
        self, score: Score, sounds: Player | Mapping[int | str, Player] | None, pitch: float | None
    ) -> None:
        self._score = score
        notes, parts = score.notes, score.parts
        drums = np.array([part.drums for part in parts])[notes["part"]]
        pitches = notes["pitch"][~drums]
        self._middle = float(np.median(pitches)) if len(pitches) else 60.0
        self._pitch = pitch
        longest = float((score.sounding() - notes["start"]).max(initial=0))
        self._seconds = min(max(_LEAST_SECONDS, 2 * longest), MOST_SECONDS)
        self._players = dict[int, Players]()
        if isinstance(sounds, Mapping):
            known = dict[Player, Players]()  # one that plays many parts is read once
            for name, sound in sounds.items():
                parts_called = self._parts_called(name)
                if sound not in known:
                    known[sound] = self._players_of(sound)
                self._players |= dict.fromkeys(parts_called, known[sound])
        elif sounds is not None:
            players = self._players_of(sounds)
            self._players = dict.fromkeys(range(len(parts)), players)
        self._tell_drums(bool(drums.any()))

    @property
    def rate(self) -> int:
        """Hz that all of it is played at."""
        rates = [
            one.rate
            for players in self._players.values()
            for one in (players.pitched, *players.drums.values())
            if one is not None
        ]
        return _MOST_RATE if any(rate > 44_100 for rate in rates) else 44_100

    def instrument(self, part: int, pitch: float) -> Instrument:
        """What plays ``pitch`` in a part."""
        players, about = self._players.get(part), self._score.parts[part]
        if about.drums:
            return players.drum(pitch) if players and players.drums else our_drum(round(pitch))
        if players is None or players.pitched is None:
            return our_instrument(about.program)
        return players.pitched

    def _parts_called(self, name: int | str) -> list[int]:
        parts = self._score.parts
        if isinstance(name, str):
            named = [n for n, one in enumerate(parts) if one.name.casefold() == name.casefold()]
            if named:
                return named
            if name.casefold() == "drums":
                return [n for n, one in enumerate(parts) if one.drums]
        if str(name).isdigit() and 1 <= int(name) <= len(parts):
            return [int(name) - 1]
        known = ", ".join(f"{n + 1} {one.name}".strip() for n, one in enumerate(parts[:20]))
        raise NotesError(f"there is no part {str(name)[:100]!r}: the parts are {known}")

    def _players_of(self, given: Player) -> Players:
        if isinstance(given, Sound):
            return Players(Instrument([self._note(given, "the sound", None)]))
        path = Path(given)
        if path.is_dir():
            return self._folder(path)
        if may_be_picture(path) and not may_be_sound(path):
            with noted():  # how loud it is does not matter
                sound = decode(path)
            return Players(Instrument([self._note(sound, path.name, None)]))
        return Players(Instrument([self._note(self._beginning(path), path.name, None)]))

    def _note(self, sound: Sound, name: str, hint: float | None) -> Recorded:
        """A sound as a note; what it is heard as is told."""
        if sound.rate > _MOST_RATE:
            sound = sound.resampled(_MOST_RATE)
        try:
            note = recorded(sound, self._pitch, self._middle)
        except NotesError:
            raise NotesError(f"{name} is silent, and no instrument: take another sound") from None
        if self._pitch is not None:
            return note
        if hint is not None:  # its name says the octave, and what is heard says how it is tuned
            off = (note.pitch - hint + 6) % 12 - 6 if note.pitched else 0.0
            return recorded(sound, hint + (off if abs(off) < 1 else 0.0))
        if note.pitched:
            tell(f"{name} is heard as {name_of(note.pitch)}: `pitch` says otherwise")
        else:
            tell(
                f"{name} has no pitch, and is taken for {name_of(round(note.pitch))}, the middle "
                f"of what it plays: `pitch` says otherwise"
            )
        return note

    def _folder(self, folder: Path) -> Players:
        paths = sounds_in(folder)
        if len(paths) > _MOST_FILES:
            tell(f"{folder} has {len(paths)} sounds: the first {_MOST_FILES} are read")
        players, notes, unclear = Players(), list[Recorded](), list[str]()
        drums = dict[int, list[Recorded]]()
        for path in paths[:_MOST_FILES]:
            hint = pitch_in(path.stem)
            keys = () if hint is not None else _keys_of(path.stem)
            try:
                sound = self._beginning(path)
                if sound.rate > _MOST_RATE:
                    sound = sound.resampled(_MOST_RATE)
                whole = recorded(
                    sound, hint or (float(keys[0]) if keys else None), at_once=not keys
                )
            except (NotesError, SoundError) as error:
                tell(f"{path.name} is left out: {error}")
                continue
            if keys:
                for key in keys:
                    stroke = stroke_of(whole.samples, whole.rate, key, whole.level)
                    drums.setdefault(key, []).append(stroke)
                continue
            if hint is not None:
                whole = self._note(sound, path.name, hint)
            elif not whole.pitched:
                unclear.append(path.name)
            notes.append(whole)
        if any(one.pitched for one in notes):  # what has no pitch would be at a wrong place
            notes = [one for one in notes if one.pitched]
            if unclear:
                tell(f"left out, as they have no pitch: {', '.join(unclear[:5])}")
        elif notes:
            tell(f"no sound in {folder} has a pitch: the first, {unclear[0]}, plays all notes")
            notes = [recorded(self._beginning(folder / unclear[0]), self._middle)]
        if not notes and not drums:
            raise NotesError(f"no sound in {folder} is an instrument")
        players.pitched = Instrument(notes) if notes else None
        players.drums = {key: Instrument(some, fixed=True) for key, some in drums.items()}
        return players

    def _beginning(self, path: Path) -> Sound:
        """The sound in a file from where it is heard on, as long as its notes can need."""
        with open_sound(path, downmix=True) as reader:
            return _heard(reader, self._seconds)

    def _tell_drums(self, has_drums: bool) -> None:
        parts = self._score.parts
        for place, players in self._players.items():
            if parts[place].drums and not players.drums and has_drums:
                tell(
                    "the drums are played by a kit of our own: a folder of sounds called kick, "
                    "snare, hat, ... or 36, 38, 42, ... would play them"
                )
                break
        for place, players in self._players.items():
            if not parts[place].drums and players.pitched is None:
                tell("there are only drums in this folder: our own instruments play the notes")
                break


def _keys_of(stem: str) -> tuple[int, ...]:
    """Which drums the file of that name is, by MIDI's numbers."""
    numbered = _NUMBERED.fullmatch(stem)
    if numbered and 27 <= int(numbered[1]) <= 87:
        return (int(numbered[1]),)
    drum = drum_named(stem)
    return drum.keys if drum is not None else ()


def _heard(reader: SoundReader, seconds: float) -> Sound:
    wanted, parts = round(seconds * reader.rate), list[Float32]()
    silence: Float32 | None = None
    for block in reader.blocks(reader.rate):
        if not parts and float(np.abs(block).max()) < _SILENT:
            silence = block
            continue
        parts.append(block)
        if sum(one.shape[1] for one in parts) >= wanted:
            break
    if not parts:
        raise NotesError(f"{reader.path} is silent, and no instrument: take another sound")
    lead = [] if silence is None else [silence]  # what is heard may begin in it
    return Sound(np.concatenate([*lead, *parts], axis=1), reader.rate)
