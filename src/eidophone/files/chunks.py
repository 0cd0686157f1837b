"""Chunks, of which PNG and RIFF files (WebP, WAV) consist: a name, a length, and so many bytes."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

#: More chunks than any file has that means well.
_MOST_CHUNKS = 1_000_000

_PNG_HEAD, _RIFF_HEAD = struct.Struct(">I4s"), struct.Struct("<4sI")


class Chunk(NamedTuple):
    """A chunk that is there whole.

    Attributes:
        name: four bytes.
        start: where its data begins in the file.
        length: of its data.
        end: where the next chunk begins.
    """

    name: bytes
    start: int
    length: int
    end: int

    def read(self, file: BinaryIO, most: int | None = None) -> bytes:
        """Its data, or the first ``most`` bytes of it."""
        file.seek(self.start)
        return file.read(self.length if most is None else min(most, self.length))


def png_chunks(file: BinaryIO) -> Iterator[Chunk]:
    """The chunks of a PNG file (https://www.w3.org/TR/png-3/, 5.3), each with four more bytes.

    It ends before the first that is not there whole. The file may be read in between.
    """
    return _chunks(file, 8, is_png=True)


def riff_chunks(file: BinaryIO) -> Iterator[Chunk]:
    """The chunks of a RIFF file (RFC 9649, 2.3).

    It ends before the first that is not there whole. The file may be read in between.
    """
    return _chunks(file, 12, is_png=False)


def _chunks(file: BinaryIO, position: int, *, is_png: bool) -> Iterator[Chunk]:
    size = file.seek(0, os.SEEK_END)
    for _ in range(_MOST_CHUNKS):
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            return
        name, length = _PNG_HEAD.unpack(head)[::-1] if is_png else _RIFF_HEAD.unpack(head)
        start = position + 8
        position = start + length + (4 if is_png else length % 2)
        if position > size:
            return
        yield Chunk(name, start, length, position)
