"""Songs rendered by SoundFonts, through fluidsynth."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import mido
import numpy as np
import soundfile

from bench.notes.songs import Note

#: SoundFonts by their names; where Debian puts them.
SOUNDFONTS = {
    "TimGM6mb": Path("/usr/share/sounds/sf2/TimGM6mb.sf2"),
    "FluidR3Mono": Path("/usr/share/fluidr3mono-gm-soundfont/FluidR3Mono_GM.sf3"),
    "MuseScore": Path("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3"),
    "OPL3": Path("/usr/share/sounds/sf2/OPL-3_FM_128M.sf2"),
}

#: MuseScore's grew out of FluidR3, and samples of TimGM6mb are in Csound's: held out together.
FAMILY = {"TimGM6mb": "tim", "FluidR3Mono": "fluid", "MuseScore": "fluid", "csound": "tim"}


def write_song(path: Path, notes: list[Note], program: int, *, drums: bool = False) -> None:
    """Write ``notes`` as MIDI: 960 ticks a second."""
    track = mido.MidiTrack()
    channel = 9 if drums else 0
    track.append(mido.Message("program_change", program=program, channel=channel))
    events = [(one.end, 0, one.pitch) for one in notes]
    events += [(one.start, one.velocity, one.pitch) for one in notes]
    before = 0
    for seconds, velocity, pitch in sorted(events):
        tick = round(seconds * 960)
        track.append(
            mido.Message(
                "note_on", note=pitch, velocity=velocity, channel=channel, time=tick - before
            )
        )
        before = tick
    song = mido.MidiFile(ticks_per_beat=480)
    song.tracks.append(track)
    song.save(path)


def rendered(
    notes: list[Note], program: int, soundfont: Path, *, drums: bool = False
) -> tuple[np.ndarray, int]:
    """The samples ``[n]`` of ``notes``, one channel, and their rate."""
    with tempfile.TemporaryDirectory() as folder:
        song, wav = Path(folder) / "song.mid", Path(folder) / "song.wav"
        write_song(song, notes, program, drums=drums)
        subprocess.run(
            ["fluidsynth", "-ni", "-F", wav, "-r", "44100", soundfont, song],
            check=True,
            capture_output=True,
            timeout=120,
        )
        samples, rate = soundfile.read(wav, dtype="float32")
    return samples.mean(axis=1), rate
