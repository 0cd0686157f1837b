"""Processes from outside, stopped with all that they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress


def stop_at_once(process: subprocess.Popen[bytes]) -> None:
    """Stop ``process``, which was given a session of its own, and what it started, now."""
    if process.poll() is not None:  # another program may have its number by now
        return
    if sys.platform == "win32":
        subprocess.run(  # noqa: S603
            ["taskkill", "/F", "/T", "/PID", str(process.pid)],  # noqa: S607
            capture_output=True,
            check=False,
        )
    else:
        with suppress(ProcessLookupError, PermissionError):  # it has just ended
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
