"""Launching: a window for the studio: one of its own where there is a browser that makes such."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: Browsers that show a page in a window of its own (``--app``): their programs on Linux,
_PROGRAMS = (
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "microsoft-edge-stable",
)

#: their names on macOS,
_APPS = ("Google Chrome", "Chromium", "Microsoft Edge")

#: and where they are on Windows, in one of these folders.
_WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")


def show(url: str) -> bool:
    """Show ``url`` in a window of its own, or else in the browser of the system.

    Whether somebody can see it: not where there is no screen.
    """
    if not _has_screen():
        return False
    for program in _with_windows():
        with suppress(OSError):
            _start([str(program), f"--app={url}", "--window-size=1440,940"])
            return True
    return webbrowser.open(url)


def _has_screen() -> bool:
    """Whether there is one; without, the standard library would show pages in the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _with_windows() -> Iterator[Path]:
    """Browsers that are here and show a page in a window of its own."""
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from _there(folder / f"{one}.app/Contents/MacOS/{one}" for one in _APPS)
    elif sys.platform == "win32":
        for folder in filter(None, map(os.environ.get, _WINDOWS_FOLDERS)):
            yield from _there(Path(folder, one) for one in _WINDOWS)
    else:
        yield from map(Path, filter(None, map(shutil.which, _PROGRAMS)))


def _there(paths: Iterator[Path]) -> Iterator[Path]:
    return (one for one in paths if one.is_file())


def _start(command: list[str]) -> None:
    """Start a browser that says nothing here, and stays when we end."""
    subprocess.Popen(  # noqa: S603 (a browser that is installed)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
