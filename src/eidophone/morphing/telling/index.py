"""Index: the recordings of files and folders, looked through once and kept.

What is kept is a file of plain arrays (NumPy's .npz, without pickle): of each sound its path, size
and time of change, and its envelope. A sound that has not changed since is not read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from eidophone.base.atomic import atomic_path, make_folder
from eidophone.base.errors import MorphError, SoundError, tell
from eidophone.files.kinds import sounds_in
from eidophone.morphing.telling.recordings import COEFFICIENTS, Recording

#: Changes with what envelopes are like.
_VERSION = 1


_FACTS = ("sizes", "times", "rates", "channels", "counts", "columns")


def recordings_of(places: Sequence[Path], keep: Path | None = None) -> list[Recording]:
    """The recordings of files and folders of them.

    Args:
        places: sound files, or folders, of which all sounds are taken.
        keep: a folder in which the index is kept, made if need be; None: it is not kept.

    Raises:
        MorphError: there is none that can be read.
        OutputError: the index cannot be kept.
    """
    paths = [path for place in places for path in _sounds(place)]
    kept = _path_of(places, keep)
    known = {} if kept is None else _read(kept)
    recordings = list(_looked_through(paths, known))
    if not recordings:
        raise MorphError(f"there is no sound in {', '.join(map(str, places))}")
    if kept is not None and any(_key(one.source) not in known for one in recordings):
        _write(kept, recordings)
    return recordings


def _sounds(place: Path) -> list[Path]:
    return sounds_in(place) if place.is_dir() else [place]


def _looked_through(
    paths: Sequence[Path], known: dict[tuple[str, int, int], Recording]
) -> Iterator[Recording]:
    for path in paths:
        try:
            kept = known.get(_key(path)) if path.exists() else None
            yield kept or Recording.of_file(path)
        except SoundError as error:
            if len(paths) == 1:
                raise
            tell(f"left out: {error}")


def _key(path: object) -> tuple[str, int, int]:
    """Path, size, and time of change in nanoseconds of a file."""
    file = Path(str(path)).resolve()
    facts = file.stat()
    return str(file), facts.st_size, facts.st_mtime_ns


def _path_of(places: Sequence[Path], keep: Path | None) -> Path | None:
    if keep is None:
        return None
    names = "\n".join(str(place.resolve()) for place in places)
    make_folder(keep)
    return keep / f"{hashlib.sha256(names.encode('utf-8', 'replace')).hexdigest()[:24]}.npz"


def _read(kept: Path) -> dict[tuple[str, int, int], Recording]:
    """What an index has; nothing if it cannot be used."""
    try:
        with kept.open("rb") as file, np.load(file, allow_pickle=False) as data:
            if int(data["version"]) != _VERSION:
                return {}
            names, envelope = data["names"].tolist(), data["envelope"]
            facts = zip(*(data[name].tolist() for name in _FACTS), strict=True)
            ends = np.cumsum(data["columns"])
            if ends[-1] != len(envelope) or envelope.shape[1:] != (COEFFICIENTS,):
                return {}
            return {
                (name, size, time): Recording(
                    Path(name), rate, channels, count, envelope[end - columns : end]
                )
                for name, (size, time, rate, channels, count, columns), end in zip(
                    names, facts, ends.tolist(), strict=True
                )
            }
    except (OSError, ValueError, KeyError, IndexError, TypeError, EOFError, BadZipFile):
        return {}


def _write(kept: Path, recordings: Sequence[Recording]) -> None:
    keys = [_key(one.source) for one in recordings]
    with atomic_path(kept, overwrite=True) as temporary:
        np.savez(
            temporary,
            version=_VERSION,
            names=np.array([key[0] for key in keys]),
            sizes=np.array([key[1] for key in keys]),
            times=np.array([key[2] for key in keys]),
            rates=np.array([one.rate for one in recordings]),
            channels=np.array([one.channels for one in recordings]),
            counts=np.array([one.sample_count for one in recordings]),
            columns=np.array([len(one.envelope) for one in recordings]),
            envelope=np.concatenate([one.envelope for one in recordings]),
        )
