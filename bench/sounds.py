"""The sounds of the benchmark: fixed clips of recordings that Debian packages carry.

The packages are fetched once, into bench/data/. Where there is no apt, the few sounds of the
repository stand in, and the results say so. The clips were chosen for their variety, before any
of them was scored.
"""

from __future__ import annotations

import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.progress import progress
from eidophone import Sound

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"

RATE = 44_100
_SHARE = "./usr/share/"
_SECONDS = 5.0

#: Clips are whole runs of so many samples: four columns of the `standard` picture, so that three
#: quarters of its width is a whole number of pixels. A width that has to be rounded stretches
#: time by less than anyone hears, but by more than a score which compares moment by moment bears.
_RUN_SAMPLES = 1024


@dataclass(frozen=True)
class Clip:
    """A part of a recording.

    Attributes:
        name: what the tables call it.
        package: the Debian package.
        files: in it, under /usr/share; several are mixed.
        start: second at which the part begins.
        seconds: how long it is, if the recording is.
    """

    name: str
    package: str
    files: tuple[str, ...]
    start: float = 0.0
    seconds: float = _SECONDS


@dataclass(frozen=True)
class Sounds:
    """What is measured.

    Attributes:
        mono, stereo: by name, at 44.1 kHz.
        long: stereo, for timing.
        origin: where they come from.
    """

    mono: dict[str, Sound]
    stereo: dict[str, Sound]
    long: Sound
    origin: str


def _song(name: str) -> tuple[str, ...]:
    folder = f"games/fretsonfire/data/songs/sectoid/{name}"
    return f"{folder}/song.ogg", f"{folder}/guitar.ogg"


_HYPERROGUE, _SONIC_PI = "hyperrogue-music", "sonic-pi-samples"
_SINGULARITY, _TUX_PAINT = "singularity-music", "tuxpaint-stamps-default"
_FRETS_ON_FIRE = "fretsonfire-songs-sectoid"
_MAMMALS, _BIRDS = "tuxpaint/stamps/animals/mammals", "tuxpaint/stamps/animals/birds"

MONO = (
    Clip("orchestra", _HYPERROGUE, ("hyperrogue/music/hr3-hell.ogg",), 30),
    Clip("choir", _SONIC_PI, ("sonic-pi/samples/ambi_choir.flac",)),
    Clip("piano", _SONIC_PI, ("sonic-pi/samples/ambi_piano.flac",)),
    Clip("metal", _FRETS_ON_FIRE, _song("Metal madness"), 30),
    Clip("elephant", _TUX_PAINT, (f"{_MAMMALS}/elephant.ogg",)),
    Clip("blackbird", _TUX_PAINT, (f"{_BIRDS}/blackbird.ogg",)),
    Clip(
        "Dutch voice",
        "fillets-ng-data-nl",
        ("games/fillets-ng/sound/atlantis/nl/sp-v-vratit1.ogg",),
    ),
    Clip(
        "French voice",
        "asterisk-core-sounds-fr-wav",
        ("asterisk/sounds/fr_CA_f_June/demo-congrats.wav",),
        5,
    ),
    Clip("electronic", _SINGULARITY, ("games/singularity/music/Media Threat.ogg",), 60),
    Clip("drums", _SONIC_PI, ("sonic-pi/samples/loop_amen_full.flac",)),
)

STEREO = (
    Clip("hunting", _HYPERROGUE, ("hyperrogue/music/hr-domina-hunting.ogg",), 30),
    Clip("icy land", _HYPERROGUE, ("hyperrogue/music/hr3-icyland.ogg",), 20),
    Clip("nebula", _SINGULARITY, ("games/singularity/music/Nebula.ogg",), 60),
    Clip("rock song", _FRETS_ON_FIRE, _song("Feelings"), 60),
    Clip("haunted hum", _SONIC_PI, ("sonic-pi/samples/ambi_haunted_hum.flac",)),
)

LONG = Clip("long", _HYPERROGUE, ("hyperrogue/music/hr-domina-hunting.ogg",), 20, 25)

#: For a quick run.
_QUICK_MONO = ("orchestra", "drums")
_QUICK_STEREO = ("hunting",)
_QUICK_SECONDS = 2.0
_QUICK_LONG_SECONDS = 6.0


