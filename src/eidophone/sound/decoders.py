"""Decoders: sound files, and the sound tracks of films, as chunks of samples."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import soundfile

from eidophone.base.arrays import Float32
from eidophone.base.errors import MissingExtraError, SoundError, tell
from eidophone.sound.ffmpeg import heard, import_av, opened, track_of

#: Values (samples times channels) that are decoded at once: few, since libsndfile drops all of
#: them where one cannot be decoded.
_CHUNK = 1 << 13

_CUT_SHORT = re.compile(
    r"^ *(?:data|SSND|Data Size|riff|Riff size) *: (\d+) \(should be (\d+)\)", re.MULTILINE
)
#: Programs that write WAV into a pipe give such lengths.
_UNKNOWN_BYTES = 0x7FFFF000
#: libsndfile's word for a FLAC that does not say how long it is.
_UNKNOWN_COUNT = 2**63 - 1

#: The longest frame of MP3, and some padding before the first.
_MP3_FRAME_BYTES = 4096

#: A sound track may be this much shorter than its film says.
_SPARE_SECONDS = 0.1


class Decoder(Protocol):
    """A sound file that can be decoded, as often as wanted.

    Attributes:
        rate: Hz.
        channels: any number.
        sample_count: if known for certain; 0: not known.
        promised_samples: how many the file says that it has; 0: it does not say.
        spare_samples: how many of those may be missing without being missed.
    """

    rate: int
    channels: int
    sample_count: int
    promised_samples: int
    spare_samples: int

    def chunks(self) -> Generator[Float32, None, None]:
        """All that can be decoded, ``[channels, n]`` at a time; ends where damage begins."""


def decoder_of(path: Path) -> Decoder:
    """Whichever decoder can read ``path``; the name of the file plays no part."""
    _check_readable(path)
    try:
        decoder = SndfileDecoder(path)
    except (soundfile.LibsndfileError, TypeError):  # TypeError: called .raw
        return FilmDecoder(path)
    return _film_decoder_of_mp3(path, decoder) if decoder.guesses_length else decoder


def _film_decoder_of_mp3(path: Path, second_best: Decoder) -> Decoder:
    """FFmpeg for an MP3 that does not say how long it is, since libsndfile stops at a guess."""
    try:
        return FilmDecoder(path)
    except MissingExtraError:
        tell(
            f"{path} does not say how long it is, and may be cut short or followed by silence: "
            f"to read it whole, pip install 'eidophone[film]'"
        )
        return second_best


def _check_readable(path: Path) -> None:
    try:
        if path.exists() and not path.is_file():
            raise SoundError(f"{path} is not a file")
        with path.open("rb") as file:
            empty = not file.read(1)
    except (OSError, ValueError) as error:  # ValueError: the name holds a null character
        reason = getattr(error, "strerror", None) or error
        raise SoundError(f"cannot read {str(path)!r}: {reason}") from None
    if empty:
        raise SoundError(f"{path} is empty")


class _Stream(soundfile.SoundFile):  # type: ignore[misc]
    """A sound file that is read straight on.

    soundfile seeks to where it is after every read of a file that can seek. In MP3 with variable
    bit rate that lands elsewhere, and the sound would have jumps at every chunk.
    """

    def seekable(self) -> bool:
        """Keep soundfile from seeking."""
        return False


class SndfileDecoder:
    """A file that libsndfile can read.

    Attributes:
        guesses_length: libsndfile takes the length from the bit rate of the first frame, and will
            not read beyond it.
    """

    spare_samples = 0

    def __init__(self, path: Path) -> None:
        self._name = native_name(path)
        with soundfile.SoundFile(self._name) as file:
            self.rate = file.samplerate
            self.channels = file.channels
            self.sample_count = file.frames if _ends_where_it_says(file) else 0
            said = 0 if file.frames == _UNKNOWN_COUNT else file.frames
            self.promised_samples = max(said, _frames_before_cut(file))
            self.guesses_length = file.format == "MP3" and not _says_length(path)

    def chunks(self) -> Generator[Float32, None, None]:
        """All that libsndfile can decode."""
        size = max(1, _CHUNK // self.channels)
        with _Stream(self._name) as file:
            while True:
                try:
                    chunk = file.read(size, dtype="float32", always_2d=True)
                except soundfile.LibsndfileError:
                    return
                if not len(chunk):
                    return
                yield chunk.T


def native_name(path: Path) -> str | bytes:
    """The name as libsndfile takes it, also where it is not valid Unicode."""
    return str(path) if sys.platform == "win32" else os.fsencode(path)


def _ends_where_it_says(file: soundfile.SoundFile) -> bool:
    """Whether the last frame that the header of an open sound file promises can be read."""
    try:
        file.seek(file.frames - 1)
        return len(file.read(1)) == 1
    except (soundfile.LibsndfileError, ValueError):  # ValueError: it lands behind the end
        return False


def _frames_before_cut(file: soundfile.SoundFile) -> int:
    """How many samples a file that libsndfile has found cut short says that it has, else 0.

    libsndfile corrects the length without an error, and only mentions it in its log.
    """
    found = _CUT_SHORT.search(file.extra_info)
    if not found:
        return 0
    said, there = int(found[1]), int(found[2])
    if said >= _UNKNOWN_BYTES or not there:
        return 0
    return file.frames * said // there


def _says_length(mp3: Path) -> bool:
    """Whether an MP3 file has the header, in its first frame, that holds its length."""
    with mp3.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            seven_bits = [byte & 0x7F for byte in head[6:]]
            file.seek(10 + sum(bits << 7 * (3 - place) for place, bits in enumerate(seven_bits)))
        else:
            file.seek(0)
        first_frame = file.read(_MP3_FRAME_BYTES)
    return b"Xing" in first_frame or b"Info" in first_frame


class FilmDecoder:
    """A film, or a sound that only FFmpeg can read; its first sound track."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._av = import_av(
            path, "is not a sound that libsndfile can read: to read films, m4a and aac"
        )
        self.sample_count = 0
        with self._film() as film:
            track = track_of(film)
            self.rate = track.rate
            self.channels = track.channels
            # Others than MP4 and MOV have no duration, or one that FFmpeg guesses by the bit rate.
            known = "mov" in film.format.name and track.duration
            seconds = float(track.duration * track.time_base) if known else 0.0
            self.promised_samples = round(seconds * self.rate)
            self.spare_samples = round(_SPARE_SECONDS * self.rate)

    @contextmanager
    def _film(self) -> Iterator[Any]:
        """The open film, which has a sound track."""
        refusal = SoundError(
            f"{self._path} is not a sound, nor a film with sound, that can be read: "
            f"it is something else, or damaged"
        )
        with opened(self._av, self._path, refusal) as film:
            if not film.streams.audio:
                raise SoundError(f"{self._path} is not a sound, and has no sound track")
            if track_of(film) is None:
                raise SoundError(f"{self._path} has a sound track of an unknown kind")
            yield film

    def chunks(self) -> Generator[Float32, None, None]:
        """All that FFmpeg can decode; broken packets are left out."""
        with self._film() as film:
            for _, samples in heard(self._av, film):
                yield samples
