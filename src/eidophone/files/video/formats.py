"""The formats that films are written in: which suffix, which codecs, and their settings.

All settings of all encoders are here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from eidophone.base.errors import FilmError
from eidophone.files.video.text import insert_text_in_apng, insert_text_in_gif, insert_text_in_webp

#: What is coded: levels, levels where light comes and goes and nothing moves, or what is for eyes.
Frames = Literal["levels", "unmoving", "looks"]


@dataclass(frozen=True)
class VideoCodec:
    """One way to code frames, in FFmpeg's words.

    Attributes:
        name: what people call it.
        encoder: FFmpeg's name of the encoder.
        pixel_format: FFmpeg's name of how pixels are coded.
        options: settings of the encoder.
        for_what: those that are others for what `Frames` may be.
        crf: constant rate factor unless another is asked for: lower is better and larger; None:
            the codec has none.
        worst_crf: the largest value of ``crf``.
        rates: frames per second that it can hold; None: any.
        chroma: where samples of colour lie between those of brightness.
        names_matrix: it says by which matrix RGB became YUV.
        repeats: a picture that lasts is coded again and again, for next to nothing; or else once,
            with the time until the next.
    """

    name: str
    encoder: str
    pixel_format: str
    options: Mapping[str, str] = field(default_factory=dict)
    for_what: Mapping[Frames, Mapping[str, str]] = field(default_factory=dict)
    crf: int | None = None
    worst_crf: int = 0
    rates: tuple[Fraction, ...] | None = None
    chroma: str = "left"
    names_matrix: bool = True
    repeats: bool = True

    @property
    def halves_colour(self) -> bool:
        """Whether colour has half the width and height, so that both must be even."""
        return self.pixel_format == "yuv420p"


@dataclass(frozen=True)
class SoundCodec:
    """One way to code a sound track, in FFmpeg's words.

    Attributes:
        encoder: FFmpeg's name of the encoder.
        sample_format: FFmpeg's name of the samples it takes.
        bits_per_second: for each channel; None: it is not compressed.
        rates: Hz that it can hold, rising; None: any.
    """

    encoder: str
    sample_format: str
    bits_per_second: int | None = None
    rates: tuple[int, ...] | None = None

    def rate_for(self, rate: int) -> int:
        """The rate that a sound of ``rate`` Hz is coded at: its own, or the next above."""
        if self.rates is None or rate in self.rates:
            return rate
        return next((known for known in self.rates if known > rate), self.rates[-1])


@dataclass(frozen=True)
class Container:
    """One kind of film file.

    Attributes:
        suffixes: how its names end.
        muxer: FFmpeg's name of it.
        codecs: what its frames may be coded by; the first one unless another is asked for.
        sound: what its sound track is coded by; None: it is silent.
        has_comment: it holds text, as the tag ``comment``.
        insert_text: how text is put into a finished file; None: it is not.
        options: settings of the muxer.
        max_fps: the most frames per second; None: any.
    """

    suffixes: tuple[str, ...]
    muxer: str
    codecs: tuple[VideoCodec, ...]
    sound: SoundCodec | None = None
    has_comment: bool = False
    insert_text: Callable[[Path, Mapping[str, str]], None] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    max_fps: int | None = None

    @property
    def holds_text(self) -> bool:
        """Whether text written into such a file comes back."""
        return self.has_comment or self.insert_text is not None


_MPEG_RATES = tuple(
    Fraction(*rate)
    for rate in (
        *((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1)),
        *((50, 1), (60000, 1001), (60, 1)),
    )
)

#: Faithful rather than pleasing: every frame is as good as those that others build on, and colour,
#: which is the stereo image and has a quarter of the pixels, is coded finer than for the eye.
_FAITHFUL = {
    "preset": "faster",
    "profile": "high",
    "tune": "psnr",
    "mbtree": "0",
    "x264-params": "chroma-qp-offset=-12",
}
#: Where nothing moves there is no motion to look for, and light that comes and goes is no other
#: scene: no worse on the two sounds that were tried, in .6 to .8 of the time. What is for eyes may
#: please them, and has no stereo; its bits go to what is dark, where steps are seen.
_FOR_WHAT: Mapping[Frames, Mapping[str, str]] = {
    "unmoving": {
        "preset": "superfast",
        "x264-params": "chroma-qp-offset=-12:trellis=1:subme=3:weightp=0:scenecut=0:b-adapt=0"
        ":rc-lookahead=5",
    },
    "looks": {"preset": "superfast", "tune": "film", "x264-params": "aq-mode=3"},
}
H264 = VideoCodec("h264", "libx264", "yuv420p", _FAITHFUL, _FOR_WHAT, crf=18, worst_crf=51)
VP9 = VideoCodec(
    "vp9",
    "libvpx-vp9",
    "yuv420p",
    {"deadline": "good", "cpu-used": "5", "row-mt": "1", "tile-columns": "2"},
    crf=24,
    worst_crf=63,
)
AV1 = VideoCodec("av1", "libsvtav1", "yuv420p", {"preset": "8"}, crf=24, worst_crf=63)
FFV1 = VideoCodec(
    *("ffv1", "ffv1", "bgr0", {"level": "3", "slices": "4", "slicecrc": "1", "g": "1"}),
    repeats=False,
)
#: Every block is quantised by 2, and a key frame comes every half second.
_BEST_MPEG = {"flags": "+qscale", "global_quality": str(2 * 118), "g": "12"}
MPEG2 = VideoCodec("mpeg2", "mpeg2video", "yuv420p", _BEST_MPEG, rates=_MPEG_RATES)
MPEG1 = VideoCodec(
    *("mpeg1", "mpeg1video", "yuv420p", _BEST_MPEG),
    rates=_MPEG_RATES,
    chroma="center",
    names_matrix=False,
)

_GIF = VideoCodec("gif", "gif", "pal8", repeats=False)
_WEBP = VideoCodec(
    "webp", "libwebp_anim", "bgra", {"lossless": "1", "quality": "0", "compression_level": "0"}
)
_APNG = VideoCodec("apng", "apng", "rgb24", {"pred": "paeth", "compression_level": "1"})

_AAC = SoundCodec(
    *("aac", "fltp", 128_000),
    rates=(8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000),
)
_OPUS = SoundCodec("libopus", "flt", 128_000, rates=(48_000,))
_MP2 = SoundCodec("mp2", "s16", 192_000, rates=(32_000, 44_100, 48_000))
_FLOAT = SoundCodec("pcm_f32le", "flt")

_FAST_START = {"movflags": "+faststart"}
#: The usual tags of QuickTime hold 64 kB.
_FAST_START_LONG_TAGS = {"movflags": "+faststart+use_metadata_tags"}

_CONTAINERS = (
    Container((".mp4", ".m4v"), "mp4", (H264, AV1), _AAC, True, options=_FAST_START),
    Container((".mov",), "mov", (H264,), _AAC, True, options=_FAST_START_LONG_TAGS),
    Container((".webm",), "webm", (VP9, AV1), _OPUS, True),
    Container((".mkv",), "matroska", (FFV1, H264, VP9, AV1), _FLOAT, True),
    Container((".mpg", ".mpeg"), "vob", (MPEG2, MPEG1), _MP2),
    Container((".gif",), "gif", (_GIF,), insert_text=insert_text_in_gif, max_fps=50),
    Container((".webp",), "webp", (_WEBP,), insert_text=insert_text_in_webp, max_fps=100),
    Container(
        (".apng",), "apng", (_APNG,), insert_text=insert_text_in_apng, options={"plays": "0"}
    ),
)


def video_suffixes() -> tuple[str, ...]:
    """How the names of films that can be written end; names without a suffix are folders."""
    return tuple(suffix for container in _CONTAINERS for suffix in container.suffixes)


def is_folder_name(path: str | Path) -> bool:
    """Whether a film written to ``path`` is a folder of pictures: it ends in /, or in no suffix."""
    return str(path).endswith(("/", "\\")) or not Path(path).suffix


def container_of(path: Path) -> Container:
    """The kind of file that the suffix of ``path`` asks for.

    Raises:
        FilmError: the suffix names none.
    """
    for container in _CONTAINERS:
        if path.suffix.lower() in container.suffixes:
            return container
    raise FilmError(
        f"{path} does not end like a film: use {', '.join(video_suffixes())}, or a folder"
    )


def codec_of(path: Path, container: Container, name: str | None) -> VideoCodec:
    """The codec of that ``name``, or the usual one of ``container``.

    Raises:
        FilmError: the container does not hold it.
    """
    for codec in container.codecs:
        if name in (None, codec.name):
            return codec
    known = ", ".join(codec.name for codec in container.codecs)
    raise FilmError(f"{path} cannot be coded by {name!r}: {path.suffix} holds {known}")


def holds_text(path: str | Path) -> bool:
    """Whether text written into a film at ``path`` comes back.

    Raises:
        FilmError: the suffix names no kind of film.
    """
    return is_folder_name(path) or container_of(Path(path)).holds_text


def holds_sound(path: str | Path) -> bool:
    """Whether a film at ``path`` can have a sound track.

    Raises:
        FilmError: the suffix names no kind of film.
    """
    return is_folder_name(path) or container_of(Path(path)).sound is not None
