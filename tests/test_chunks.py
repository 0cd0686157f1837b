"""Chunks: PNG and RIFF files walked, however broken."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidophone.files.chunks import png_chunks, riff_chunks
from eidophone.film.film import is_film

NAMES = st.binary(min_size=4, max_size=4)
CHUNKS = st.lists(st.tuples(NAMES, st.binary(max_size=9)), max_size=6)


def png(chunks):
    coded = (
        struct.pack(">I4s", len(data), name) + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(coded)


def riff(chunks):
    coded = (
        struct.pack("<4sI", name, len(data)) + data + b"\0" * (len(data) % 2)
        for name, data in chunks
    )
    body = b"WEBP" + b"".join(coded)
    return b"RIFF" + struct.pack("<I", len(body)) + body


WALKS = [(png_chunks, png), (riff_chunks, riff)]


def found(walk, data):
    file = io.BytesIO(data)
    return [(chunk.name, chunk.read(file)) for chunk in walk(file)]


@pytest.mark.parametrize(("walk", "write"), WALKS)
@given(chunks=CHUNKS, cut=st.integers(0, 200))
def test_all_that_are_there_whole_are_found(walk, write, chunks, cut):
    data = write(chunks)
    assert found(walk, data) == chunks
    whole = [n for n in range(len(chunks) + 1) if len(write(chunks[:n])) <= max(cut, 12)]
    assert found(walk, data[:cut]) == chunks[: whole[-1]]


@pytest.mark.parametrize(("walk", "write"), WALKS)
@given(data=st.binary(max_size=60))
def test_noise_ends_somewhere(walk, write, data):
    assert sum(len(part) for _, part in found(walk, write([]) + data)) <= len(data)


@pytest.mark.parametrize(("walk", "write"), WALKS)
def test_a_length_that_cannot_be_allocates_nothing(walk, write):
    assert found(walk, write([]) + b"\xff" * 8 + b"data") == []


@pytest.mark.parametrize(("walk", "write"), WALKS)
def test_the_beginning_of_a_chunk_is_read_alone(walk, write):
    file = io.BytesIO(write([(b"abcd", b"12345"), (b"efgh", b"")]))
    assert [chunk.read(file, 2) for chunk in walk(file)] == [b"12", b""]


@pytest.mark.parametrize(("name", "mark"), [("a.png", b"acTL"), ("a.webp", b"ANIM")])
def test_animations_are_known_by_their_chunk_and_not_by_its_name_elsewhere(tmp_path, name, mark):
    write = riff if name == "a.webp" else png
    path = tmp_path / name
    path.write_bytes(write([(b"tEXt", mark * 3)]))
    assert not is_film(path)
    path.write_bytes(write([(b"tEXt", bytes(100_000)), (mark, bytes(8))]))
    assert is_film(path)
