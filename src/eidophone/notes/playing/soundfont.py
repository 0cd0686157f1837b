"""SoundFonts: a score played by FluidSynth, where it is installed, in a process of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread, Timer

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.base.errors import MissingExtraError, NotesError
from eidophone.base.processes import start, stop
from eidophone.notes.midi import midi_of
from eidophone.notes.score import Score

#: What they are called, and bytes of one, at most: all of it is held in memory.
ENDINGS = frozenset((".sf2", ".sf3", ".dls"))
MOST_BYTES = 1 << 30

RATE, CHANNELS = 44_100, 2

#: What a note can need to die away after the end, and below which level it has.
TAIL_SECONDS, _SILENT = 20.0, 1e-4

#: Less than this is the noise of rounding.
_NOTHING = 1e-6

#: How long it may take: a while to load, and a part of the time that is played.
_PATIENCE_SECONDS, _PACE = 120.0, 1.0

#: As loud as it plays, and bytes that are read at a time.
_GAIN, _BYTES = "1.0", 1 << 17

#: What is kept of what it says.
_TALK_BYTES, _TALK_LINES = 300, 3


def is_soundfont(path: str | Path) -> bool:
    """Whether a path is called as SoundFonts are."""
    return Path(path).suffix.lower() in ENDINGS


def need_soundfont(path: Path) -> None:
    """See that the file at ``path`` is a SoundFont that can be played here, by its beginning.

    Raises:
        NotesError: it is not there, none, or too large.
        MissingExtraError: FluidSynth is not installed.
    """
    if not path.is_file():
        raise NotesError(f"there is no SoundFont {path}")
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] not in (b"sfbk", b"DLS "):
        raise NotesError(f"{path} is no SoundFont: take another")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise NotesError(
            f"{path} has {size / 2**30:.1f} GB, and SoundFonts of {MOST_BYTES >> 30} GB are played "
            f"at most: take a smaller one"
        )
    program()


def program() -> str:
    """Where FluidSynth is.

    Raises:
        MissingExtraError: it is not installed.
    """
    found = shutil.which("fluidsynth")
    if found is None:
        raise MissingExtraError(
            "a SoundFont is played by FluidSynth, which is not installed: install it (apt install "
            "fluidsynth, brew install fluid-synth), or let a sound play"
        )
    return found


def fonted(score: Score, font: Path) -> Iterator[Float32]:
    """What a SoundFont makes of a score: ``[2, n]`` at `RATE`, block after block.

    Raises:
        NotesError: it is no SoundFont, or FluidSynth fails, or takes too long.
        MissingExtraError: FluidSynth, or mido, is not installed.
    """
    need_soundfont(font)
    command = [program(), "-ni", "-q", "-T", "raw", "-O", "float", "-E", "little"]
    command += ["-o", "synth.default-soundfont="]  # nor another instead
    command += ["-r", str(RATE), "-g", _GAIN, "-F", "-", str(font.absolute())]
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder) / "song.mid"
        song.write_bytes(midi_of(score))
        process = start([*command, str(song)], stderr=-1)
        talk, late = list[bytes](), list[bool]()

        def too_late() -> None:
            late.append(True)
            stop(process)

        def listen() -> None:
            while process.stderr is not None and (line := process.stderr.readline(_TALK_BYTES)):
                talk.append(line)
                del talk[_TALK_LINES:]

        limit = _PATIENCE_SECONDS + _PACE * score.seconds
        timer, listener = Timer(limit, too_late), Thread(target=listen, daemon=True)
        timer.daemon = True
        timer.start()
        listener.start()
        heard = False
        try:
            for block in _blocks(process.stdout, score.seconds):
                heard = heard or float(np.abs(block).max(initial=0)) > _NOTHING
                yield block
        finally:
            timer.cancel()
            stop(process)
            listener.join(1.0)
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
        if late:
            raise NotesError(f"FluidSynth was stopped after {limit:.0f} seconds: it hangs")
        if not heard:  # without a font that it understands, it plays silence
            words = b"".join(talk[:1]).decode("utf-8", "replace").strip()
            said = words.removeprefix("fluidsynth: ") or "it said nothing"
            raise NotesError(f"{font} cannot be played: is it a SoundFont? FluidSynth: {said}")


def _blocks(pipe: object, seconds: float) -> Iterator[Float32]:
    """What comes out, until it is silent after the end."""
    read = getattr(pipe, "read", None)
    first, last = 0, seconds * RATE
    while read is not None and (data := read(_BYTES)):
        whole = len(data) - len(data) % (4 * CHANNELS)
        block = np.frombuffer(data[:whole], "<f4").reshape(-1, CHANNELS).T.astype(np.float32)
        block = np.nan_to_num(block, posinf=0, neginf=0)
        if first > last + TAIL_SECONDS * RATE:
            return
        if first > last and float(np.abs(block).max(initial=0)) < _SILENT:
            return
        first += block.shape[1]
        if block.shape[1]:
            yield block
