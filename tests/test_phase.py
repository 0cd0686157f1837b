"""Phase: integration finds true derivatives, and rounds keep what is known."""

import numpy as np
import pytest

from eidophone.picture.columns import Anchor
from eidophone.picture.gabor import Span
from eidophone.picture.mapping import BinMapping, Mapping
from eidophone.picture.phase import agree_with_bins, agree_with_rows, integrate, refine
from eidophone.picture.pool import rows_of_spectrum
from eidophone.picture.recipe import PRESETS

RATE = 16_000
STANDARD = PRESETS["standard"]
MAPPING = Mapping.of(STANDARD, RATE)
GABOR = MAPPING.gabor
SPAN = Span(GABOR, 0, 120)
TIME = (np.arange(SPAN.samples) + SPAN.start) / RATE


def spectrum_of(signal, span=SPAN):
    signal = np.atleast_2d(signal).astype(np.float32)
    out = np.empty((len(signal), span.columns, GABOR.bins), np.complex64)

    def visit(first, last, part):
        out[:, first:last] = part

    span.analyse(signal, visit)
    return out


def power_of(spectrum):
    """Power of the colours of bins."""
    if len(spectrum) == 1:
        return np.abs(spectrum) ** 2
    left, right = spectrum
    return np.abs(np.stack([left, (left + right) / 2, right])) ** 2


def rows_of(spectrum):
    power = np.empty((1 if len(spectrum) == 1 else 3, spectrum.shape[1], 512), np.float32)
    rows_of_spectrum(spectrum, MAPPING.pooling, power)
    return power


def integrated(spectrum, **options):
    """Integrated phase of the magnitudes of ``spectrum``, nothing else being known."""
    phase = np.zeros(spectrum.shape, np.float32)
    known = np.zeros(spectrum.shape[1:], np.bool_)
    return integrate(power_of(spectrum).astype(np.float32), SPAN, phase, known, **options)


def coherence(spectrum, phase, axis):
    """How well phase differences along ``axis`` are the true ones: 1 is exact; by magnitude."""
    weight = np.abs(spectrum)
    off = phase - np.angle(spectrum)
    ahead = [slice(None)] * 3
    behind = [slice(None)] * 3
    ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
    ahead, behind = tuple(ahead), tuple(behind)
    both = weight[ahead] * weight[behind]
    both[:, [0, -1]] = 0  # the transform is cut at both ends
    return (both * np.cos(off[ahead] - off[behind])).sum() / both.sum()


CHIRP = np.sin(2 * np.pi * (500 * TIME + 2_000 * TIME**2))
TONE = np.sin(2 * np.pi * 1_234.5 * TIME + 1)
IMPULSE = (np.arange(SPAN.samples) == 60 * 93 - SPAN.start).astype(float)


@pytest.mark.parametrize(
    ("signal", "least"),
    [(CHIRP, 0.995), (TONE, 0.999), (IMPULSE, 0.999)],
    ids=["chirp", "tone", "impulse"],
)
@pytest.mark.parametrize("axis", [1, 2], ids=["in time", "in frequency"])
def test_the_derivatives_are_those_of_the_signal(signal, least, axis):
    spectrum = spectrum_of(signal)
    assert coherence(spectrum, integrated(spectrum), axis) > least


@pytest.mark.parametrize("signal", [CHIRP, TONE, IMPULSE], ids=["chirp", "tone", "impulse"])
def test_the_waveform_returns_but_for_one_phase(signal):
    spectrum = spectrum_of(signal)
    phase = integrated(spectrum)
    overlap = (np.abs(spectrum) ** 2 * np.exp(1j * (phase - np.angle(spectrum)))).sum()
    assert abs(overlap) / (np.abs(spectrum) ** 2).sum() > 0.97


def test_known_phase_is_kept_and_goes_on():
    spectrum = spectrum_of(CHIRP)
    known = np.zeros(spectrum.shape[1:], np.bool_)
    known[:10] = True
    given = np.where(known, np.angle(spectrum), 0).astype(np.float32)
    phase = integrate(power_of(spectrum), SPAN, given, known)
    assert np.array_equal(phase[:, :10], given[:, :10])
    off = np.exp(1j * (phase - np.angle(spectrum)))
    assert (np.abs(spectrum) ** 2 * off.real).sum() / (np.abs(spectrum) ** 2).sum() > 0.9


def test_the_same_power_has_the_same_phase():
    spectrum = spectrum_of(CHIRP)
    assert np.array_equal(integrated(spectrum), integrated(spectrum))


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("power", [0.0, 1e-20, 1.0, 1e15])
def test_flat_power_has_finite_phase(channels, power):
    cells = np.full((1 if channels == 1 else 3, 120, GABOR.bins), power, np.float32)
    known = np.zeros((120, GABOR.bins), np.bool_)
    phase = integrate(cells, SPAN, np.zeros((channels, 120, GABOR.bins), np.float32), known)
    assert np.isfinite(phase).all()


@pytest.mark.parametrize("degrees", [0, 30, 90, 150, 180])
@pytest.mark.parametrize("right", [1.0, 0.3])
def test_stereo_returns_the_angle_between_the_channels(degrees, right):
    left = spectrum_of(CHIRP)[0]
    spectrum = np.stack([left, right * left * np.exp(1j * np.radians(degrees))])
    phase = integrated(spectrum)
    weight = np.abs(left) ** 2
    angle = np.abs(np.angle(np.exp(1j * (phase[1] - phase[0]))))
    assert np.degrees((weight * angle).sum() / weight.sum()) == pytest.approx(degrees, abs=3)