def gather(*, quick: bool = False) -> Sounds:
    """The sounds, fetched where need be; a few of them if ``quick``."""
    mono = [clip for clip in MONO if not quick or clip.name in _QUICK_MONO]
    stereo = [clip for clip in STEREO if not quick or clip.name in _QUICK_STEREO]
    try:
        sounds = Sounds(
            {clip.name: _mono(_cut(clip)) for clip in mono},
            {clip.name: _cut(clip) for clip in stereo},
            _cut(LONG),
            _origin([*mono, *stereo, LONG]),
        )
    except (subprocess.CalledProcessError, OSError) as error:
        sounds = _of_repository(f"the packages cannot be had: {error}")
    return _shortened(sounds) if quick else sounds


def _of_repository(why: str) -> Sounds:
    """The sounds of the repository, in place of the packages."""
    progress(f"{why}; taking the sounds of the repository instead")
    found = sorted((ROOT / "sounds").glob("*.flac"))
    loaded = {path.stem: Sound.load(path) for path in found}
    stereo = {name: _part(sound, 0, _SECONDS) for name, sound in loaded.items() if _is_wide(sound)}
    if not stereo:
        raise SystemExit(f"{why}, and {ROOT / 'sounds'} has no stereo sounds: nothing to measure")
    mono = {name: _mono(_part(sound, 0, _SECONDS)) for name, sound in loaded.items()}
    whole = next(loaded[name] for name in stereo)
    repeats = int(np.ceil(LONG.seconds / whole.duration_seconds))
    long = _part(Sound(np.tile(whole.samples, repeats), whole.rate), 0, LONG.seconds)
    return Sounds(mono, stereo, long, f"the repository's sounds ({why})")


def _shortened(sounds: Sounds) -> Sounds:
    return Sounds(
        {name: _part(sound, 0, _QUICK_SECONDS) for name, sound in sounds.mono.items()},
        {name: _part(sound, 0, _QUICK_SECONDS) for name, sound in sounds.stereo.items()},
        _part(sounds.long, 0, _QUICK_LONG_SECONDS),
        sounds.origin,
    )


def _cut(clip: Clip) -> Sound:
    parts = [
        _part(Sound.load(path), clip.start, clip.seconds).samples
        for path in fetched(clip.package, clip.files)
    ]
    return Sound(np.mean(parts, axis=0), RATE)


def _part(sound: Sound, start: float, seconds: float) -> Sound:
    """Up to ``seconds`` from ``start`` on, at 44.1 kHz, in whole runs."""
    first, last = round(start * sound.rate), round((start + seconds) * sound.rate)
    part = Sound(sound.samples[:, first:last], sound.rate).resampled(RATE)
    return Sound(part.samples[:, : part.sample_count // _RUN_SAMPLES * _RUN_SAMPLES], RATE)


def _mono(sound: Sound) -> Sound:
    return Sound(sound.samples.mean(axis=0), sound.rate)


def _is_wide(sound: Sound) -> bool:
    return sound.channels == 2 and not np.allclose(*sound.samples, atol=1e-3)


def _origin(clips: list[Clip]) -> str:
    packages = sorted({clip.package for clip in clips})
    return f"Debian's {', '.join(packages)}"


def fetched(package: str, files: tuple[str, ...]) -> list[Path]:
    """Where these ``files`` of ``package`` are, fetched if they are not there yet."""
    paths = [DATA / package / file for file in files]
    if not all(path.is_file() for path in paths):
        _unpack(_archive(package), DATA / package, files)
    return paths


def _archive(package: str) -> Path:
    """The package's .deb file, downloaded if it is not there yet."""
    DATA.mkdir(exist_ok=True)
    if not list(DATA.glob(f"{package}_*.deb")):
        progress(f"fetching {package}")
        subprocess.run(
            ["apt-get", "download", package], cwd=DATA, check=True, stdout=subprocess.DEVNULL
        )
    return max(DATA.glob(f"{package}_*.deb"))


def _unpack(archive: Path, folder: Path, files: tuple[str, ...]) -> None:
    """Put ``files``, which are named from /usr/share on, below ``folder``."""
    wanted = {_SHARE + file: folder / file for file in files}
    with (
        subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE
        ) as unpacker,
        tarfile.open(fileobj=unpacker.stdout, mode="r|") as tar,
    ):
        for member in tar:
            if member.name in wanted:
                _write(wanted.pop(member.name), tar.extractfile(member).read())
    if wanted:
        raise FileNotFoundError(f"{archive.name} has no {', '.join(wanted)}")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(data)
    partial.replace(path)
