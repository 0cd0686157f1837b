"""A content told by a substance: its movement and loudness, and nothing of its own sound."""

import numpy as np
import pytest
import scipy.signal

from eidophone import Sound
from eidophone.morphing.methods.mosaic import mosaic_course
from eidophone.morphing.methods.vocoder import vocoded
from eidophone.morphing.mix import Mix
from eidophone.morphing.morph import morph
from eidophone.morphing.telling import told as telling
from eidophone.morphing.telling.articulation import Movement
from eidophone.morphing.telling.cepstra import Cepstra, under
from eidophone.morphing.telling.told import told
from eidophone.picture.gabor import Span

RATE = 16_000


def noise(seconds=1.0, rate=RATE, seed=0, band=None):
    samples = np.random.default_rng(seed).standard_normal((1, round(seconds * rate)))
    if band:
        samples = scipy.signal.sosfilt(
            scipy.signal.butter(4, band, "band", fs=rate, output="sos"), samples
        )
    return (0.1 * samples).astype(np.float32)


def buzz(seconds=1.0, rate=RATE, hz=110):
    time = np.arange(round(seconds * rate)) / rate
    return 0.1 * scipy.signal.sawtooth(2 * np.pi * hz * time).astype(np.float32)[None]


def two_vowels():
    """Half a second of noise around 500 Hz, and half a second around 2500 Hz."""
    halves = [noise(0.5, band=band, seed=2) for band in ((400, 600), (2200, 2800))]
    return np.concatenate(halves, axis=1)


def telling_of(content, substance, articulation=1.0, mix="0.5", rate=RATE):
    blocks = told(content, substance, rate, mosaic_course(Mix.parse(mix, 2), articulation))
    return np.concatenate(list(blocks), axis=1)


def loudness(samples):
    return np.sqrt(scipy.signal.fftconvolve(samples[0] ** 2, np.ones(320) / 320, "same").clip(0))


def power_in(samples, low, high, rate=RATE):
    power = np.abs(np.fft.rfft(samples[0])) ** 2
    hz = np.fft.rfftfreq(samples.shape[1], 1 / rate)
    return power[(hz >= low) & (hz < high)].sum()


def alike(one, other):
    """The largest correlation of two waveforms, at any delay."""
    both = scipy.signal.correlate(one[0], other[0], method="fft")
    return float(np.abs(both).max() / np.sqrt((one**2).sum() * (other**2).sum()))


def test_bands_are_those_of_slaneys_scale_and_envelopes_smooth():
    cepstra = Cepstra.of(RATE)
    assert cepstra.bands == 40
    assert len(cepstra.basis) == 16
    np.testing.assert_allclose(cepstra.basis @ cepstra.basis.T, np.eye(16), atol=1e-6)
    np.testing.assert_allclose(cepstra.spread.sum(axis=0), 1, atol=1e-6)
    assert Cepstra.of(44_100).hz[39] == pytest.approx(cepstra.hz[39], rel=0.02)


def test_bands_are_triangles_around_their_centres():
    cepstra, hz = Cepstra.of(RATE), 1320.0
    tone = 0.5 * np.sin(2 * np.pi * hz * np.arange(RATE) / RATE).astype(np.float32)[None]
    span = Span(cepstra.gabor, 50, 60)
    power, flat = cepstra.seen(span, under(tone, span.start, span.stop))
    bins = (
        np.abs(
            np.fft.rfft(cepstra.gabor.window * tone[0, span.start :][: len(cepstra.gabor.window)])
        )
        ** 2
    )
    freq = np.arange(cepstra.gabor.bins) * RATE / cepstra.gabor.n_fft
    edges = np.concatenate([[2 * cepstra.hz[0] - cepstra.hz[1]], cepstra.hz])
    band = int(np.abs(cepstra.hz - hz).argmin())
    low, centre, high = edges[band], edges[band + 1], edges[band + 2]
    mel = np.log  # above 1 kHz
    shape = np.clip(
        np.minimum(
            (mel(freq.clip(1)) - mel(low)) / (mel(centre) - mel(low)),
            (mel(high) - mel(freq.clip(1))) / (mel(high) - mel(centre)),
        ),
        0,
        None,
    )
    assert power[0, band] == pytest.approx((shape * bins).sum() / shape.sum(), rel=1e-3)
    assert flat[0, band] < 0.2
    hiss = cepstra.seen(Span(cepstra.gabor, 10, 110), noise())[1]
    assert 0.45 < hiss[:, 20:].mean() < 0.7


