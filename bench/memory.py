"""How much memory the command line takes for an hour of sound."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure
from bench.progress import progress
from eidophone import Sound
from eidophone.sound.sound import SoundWriter

_HOUR_SECONDS = 3600

#: Runs a command and prints the peak memory of it in bytes. It does so from a small process of
#: its own: a child counts what its parent had at the moment of the fork.
_MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak if sys.platform == "darwin" else peak * 1024)
"""


def memory_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Peak memory of encoding and decoding an hour of stereo, made of ``sound`` repeated."""
    (sound,) = sounds.values()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hour, picture, again = folder / "hour.wav", folder / "hour.png", folder / "again.wav"
        _write_hour(sound, hour)
        for verb, arguments in (
            ("encode", [str(hour), str(picture)]),
            ("decode", [str(picture), str(again), "--quality", "preview"]),
        ):
            progress(f"memory of an hour, {verb}")
            title = f"peak memory, {verb} an hour of stereo (GB)"
            yield Figure(title, {"": _peak(verb, arguments) / 1e9}, 1.0, at_most=True, digits=2)


def film_memory_figures(sound: Sound) -> Iterator[Figure]:
    """Peak memory of an hour of stereo as a scroll; this takes half an hour."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hour, film, again = folder / "hour.wav", folder / "hour.mp4", folder / "again.wav"
        _write_hour(sound, hour)
        for verb, arguments in (
            ("encode", [str(hour), str(film)]),
            ("decode", [str(film), str(again), "--quality", "preview", "--ignore-track"]),
        ):
            progress(f"memory of an hour of film, {verb}")
            title = f"peak memory, {verb} an hour of stereo scroll (GB)"
            yield Figure(title, {"": _peak(verb, arguments) / 1e9}, 1.0, at_most=True, digits=2)


def _write_hour(sound: Sound, path: Path) -> None:
    with SoundWriter(path, sound.rate, sound.channels) as writer:
        for _ in range(round(_HOUR_SECONDS / sound.duration_seconds)):
            writer.write(sound.samples)


def _peak(verb: str, arguments: list[str]) -> int:
    """Peak resident memory in bytes of ``eidophone verb arguments``."""
    command = [sys.executable, "-m", "eidophone", verb, "--quiet", *arguments]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command], check=True, capture_output=True, text=True
    )
    return int(done.stdout)
