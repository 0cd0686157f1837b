"""Commands: those that write, as small as they can be and still take a while."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from eidophone import Sound
from fuzz.seeds import onnx_network

RATE = 44_100

#: Copies a file, or a folder as programs see it that take whatever lies there.
_TOOL = """
import pathlib, shutil, sys, time
given, wanted = map(pathlib.Path, sys.argv[1:])
time.sleep(0.05)
if given.is_dir():
    for name in sorted(given.iterdir()):
        shutil.copy(name, wanted / name.name)
else:
    shutil.copy(given, wanted)
"""


@dataclass(frozen=True)
class Command:
    """A command, run in a folder that `lay_out` has filled.

    Attributes:
        name: what it is called here.
        arguments: of ``eidophone``.
        writes: files and folders that it makes; what they hold is compared.
        again: arguments that are added when it is run again after it had come to its end.
    """

    name: str
    arguments: Sequence[str]
    writes: Sequence[str]
    again: Sequence[str] = ("--force",)


def _tool(*more: str) -> list[str]:
    command = f"{sys.executable} tool.py {{in}} {{out}}"
    return ["process", "sound.wav", "out.wav", "--size", "128", "--with", command, *more]


_NETWORK = ["process", "sound.wav", "out.wav", "--size", "128", "--network", "network.onnx"]

COMMANDS = [
    Command("encode", ["encode", "long.wav", "out.png"], ["out.png"]),
    Command("squares", ["encode", "long.wav", "out/", "--size", "128", "--force"], ["out"], ()),
    Command("decode", ["decode", "picture.png", "out.wav", "--quality", "preview"], ["out.wav"]),
    Command("film", ["encode", "sound.wav", "out.mp4"], ["out.mp4"]),
    Command("frames", ["encode", "sound.wav", "out/frames", "--film", "scroll"], ["out/frames"]),
    Command("film-decode", ["decode", "film.mp4", "out.wav", "--ignore-track"], ["out.wav"]),
    Command("folder", ["encode", "sounds", "out/", "--jobs", "2"], ["out"], ()),
    Command("folder-decode", ["decode", "pictures", "out/", "--jobs", "2"], ["out"], ()),
    Command("pages-decode", ["decode", "pages", "out/", "--jobs", "2"], ["out"], ()),
    Command("dataset", ["dataset", "sounds", "out", "--size", "128", "--jobs", "2"], ["out"], ()),
    Command("program", _tool(), ["out.wav"]),
    Command("work", _tool("--folders", "--work", "work/"), ["out.wav", "work"]),
    Command("network", _NETWORK, ["out.wav"]),
    Command("watch", ["watch", "hot", "--once", "--interval", "0.1"], ["hot"], ()),
]


def lay_out(folder: Path) -> None:
    """Fill ``folder`` with what the commands read."""
    (folder / "sounds" / "deep").mkdir(parents=True)
    (folder / "out").mkdir()
    (folder / "tool.py").write_text(_TOOL)
    for index in range(4):
        _noise(0.3, index).save(folder / "sounds" / ("deep" if index % 2 else "") / f"{index}.wav")
    (folder / "pages").mkdir()
    for index in range(4):  # too loud, and brought down together
        pixels = np.full((50, 10 + 20 * index), 150 + 30 * index, np.uint8)
        Image.fromarray(pixels).save(folder / "pages" / f"{index}.png")
    _noise(0.5, 9).save(folder / "sound.wav")
    _noise(1.5, 10).save(folder / "long.wav")
    (folder / "network.onnx").write_bytes(onnx_network(b"Identity", b"n", 3, b"h", b"w"))
    for name in ("sounds-in", "pictures-in"):
        (folder / "hot" / name).mkdir(parents=True)
    for index in range(2):
        shutil.copy2(folder / "sounds" / f"{2 * index}.wav", folder / "hot" / "sounds-in")


#: Commands that make of the sounds what other commands read.
NEEDS = [
    ["encode", "sound.wav", "picture.png"],
    ["encode", "sound.wav", "film.mp4"],
    ["encode", "sounds", "pictures/"],
]


def _noise(seconds: float, seed: int) -> Sound:
    samples = 0.1 * np.random.default_rng(seed).standard_normal((1, round(seconds * RATE)))
    return Sound(samples.astype(np.float32), RATE)
