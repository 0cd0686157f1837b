"""Locks of files and folders, which end with the process that has them, however that ends."""

from __future__ import annotations

import errno
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:  # everywhere else
    msvcrt = None  # type: ignore[assignment]

#: The byte that is locked on Windows, where nobody else can read what is: far behind any end.
_FAR = 1 << 30


def try_lock(descriptor: int) -> bool | None:
    """Lock an open file or folder until it is closed; False if another has it.

    None where there are no locks: on some disks in networks.
    """
    if fcntl is None:
        return None if msvcrt is None else _try_lock_far(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file or folder is what ``path`` names."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False


def _try_lock_far(descriptor: int) -> bool | None:
    place = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, _FAR, os.SEEK_SET)
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError as error:
        return False if error.errno in (errno.EACCES, errno.EDEADLK) else None
    finally:
        os.lseek(descriptor, place, os.SEEK_SET)
    return True
