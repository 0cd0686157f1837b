"""Layouts: the pictures of a dataset as the files that trainers load.

Each writes the pictures of one split, in the order in which they come, into a folder; the same
pictures make the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from eidophone.jobs.dataset.parts import Item
from eidophone.jobs.dataset.plan import FileLayout
from eidophone.jobs.dataset.sources import fraction_of

Writer = Callable[[str, Sequence[Item], Sequence[str], Path], None]

_RECORDS = "metadata.jsonl"
_EARLIEST = (1980, 1, 1, 0, 0, 0)

#: Pictures of a shard at most; and as many shards at least, that several loaders can share them.
_SHARD_PICTURES = 1000
_LEAST_SHARDS = 8


def write_imagefolder(
    split: str,
    items: Sequence[Item],
    labels: Sequence[str],  # noqa: ARG001 (the folders are the labels)
    folder: Path,
) -> None:
    """``SPLIT/LABEL/NAME.png``, and ``SPLIT/metadata.jsonl`` for Hugging Face ``datasets``."""
    (folder / split).mkdir()
    with (folder / split / _RECORDS).open("w", encoding="utf-8", newline="\n") as records:
        for item in items:
            name = f"{item.sound.label}/{item.path.name}"
            (folder / split / item.sound.label).mkdir(exist_ok=True)
            _link(item.path, folder / split / name)
            records.write(json.dumps({"file_name": name, **item.record}) + "\n")


def write_stylegan(split: str, items: Sequence[Item], labels: Sequence[str], folder: Path) -> None:
    """``SPLIT.zip`` as StyleGAN's ``dataset_tool.py`` names and stores things."""
    number = {label: index for index, label in enumerate(labels)}
    chosen, records = [], []
    with zipfile.ZipFile(folder / f"{split}.zip", "w") as archive:
        for index, item in enumerate(items):
            text = f"{index:08}"
            name = f"{text[:5]}/img{text}{item.path.suffix}"
            _store(archive, name, item.path.read_bytes())
            chosen.append([name, number[item.sound.label]])
            records.append(json.dumps({"file_name": name, **item.record}) + "\n")
        _store(archive, "dataset.json", json.dumps({"labels": chosen}).encode())
        _store(archive, _RECORDS, "".join(records).encode())


def write_webdataset(
    split: str, items: Sequence[Item], labels: Sequence[str], folder: Path
) -> None:
    """``SPLIT-000000.tar`` and so on: of each picture itself, ``.json`` and ``.cls``.

    The pictures are shuffled, since loaders read a shard from its beginning to its end.
    """
    number = {label: index for index, label in enumerate(labels)}
    shuffled = sorted(items, key=lambda item: fraction_of(item.sound.identity, item.sample.file))
    shards = min(max(-(-len(items) // _SHARD_PICTURES), _LEAST_SHARDS), len(items))
    for shard in range(shards):
        with tarfile.open(folder / f"{split}-{shard:06}.tar", "w") as archive:
            for item in shuffled[shard::shards]:
                key = f"{item.sound.label}/{item.path.stem}"
                _add(archive, key + item.path.suffix, item.path.read_bytes())
                _add(archive, f"{key}.json", json.dumps(item.record).encode())
                _add(archive, f"{key}.cls", str(number[item.sound.label]).encode())


#: How each layout is written.
WRITERS: dict[FileLayout, Writer] = {
    "imagefolder": write_imagefolder,
    "stylegan": write_stylegan,
    "webdataset": write_webdataset,
}


def _link(source: Path, target: Path) -> None:
    """The same file under another name; a copy where a file can have only one."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _store(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, _EARLIEST)
    member.external_attr = 0o644 << 16
    archive.writestr(member, data)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)  # of no time and nobody
    member.size = len(data)
    archive.addfile(member, BytesIO(data))
