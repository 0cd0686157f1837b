"""Mutations of bytes, and of what they mean: chunks of containers, tags of TIFF, values of JSON."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from PIL import Image

Mutation = Callable[[bytes, Random], bytes]

#: What counters and sizes are set to.
_EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 10**30, 1e308, -1e308, 1e-308, 0.0),
    *(float("inf"), float("nan"), "", "a", "\0", "\ud800", "\x1b[31m", "../../a", "9" * 5000),
    *([], {}, [[]], [0] * 1000, {"": ""}, "mel", "nan", "é" * 100),
)
_FLOATS = (0.0, -1.0, 1e-30, 1e30, -3e38, float("inf"), float("nan"))
_MOST_BYTES = 1 << 18


def mutated(data: bytes, others: list[bytes], random: Random) -> bytes:
    """``data`` with something done to it once or several times; ``others`` are of its kind."""
    most = max(_MOST_BYTES, len(data))
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        if random.random() < (0.9 if data[:2] == b"BM" or _is_arrays(data) else 0.4):
            data = _by_structure(data, random)
        elif random.random() < 0.1:
            data = _spliced(data, random.choice(others), random)
        else:
            data = random.choice(_MUTATIONS)(data, random)
        data = data[:most]
    return data


def _place(data: bytes, random: Random) -> int:
    """A place in ``data``; in its head, every other time."""
    end = len(data) if random.random() < 0.5 else min(len(data), 200)
    return random.randrange(end + 1)


def _length(data: bytes, random: Random) -> int:
    return min(len(data), 1 << random.randrange(12))


def _bits_flipped(data: bytes, random: Random) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(1 << random.randrange(6)):
        changed[min(_place(data, random), len(changed) - 1)] ^= 1 << random.randrange(8)
    return bytes(changed)


def _overwritten(data: bytes, random: Random) -> bytes:
    at, length = _place(data, random), _length(data, random)
    return data[:at] + random.randbytes(length) + data[at + length :]


def _filled(data: bytes, random: Random) -> bytes:
    at, length = _place(data, random), _length(data, random)
    return data[:at] + bytes([random.choice((0, 255, 127))]) * length + data[at + length :]


def _field_set(data: bytes, random: Random) -> bytes:
    at, form = _place(data, random), random.choice(("B", "<H", ">H", "<I", ">I", "<Q", ">Q"))
    return _put(data, at, form, random)


def _put(data: bytes, at: int, form: str, random: Random) -> bytes:
    size = struct.calcsize(form)
    value = random.choice(_EXTREMES) & (256**size - 1)
    return data[:at] + struct.pack(form, value) + data[at + size :]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: _place(data, random)]


def _removed(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + data[at + _length(data, random) :]


def _repeated(data: bytes, random: Random) -> bytes:
    at, length = _place(data, random), _length(data, random)
    return data[:at] + data[at : at + length] * random.randrange(2, 5) + data[at + length :]


def _spliced(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: _place(data, random)] + other[_place(other, random) :]


_MUTATIONS: tuple[Mutation, ...] = (
    *(_bits_flipped, _overwritten, _filled, _field_set, _field_set, _cut, _removed, _repeated),
)


def _by_structure(data: bytes, random: Random) -> bytes:
    if data[:1] in (b"{", b"["):
        return _json_changed(data, random)
    if data[:4] in (b"II*\0", b"MM\0*"):
        return _tag_changed(data, random)
    if _is_arrays(data):
        return _arrays_changed(data, random)
    if data[:2] == b"BM" and random.random() < 0.9:
        return _pixels_changed(data, random)
    for container in _CONTAINERS:
        if data[container.magic_at :].startswith(container.magic):
            return _chunks_changed(data, container, random)
    return _field_set(data, random)


@dataclass(frozen=True)
class _Container:
    """Of what chunks a kind of file consists.

    Attributes:
        magic, magic_at: by which it is known, and where that is.
        start: of the first chunk.
        form: of the head of a chunk, with its length at ``length_at``, else its name.
        length_at: 0 or 1.
        head_counts: the length includes the head.
        checked: a CRC-32 follows each chunk.
        even: chunks begin at even places.
    """

    magic: bytes
    start: int
    form: str
    length_at: int
    magic_at: int = 0
    head_counts: bool = False
    checked: bool = False
    even: bool = False


_CONTAINERS = (
    _Container(b"\x89PNG", 8, ">I4s", 0, checked=True),
    _Container(b"RIFF", 12, "<4sI", 1, even=True),
    _Container(b"MThd", 0, ">4sI", 1),
    _Container(b"FORM", 12, ">4sI", 1, even=True),
    _Container(b"caff", 8, ">4sQ", 1),
    _Container(b"ftyp", 0, ">I4s", 0, magic_at=4, head_counts=True),
)

#: Boxes of MP4, and lists of RIFF, that consist of others.
_NESTED = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"LIST", b"meta", b"iprp", b"ipco"}


def _chunks(data: bytes, form: _Container) -> list[tuple[bytes, bytes]]:
    """Name and content of the chunks of ``data``, as far as they are there."""
    found, at, head = [], form.start, struct.calcsize(form.form)
    while at + head <= len(data):
        fields = struct.unpack_from(form.form, data, at)
        length, name = fields[form.length_at], fields[1 - form.length_at]
        length = max(0, length - head) if form.head_counts else length
        found.append((name, data[at + head : at + head + length]))
        at += head + length + 4 * form.checked + (length % 2 if form.even else 0)
    return found


def _joined(start: bytes, chunks: list[tuple[bytes, bytes]], form: _Container) -> bytes:
    parts = [start]
    for name, content in chunks:
        length = len(content) + (struct.calcsize(form.form) if form.head_counts else 0)
        parts += [_head(name, length, form), content]
        if form.checked:
            parts.append(struct.pack(">I", zlib.crc32(name + content)))
        elif form.even and len(content) % 2:
            parts.append(b"\0")
    return b"".join(parts)


def _head(name: bytes, length: int, form: _Container) -> bytes:
    fields: list[Any] = [name, length] if form.length_at else [length, name]
    return struct.pack(form.form, *fields)


def _chunks_changed(data: bytes, form: _Container, random: Random) -> bytes:
    """Chunks left out, repeated, swapped, or changed inside, and all else right."""
    start, chunks = data[: form.start], _chunks(data, form)
    if not chunks:
        return _field_set(data, random)
    nth = random.randrange(len(chunks))
    name, content = chunks[nth]
    match random.randrange(6):
        case 0:
            del chunks[nth]
        case 1:
            chunks.insert(random.randrange(len(chunks) + 1), chunks[nth])
        case 2:
            other = random.randrange(len(chunks))
            chunks[nth], chunks[other] = chunks[other], chunks[nth]
        case _:
            chunks[nth] = name, _content_changed(name, content, form, random)
    return _joined(start, chunks, form)


def _content_changed(name: bytes, content: bytes, form: _Container, random: Random) -> bytes:
    if name in _NESTED and random.random() < 0.8:
        start = {b"LIST": 4, b"meta": 4}.get(name, 0)
        inner = _Container(
            b"", start, form.form, form.length_at, 0, form.head_counts, False, form.even
        )
        return _chunks_changed(content, inner, random)
    if name == b"IDAT" and random.random() < 0.5:
        try:
            plain = zlib.decompressobj().decompress(content, _MOST_BYTES)
        except zlib.error:
            return content
        return zlib.compress(random.choice(_MUTATIONS)(plain, random), 1)
    brace = content.find(b"{")
    if brace >= 0 and random.random() < 0.8:
        return content[:brace] + _json_changed(content[brace:], random)
    return random.choice(_MUTATIONS)(content, random)


def _tag_changed(data: bytes, random: Random) -> bytes:
    """One field of one tag of the first directory of a TIFF file."""
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 10:
        return data
    at = struct.unpack_from(order + "I", data, 4)[0]
    if at + 2 > len(data):
        return _field_set(data, random)
    tags = struct.unpack_from(order + "H", data, at)[0]
    entry = at + 2 + 12 * random.randrange(max(1, tags))
    offset, form = random.choice(((0, "H"), (2, "H"), (4, "I"), (8, "I"), (8, "H")))
    return _put(data, entry + offset, order + form, random)


def _pixels_changed(data: bytes, random: Random) -> bytes:
    """What tools do to pictures, in its worst form."""
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=["BMP"])
        wide, high = image.size
        if wide * high > _MOST_BYTES:
            return _field_set(data, random)
        image = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return _field_set(data, random)
    left, top = random.randrange(wide), random.randrange(high)
    match random.randrange(10):
        case 0:
            image = image.crop((left // 2, top // 2, wide - left // 3, high - top // 3))
        case 1:
            image = image.point(list(random.randbytes(768)))
        case 2:
            image.paste(random.randrange(1 << 24), (left, top, wide, high))
        case 3:
            image = image.resize((1 + random.randrange(300), 1 + random.randrange(200)))
        case 4:
            least = random.randrange(256)
            image = image.point([255 * (value % 256 > least) for value in range(768)])
        case 5:
            image = image.transpose(random.choice(list(Image.Transpose)))
        case 6:
            shift = random.randrange(1, 20)
            image = image.crop((-shift, shift - 10, wide + random.randrange(20), high + shift))
        case 7:  # a strip that is mostly gone
            image = image.crop(
                (random.choice((0, left)), high - random.randrange(1, 80), wide, high)
            )
        case 8:  # rows all alike
            image = image.crop((0, top, wide, top + 1)).resize(image.size)
        case 9:  # white, or black, from some column on
            image.paste(random.choice((0, 0xFFFFFF)), (left, random.choice((0, top)), wide, high))
    file = io.BytesIO()
    image.save(file, "BMP")
    return file.getvalue()


def _json_changed(data: bytes, random: Random) -> bytes:
    """One value in it made another, left out, or given another name."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return _field_set(data, random)
    places = list(_places(tree))
    if not places:
        return json.dumps(random.choice(_VALUES)).encode()
    parent, key = random.choice(places)
    match random.randrange(6):
        case 0:
            del parent[key]
        case 1 if isinstance(parent, dict):
            parent[random.choice(("", "a", "\0", "version", str(key) + "s"))] = parent.pop(key)
        case 2:
            parent[key] = [parent[key]] * random.randrange(3)
        case 3 if isinstance(parent[key], int | float):
            parent[key] *= random.choice((0, -1, 0.5, 2, 10, 1e3, 1e6, 1e-3))
        case _:
            parent[key] = random.choice(_VALUES)
    return json.dumps(tree).encode()


