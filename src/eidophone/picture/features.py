"""Features: the arrays that networks for sound usually take, instead of pictures.

Every array is ``[channels, ...]``, mono too, and time comes before frequency:

    raw          [channels, samples]              float32, 1 = full scale
    stft         [channels, columns, bins]        complex64, a sine at full scale has magnitude 1
    spectrogram  [channels, columns, bins]        float32 power, the squared magnitude of stft
    mel          [channels, columns, filters]     float32 power, the mean over each mel filter
    mfcc         [channels, columns, coefficients]  float32, cosine transform of the log of mel

Column ``k`` is centred at ``(k + 1/2) * hop_seconds``, as in our pictures, and bin ``n`` is at
``n * rate / (2 * (bins - 1))`` Hz. The window is Gaussian; see `eidophone.picture.gabor`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import scipy.fft

from eidophone.base.arrays import Complex64, Float32
from eidophone.base.atomic import atomic_path
from eidophone.base.errors import RecipeError
from eidophone.base.streams import Feed
from eidophone.picture.axis import Band
from eidophone.picture.mapping import Mapping
from eidophone.picture.recipe import Recipe
from eidophone.sound.samples import check_rate
from eidophone.sound.sound import Sound

#: Power at which the logarithm of mfcc begins (-100 dB).
_FLOOR = np.float32(1e-10)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How features are made.

    Attributes:
        rate: Hz to which sounds are resampled first, 8000 to 384000.
        window_seconds: length of the Gaussian window, cut where it has fallen to 0.1 %; 40 ms
            resolve what 25 ms of the usual Hann window do.
        hop_seconds: time from one column to the next, at most half the window.
        filters: of mel, 16 to 8192: triangles equally spaced in mel (O'Shaughnessy, as in HTK)
            from 0 Hz to ``rate / 2``, each reaching to the centres of its neighbours.
        coefficients: of mfcc that are kept, the lowest ones, at most ``filters``.

    Raises:
        RecipeError: a value is out of its range, or they do not fit together.
        SoundError: so is the rate.
    """

    rate: int = 16_000
    window_seconds: float = 0.040
    hop_seconds: float = 0.010
    filters: int = 40
    coefficients: int = 13

    def __post_init__(self) -> None:
        check_rate(self.rate, "the features")
        if not 1 <= self.coefficients <= self.filters:
            raise RecipeError(
                f"coefficients is {self.coefficients}: it must be 1 to {self.filters}, "
                f"the number of filters"
            )
        _ = self.recipe  # refuses what cannot be

    @cached_property
    def recipe(self) -> Recipe:
        """The columns, and the mel filters as rows."""
        return Recipe(
            rows=self.filters,
            max_hz=self.rate / 2,
            hop_seconds=self.hop_seconds,
            window_seconds=self.window_seconds,
        )


def raw(sound: Sound, settings: Settings = Settings()) -> Float32:
    """Samples at ``settings.rate``: ``[channels, samples]``, 1 = full scale."""
    return sound.resampled(settings.rate).samples


def stft(sound: Sound, settings: Settings = Settings()) -> Complex64:
    """Spectrum ``[channels, columns, bins]``; its phase is that at the centre of the column."""
    samples = raw(sound, settings)
    mapping = Mapping.of(settings.recipe, settings.rate)
    span = mapping.span(0, mapping.columns(samples.shape[1]))
    spectrum = np.empty((len(samples), span.columns, mapping.gabor.bins), np.complex64)

    def visit(first: int, last: int, part: Complex64) -> None:
        spectrum[:, first:last] = part

    span.analyse(Feed([samples], samples[:, :0]).take(span.start, span.stop), visit)
    return spectrum


def spectrogram(sound: Sound, settings: Settings = Settings()) -> Float32:
    """Power ``[channels, columns, bins]``; 1 for a sine at full scale, in its bin."""
    spectrum = stft(sound, settings)
    return spectrum.real**2 + spectrum.imag**2


def mel(sound: Sound, settings: Settings = Settings()) -> Float32:
    """Power ``[channels, columns, filters]``: the weighted mean of the bins of each filter.

    Filters have equal area, so white noise is level. Where filters are narrower than bins they
    interpolate between them.
    """
    power = spectrogram(sound, settings)
    pool = Mapping.of(settings.recipe, settings.rate).pooling.pool
    return power @ _filters(pool, power.shape[2]).T


def mfcc(sound: Sound, settings: Settings = Settings()) -> Float32:
    """Mel-frequency cepstral coefficients ``[channels, columns, coefficients]``.

    The orthonormal DCT-II of the natural logarithm of `mel`, which is cut at 1e-10 (-100 dB).
    The first coefficient is ``sqrt(filters)`` times the mean log power.
    """
    log_power = np.log(np.maximum(mel(sound, settings), _FLOOR))
    cepstrum: Float32 = scipy.fft.dct(log_power, type=2, norm="ortho", axis=-1)
    return np.ascontiguousarray(cepstrum[:, :, : settings.coefficients])


#: The features by name, and what their axes and values are.
KINDS: dict[str, tuple[Callable[[Sound, Settings], Float32 | Complex64], str, str]] = {
    "raw": (raw, "channels, samples", "amplitude, 1 = full scale"),
    "stft": (stft, "channels, columns, bins", "complex amplitude, 1 = sine at full scale"),
    "spectrogram": (spectrogram, "channels, columns, bins", "power, 1 = sine at full scale"),
    "mel": (mel, "channels, columns, filters", "mean power, 1 = sine at full scale"),
    "mfcc": (mfcc, "channels, columns, coefficients", "orthonormal DCT-II of ln mel"),
}


def save_npz(
    path: str | Path,
    sound: Sound,
    names: Sequence[str] | None = None,
    settings: Settings = Settings(),
    *,
    overwrite: bool = False,
) -> None:
    """Write features of ``sound`` to ``path``, an .npz file that ``numpy.load`` reads.

    Beside an array for each name it has ``about``: JSON with the settings, and the axes and the
    unit of each array.

    Args:
        path: the file; its folder must exist.
        sound: to be described.
        names: of features, see `KINDS`; None for all of them.
        settings: how they are made.
        overwrite: replace a file that is there already.

    Raises:
        RecipeError: there is no feature of that name.
        OutputError: there is a file already, no such folder, no permission, no space.
    """
    chosen = list(KINDS if names is None else dict.fromkeys(names))
    for name in chosen:
        if name not in KINDS:
            raise RecipeError(f"there is no feature {name!r}: use {', '.join(KINDS)}")
    about = {
        "settings": asdict(settings),
        "arrays": {name: {"axes": KINDS[name][1], "unit": KINDS[name][2]} for name in chosen},
    }
    with atomic_path(path, overwrite=overwrite) as temporary, temporary.open("wb") as file:
        arrays = {name: KINDS[name][0](sound, settings) for name in chosen}
        np.savez(file, about=np.array(json.dumps(about)), **arrays)  # type: ignore[arg-type]


def _filters(pool: Band, bins: int) -> Float32:
    """The lines of ``pool`` as a matrix ``[filters, bins]``, each scaled to sum 1."""
    filters = np.zeros((len(pool.start), bins), np.float32)
    ends = pool.first.tolist()
    for line, start in enumerate(pool.start.tolist()):
        weight = pool.weight[ends[line] : ends[line + 1]]
        filters[line, start : start + len(weight)] = weight / weight.sum()
    return filters
