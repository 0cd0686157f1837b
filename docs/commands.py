"""What the pages say to type, and ``python docs/commands.py``, which types all of it.

Each page gets a fresh copy of what git knows of this folder, and of what ``make demo`` made in it.
Its commands run there one after the other as they stand, then its Python, but for what needs a
library that is not here. Takes some twenty minutes; ``python docs/commands.py film README`` types
two.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def main(names: list[str]) -> int:
    """Run the pages that are named, or all of them, and return how many commands failed."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh"
        subprocess.run(["git", "clone", "-q", ROOT, fresh], check=True)
        _run(f"{sys.executable} examples/demo.py", fresh)
        for page in PAGES:
            if not typed(page) or (names and page.stem not in names):
                continue
            work = Path(folder) / page.stem
            shutil.copytree(fresh, work)
            for line in typed(page):
                failed += _run(line, work)
    print(f"{failed} failed")
    return failed


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of code in one language."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", page.read_text("utf-8"), re.DOTALL | re.M)


def commands(page: Path) -> list[str]:
    """The lines of a page that are to be typed, but for those that set everything up."""
    lines = "\n".join(blocks(page, "sh")).splitlines()
    return [line.strip() for line in lines if re.match(r" *(eidophone|python|mkdir|cp) ", line)]


def typed(page: Path) -> list[str]:
    """All that a page says to run, its Python in one piece; ``watch`` looks once."""
    lines = [line + " --once" if " watch " in line else line for line in commands(page)]
    python = "".join(
        block for block in blocks(page, "python") if all(map(find_spec, needed(block)))
    )
    return lines + ([python] if python else [])


def needed(block: str) -> set[str]:
    """The packages that a piece of Python imports."""
    return set(re.findall(r"^(?:from|import) (\w+)", block, re.M))


def _run(line: str, work: Path) -> bool:
    """Run one of them and say how it went; return whether it failed."""
    is_python = "\n" in line
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    }
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", line] if is_python else line,
        shell=not is_python,  # as the reader does
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    what = "its Python" if is_python else line
    print(f"{work.name}: {time.monotonic() - started:5.1f} s  {what}", flush=True)
    print("".join(f"    {one}\n" for one in done.stderr.splitlines()), end="", flush=True)
    if done.returncode:
        print(f"    FAILED with {done.returncode}")
    return bool(done.returncode)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
