"""Elsewhere: sounds that others made, which are judged as new ones of a collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eidophone.base.arrays import Float32
from eidophone.base.errors import LearnError
from eidophone.learning.collections import tracks_in
from eidophone.learning.grid import as_levels
from eidophone.learning.judges.windows import spread, windows_of


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """Sounds that others made.

    Attributes:
        name: what they are called: their folder.
        kind: which collection they are to be of.
        windows: three seconds of them each, levels ``[columns, rows]`` in dB.
    """

    name: str
    kind: int
    windows: list[Float32]

    @classmethod
    def read(cls, name: str, folder: Path, names: Sequence[str], most: int) -> Elsewhere:
        """The sounds in ``folder``, read as a collection is.

        Args:
            name: of the collection that they are to be of.
            folder: where they are; or a file.
            names: of all collections.
            most: windows that are taken, spread over all.

        Raises:
            LearnError: no such collection or folder, or nothing sounds there.
            SoundError: there are no sounds.
        """
        if name not in names:
            known = ", ".join(names)
            raise LearnError(f"{name!r} is no collection of this model: use {known}")
        if not folder.exists():
            raise LearnError(f"there is no folder {folder} for {name!r}")
        # No sound is joined to another: none of these goes on where another ends.
        windows = [one for track in tracks_in(name, folder) for one in windows_of([track])]
        if not windows:
            raise LearnError(f"nothing sounds in {folder}, which is to be judged as {name!r}")
        return cls(
            folder.resolve().name, names.index(name), list(map(as_levels, spread(windows, most)))
        )
