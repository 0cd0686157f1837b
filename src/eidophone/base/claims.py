"""Claims: one run at a time writes a file or a folder."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eidophone.base.errors import OutputError
from eidophone.base.locks import is_at, try_lock
from eidophone.base.temporary import PREFIX, forget, keep, sweep

#: How often to ask for what another holds, and seconds in between: it may only be looking.
_ATTEMPTS, _PAUSE_SECONDS = 5, 0.05


@contextmanager
def claimed(target: Path) -> Iterator[None]:
    """Keep all other runs from writing ``target``, a file or a folder, while the block lasts.

    A folder that is there is locked itself; for anything else, a hidden file beside it is, which
    is gone afterwards. The lock of a run that was killed is gone with it.

    Raises:
        OutputError: another run is writing it, or nobody can: said before hours of work, not after.
    """
    if not target.is_dir() and not target.parent.is_dir():
        raise OutputError(f"cannot write {target}: there is no folder {target.parent}")
    if os.name == "nt":
        yield
    elif target.is_dir():
        sweep(target.absolute())
        descriptor = _claimed(target, target, os.O_RDONLY)
        try:
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)
    else:
        sweep(target.parent.absolute())
        number = hashlib.blake2b(os.fsencode(target.name), digest_size=8).hexdigest()
        lock = target.parent / f"{PREFIX}{number}.lock"
        descriptor = _claimed(lock, target, os.O_RDONLY | os.O_CREAT)
        if descriptor is None:
            yield
            return
        keep(lock, descriptor)
        try:
            yield
        finally:
            forget(lock)


def _claimed(lock: Path, target: Path, flags: int) -> int | None:
    """``lock``, opened and locked; None where that cannot be."""
    for attempt in range(_ATTEMPTS):
        time.sleep(_PAUSE_SECONDS if attempt else 0)
        try:
            descriptor = os.open(lock, flags, 0o666)
        except OSError as error:
            if flags & os.O_CREAT:
                raise OutputError(f"cannot write {target}: {error.strerror}") from error
            return None
        except ValueError:  # a name that cannot be: said by whoever writes there
            return None
        is_ours = try_lock(descriptor)
        if is_ours is not False and is_at(descriptor, lock):
            return descriptor
        os.close(descriptor)
    raise OutputError(f"{target} is being written by another run: wait for it, or stop it")