def _is_arrays(data: bytes) -> bool:
    """Whether it is a file of safetensors: a length, then JSON, then arrays."""
    return data[8:9] == b"{" and 8 + int.from_bytes(data[:8], "little") <= len(data)


def _arrays_changed(data: bytes, random: Random) -> bytes:
    """What is said of arrays, or the values of one of them."""
    end = 8 + int.from_bytes(data[:8], "little")
    try:
        head = json.loads(data[8:end])
        kinds = [name for name, one in head.items() if "data_offsets" in one]
        said = head.get("__metadata__", {})
        match random.randrange(5):
            case 0:
                return _with_head(_json_changed(data[8:end], random), data[end:])
            case 1 | 2 if said:
                key = random.choice(list(said))
                changed = _json_changed(said[key].encode(), random).decode()
                head["__metadata__"] = {**said, key: changed}
                return _with_head(json.dumps(head).encode(), data[end:])
            case _:
                first, last = (end + at for at in head[random.choice(kinds)]["data_offsets"])
                return data[:first] + _values_changed(data[first:last], random) + data[last:]
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return _field_set(data, random)


def _values_changed(inside: bytes, random: Random) -> bytes:
    """An array of as many bytes with other values."""
    size = len(inside)
    if random.random() < 0.5:
        value = struct.pack("<f", random.choice(_FLOATS))
        at = 4 * random.randrange(len(inside) // 4 + 1)
        count = random.choice((1, 100, len(inside) // 4))
        inside = inside[:at] + value * count + inside[at + 4 * count :]
    else:
        inside = random.choice(_MUTATIONS)(inside, random)
    return inside[:size].ljust(size, b"\0")


def _with_head(head: bytes, arrays: bytes) -> bytes:
    return len(head).to_bytes(8, "little") + head + arrays


def _places(tree: Any) -> Any:
    """Every place in a JSON value: what holds it, and the name or number of it there."""
    nodes = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, value in list(nodes):
        yield tree, key
        yield from _places(value)
