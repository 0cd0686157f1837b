"""What a file is, by its first bytes: the kinds of sounds, pictures and films there are."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

#: Bytes that are looked at: some frames of any stream without a header.
_HEAD_BYTES = 8192

#: Frames of a stream without a header that must follow each other to be no coincidence.
_FRAMES = 3

_MPEG_KBITS = {  # by version (1, or 2 and 2.5) and layer (3, 2, 1)
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 1): tuple(range(32, 449, 32)),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
}
_MPEG_HZ = (44_100, 48_000, 32_000)


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: what people call it.
        holds: a sound, a picture, or a film, which may be sound alone.
        endings: of the names of such files.
        instead: what to do, since it is not read here; empty: it is.
    """

    name: str
    holds: Literal["sound", "picture", "film"]
    endings: tuple[str, ...] = ()
    instead: str = ""


_MP3, _MP2 = Kind("MP3", "sound", (".mp3",)), Kind("MP2", "sound", (".mp2", ".mpa", ".mp3"))
_AAC, _MPEG_TS = Kind("AAC", "sound", (".aac",)), Kind("MPEG-TS", "film", (".ts", ".mts", ".m2ts"))
_QUICKTIME = Kind("QuickTime", "film", (".mov",))
_MP4 = Kind("MP4", "film", (".mp4", ".m4v", ".m4a"))

_SAVE_PNG = "save it as PNG"

#: What files begin with.
_BEGINNINGS = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"(?:RIFF|RIFX|RF64|BW64).{4}WAVE", Kind("WAV", "sound", (".wav", ".wave", ".bwf"))),
        (rb"riff\x2e\x91\xcf\x11", Kind("W64", "sound", (".w64",))),
        (rb"FORM.{4}AIF[FC]", Kind("AIFF", "sound", (".aif", ".aiff", ".aifc"))),
        (rb"FORM.{4}(?:8|16)SV", Kind("SVX", "sound", (".svx",))),
        (rb"fLaC", Kind("FLAC", "sound", (".flac",))),
        (rb"caff", Kind("CAF", "sound", (".caf",))),
        (rb"\.snd|dns\.", Kind("AU", "sound", (".au", ".snd"))),
        (rb"wvpk", Kind("WavPack", "sound", (".wv",))),
        (rb"MAC ", Kind("Monkey's Audio", "sound", (".ape",))),
        (rb"TTA1", Kind("TTA", "sound", (".tta",))),
        (rb"tBaK", Kind("TAK", "sound", (".tak",))),
        (rb"DSD .{8}", Kind("DSF", "sound", (".dsf",))),
        (rb"\x0b\x77..[\x00-\xbf]", Kind("AC-3", "sound", (".ac3", ".eac3"))),
        (rb"\x7f\xfe\x80\x01", Kind("DTS", "sound", (".dts",))),
        (rb"#!AMR", Kind("AMR", "sound", (".amr",))),
        (rb"NIST_1A", Kind("SPHERE", "sound", (".sph", ".nist"))),
        (rb"Creative Voice File", Kind("VOC", "sound", (".voc",))),
        (rb"OggS", Kind("Ogg", "film", (".ogg", ".oga", ".opus", ".ogv"))),
        (rb".{4}ftypM4[AB]", Kind("M4A", "sound", (".m4a", ".m4b", ".mp4"))),
        (rb".{4}ftypavi[fs]|.{4}ftyp(?:mif1|msf1).{,32}avif", Kind("AVIF", "picture", (".avif",))),
        (
            rb".{4}ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)",
            Kind("HEIC", "picture", (".heic", ".heif"), "heif-convert makes PNG of it"),
        ),
        (rb".{4}ftypqt", _QUICKTIME),
        (rb".{4}ftyp", _MP4),
        (rb".{4}(?:moov|mdat|wide|free|skip|pnot)", _QUICKTIME),
        (rb"\x1a\x45\xdf\xa3", Kind("Matroska", "film", (".mkv", ".mka", ".webm", ".weba"))),
        (rb"RIFF.{4}AVI", Kind("AVI", "film", (".avi",))),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind("ASF", "film", (".wmv", ".wma", ".asf"))),
        (rb"\0\0\x01[\xb3\xba]", Kind("MPEG", "film", (".mpg", ".mpeg", ".vob", ".m1v", ".m2v"))),
        (rb"FLV", Kind("FLV", "film", (".flv",))),
        (rb"\x06\x0e\x2b\x34", Kind("MXF", "film", (".mxf",))),
        (rb"\.RMF", Kind("RealMedia", "film", (".rm", ".rmvb"))),
        (rb"nut/multimedia", Kind("NUT", "film", (".nut",))),
        (rb"YUV4MPEG2", Kind("Y4M", "film", (".y4m",))),
        (rb"\x89PNG\r\n\x1a\n", Kind("PNG", "picture", (".png", ".apng"))),
        (rb"\xff\xd8\xff", Kind("JPEG", "picture", (".jpg", ".jpeg"))),
        (rb"RIFF.{4}WEBP", Kind("WebP", "picture", (".webp",))),
        (rb"II[*+]\0|MM\0[*+]", Kind("TIFF", "picture", (".tif", ".tiff"))),
        (rb"GIF8", Kind("GIF", "picture", (".gif",))),
        (
            rb"BM.{4}(?:\0{4}|.{8}[\x0c\x28\x38\x40\x6c\x7c]\0{3})",
            Kind("BMP", "picture", (".bmp",)),
        ),
        (rb"\x76\x2f\x31\x01", Kind("EXR", "picture", (".exr",))),
        (
            rb"\xff\x0a|\0\0\0\x0cJXL ",
            Kind("JPEG XL", "picture", (".jxl",), "djxl makes PNG of it"),
        ),
        (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", Kind("JPEG 2000", "picture", (), _SAVE_PNG)),
        (rb"8BP[SB]\0", Kind("Photoshop", "picture", (), _SAVE_PNG)),
    )
)


