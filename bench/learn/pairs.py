"""The pairs of collections: folders to learn from, and sounds that nothing learns from.

They are cut of Debian packages that are fetched once, into bench/data/learn.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.sounds import DATA
from eidophone import Sound, SoundError

_RATE = 44_100

#: Sentences that are tests, and sentences that each synthetic voice is learnt from.
_TESTS, _SPOKEN = 24, 170

_LICENCES = Path("/usr/share/common-licenses")


@dataclass(frozen=True)
class Pair:
    """Two collections.

    Attributes:
        name: what the tables call it.
        folders: of each collection, by its name, what is learnt from.
        tests: of each, what is not.
        speech: whether it is speech.
        texts: what is said in each of the tests, by the stem of its file, if that is known.
    """

    name: str
    folders: dict[str, Path]
    tests: dict[str, Path]
    speech: bool
    texts: dict[str, str] = field(default_factory=dict)


def music() -> Pair:
    """Two composers of game music: 90 s of each piece to learn from, 60 s of others to test."""
    return _pair(
        "music",
        {
            "hyperrogue": (
                "hyperrogue-music",
                ("hr3-hell", "hr-domina-hunting", "hr-savino-ocean", "hr3-icyland"),
            ),
            "singularity": (
                "singularity-music",
                ("Awakening", "Nebula", "Coherence", "Inevitable"),
            ),
        },
    )


def actors() -> Pair:
    """Two Dutch actors of a game, 14 minutes each to learn from; other rooms to test."""
    place = DATA / "learn" / "actors"
    pair = Pair("actors", {}, {}, speech=True)
    for name, letter in (("small", "m"), ("big", "v")):
        pair.folders[name], pair.tests[name] = place / name, place / f"{name}-test"
        if pair.tests[name].exists():
            continue
        found = sorted(_unpacked("fillets-ng-data-nl").rglob("sound/*/nl/*.ogg"))
        found = [one for one in found if f"-{letter}-" in one.name]
        rooms = {one: one.parts[-3] for one in found}
        tests = [one for one in found if rooms[one][0] in "hst"]
        rest = [one for one in found if rooms[one][0] not in "hst"]
        for files, minutes, target in (
            (rest, 14, pair.folders[name]),
            (tests, 2, pair.tests[name]),
        ):
            _speech(files, minutes, target)
    return pair


def voices() -> Pair:
    """Two synthetic voices, slt and rms: other sentences to learn from, the same ones to test."""
    sentences = _sentences()
    pair = Pair("voices", {}, {}, True, {f"{n:03d}": sentences[n] for n in range(_TESTS)})
    for count, name in enumerate(("slt", "rms")):
        place = DATA / "learn" / "voices"
        pair.folders[name], pair.tests[name] = place / name, place / f"{name}-test"
        first = _TESTS + count * _SPOKEN
        for target, numbers in (
            (pair.folders[name], range(first, first + _SPOKEN)),
            (pair.tests[name], range(_TESTS)),
        ):
            target.mkdir(parents=True, exist_ok=True)
            for n in numbers:
                path = target / f"{n:03d}.wav"
                if not path.exists():
                    _say(name, sentences[n], path)
    return pair


PAIRS = {"music": music, "actors": actors, "voices": voices}


def _pair(name: str, parts: dict[str, tuple[str, tuple[str, ...]]]) -> Pair:
    place = DATA / "learn" / name
    pair = Pair(name, {}, {}, speech=False)
    for title, (package, tests) in parts.items():
        pair.folders[title], pair.tests[title] = place / title, place / f"{title}-test"
        if pair.tests[title].exists():
            continue
        for path in sorted(_unpacked(package).rglob("music/**/*.ogg")):
            held = path.stem in tests
            sound = _middle(Sound.load(path), 60 if held else 90)
            target = pair.tests[title] if held else pair.folders[title]
            target.mkdir(parents=True, exist_ok=True)
            sound.save(target / f"{path.stem}.flac")
    return pair


def _speech(files: list[Path], minutes: float, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    seconds = 0.0
    for n in np.random.default_rng(1).permutation(len(files)):
        try:
            sound = Sound.load(files[n])
        except SoundError:  # some are empty
            continue
        if not 1.2 <= sound.duration_seconds <= 12:
            continue
        _quieter(sound).save(target / f"{files[n].stem}-{n}.flac")
        seconds += sound.duration_seconds
        if seconds > 60 * minutes:
            return


def _middle(sound: Sound, seconds: float) -> Sound:
    count = round(seconds * sound.rate)
    start = max(0, (sound.sample_count - count) // 2)
    return _quieter(Sound(sound.samples[:, start : start + count], sound.rate))


def _quieter(sound: Sound) -> Sound:
    """``sound`` as loud as every file can hold it."""
    return Sound(sound.samples * min(1, 0.99 / max(1e-9, abs(sound.samples).max())), sound.rate)


def _sentences() -> list[str]:
    """Parts of sentences of licences, which are on every Debian, in an order of no meaning."""
    names = ("GPL-3", "MPL-2.0", "Apache-2.0", "GFDL-1.3")
    text = " ".join((_LICENCES / one).read_text(errors="ignore") for one in names)
    parts = [one.strip() for one in re.split(r"(?<=[.;:,])\s", re.sub(r"\s+", " ", text))]
    parts = [
        re.sub(r"[^A-Za-z ,]", "", one)
        for one in parts
        if 35 < len(one) < 90 and not re.search(r"\d|[A-Z]{3}", one)
    ]
    parts = list(dict.fromkeys(parts))
    return [parts[n] for n in np.random.default_rng(0).permutation(len(parts))]


def _say(voice: str, text: str, path: Path) -> None:
    """Write what Flite says."""
    place = DATA / "whole" / "flite"
    if not place.exists():
        packages = ("flite", "libflite1", "libasound2", "libasound2-data")
        subprocess.run(["apt-get", "download", *packages], cwd=DATA, check=True)
        for package in packages:
            archive = next(DATA.glob(f"{package}_*.deb"))
            subprocess.run(["dpkg-deb", "-x", str(archive), str(place)], check=True)
    libraries = str(next(place.glob("usr/lib/*linux-gnu")))
    command = [str(place / "usr/bin/flite"), "-voice", voice, "-t", text, "-o", str(path)]
    subprocess.run(command, env={**os.environ, "LD_LIBRARY_PATH": libraries}, check=True)


def _unpacked(package: str) -> Path:
    """The whole package, unpacked once."""
    place = DATA / "whole" / package
    if not place.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        debs = list(DATA.glob(f"{package}_*.deb"))
        if not debs:
            subprocess.run(["apt-get", "download", package], cwd=DATA, check=True)
            debs = list(DATA.glob(f"{package}_*.deb"))
        place.mkdir(parents=True)
        piped = subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", str(debs[0])], check=True, capture_output=True
        )
        with tarfile.open(fileobj=io.BytesIO(piped.stdout)) as packed:
            members = [one for one in packed.getmembers() if one.name.endswith(".ogg")]
            packed.extractall(place, members, filter="data")
    return place
