"""Decoders: sound files, and the sound tracks of films, as chunks of samples."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import soundfile

from eidophone.base.arrays import Float32
from eidophone.base.errors import MissingExtraError, SoundError, tell
from eidophone.sound.choice import NO_CHOICE, Choice
from eidophone.sound.ffmpeg import (
    heard,
    import_av,
    is_mov,
    layout_of,
    opened,
    origin_of,
    picture_of,
    track_of,
)
from eidophone.sound.placing import placed, trimmed
from eidophone.sound.unfinished import Finished, patches_of

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
_SPARE_SECONDS = Fraction(1, 10)

#: What iTunes says of an m4a: priming, padding and samples, in hexadecimal digits.
_ITUNES = re.compile(r" ?[0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} 0{6}([0-9A-F]{10})\b")


class Decoder(Protocol):
    """A sound file that can be decoded, as often as wanted.

    Attributes:
        rate: Hz.
        layout: which loudspeaker each channel is for, ``"FL"`` and so on; "" where not known.
        sample_count: if known for certain; 0: not known.
        promised_samples: how many the file says that it has; 0: it does not say.
        spare_samples: how many of those may be missing without being missed.
    """

    rate: int
    layout: tuple[str, ...]
    sample_count: int
    promised_samples: int
    spare_samples: int

    def chunks(self) -> Generator[Float32, None, None]:
        """All that can be decoded, ``[channels, n]`` at a time; ends where damage begins."""


def decoder_of(path: Path, choice: Choice = NO_CHOICE) -> Decoder:
    """Whichever decoder can read ``path``; the name of the file plays no part.

    Args:
        path: the file.
        choice: another track than the first, and what is said of channels, only FFmpeg reads.
    """
    _check_readable(path)
    try:
        decoder = SndfileDecoder(path)
    except (soundfile.LibsndfileError, TypeError):  # TypeError: called .raw
        return FilmDecoder(path, choice.track)
    if choice.track or (choice.downmix and len(decoder.layout) > 2):
        return FilmDecoder(path, choice.track)
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
        self._path, self._patches = path, patches_of(path)
        with self._source() as source, soundfile.SoundFile(source) as file:
            self.rate = file.samplerate
            self.layout = ("",) * file.channels
            self.sample_count = file.frames if _ends_where_it_says(file) else 0
            said = 0 if file.frames == _UNKNOWN_COUNT else file.frames
            self.promised_samples = max(said, _frames_before_cut(file))
            self.guesses_length = file.format == "MP3" and not _says_length(path)
            if self._patches and self.sample_count:
                seconds = self.sample_count / self.rate
                tell(f"{path} was never finished: all that is there is read, {seconds:.2f} s")

    def _source(self) -> AbstractContextManager[Any]:
        """What libsndfile is to read."""
        if self._patches:
            return Finished(self._path, self._patches)
        return nullcontext(native_name(self._path))

    def chunks(self) -> Generator[Float32, None, None]:
        """All that libsndfile can decode."""
        size = max(1, _CHUNK // max(1, len(self.layout)))
        with self._source() as source, _Stream(source) as file:
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
    """A film, or a sound that only FFmpeg can read; one of its sound tracks, placed in time.

    Args:
        path: the file.
        track: counted from 0; None: the default one.
    """

    def __init__(self, path: Path, track: int | None = None) -> None:
        self._path = path
        self._number = track
        self._av = import_av(
            path, "is not a sound that libsndfile can read: to read films, m4a and aac"
        )
        self.sample_count = 0
        self._told = False
        with self._film() as (film, stream):
            self.rate = stream.rate
            self.layout = layout_of(stream)
            self._origin = _origin_of(film, stream)
            self._length = _length_of(film, stream, self._origin)
            self.promised_samples = self._length or 0
            self.spare_samples = round(_SPARE_SECONDS * self.rate)
            if track is None and len(film.streams.audio) > 1:
                count, read = len(film.streams.audio), film.streams.audio.index(stream)
                tell(f"{path} has {count} sound tracks, 0 to {count - 1}: `track` {read} is read")

    @contextmanager
    def _film(self) -> Iterator[tuple[Any, Any]]:
        """The open film, and its sound track."""
        refusal = SoundError(
            f"{self._path} is not a sound, nor a film with sound, that can be read: "
            f"it is something else, or damaged"
        )
        with opened(self._av, self._path, refusal) as film:
            count = len(film.streams.audio)
            if not count:
                raise SoundError(f"{self._path} is not a sound, and has no sound track")
            if self._number is not None and self._number not in range(count):
                raise SoundError(
                    f"{self._path} has no `track` {self._number}: its last is {count - 1}"
                )
            stream = track_of(film, self._number)
            if stream is None:
                raise SoundError(f"{self._path} has a sound track of an unknown kind")
            yield film, stream

    def chunks(self) -> Generator[Float32, None, None]:
        """All that FFmpeg can decode; silence stands for holes and for broken packets."""
        with self._film() as (film, stream):
            pieces = heard(self._av, film, stream)
            whole = placed(pieces, self.rate, origin=self._origin, hole=self._tell_of_hole)
            yield from trimmed(whole, self._length, self.rate)

    def _tell_of_hole(self, start: float, seconds: float) -> None:
        if not self._told:
            self._told = True
            tell(
                f"{self._path} has a hole of {seconds:.2f} s at {start:.2f} s: silence stands there"
            )


def _origin_of(film: Any, track: Any) -> Fraction | None:
    """What is 0 s of the sound: the beginning of the picture, or of the film's own time.

    None: the first sample, where the film's time begins anywhere.
    """
    picture = picture_of(film)
    if picture is not None and picture.start_time is not None:
        return origin_of(track, picture.start_time * Fraction(picture.time_base))
    begins_at_0 = any(name in film.format.name for name in ("mov", "matroska"))
    return Fraction(0) if begins_at_0 and _start_of(track) > _SPARE_SECONDS else None


def _start_of(track: Any) -> Fraction:
    return (track.start_time or 0) * Fraction(track.time_base)


def _length_of(film: Any, track: Any, origin: Fraction | None) -> int | None:
    """How many samples the sound has from ``origin`` on, if the film says it for certain.

    Others than MP4 and MOV do not say it, or say what FFmpeg guesses by the bit rate.
    """
    if not is_mov(film):
        return None
    start = _start_of(track)
    late = Fraction(0) if origin is None else start - origin
    said = _ITUNES.match(film.metadata.get("iTunSMPB", ""))
    if said:
        return round(late * track.rate) + int(said[1], 16)
    if not track.duration:
        return None
    return round((late + track.duration * Fraction(track.time_base)) * track.rate)