# --- rounds ---------------------------------------------------------------------------------------


def noise(channels, seed=0):
    return np.random.default_rng(seed).standard_normal((channels, SPAN.samples)) * 0.1


def test_0_hz_has_no_phase():
    phase = integrated(spectrum_of(np.ones(SPAN.samples)))
    assert np.abs(np.sin(phase[0, 5:-5, 0])).max() < 0.01


@pytest.mark.parametrize("loud", [0, 1], ids=["left", "right"])
def test_of_two_channels_the_louder_keeps_its_phase(loud):
    signal = 0.01 * np.random.default_rng(0).standard_normal((2, SPAN.samples))
    signal[loud] = CHIRP
    spectrum = spectrum_of(signal)
    phase = integrated(spectrum)
    for axis in (1, 2):
        found = coherence(spectrum[loud : loud + 1], phase[loud : loud + 1], axis)
        alone = coherence(spectrum[loud : loud + 1], integrated(spectrum[loud : loud + 1]), axis)
        assert found > alone - 0.001


@pytest.mark.parametrize("channels", [1, 2])
def test_a_spectrum_that_agrees_with_the_rows_is_left_alone(channels):
    spectrum = spectrum_of(noise(channels))
    changed = spectrum.copy()
    agree_with_rows(changed, rows_of(spectrum), MAPPING.pooling)
    assert np.abs(changed - spectrum).max() < 1e-4 * np.abs(spectrum).max()


@pytest.mark.parametrize("channels", [1, 2])
def test_a_spectrum_of_another_level_is_brought_to_that_of_the_rows(channels):
    spectrum = spectrum_of(noise(channels))
    changed = spectrum * np.float32(0.1)
    agree_with_rows(changed, rows_of(spectrum), MAPPING.pooling)
    assert np.abs(changed - spectrum).max() < 1e-3 * np.abs(spectrum).max()


def test_a_louder_middle_is_the_nearest_to_all_three_colours():
    """The shift of both channels has the least square error in left, right and middle."""
    spectrum = spectrum_of(noise(2))
    rows = rows_of(spectrum)
    rows[1] *= 4
    middle = spectrum.mean(axis=0)
    changed = spectrum.copy()
    agree_with_rows(changed, rows, MAPPING.pooling)
    shifts = np.linspace(0, 1, 1001)  # of the middle, which is to be twice what it was
    best = shifts[np.argmin(2 * shifts**2 + 1.5 * (2 * shifts - 2) ** 2)]
    inside = MAPPING.pooling.inside
    found = (changed - spectrum)[:, :, inside] / middle[:, inside]
    assert np.median(found.real) == pytest.approx(best, abs=0.01)
    assert np.median(np.abs(found.imag)) < 0.01


def error_db(signal, rows):
    difference = np.sqrt(rows_of(spectrum_of(signal))) - np.sqrt(rows)
    return 10 * np.log10((difference**2).sum() / rows.sum())


def agreeing(rows):
    """Brings the spectrum of some columns to ``rows``."""

    def agree(first, last, spectrum):
        agree_with_rows(spectrum, rows[:, first:last], MAPPING.pooling)

    return agree


@pytest.mark.parametrize("channels", [1, 2])
def test_rounds_come_nearer_to_the_rows(channels):
    rows = rows_of(spectrum_of(noise(channels)))
    how = {"past": np.zeros((channels, 0), np.float32), "end": SPAN.samples}
    begin = noise(channels, 1).astype(np.float32)
    errors = [
        error_db(refine(begin.copy(), SPAN, agreeing(rows), n, **how), rows) for n in (0, 2, 8, 32)
    ]
    assert errors[0] > errors[1] + 3 > errors[2] + 5 > errors[3] + 6


def test_rounds_hold_to_the_past_and_to_the_silence_at_the_end():
    past = noise(1, 2)[:, :500].astype(np.float32)
    rows = rows_of(spectrum_of(noise(1)))
    start = noise(1, 1).astype(np.float32)
    for rounds in (0, 3):
        found = refine(
            start.copy(),
            SPAN,
            agreeing(rows),
            rounds,
            past=past,
            end=8_000,
        )
        assert np.array_equal(found[:, :500], past)
        assert not found[:, 8_000:].any()


def test_an_anchor_holds_by_its_weight():
    spectrum = np.ones((1, 4, 3), np.complex64)
    weight = np.zeros((6, 3), np.float32)
    weight[2], weight[3] = 1, 0.5
    anchor = Anchor(np.full((1, 6, 3), 3j, np.complex64), weight)
    held = anchor.holding(spectrum, 1, 5, slice(0, 3))[0, :, 0]
    assert np.allclose(held, [1, 3j, 0.5 + 1.5j, 1])
    held = anchor.holding(spectrum[:, :, :1], 1, 5, slice(1, 2))[0]
    assert np.allclose(held[:, 1], [1, 3j, 0.5 + 1.5j, 1])
    assert np.allclose(held[:, [0, 2]], 3j)


@pytest.mark.parametrize("channels", [1, 2])
def test_bins_agree_as_rows_of_one_bin_each_do(channels):
    rng = np.random.default_rng(5)
    shape = channels, 4, GABOR.bins
    spectrum = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)
    power = rng.random((2 * channels - 1, *shape[1:])).astype(np.float32)
    as_rows, as_bins = spectrum.copy(), spectrum.copy()
    agree_with_rows(as_rows, power, BinMapping.of(STANDARD, RATE).pooling)
    agree_with_bins(as_bins, power)
    np.testing.assert_allclose(as_bins, as_rows, rtol=1e-4, atol=1e-5)
