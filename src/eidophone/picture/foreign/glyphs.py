"""Digits as programs write them beside their axes: those of DejaVu, of SoX and of FFmpeg."""

from __future__ import annotations

import numpy as np
from PIL import Image

from eidophone.base.arrays import Float32

_WIDTH, _HEIGHT = 6, 9

#: Glyphs less like all of these than this, of 1, are no digits.
_LIKE = 0.6

#: 6 x 9 pixels each, of 16 values, from the top left.
_DRAWN = (
    ("0", "17cc714c44c5a7117ac5005cd4004dc5005ca7118a5c44c417cc70"),
    ("1", "7ac91076aa10118a10008a10008a10008a10008a10229a329cddca"),
    ("2", "5acb729736d821018c0001ba0018c3015b4016b3008e5222cdcccb"),
    ("3", "5bcc825434c810019a0257b503acb301139a11116c6435b96acc82"),
    ("4", "001ba0006bb002a6b01944b15914b1b757c5788ad71115b10004a0"),
    ("5", "7dccb39a33219a32108cbb824325c800018c00018c6437d78bcb71"),
    ("6", "04bca32c73538a1100c77750db88b6c9217ca8115d5b43b917cc91"),
    ("7", "bcccdb2224c90015d4001a92002c50005b2001a61003c20006a100"),
    ("8", "19cb818c44b7a711895a66b43bbba3a82289d5116c9a34b93acc92"),
    ("9", "29cb608b35b4c51189c611ac7b78cc16878c0011a83437c24acb40"),
    ("0", "007700085580b3003bb3003bb3003bb3003bb3003b085580007700"),
    ("1", "00770008b700b37700007700007700007700007700007700bbbbbb"),
    ("2", "08bb80b3003bb3003b00003b000580007700085000b30000bbbbbb"),
    ("3", "bbbbbb00003b00058000770008bb8000003b00003bb3003b08bb80"),
    ("4", "000580000580007b80085580085580b30580bbbbbb000580000580"),
    ("5", "bbbbbbb30000b30000b37b80bb503b00003b00003bb3003b08bb80"),
    ("6", "08bb80b3003bb30000b30000bbbb80b3003bb3003bb3003b08bb80"),
    ("7", "bbbbbb00003b000580000580007700007700085000085000085000"),
    ("8", "08bb80b3003bb3003bb3003b08bb80b3003bb3003bb3003b08bb80"),
    ("9", "08bb80b3003bb3003bb3003b08bbbb00003b00003bb3003b08bb80"),
    ("0", "3ffff3bc55cbfa04cffa1afffa7ffffed8bfffb3afbfb5cb3ffff3"),
    ("1", "00ff000aff0008ff0000ff0000ff0000ff0000ff0055ff55ffffff"),
    ("2", "0ffff0af55fa8800ff0033fc00fff00cf3308f7088ff55ffffffff"),
    ("3", "0ffff0af55fa8800ff0033fc00fff00033fc8800ffaf55fa0ffff0"),
    ("4", "007ff303cff319ccf36e78f3fa08f3fecefc777bf8002bf7007fff"),
    ("5", "ffffffff5555ff7770ccccf30000ff0000ff8800ffaf55fa0ffff0"),
    ("6", "00fff00af5507f8000ff3330fffff0ff33fcff00ffaf55fa0ffff0"),
    ("7", "ffffffff55ff8800ff0003fc000ff000cf3000ff0000ff0000ff00"),
    ("8", "0ffff0af55faff00ffcf33fc0ffff0cf33fcff00ffaf55fa0ffff0"),
    ("9", "0ffff0af55faff00ffcf33ff0fffff0333ff0008f7055fa00fff00"),
)


def read_glyph(ink: Float32, line: int) -> str:
    """What ``ink`` ``[height, width]``, cut to what is drawn, is in a line ``line`` pixels high.

    Returns:
        A digit, ``.``, ``-``, ``:``; or ``?`` for all else.
    """
    height, width = ink.shape
    if height <= 0.5 * line and width <= 0.5 * line:
        return "-" if width >= 1.3 * height else "."
    if height <= 0.34 * line:
        return "-"
    if width <= 0.3 * line and not (ink > 0.35).any(axis=1).all():
        return ":"
    if height < 0.7 * line:
        return "?"
    return _digit(ink)


def _digit(ink: Float32) -> str:
    likeness = _PIXELS @ shrunk(ink)
    best = int(likeness.argmax())
    return _DRAWN[best][0] if likeness[best] > _LIKE else "?"


def shrunk(ink: Float32) -> Float32:
    """``ink`` as 6 x 9 numbers, of mean 0 and length 1."""
    image = Image.fromarray(np.rint(np.clip(ink, 0, 1) * 255).astype(np.uint8))
    shrinks = ink.shape[0] > _HEIGHT and ink.shape[1] > _WIDTH
    how = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    return _of_length_1(np.asarray(image.resize((_WIDTH, _HEIGHT), how), np.float32).ravel())


def _of_length_1(values: Float32) -> Float32:
    values = values - values.mean()
    return values / max(float(np.linalg.norm(values)), 1e-6)


_PIXELS = np.array(
    [_of_length_1(np.array([int(one, 16) for one in drawn], np.float32)) for _, drawn in _DRAWN]
)
