"""RGB pixels <-> the frames that codecs take and give.

YUV is written by the matrix of BT.709 in limited range, and tagged so; it is read by the tags of
the film. Where colour has half the width and height, its samples lie where the codec has them.
"""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from eidophone.base.arrays import Pixels
from eidophone.files.image import to_rgb
from eidophone.files.video.formats import VideoCodec

_FLAGS = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"

#: ITU-T H.273, 8.3: matrix coefficients, in the words of FFmpeg's filter ``scale``.
_MATRICES = {1: "bt709", 4: "fcc", 5: "bt470", 6: "smpte170m", 7: "smpte240m", 9: "bt2020"}
_BT709 = 1
_LIMITED = 1
_FULL = 2
_RGB = 0

#: Colour at half the width and height, and its value where there is none.
_HALVED, _NO_COLOUR = "yuv420p", 128

#: What ``scale`` is told already, or is not managed: it refuses tags that it does not know, and
#: damaged films hold anything.
_NO_TAGS = "color_primaries=unknown:color_trc=unknown"

#: Films that do not name their matrix follow BT.601, unless they are larger than television was.
_STANDARD_WIDTH, _STANDARD_HEIGHT = 1024, 576


class ToCodec:
    """Turns RGB pixels into frames of a codec's own pixel format.

    Args:
        av: PyAV.
        width, height: of the pixels.
        codec: which codec.
    """

    def __init__(self, av: ModuleType, width: int, height: int, codec: VideoCodec) -> None:
        matrix = "bt709" if codec.names_matrix else _usual_matrix(width, height)
        meaning = f"out_color_matrix={matrix}:out_range=tv:out_chroma_loc={codec.chroma}"
        self._av = av
        self._graph = _scale_graph(
            av, (width, height, "rgb24"), (width, height, codec.pixel_format), meaning
        )
        self._grey: NDArray[np.uint8] | None = None
        if codec.pixel_format == _HALVED and width % 2 == height % 2 == 0:
            self._grey = np.full((height * 3 // 2, width), _NO_COLOUR, np.uint8)
            greys = _greys(av, meaning)
            self._light = greys.to_ndarray()[0].copy()
            self._tags = greys.colorspace, greys.color_range

    def __call__(self, pixels: NDArray[np.uint8]) -> Any:
        """The frame of these ``pixels``, ``[height, width, 3]``."""
        pixels = np.ascontiguousarray(pixels)
        if self._grey is not None and _put_grey(pixels, self._light, self._grey):
            frame = self._av.VideoFrame.from_ndarray(self._grey, format=_HALVED)
            frame.colorspace, frame.color_range = self._tags
            return frame
        self._graph.vpush(self._av.VideoFrame.from_ndarray(pixels, format="rgb24"))
        return self._graph.vpull()


def _greys(av: ModuleType, meaning: str) -> Any:
    """A frame of all grey values, by FFmpeg: as films of mono sounds are, which take half the time.

    Args:
        av: PyAV.
        meaning: for the filter ``scale``, of what is made.
    """
    greys = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 16, axis=0)
    graph = _scale_graph(av, (256, 16, "rgb24"), (256, 16, _HALVED), meaning)
    graph.vpush(av.VideoFrame.from_ndarray(np.repeat(greys, 3, axis=2), format="rgb24"))
    return graph.vpull()


@njit(cache=True, nogil=True)
def _put_grey(
    pixels: NDArray[np.uint8], light: NDArray[np.uint8], frame: NDArray[np.uint8]
) -> bool:
    """Put the ``light`` of ``pixels`` above the colour of ``frame``; False if they are not grey."""
    for row in range(pixels.shape[0]):
        is_grey = True
        for column in range(pixels.shape[1]):
            red = pixels[row, column, 0]
            is_grey &= red == pixels[row, column, 1] and red == pixels[row, column, 2]
            frame[row, column] = light[red]
        if not is_grey:
            return False
    return True


def tag(codec_context: Any) -> None:
    """Say in the stream what its colours mean."""
    is_rgb = codec_context.pix_fmt != "yuv420p"
    codec_context.color_primaries = _BT709
    codec_context.color_trc = _BT709
    codec_context.colorspace = _RGB if is_rgb else _BT709
    codec_context.color_range = _FULL if is_rgb else _LIMITED


class FromCodec:
    """Turns decoded frames, of any kind, into RGB pixels of one size.

    Alpha is composited over black, which is silence.

    Args:
        av: PyAV.
        width, height: of the pixels; frames of other sizes are scaled to it.
    """

    def __init__(self, av: ModuleType, width: int, height: int) -> None:
        self._av = av
        self._size = width, height
        self._key: tuple[object, ...] = ()
        self._graph: Any = None

    def __call__(self, frame: Any) -> Pixels:
        """Pixels ``[height, width, 3]`` of ``frame``: uint8, or uint16 if it has more bits."""
        target = _rgb_format(frame.format)
        key = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range)
        if key != self._key:
            self._graph = _scale_graph(self._av, key[:3], (*self._size, target), _meaning_of(frame))
            self._key = key
        self._graph.vpush(frame)
        return to_rgb(self._graph.vpull().to_ndarray())


def _rgb_format(pixel_format: Any) -> str:
    components = pixel_format.components
    has_alpha = pixel_format.has_palette or any(part.is_alpha for part in components)
    if max(part.bits for part in components) > 8 and not pixel_format.has_palette:
        return "rgba64le" if has_alpha else "rgb48le"
    return "rgba" if has_alpha else "rgb24"


def _meaning_of(frame: Any) -> str:
    """What the filter ``scale`` must know of the colours of ``frame``."""
    matrix = _MATRICES.get(int(frame.colorspace), _usual_matrix(frame.width, frame.height))
    pixel_range = {_LIMITED: "tv", _FULL: "pc"}.get(int(frame.color_range), "auto")
    return f"in_color_matrix={matrix}:in_range={pixel_range}"


def _usual_matrix(width: int, height: int) -> str:
    """The matrix of a film that does not name it."""
    is_large = width > _STANDARD_WIDTH or height > _STANDARD_HEIGHT
    return "bt709" if is_large else "bt601"


def _scale_graph(
    av: ModuleType, source: tuple[Any, ...], target: tuple[Any, ...], meaning: str
) -> Any:
    """A graph from frames of one ``(width, height, format)`` to another."""
    graph = av.filter.Graph()
    is_rgb = av.VideoFormat(source[2]).is_rgb
    nodes = (
        _buffer(av, graph, *source),
        graph.add("setparams", _NO_TAGS if is_rgb else f"{_NO_TAGS}:colorspace=unknown"),
        graph.add("scale", f"{target[0]}:{target[1]}:flags={_FLAGS}:{meaning}"),
        graph.add("format", target[2]),
        graph.add("buffersink"),
    )
    graph.link_nodes(*nodes).configure()
    return graph


def _buffer(av: ModuleType, graph: Any, width: int, height: int, pixel_format: str) -> Any:
    return graph.add_buffer(
        width=width,
        height=height,
        format=av.VideoFormat(pixel_format),
        time_base=Fraction(1, 1000),
    )