def test_silence_is_around_samples():
    samples = np.arange(1, 5, dtype=np.float32)[None]
    np.testing.assert_array_equal(under(samples, -2, 3), [[0, 0, 1, 2, 3]])
    np.testing.assert_array_equal(under(samples, 2, 7), [[3, 4, 0, 0, 0]])
    np.testing.assert_array_equal(under(samples, 9, 11), [[0, 0]])
    np.testing.assert_array_equal(under(samples, -5, -3), [[0, 0]])


def test_a_substance_moves_as_the_content_does_at_its_loudness():
    content, substance = two_vowels(), buzz()
    content[:, 6000:6800] = 0
    made = telling_of(content, substance)
    assert np.corrcoef(loudness(made), loudness(content))[0, 1] > 0.9
    halves = made[:, :6000], made[:, 9000:]
    low, high = (power_in(one, 400, 600) / power_in(one, 2200, 2800) for one in halves)
    plain = power_in(substance, 400, 600) / power_in(substance, 2200, 2800)
    assert low > 10 * plain
    assert high < plain / 10
    assert np.abs(made[:, 6350:6450]).max() < 1e-3


@pytest.mark.parametrize(("coefficient", "low", "high"), [(5, 0.85, 1.15), (13, 0.5, 0.85)])
def test_fine_ripples_of_an_envelope_are_imposed_less_than_wide_ones(coefficient, low, high):
    cepstra = Cepstra.of(RATE)
    wave = cepstra.curves[coefficient]
    hz = np.arange(len(wave)) * RATE / 2 / (len(wave) - 1)
    spectrum = np.fft.rfft(noise(2.0, seed=20))
    spectrum *= np.exp(2 * np.interp(np.fft.rfftfreq(2 * RATE, 1 / RATE), hz, wave))
    content, substance = np.fft.irfft(spectrum).astype(np.float32), noise(2.0, seed=21)
    movement = Movement.of(content, substance, RATE)
    (span,) = cepstra.spans(2 * RATE)
    rows, one = np.arange(span.columns), np.ones(span.columns, np.float32)
    sound = under(substance, span.start, span.stop)
    made = movement.impose(sound, span, rows, one, 0 * one)
    inner = slice(20, -20)
    before, after, wanted = (
        (np.log(cepstra.band_power(span, part)[inner]) @ (0.5 * cepstra.basis.T)).mean(axis=0)
        for part in (sound, made, under(content, span.start, span.stop))
    )
    moved = ((after - before) / (wanted - before))[coefficient]
    assert low < moved < high


def test_nothing_of_the_content_itself_is_inside():
    content = two_vowels()
    made = telling_of(content, noise(seed=5))
    assert alike(made, content) < 0.15
    assert alike(telling_of(content, noise(seed=5), mix="0.25"), content) > 0.6


def test_without_articulation_only_the_loudness_is_the_contents():
    content, substance = two_vowels(), buzz()
    made = telling_of(content, substance, articulation=0.0)
    ratio = made[0, 1000:6500] / np.where(np.abs(substance) > 0.01, substance, np.nan)[0, 1000:6500]
    assert np.nanstd(ratio) < 0.5 * np.nanmean(ratio)
    assert np.nanmin(ratio) > 0


def test_a_path_begins_as_the_content_and_ends_as_the_substance():
    content, substance = two_vowels(), buzz()
    made = telling_of(content, substance, mix="0:0:0.5:1:1")
    np.testing.assert_array_equal(made[:, :3500], content[:, :3500])
    np.testing.assert_allclose(made[:, 12800:15600], substance[:, 12800:15600], atol=3e-3)


def test_it_is_the_same_whatever_is_told_at_a_time(monkeypatch):
    content, substance = two_vowels(), buzz()
    whole = telling_of(content, substance)
    monkeypatch.setattr(telling, "_STRETCH_COLUMNS", 40)
    assert whole.shape == content.shape
    np.testing.assert_allclose(telling_of(content, substance), whole, atol=2e-3)


