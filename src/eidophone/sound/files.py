"""Sound files as streams of blocks: `open_sound` reads them, `SoundWriter` writes them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from math import log10
from pathlib import Path
from types import TracebackType

import numpy as np
import soundfile
import soxr

from eidophone.base.arrays import Float32
from eidophone.base.atomic import atomic_path, need_target
from eidophone.base.errors import OutputError, SoundError, tell
from eidophone.base.streams import lasting, regrouped
from eidophone.sound.choice import NO_CHOICE, Choice
from eidophone.sound.decoders import Decoder, decoder_of, native_name
from eidophone.sound.mixing import Mixing
from eidophone.sound.samples import (
    MIN_RATE_HZ,
    check_block_size,
    check_channels,
    check_rate,
    check_samples,
)
from eidophone.sound.wav import FloatWav

#: Samples that are encoded at once.
_CHUNK = 1 << 16


class SoundReader:
    """A sound file, decoded block by block; a context manager.

    It may be read more than once: each call of ``blocks`` begins anew. A file that stops short of
    what its header promises is read as far as it goes, with an ``EidophoneWarning``.

    Args:
        path: the file.
        choice: what of it is read.
        decoder: what decodes it; found by its content unless given.

    Attributes:
        path: the file.
        rate: samples per second.
        channels: 1 or 2.
        available: channels of the file.
        sample_count: samples of each channel; exactly what ``blocks`` gives.

    Raises:
        SoundError: not a sound, no samples, more than 2 channels and none chosen, a rate outside
            8 to 384 kHz, or the file cannot be read.
        MissingExtraError: libsndfile cannot read it, and PyAV is not installed.
    """

    def __init__(
        self,
        path: str | Path,
        choice: Choice = NO_CHOICE,
        *,
        decoder: Decoder | None = None,
    ) -> None:
        self.path = Path(path)
        self._decoder = decoder or decoder_of(self.path, choice)
        self.rate = check_rate(self._decoder.rate, str(self.path))
        self.available = len(self._decoder.layout)
        self._mixed = Mixing(choice, self._decoder.layout, self.path)
        self.channels = self._mixed.channels
        self.sample_count = self._decoder.sample_count or self._count()
        promised = self._decoder.promised_samples
        if self.sample_count < promised - self._decoder.spare_samples:
            _warn_short(self.path, self.duration_seconds, promised / self.rate)
        self._open = ExitStack()

    def __enter__(self) -> SoundReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def duration_seconds(self) -> float:
        """How long the sound is."""
        return self.sample_count / self.rate

    def blocks(self, samples_per_block: int) -> Iterator[Float32]:
        """The sound from its beginning: C-contiguous float32 ``[channels, samples_per_block]``.

        The last block may be shorter. If the file is damaged inside, silence stands for what
        cannot be decoded, with an ``EidophoneWarning``.

        Raises:
            SoundError: a block holds NaN or infinity.
        """
        check_block_size(samples_per_block)
        blocks = self._blocks(min(samples_per_block, self.sample_count))
        self._open.callback(blocks.close)
        return blocks

    def _blocks(self, size: int) -> Generator[Float32, None, None]:
        first = 0
        with closing(self._decoder.chunks()) as chunks:
            nothing = np.zeros((self.channels, 0), np.float32)
            whole = lasting(
                map(self._mixed, chunks), self.sample_count, nothing, self._warn_damaged
            )
            for block in regrouped(whole, size):
                check_samples(block, self.rate, str(self.path), first)
                first += block.shape[1]
                yield block

    def _count(self) -> int:
        """Samples that can be decoded, by decoding them."""
        sample_count = sum(chunk.shape[1] for chunk in self._decoder.chunks())
        if not sample_count:
            raise SoundError(f"{self.path} has no samples")
        return sample_count

    def _warn_damaged(self, missing: int) -> None:
        tell(
            f"{self.path} is damaged: {missing / self.rate:.2f} of {self.duration_seconds:.2f} s "
            f"could not be read, and are silence at the end"
        )


def open_sound(
    path: str | Path,
    channels: Sequence[int] | None = None,
    *,
    track: int | None = None,
    downmix: bool = False,
) -> SoundReader:
    """Open the sound file at ``path``, whatever its name says that it is.

    Args:
        path: any file that libsndfile reads or, with the extra ``film``, any film with sound.
        channels: which channels to read, counted from 0; needed when there are more than two,
            and they are not mixed.
        track: which sound track of a film, counted from 0; None: its default one.
        downmix: mix more than two channels to two, with the coefficients of ITU-R BS.775.

    Raises:
        SoundError, MissingExtraError: as ``SoundReader``.
    """
    chosen = None if channels is None else tuple(channels)
    return SoundReader(path, Choice(channels=chosen, track=track, downmix=downmix))


@contextmanager
def opened_reference(path: Path | None) -> Iterator[SoundReader | None]:
    """The sound file to lean on, if there is one; mixed where it has more than two channels.

    Raises:
        SoundError, MissingExtraError: as ``SoundReader``.
    """
    if path is None:
        yield None
    else:
        with open_sound(path, downmix=True) as sound:
            yield sound


def _warn_short(path: Path, seconds: float, promised_seconds: float) -> None:
    tell(f"{path} is cut short: it has {seconds:.2f} of the {promised_seconds:.2f} s it promises")


@dataclass(frozen=True)
class _Format:
    """One way to write sound, in libsndfile's words.

    Attributes:
        container: libsndfile's name of it.
        subtype: libsndfile's name of the encoding.
        keeps_peaks: samples beyond full scale come back as they were.
        compression_level: 0 (best) to 1 (smallest), for lossy ones.
        rates: Hz that it can hold; None: any.
    """

    container: str
    subtype: str
    keeps_peaks: bool = True
    compression_level: float | None = None
    rates: Sequence[int] | None = None


_VORBIS = _Format("OGG", "VORBIS", False, 0.2, range(MIN_RATE_HZ, 200_001))
_OPUS = _Format("OGG", "OPUS", False, 0.5, (8_000, 12_000, 16_000, 24_000, 48_000))
_MP3 = _Format(
    *("MP3", "MPEG_LAYER_III", False, 0.0),
    rates=(8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
)
_AIFF = _Format("AIFF", "FLOAT")

#: What the ending of a name says about the format.
_FORMATS = {
    ".wav": _Format("WAV", "FLOAT"),
    ".flac": _Format("FLAC", "PCM_24", keeps_peaks=False),
    ".ogg": _VORBIS,
    ".oga": _VORBIS,
    ".opus": _OPUS,
    ".mp3": _MP3,
    ".aiff": _AIFF,
    ".aif": _AIFF,
    ".au": _Format("AU", "FLOAT"),
    ".caf": _Format("CAF", "FLOAT"),
    ".w64": _Format("W64", "FLOAT"),
}


#: Sounds that are written, by what their names end in.
SOUND_FORMATS = tuple(ending.removeprefix(".") for ending in _FORMATS)


def need_sound_target(path: Path, *, overwrite: bool = False) -> None:
    """Refuse now, before there is any sound, a ``path`` that `SoundWriter` would refuse.

    Raises:
        SoundError, OutputError: as there.
    """
    _format_of(path)
    need_target(path, overwrite=overwrite)


class SoundWriter:
    """A sound file being written block by block; a context manager.

    The file appears whole when the block succeeds, and not at all when it raises. The ending of
    its name decides the format: float32 WAV (RF64 beyond 4 GiB), AIFF, AU, CAF and W64 keep every
    sample as it is; FLAC has 24 bits; Ogg Vorbis, Opus and MP3 are lossy, at high quality.
    Samples beyond full scale give an ``EidophoneWarning`` where the format cannot hold them; so
    does a rate that it cannot hold, and the sound is resampled to the next that it can.

    Args:
        path: the file to write.
        rate: samples per second.
        channels: 1 or 2.
        overwrite: replace a file that is there already.

    Raises:
        SoundError: an ending, rate or number of channels that cannot be written.
        OutputError: there is a file already, no such folder, no permission, no space.
    """

    def __init__(
        self, path: str | Path, rate: int, channels: int, *, overwrite: bool = False
    ) -> None:
        self.path = Path(path)
        self.rate = check_rate(rate, str(self.path))
        self.channels = check_channels(channels, str(self.path))
        self.sample_count = 0
        self._peak = 0.0
        self._format = _format_of(self.path)
        self._rate_written = self._holdable_rate()
        self._resampler = self._resampling()
        self._written = 0
        self._life = self._writing(overwrite)
        self._file: FloatWav | soundfile.SoundFile

    def __enter__(self) -> SoundWriter:
        self._life.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._life.__exit__(kind, error, trace)

    @property
    def keeps_peaks(self) -> bool:
        """Whether the format holds samples over full scale."""
        return self._format.keeps_peaks

    def write(self, block: Float32) -> None:
        """Append ``block``: float32 ``[channels, any number of samples]``.

        Raises:
            SoundError: another shape, or NaN or infinity in it.
        """
        if block.ndim != 2 or block.shape[0] != self.channels:
            raise SoundError(
                f"a block of shape {block.shape} cannot be written to {self.path}: it must be "
                f"[{self.channels}, samples]"
            )
        check_samples(block, self.rate, str(self.path), self.sample_count)
        for start in range(0, block.shape[1], _CHUNK):
            part = np.ascontiguousarray(block[:, start : start + _CHUNK].T, dtype=np.float32)
            self._write(part if self._resampler is None else self._resampler.resample_chunk(part))
        self.sample_count += block.shape[1]

    def _holdable_rate(self) -> int:
        """The rate, or if the format cannot hold it the next that it can."""
        rates = self._format.rates
        if rates is None or self.rate in rates:
            return self.rate
        return next((rate for rate in rates if rate > self.rate), rates[-1])

    def _resampling(self) -> soxr.ResampleStream | None:
        """What makes a sound of the rate that is written, if that is another one."""
        rate = self._rate_written
        if rate == self.rate:
            return None
        tell(f"{self.path.suffix} cannot hold {self.rate} Hz: {self.path} has {rate} Hz")
        return soxr.ResampleStream(self.rate, rate, self.channels, dtype="float32", quality="VHQ")

    def _write(self, part: Float32) -> None:
        """Write ``[samples, channels]`` of the rate of the file."""
        if len(part):
            self._peak = max(self._peak, float(part.max()), -float(part.min()))
            self._file.write(part)
            self._written += len(part)

    @contextmanager
    def _writing(self, overwrite: bool) -> Iterator[None]:
        try:
            with atomic_path(self.path, overwrite=overwrite) as temporary:
                with self._create(temporary) as self._file:
                    yield
                    if self._resampler is not None:
                        nothing = np.zeros((0, self.channels), np.float32)
                        self._write(self._resampler.resample_chunk(nothing, last=True))
                self._check_written(temporary)
        except soundfile.LibsndfileError as error:
            raise OutputError(f"cannot write {self.path}: {error.error_string}") from error
        self._warn_of_peaks()

    def _create(self, temporary: Path) -> FloatWav | soundfile.SoundFile:
        if self._format.container == "WAV":
            return FloatWav(temporary, self.rate, self.channels)
        return soundfile.SoundFile(
            native_name(temporary),
            "w",
            self._rate_written,
            self.channels,
            format=self._format.container,
            subtype=self._format.subtype,
            compression_level=self._format.compression_level,
        )

    def _check_written(self, temporary: Path) -> None:
        """Refuse an empty file, and one that libsndfile could not write to the end."""
        if not self.sample_count:
            raise SoundError(f"no samples were written to {self.path}: a sound has at least one")
        with soundfile.SoundFile(native_name(temporary)) as file:
            if file.frames != self._written:
                raise OutputError(f"cannot write {self.path} whole: is the disk full?")

    def _warn_of_peaks(self) -> None:
        if self._peak > 1 and not self._format.keeps_peaks:
            tell(
                f"{self.path} peaks {20 * log10(self._peak):+.1f} dB over full scale, where "
                f"{self.path.suffix} clips: make it quieter, or save .wav, which keeps it"
            )


def _format_of(path: Path) -> _Format:
    """The format that the ending of ``path`` asks for."""
    suffix = path.suffix.lower()
    if suffix not in _FORMATS:
        raise SoundError(
            f"{path} cannot be written: its name must end in one of {', '.join(_FORMATS)}"
        )
    return _FORMATS[suffix]
