"""Processes that we start: each is stopped with all that it started, and none outlives us.

So is what goes on elsewhere for us.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import RLock
from typing import IO

#: What does not concern the processes that we start: it is for us to stop them.
_OURS_TO_HANDLE = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]

#: Kills the groups that it has been told of and not been told are gone, when nobody is left to tell
#: it anything: we are no more, however that came.
_GUARD = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""

#: Whether a process that is asked to end can do something first: Windows has no signal for that.
_CAN_ASK = os.name != "nt"

#: Seconds that workers have to end when they are asked to, and how often to look.
_PATIENCE_SECONDS, _LOOK_SECONDS = 5.0, 0.01


class _Children:
    """The processes that we have started and not yet seen the end of."""

    def __init__(self) -> None:
        self.lock = RLock()  # a signal may come in between
        self.groups: set[subprocess.Popen[bytes]] = set()
        self.workers: set[subprocess.Popen[bytes]] = set()
        self.elsewhere: list[Callable[[], None]] = []
        self.guard: subprocess.Popen[bytes] | None = None
        self.is_over = False


_children = _Children()
if hasattr(os, "register_at_fork"):  # what our parent has started is not ours
    os.register_at_fork(after_in_child=_children.__init__)  # type: ignore[misc]


def our_python(module: str) -> list[str]:
    """A command that runs ``main`` of one of our modules, where Python finds what we found."""
    code = f"import sys; sys.path[:] = sys.argv[1:]; from {module} import main; main()"
    return [sys.executable, "-c", code, *filter(None, sys.path)]


def start(
    command: Sequence[str] | str,
    *,
    shell: bool = False,
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that leads a group of its own, to be stopped by `stop`.

    Args:
        command: the program and its arguments, or for a shell, its line.
        shell: let a shell run it.
        stdin: as in `subprocess.Popen`; its output is a pipe.
        stderr: as in `subprocess.Popen`.
        environment: what it has in its environment besides what we have.

    Raises:
        OSError: it cannot be started.
    """
    with _children.lock:
        _refuse_when_over()
        process = subprocess.Popen(  # noqa: S603 (what the user asked for, or our own)
            command,
            shell=shell,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        _children.groups.add(process)
        _tell_guard("+", process)
    return process


def start_worker(module: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start ``main`` of one of our modules as a worker, to be stopped by `stop_worker`.

    It ends by itself when its input does, or on SIGTERM; Ctrl-C is for us to handle.
    """
    with _children.lock, _kept_from_children():
        _refuse_when_over()
        process = subprocess.Popen(  # noqa: S603 (it is our own)
            our_python(module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environment},
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        _children.workers.add(process)
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop ``process``, which `start` gave, and what it started, now; also what it left behind."""
    with _children.lock:
        if process not in _children.groups:  # another program may have its number by now
            return
        _children.groups.discard(process)
        _kill_group(process)
        _tell_guard("-", process)
    process.wait()


def stop_workers(workers: Collection[subprocess.Popen[bytes]]) -> None:
    """Let workers that `start_worker` gave remove what they were making, and end."""
    for worker in workers:
        with suppress(OSError, ValueError):
            _ask_to_end(worker)
    end = time.monotonic() + _PATIENCE_SECONDS
    while any(worker.poll() is None for worker in workers) and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
    for worker in workers:
        with suppress(OSError):
            worker.kill()
    _children.workers.difference_update(workers)


def _ask_to_end(worker: subprocess.Popen[bytes]) -> None:
    if _CAN_ASK or worker.stdin is None:
        worker.terminate()
    else:
        worker.stdin.close()


@contextmanager
def stopping(stop: Callable[[], None]) -> Iterator[None]:
    """In the block, something goes on elsewhere for us, which ``stop`` would end: `stop_all` does.

    How the block ends is for the block itself.
    """
    _children.elsewhere.append(stop)
    try:
        yield
    finally:
        _children.elsewhere.remove(stop)


def stop_all() -> None:
    """Stop all that we have started: we are about to end, and start no more.

    This may be called at any moment, so it waits for no lock for long.
    """
    _children.is_over = True
    if _children.lock.acquire(timeout=1.0):
        _children.lock.release()  # whoever was starting something has done so
    for process in list(_children.groups):
        _kill_group(process)
    stop_workers(list(_children.workers))
    for stop in list(_children.elsewhere):
        with suppress(Exception):
            stop()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):  # nothing is left of it
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        subprocess.run(  # noqa: S603
            ["taskkill", "/F", "/T", "/PID", str(process.pid)],  # noqa: S607
            capture_output=True,
            check=False,
        )


def _refuse_when_over() -> None:
    if _children.is_over:
        raise InterruptedError("this run was stopped")


@contextmanager
def _kept_from_children() -> Iterator[None]:
    """What is started in the block never gets the signals that are for us to handle."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OURS_TO_HANDLE)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _tell_guard(what: str, process: subprocess.Popen[bytes]) -> None:
    """Let the guard know of a group that begins (``+``) or is gone (``-``)."""
    if os.name != "posix":
        return
    if _children.guard is None:
        _children.guard = subprocess.Popen(  # noqa: S603 (it is our own)
            [sys.executable, "-I", "-S", "-c", _GUARD],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    pipe: IO[bytes] | None = _children.guard.stdin
    if pipe is not None:
        with suppress(OSError):  # it was killed: then nobody guards
            os.write(pipe.fileno(), f"{what}{process.pid}\n".encode())