def test_hisses_are_told_by_noise_where_the_substance_has_nothing():
    rate = 44_100
    content = np.concatenate(
        [buzz(0.5, rate), noise(0.5, rate, band=(6000, 12_000))], axis=1
    )  # "eess"
    spectrum = np.fft.rfft(noise(1.0, rate, seed=7))
    spectrum[:, 3000:] = 0
    substance = np.fft.irfft(spectrum).astype(np.float32)
    made = telling_of(content, substance, rate=rate)
    high = [power_in(one, 8000, 11_000, rate) for one in (made[:, :20_000], made[:, 24_100:])]
    assert high[1] > 100 * high[0]
    assert high[1] > 0.1 * power_in(content[:, 24_100:], 8000, 11_000, rate)
    part = slice(24_100, 44_000)
    assert abs(np.corrcoef(made[0, part], content[0, part])[0, 1]) < 0.1
    tone = np.sin(2 * np.pi * 9000 * np.arange(rate) / rate).astype(np.float32)[None]
    movement = Movement.of(tone, substance, rate)
    hissing = movement.noisy[5:-5] * movement.power[5:-5]
    assert hissing.sum() < 1e-3 * movement.power.sum()  # a whistle is no hiss


def test_bands_that_a_telephone_does_not_have_move_as_the_nearest():
    content = noise(1.0, seed=3, band=(300, 3000))
    spectrum = np.fft.rfft(content)
    spectrum[:, np.fft.rfftfreq(RATE, 1 / RATE) > 3400] = 0
    content = np.fft.irfft(spectrum).astype(np.float32)
    substance = noise(1.0, seed=4)
    made = telling_of(content, 0.01 * substance)
    above = power_in(made, 5000, 7000) / power_in(made, 1000, 3000)
    plain = power_in(substance, 5000, 7000) / power_in(substance, 1000, 3000)
    assert plain / 4 < above < 4 * plain


def test_the_image_is_the_substances_and_what_is_louder_on_one_side_stays_there():
    still, moving = np.repeat(noise(seed=8), 2, axis=0), np.repeat(noise(seed=8), 2, axis=0)
    moving *= np.stack([np.linspace(1, 0, RATE), np.linspace(0, 1, RATE)]).astype(np.float32)
    wide = np.concatenate([buzz(), 0.5 * buzz(hz=150)])
    made = telling_of(still, wide)
    sides = np.sqrt((made**2).mean(axis=1))
    assert sides[0] / sides[1] == pytest.approx(2, rel=0.15)
    made = telling_of(moving, np.repeat(buzz(), 2, axis=0))
    begins = np.sqrt((made[:, : RATE // 4] ** 2).mean(axis=1))
    assert begins[0] > 4 * begins[1]


@pytest.mark.parametrize("articulation", [0.0, 1.0])
@pytest.mark.parametrize("count", [1, 50, RATE // 2])
def test_silence_and_hardly_any_samples(articulation, count):
    sound, silent = noise(seed=9)[:, :count], np.zeros((1, count), np.float32)
    assert not telling_of(silent, sound, articulation).any()
    assert not telling_of(sound, silent, articulation).any()
    assert not telling_of(silent, silent, articulation).any()
    made = telling_of(sound, noise(seed=10)[:, :count], articulation)
    assert np.isfinite(made).all()
    assert np.abs(made).max() < 2 * np.abs(sound).max()


def test_a_vocoder_gives_each_band_the_loudness_of_the_content():
    content, substance = two_vowels(), noise(seed=11)
    made = np.concatenate(list(vocoded(content, substance, RATE)), axis=1)
    halves = made[:, 500:7500], made[:, 8500:15500]
    low, high = (power_in(one, 400, 600) / power_in(one, 2200, 2800) for one in halves)
    assert low > 100
    assert high < 0.01
    assert np.corrcoef(loudness(made), loudness(content))[0, 1] > 0.9


@pytest.mark.parametrize("method", ["mosaic", "vocoder"])
def test_methods_take_mixes_and_paths(method):
    content, substance = Sound(two_vowels(), RATE), Sound(buzz(0.4), RATE)
    whole = morph(content, substance, method=method, mix="0:1", align="none")
    assert whole.sample_count == content.sample_count
    np.testing.assert_allclose(whole.samples[:, :50], content.samples[:, :50], atol=0.02)
    half = morph(content, substance, method=method, align="none")
    assert alike(half.samples, content.samples) < 0.15
