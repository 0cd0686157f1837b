"""WAV files that were never finished: their headers say that there is nothing, and much follows."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

#: Where bytes of a file are to be others, and which.
_Patches = tuple[tuple[int, bytes], ...]

#: A length that is not known: libsndfile then reads to the end of the file.
_UNKNOWN = b"\xff\xff\xff\xff"

#: More chunks than any file has before its samples.
_MOST_CHUNKS = 1000


class Finished(io.FileIO):
    """An unfinished file as if it had been finished, read as `soundfile` reads.

    Args:
        path: the file.
        patches: from `patches_of`.
    """

    def __init__(self, path: Path, patches: _Patches) -> None:
        super().__init__(path)
        self._patches = patches

    def readinto(self, buffer: Any) -> int:
        """As `io.FileIO`, with the lengths that the header should have."""
        start = self.tell()
        view = memoryview(buffer).cast("B")
        count = super().readinto(view) or 0
        for place, data in self._patches:
            for offset, value in enumerate(data, place - start):
                if 0 <= offset < count:
                    view[offset] = value
        return count


def patches_of(path: Path) -> _Patches:
    """What is to be changed in the header of an unfinished WAV or RF64 file; else nothing."""
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
            return ()
        size = file.seek(0, os.SEEK_END)
        sizes = data = 0  # where ds64, and the samples, begin
        for name, start, length in _chunks(file, 12):
            if name == b"ds64":
                sizes = start
            if name == b"data":
                data, said = start, length
                break
        if not data or data == size:
            return ()
        if head[:4] == b"RF64":
            return _patches_of_rf64(file, sizes, data, size)
        if said or _ends_in_chunks(file, data, size):
            return ()
        return (4, _UNKNOWN), (data - 4, _UNKNOWN)


def _patches_of_rf64(file: BinaryIO, sizes: int, data: int, size: int) -> _Patches:
    """The same for RF64, whose lengths are in its chunk ds64 (EBU Tech 3306)."""
    file.seek(sizes)
    lengths = file.read(16)
    if not sizes or len(lengths) < 16:
        return ()
    said = int.from_bytes(lengths[8:], "little")
    if said and said < 2**63:  # larger is no length
        return ()
    return ((sizes, struct.pack("<QQ", size - 8, size - data)), (data - 4, _UNKNOWN))


def _chunks(file: BinaryIO, place: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, beginning and length of the chunks from ``place`` on, as they are said to be."""
    for _ in range(_MOST_CHUNKS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return
        name, length = struct.unpack("<4sI", head)
        yield name, place + 8, length
        place += 8 + length + length % 2


def _ends_in_chunks(file: BinaryIO, place: int, size: int) -> bool:
    """Whether there are nothing but chunks from ``place`` to the end: then there is no sound."""
    end = place
    for name, start, length in _chunks(file, place):
        if not name.isascii() or not name.decode("ascii").isprintable():
            return False
        end = start + length + length % 2
    return size <= end <= size + 1