def kind_of(path: Path) -> Kind | None:
    """What the file at ``path`` is, whatever its name says; None: of no kind known here."""
    try:
        with path.open("rb") as file:
            return _kind_of(file)
    except (OSError, ValueError):  # ValueError: the name holds a null character
        return None


def kind_of_bytes(head: bytes) -> Kind | None:
    """What a file is that begins with ``head``; None: of no kind known here."""
    if head[:3] == b"ID3":
        begin = id3_bytes(head)
        return _kind_beginning(head[begin : begin + _HEAD_BYTES]) or _MP3
    return _kind_beginning(head)


def _kind_beginning(head: bytes) -> Kind | None:
    for pattern, kind in _BEGINNINGS:
        if pattern.match(head):
            return kind
    return _stream(head[:_HEAD_BYTES])


def is_text(path: Path) -> bool:
    """Whether the file at ``path`` can be read and is text, or empty."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut
    except (OSError, ValueError):
        return False
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in head


def _kind_of(file: BinaryIO) -> Kind | None:
    head = file.read(_HEAD_BYTES)
    if head[:3] != b"ID3":
        return kind_of_bytes(head)
    file.seek(id3_bytes(head))
    return _kind_beginning(file.read(_HEAD_BYTES)) or _MP3


def id3_bytes(head: bytes) -> int:
    """How many bytes an ID3 tag has (https://id3.org/id3v2.4.0-structure, 3.1)."""
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _stream(head: bytes) -> Kind | None:
    """Of which kind the stream is that begins with ``head``, and has no header."""
    for start, step in ((0, 188), (4, 192)):
        syncs = head[start::step]
        if len(syncs) >= _FRAMES and set(syncs) == {0x47}:
            return _MPEG_TS
    for kind, length_of in ((_AAC, _adts_bytes), (_MP3, _layer_3_bytes), (_MP2, _mpeg_bytes)):
        place = frames = 0
        while place + 8 <= len(head) and frames < _FRAMES:
            length = length_of(head[place : place + 8])
            if not length:
                break
            place, frames = place + length, frames + 1
        if frames == _FRAMES or (frames and place == len(head)):
            return kind
    return None


def _adts_bytes(frame: bytes) -> int:
    """Length of a frame of AAC (ISO 13818-7, 6.2); 0: it is none."""
    if frame[0] != 0xFF or frame[1] & 0xF6 != 0xF0 or frame[2] >> 2 & 15 > 12:
        return 0
    return (frame[3] & 3) << 11 | frame[4] << 3 | frame[5] >> 5


def _layer_3_bytes(frame: bytes) -> int:
    return _mpeg_bytes(frame) if frame[1] >> 1 & 3 == 1 else 0


def _mpeg_bytes(frame: bytes) -> int:
    """Length of a frame of MPEG audio (ISO 11172-3, 2.4.1.3); 0: it is none."""
    version, layer = frame[1] >> 3 & 3, 4 - (frame[1] >> 1 & 3)  # 3: MPEG 1, 2: 2, 0: 2.5
    rate, speed = frame[2] >> 4, frame[2] >> 2 & 3
    if frame[0] != 0xFF or frame[1] < 0xE0 or version == 1 or layer == 4:
        return 0
    if rate in (0, 15) or speed == 3:
        return 0
    family, padding = 1 if version == 3 else 2, frame[2] >> 1 & 1
    hz = _MPEG_HZ[speed] >> {3: 0, 2: 1, 0: 2}[version]
    bits_per_second = 1000 * _MPEG_KBITS[family, layer][rate - 1]
    if layer == 1:
        return 4 * (12 * bits_per_second // hz + padding)
    slots = 72 if layer == 3 and family == 2 else 144
    return slots * bits_per_second // hz + padding
