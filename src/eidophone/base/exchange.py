"""Two files or folders that get each other's names at once, where the system can do that."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

#: Of Linux: paths begin where we are; and, as on macOS: exchange.
_HERE, _EXCHANGE = -100, 2


def exchanged(one: Path, other: Path) -> bool:
    """Exchange the names of ``one`` and ``other``, at no moment of which either is missing.

    Returns:
        False if this system, or where they lie, cannot do that; nothing has happened then.
    """
    first, second = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None)
        if sys.platform == "linux":
            return not system.renameat2(_HERE, first, _HERE, second, _EXCHANGE)
        if sys.platform == "darwin":
            return not system.renamex_np(first, second, _EXCHANGE)
    except (AttributeError, OSError, TypeError):  # an old one, or Windows
        pass
    return False
