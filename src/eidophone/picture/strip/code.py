"""The message as tracks of modules, and back: framing, whitening, checksum.

One period is a frame of blocks; a block is three bytes, one in each track, most significant bit
first. The first block is the same everywhere (sync), the second says which repetition this is
(place), the others are the body: height, width, message, CRC-32.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import shake_128

import numpy as np

from eidophone.base.arrays import Bits, Floats

TRACKS = 3
_BITS = 8
_HEAD = struct.Struct(">HHB")
_CRC = struct.Struct(">I")
#: More repetitions than the widest picture has of the shortest frame.
_MAX_PLACES = 128
#: Bytes that look like noise: they keep messages full of zeros from drawing bars.
_NOISE = shake_128(b"eidophone strip 1").digest(128)
_SYNC = shake_128(b"eidophone sync 1").digest(TRACKS)


@dataclass(frozen=True)
class Body:
    """What a frame says: size of the picture proper, and the message."""

    height: int
    width: int
    message: bytes


def period(message_bytes: int) -> int:
    """Modules from one repetition to the next; even, so that the clock repeats with it."""
    body = _HEAD.size + message_bytes + _CRC.size
    return _BITS * (2 + -(-body // TRACKS))


def tracks(body: Body, modules: int) -> Bits:
    """``[TRACKS, modules]`` bits of the tracks of data of a whole strip."""
    frame = _modules(_SYNC + bytes(TRACKS) + _pack(body))
    repeats = -(-modules // frame.shape[1])
    line = np.tile(frame, repeats)
    for place in range(repeats):
        start = place * frame.shape[1] + _BITS
        line[:, start : start + _BITS] = _modules(_place_word(place))
    return line[:, :modules]


def sync_score(soft: Floats) -> tuple[float, int]:
    """How well, 0..1, the sync fits a folded period ``[TRACKS, period]``, and where it begins.

    Frames begin at even modules only.
    """
    starts = np.arange(0, soft.shape[1], 2)
    around = (starts[:, None] + np.arange(_BITS)) % soft.shape[1]
    signs = _signs(_SYNC)
    scores = np.einsum("tsb,tb->s", soft[:, around], signs) / signs.size
    best = int(np.argmax(scores))
    return float(scores[best]), int(starts[best])


def unpack(soft: Floats) -> Body | None:
    """The body in a folded period ``[TRACKS, period]`` that begins with its sync, if whole."""
    bits = (soft[:, 2 * _BITS :] > 0).astype(np.uint8)
    data = _whiten(np.packbits(bits, axis=1).T.tobytes())
    height, width, length = _HEAD.unpack_from(data)
    end = _HEAD.size + length
    if period(length) != soft.shape[1] or not (height and width and length):
        return None
    if _CRC.unpack_from(data, end)[0] != zlib.crc32(data[:end]):
        return None
    return Body(height, width, data[_HEAD.size : end])


def place_of(soft: Floats, start: int, length: int) -> int:
    """Which repetition the one that begins at module ``start`` is.

    Args:
        soft: ``[TRACKS, modules]``; 0 where unknown.
        start: where a sync is, in the first period of ``soft``.
        length: modules of a period.
    """
    words = _place_signs()
    fits = np.zeros(_MAX_PLACES)
    padded = np.pad(soft, ((0, 0), (length, 2 * _BITS)))
    for nth, at in enumerate(range(start + _BITS, padded.shape[1] - _BITS + 1, length), start=-1):
        fit = np.einsum("tb,ptb->p", padded[:, at : at + _BITS], words)
        if nth < 0:
            fits[1:] += fit[:-1]
        else:
            fits[: _MAX_PLACES - nth] += fit[nth:]
    return int(np.argmax(fits))


def _pack(body: Body) -> bytes:
    data = _HEAD.pack(body.height, body.width, len(body.message)) + body.message
    data += _CRC.pack(zlib.crc32(data))
    return _whiten(data + bytes(-len(data) % TRACKS))


def _whiten(data: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(data, _NOISE, strict=False))


def _place_word(place: int) -> bytes:
    """Bytes that say ``place`` and differ in many bits from those of the others."""
    return shake_128(b"eidophone place %d" % place).digest(TRACKS)


def _modules(data: bytes) -> Bits:
    """``[TRACKS, modules]`` bits of the blocks in ``data``."""
    blocks = np.frombuffer(data, np.uint8).reshape(-1, TRACKS)
    return np.unpackbits(np.ascontiguousarray(blocks.T), axis=1)


def _signs(data: bytes) -> Floats:
    return _modules(data) * 2.0 - 1.0


@lru_cache(maxsize=1)
def _place_signs() -> Floats:
    return np.stack([_signs(_place_word(place)) for place in range(_MAX_PLACES)])
