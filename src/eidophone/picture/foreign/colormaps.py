"""Colour maps: which one a picture is drawn with, and its undoing: how far along it each pixel is.

Maps are lines of 33 colours from quiet to loud. Viridis, magma, inferno, plasma, cividis and turbo
are Matplotlib's (public domain); jet and hot are its straight lines; the intensity of FFmpeg is as
it comes out of it, and that of SoX by its formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.spatial import cKDTree

from eidophone.base.arrays import Float32, Float64, Int64, Pixels
from eidophone.picture.ink import brightest

#: Steps along a map.
STEPS = 512

#: Colours farther than this from a map, of 1, are not of it: recompression moves them so far.
_NEAR = 0.06

#: Pixels that are looked at to tell which map it is.
_LOOKED_AT = 1024

_HEX = {
    "viridis": (
        "440154470d6048186a482374472d7b4537814240863e49893b528b375b8d33638d"
        "2f6b8e2c728e297a8e26828e23898e21918c1f988b1fa08822a78528ae8032b67a"
        "3fbc734ec36b5ec96270cf5784d44b98d83eaddc30c2df23d8e219ece51bfde725"
    ),
    "magma": (
        "0000040303120a0822130d341d114729115a36106b440f7651127c5d177f6a1c81"
        "762181832681902a819c2e7faa337db73779c43c75d0416fdc4869e75263ef5d5e"
        "f56b5cf9795dfc8961fd9869fea772feb67cfec488fed395fde2a3fcf0b2fcfdbf"
    ),
    "inferno": (
        "0000040403120b0724150b37210c4a2f0a5b3d09654a0c6b57106e64156e71196e"
        "7d1e6d8a226a972766a32c61b0315bbc3754c73e4cd24644db503be45a31eb6628"
        "f1731df68013f98e09fb9d07fcac11fbbc21f9cb35f5db4cf2ea69f3f68afcffa4"
    ),
    "plasma": (
        "0d08872206903105973f049c4c02a15901a56600a77201a87e03a88a09a59511a1"
        "a01a9caa2395b32c8ebc3587c43e7fcc4778d35171da5a6ae06363e66c5ceb7655"
        "f0804ef58b47f89540fba139fdac33feb82cfdc527fcd225f8df25f4ed27f0f921"
    ),
    "cividis": (
        "00224e00285b002e6a0533711a386f273e6e32436d3b496c434e6c4b546c535a6d"
        "5a5f6e61656f686a716f70737676767d7c788482798c8878938e789b9476a39a74"
        "aba072b4a76fbcae6cc4b468cdbb63d5c25edec958e7d150f0d846f9e03afee838"
    ),
    "turbo": (
        "30123b392a734040a24456c7466be34680f64294ff37a8fa28bceb1ccdd818ddc2"
        "1fe9af32f2984ef97d6dfe628bff4ba4fc3cb9f635cdec34dfdf37eecf3af8be39"
        "fdac34fe962bfb7e21f46617eb500edf3f08d02f05be2102a91601920b017a0403"
    ),
    "roseus": (
        "000000020605020f1001191d00212c00283b002e4f0a336421357936348e4c329f"
        "612dab7329b28625b49824b0aa26a9b92b9dc8328fd53c80e04770ea5360f25e53"
        "f96c43fe7b33ff8c27fd9e24f8b132efc44de7d36ce1e193e3ecbceef4dffffafa"
    ),
    "ffmpeg": (
        "00010000011200012400013800004b0f015624015f3801674d0070600179720079"
        "80016c8d005e9c0051a90043b60136c30028d1001dde000fec0002f21d00f54200"
        "f96800fc8d00feaf00fdca00fed720fee445fef26afefe8efeffb2feffd8fefffb"
    ),
}

#: Corners of the straight ones, which lie at even distances, but for their places.
_CORNERS: dict[str, list[tuple[float, tuple[float, float, float]]]] = {
    "gray": [(0, (0, 0, 0)), (1, (1, 1, 1))],
    "hot": [
        (0, (0.04, 0, 0)),
        (0.365, (1, 0, 0)),
        (0.746, (1, 1, 0)),
        (1, (1, 1, 1)),
    ],
    "jet": [
        (0, (0, 0, 0.5)),
        (0.11, (0, 0, 1)),
        (0.125, (0, 0, 1)),
        (0.34, (0, 0.86, 1)),
        (0.35, (0, 0.9, 0.97)),
        (0.375, (0.08, 1, 0.89)),
        (0.64, (0.935, 1, 0.03)),
        (0.65, (0.97, 0.96, 0)),
        (0.66, (1, 0.93, 0)),
        (0.89, (1, 0.07, 0)),
        (0.91, (0.9, 0, 0)),
        (1, (0.5, 0, 0)),
    ],
    "audacity": [
        (0, (0.75, 0.75, 0.75)),
        (0.25, (0.3, 0.6, 1)),
        (0.5, (0.9, 0.1, 0.9)),
        (0.75, (1, 0, 0)),
        (1, (1, 1, 1)),
    ],
}


@dataclass(frozen=True)
class Matched:
    """The map that pixels are drawn with.

    Attributes:
        name: of the map; ``LEGEND`` if it is that of the figure's legend.
        line: ``[steps, 3]`` its colours, 0 to 1.
        share: of the pixels that are near to it, 0 to 1.
        spread: how much of it they use, 0 to 1.
    """

    name: str
    line: Float64
    share: float
    spread: float


@cache
def line(name: str) -> Float64:
    """``[steps, 3]`` colours of the map ``name``, 0 to 1, from quiet to loud."""
    place = np.linspace(0, 1, STEPS)
    if name == "sox":
        return _sox(place)
    if name in _HEX:
        data = np.frombuffer(bytes.fromhex(_HEX[name]), np.uint8).reshape(-1, 3) / 255
        at = np.linspace(0, 1, len(data))
    else:
        at = np.array([one for one, _ in _CORNERS[name]])
        data = np.array([colour for _, colour in _CORNERS[name]])
    return np.stack([np.interp(place, at, data[:, n]) for n in range(3)], axis=1)


#: What the map of a legend is called.
LEGEND = "of its legend"

#: All of them; of two that fit equally well, the first is taken.
NAMES = ("gray", *_HEX, "sox", *(name for name in _CORNERS if name != "gray"))


def match(pixels: Pixels, legend: Float64 | None = None) -> Matched:
    """The map that ``pixels`` ``[height, width, 3]`` are nearest to: a known one, or the legend."""
    colours = pixels.reshape(-1, 3)
    colours = colours[:: max(1, len(colours) // _LOOKED_AT)] / brightest(pixels.dtype)
    lines = {name: line(name) for name in NAMES} | ({} if legend is None else {LEGEND: legend})
    best, least = Matched("gray", lines["gray"], 0.0, 0.0), np.inf
    for name, one in lines.items():
        away, where = cKDTree(one).query(colours)
        share = float((away < _NEAR).mean())
        cost = float(np.minimum(away, 3 * _NEAR).mean())
        if cost < least - 0.002:
            low, high = np.percentile(where, [1, 99]) / (STEPS - 1)
            best, least = Matched(name, one, share, float(high - low)), cost
    return best


def undone(pixels: Pixels, along: Float64) -> Float32:
    """``[height, width]`` how far along the map ``along`` ``[steps, 3]`` each pixel is, 0 to 1."""
    height, width = pixels.shape[:2]
    colours, which = np.unique(_packed(pixels), return_inverse=True)
    channels = np.stack([colours >> 32, colours >> 16 & 0xFFFF, colours & 0xFFFF], axis=1)
    _, where = cKDTree(along).query(channels / 65_535)
    return (where.astype(np.float32) / (len(along) - 1))[which].reshape(height, width)


def _packed(pixels: Pixels) -> Int64:
    """``[height * width]`` the colours of ``pixels``, 16 bits each: one number sorts fast."""
    full = 65_535 / brightest(pixels.dtype)
    packed = np.zeros(pixels.shape[:2], np.int64)
    for colour in range(3):
        packed <<= 16
        packed += np.rint(np.clip(pixels[:, :, colour] * full, 0, 65_535)).astype(np.int64)
    return packed.ravel()


def _sox(x: Float64) -> Float64:
    """The palette of SoX's spectrogram, https://sox.sourceforge.net."""
    turn = np.pi / 2
    red = np.where(x < 0.13, 0, np.where(x < 0.73, np.sin((x - 0.13) / 0.6 * turn), 1))
    green = np.where(x < 0.6, 0, np.where(x < 0.91, np.sin((x - 0.6) / 0.31 * turn), 1))
    blue = np.where(x < 0.6, np.sin(x / 0.6 * np.pi) / 2, np.maximum(0, (x - 0.78) / 0.22))
    return np.stack([red, green, blue], axis=1)
