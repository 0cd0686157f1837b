"""Together: sounds of one folder of which nothing says how loud they were, as loud as each other.

If any of them is too loud, all are brought down, by one amount. So they wait, as loud as they were
drawn, until the last of them is there. They wait in a hidden folder, where the next run finds them
if this one is interrupted; what is known to be as loud as it was drawn does not wait.
"""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eidophone.base.atomic import atomic_path, make_folder
from eidophone.base.errors import EidophoneError
from eidophone.sound.level import UNKNOWN, Level, lowered
from eidophone.sound.making import Made, Measured, Progress
from eidophone.sound.sound import open_sound

#: Beside the results; runs that end leave none.
_FOLDER = ".eidophone-waiting"


@dataclass(frozen=True)
class Together:
    """Sounds that wait for each other.

    Attributes:
        target: the folder of the results.
    """

    target: Path

    def place(self, sources: Sequence[Path], target: Path, how: object) -> Path:
        """Where the sound ``target`` waits that is made of ``sources`` as ``how`` says."""
        key = repr(([_state(path) for path in sources], target.relative_to(self.target), how))
        return self._folder / f".{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}.wav"

    @property
    def is_settled(self) -> bool:
        """Whether it is known how loud the loudest of those is that wait."""
        return self._settled.exists()

    def settle(
        self, waiting: Mapping[Path, Path], *, overwrite: bool
    ) -> Iterator[tuple[Path, str | None]]:
        """Write those that wait: each result, and what went wrong with it.

        Args:
            waiting: where they may wait, by their results.
            overwrite: replace results that are there already.
        """
        there = {target: place for target, place in waiting.items() if place.exists()}
        factor, failed = self._factor(list(there.values())), False
        for target, place in there.items():
            try:
                _write(place, target, factor, overwrite)
                yield target, None
            except (EidophoneError, OSError) as error:
                failed = True
                yield target, str(error)
        if not failed:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return self.target / _FOLDER

    @property
    def _settled(self) -> Path:
        return self._folder / ".peak"

    def _factor(self, places: Sequence[Path]) -> float:
        """What all are multiplied by, as the loudest of them asks, or of an interrupted run's."""
        if not places:
            return 1.0
        loudest = math.nan
        with suppress(OSError, ValueError):
            loudest = float(self._settled.read_text())
        if not 0 <= loudest < math.inf:
            loudest = max(map(_peak_at, places))
            with atomic_path(self._settled, overwrite=True) as file:
                file.write_text(repr(loudest))
        return lowered(loudest, UNKNOWN, len(places))


def finish(
    made: Made,
    target: Path,
    level: Level,
    place: Path | None,
    *,
    overwrite: bool,
    progress: Progress,
) -> bool:
    """Write ``made`` to the file ``target``, or to ``place`` where it waits; whether it does.

    It waits, if there is a ``place``, where nothing says how loud it was, and no ``level`` was
    asked for.
    """
    if place is None or level.factor is not None or made.limit() is not UNKNOWN:
        made.write(target, level, overwrite=overwrite, progress=progress)
        return False
    make_folder(place.parent)
    made.keep(place, progress)
    return True


def _state(path: Path) -> tuple[str, int, int]:
    """Where ``path`` is, and what changes if it does."""
    try:
        found = path.stat()
    except OSError:  # it is gone, which whoever opens it says
        return str(path.absolute()), 0, 0
    return str(path.absolute()), found.st_size, found.st_mtime_ns


def _peak_at(place: Path) -> float:
    with open_sound(place) as sound:
        return Measured(sound).peak


def _write(place: Path, target: Path, factor: float, overwrite: bool) -> None:
    """Write what waits at ``place``, multiplied by ``factor``, as ``target``."""
    with open_sound(place) as sound:
        louder = (block * np.float32(factor) for block in Made.itself(sound).blocks)
        Made(sound, louder).write(target, Level(as_drawn=True), overwrite=overwrite)
    place.unlink()
