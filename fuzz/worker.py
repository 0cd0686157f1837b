"""A process that tries inputs, one after the other, and may be killed by any of them."""

from __future__ import annotations

import faulthandler
import os
import resource
import shutil
import tempfile
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from fuzz.mutate import mutated
from fuzz.trials import problem_of

#: Of memory: more is a finding, and of addresses, which libraries only reserve, more are refused.
_MOST_BYTES, _MOST_ADDRESSES = 2 << 30, 12 << 30

#: How often each kind comes; what needs a second each comes seldom.
_WEIGHTS = {
    **{"sound": 30, "picture": 30, "strip": 12, "film": 8, "recipe": 6, "journal": 4},
    **{"report": 1, "plan": 1, "template": 4, "network": 3, "torch": 1, "model": 2, "midi": 4},
    **{"notes": 2, "tune": 2, "tradition": 2},
}


@dataclass(frozen=True)
class Given:
    """An input.

    Attributes:
        kind: what it is said to be.
        ending: of its file's name.
        data: its bytes.
    """

    kind: str
    ending: str
    data: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of an input: the problem, or ""."""

    given: Given
    problem: str


def given_of(seeds: dict[str, list[Path]], seed: int, number: int) -> Given:
    """Input ``number`` of the campaign ``seed``: always the same."""
    random = Random(f"{seed} {number}")
    kinds = [kind for kind in _WEIGHTS if kind in seeds]
    (kind,) = random.choices(kinds, [_WEIGHTS[kind] for kind in kinds])
    path = random.choice(seeds[kind])
    others = [other.read_bytes() for other in seeds[kind]]
    return Given(kind, path.suffix, mutated(path.read_bytes(), others, random))


def work(pipe: Connection, place: str, traces: str) -> None:
    """Try what comes, and tell what came of it, until nothing more comes.

    Args:
        pipe: gives each `Given`, and takes each `Outcome`.
        place: a folder for what is tried, and for temporary files.
        traces: the file that tells where it crashed.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, _MOST_ADDRESSES))
    with Path(traces).open("w", encoding="utf-8") as file:
        faulthandler.enable(file)
        _hush()
        while True:
            try:
                given = pipe.recv()
            except EOFError:
                return
            pipe.send(Outcome(given, _tried(given, Path(place))))


def _hush() -> None:
    """What libraries print by themselves is lost, as it is when the program runs."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _tried(given: Given, place: Path) -> str:
    """What is wrong with what becomes of ``given``."""
    folders = folder, temporary, given_in = [
        place / name for name in ("work", "temporary", "given")
    ]
    for one in folders:
        _empty(one)
    tempfile.tempdir = str(temporary)
    path = given_in / f"{given.kind}-input{given.ending}"
    path.write_bytes(given.data)
    _forget_peak()
    problem = problem_of(path, folder)
    peak = _peak_bytes()
    if not problem and peak > _MOST_BYTES:
        return f"memory: {peak / 1e9:.1f} GB"
    left = sorted(one.name for one in temporary.iterdir())
    return problem or (f"left behind: {left[0]}" if left else "")


def _empty(folder: Path) -> None:
    """Have an empty ``folder``: to make one anew takes longer."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in folder.iterdir():
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) << 10
