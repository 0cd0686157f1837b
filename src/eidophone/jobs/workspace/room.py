"""Room: what was used longest ago in a cache makes room for what is new."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def make_room(folder: Path, pattern: str, most_bytes: int) -> None:
    """Remove the files in ``folder`` that were touched longest ago, until there is room.

    Args:
        folder: where they are.
        pattern: of their names.
        most_bytes: of all together.
    """
    found = []
    for path in folder.glob(pattern):
        with suppress(OSError):  # it has just gone
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    room = most_bytes - sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if room >= 0:
            break
        room += size
        with suppress(OSError):  # somebody has it open, where that matters
            path.unlink()
