"""Features: arrays for networks, against closed forms and plain loops."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.base.errors import EidophoneError, OutputError, RecipeError, SoundError
from eidophone.picture import features
from eidophone.picture.features import Settings, mel, mfcc, raw, save_npz, spectrogram, stft
from eidophone.sound.sound import Sound

RATE = 16_000
N_FFT = 640  # 40 ms
HOP = 160  # 10 ms


def sine(hz, seconds=0.5, rate=RATE, level=1.0, phase=0.0):
    time = np.arange(round(seconds * rate)) / rate
    return Sound(level * np.cos(2 * np.pi * hz * time + phase), rate)


def noise(seconds=1.0, rate=RATE, channels=1, seed=0):
    samples = np.random.default_rng(seed).standard_normal((channels, round(seconds * rate)))
    return Sound(0.1 * samples, rate)


def impulse(sample, sample_count=RATE // 2):
    samples = np.zeros(sample_count, np.float32)
    samples[sample] = 1
    return Sound(samples, RATE)


def gaussian():
    """The documented window, made afresh: 0.1 % at its ends, a full-scale sine has magnitude 1."""
    n = np.arange(N_FFT) - N_FFT // 2
    window = np.exp(np.log(0.001) * (n / (N_FFT / 2)) ** 2)
    return window * 2 / window.sum()


# --- shapes ---------------------------------------------------------------------------------------


def test_the_shapes_are_as_documented():
    stereo = noise(1.0, 44_100, channels=2)
    assert raw(stereo).shape == (2, 16_000)
    assert stft(stereo).shape == (2, 100, N_FFT // 2 + 1)
    assert spectrogram(stereo).shape == (2, 100, N_FFT // 2 + 1)
    assert mel(stereo).shape == (2, 100, 40)
    assert mfcc(stereo).shape == (2, 100, 13)


def test_the_types_are_as_documented():
    sound = noise(0.1)
    kinds = {
        kind: make(sound, Settings()).dtype.name for kind, (make, *_) in features.KINDS.items()
    }
    assert kinds.pop("stft") == "complex64"
    assert set(kinds.values()) == {"float32"}


def test_mono_has_one_channel_and_stereo_channels_are_on_their_own():
    left, right = noise(0.2, seed=1), noise(0.2, seed=2)
    both = Sound(np.concatenate([left.samples, right.samples]), RATE)
    for make, *_ in features.KINDS.values():
        assert np.allclose(make(both, Settings())[0], make(left, Settings())[0], atol=1e-6)
        assert np.allclose(make(both, Settings())[1], make(right, Settings())[0], atol=1e-6)


@settings(max_examples=25)
@given(
    rate=st.sampled_from([8_000, 11_025, 44_100, 96_000]),
    sample_count=st.integers(1, 3000),
    channels=st.integers(1, 2),
    filters=st.integers(16, 128),
    hop=st.floats(0.002, 0.02),
    seed=st.integers(0, 99),
)
def test_any_sound_has_finite_features(rate, sample_count, channels, filters, hop, seed):
    samples = np.random.default_rng(seed).uniform(-1, 1, (channels, sample_count))
    how = Settings(rate=rate, hop_seconds=hop, filters=filters, coefficients=filters)
    found = mfcc(Sound(samples, rate), how)
    assert found.shape == (channels, -(-sample_count // (hop * rate)), filters)
    assert np.isfinite(found).all()


# --- truths ---------------------------------------------------------------------------------------


def test_raw_keeps_level_and_time():
    resampled = raw(sine(440, rate=44_100, level=0.5))
    assert np.abs(resampled[0, 500:-500] - sine(440, level=0.5).samples[0, 500:-500]).max() < 1e-4


def test_a_sine_between_two_bins_has_the_level_of_the_transformed_gaussian():
    off = 440 - 18 * RATE / N_FFT  # Hz to the nearest bin
    sigma = N_FFT / 2 / np.sqrt(2 * np.log(1000)) / RATE  # seconds
    wanted = np.exp(-((2 * np.pi * sigma * off) ** 2))  # power: the square of the Gaussian's FT
    power = spectrogram(sine(440))[0, 10:-10]
    assert (power.argmax(axis=1) == 18).all()
    assert np.allclose(power.max(axis=1), wanted, rtol=0.01)


def test_a_sine_on_a_bin_at_half_scale_has_a_quarter_of_the_power():
    assert np.allclose(spectrogram(sine(1000, level=0.5))[0, 10:-10, 40], 0.25, rtol=1e-3)


def test_the_phase_is_that_at_the_centre_of_the_column():
    spectrum = stft(sine(1000, phase=0.7))[0, 10:-10, 40]
    centre = (np.arange(10, 10 + len(spectrum)) + 0.5) * HOP / RATE
    wanted = np.exp(1j * (2 * np.pi * 1000 * centre + 0.7))
    assert np.abs(spectrum - wanted).max() < 1e-3


def test_a_column_is_the_fourier_sum_of_the_windowed_samples():
    sound, column = noise(), 31
    first = column * HOP + HOP // 2 - N_FFT // 2
    frame = sound.samples[0, first : first + N_FFT] * gaussian()
    n = np.arange(N_FFT) - N_FFT // 2
    for k in (0, 1, 7, 100, 320):
        wanted = (frame * np.exp(-2j * np.pi * k * n / N_FFT)).sum()
        assert abs(stft(sound)[0, column, k] - wanted) < 1e-5


def test_parseval():
    sound = noise()
    power = spectrogram(sound)[0]
    both_sides = 2 * power.sum(axis=1) - power[:, 0] - power[:, -1]
    for column in (5, 50, 90):
        first = column * HOP + HOP // 2 - N_FFT // 2
        energy = ((sound.samples[0, first : first + N_FFT] * gaussian()) ** 2).sum()
        assert both_sides[column] / N_FFT == pytest.approx(energy, rel=1e-4)


def test_white_noise_is_level_at_the_power_that_the_window_lets_in():
    power = mel(noise(20.0))[0].mean(axis=0)
    wanted = 0.1**2 * (gaussian() ** 2).sum()
    inner = 10 * np.log10(power[2:-1] / wanted)  # at 0 Hz and Nyquist the spectrum is real
    assert np.abs(inner).max() < 0.7
    assert abs(inner.mean()) < 0.15


@pytest.mark.parametrize("hz", [440.0, 1000.0, 3000.0])
def test_a_tone_lights_its_mel_filter(hz):
    edges = np.linspace(0, 2595 * np.log10(1 + RATE / 2 / 700), 41)  # HTK's formula
    wanted = np.searchsorted(edges, 2595 * np.log10(1 + hz / 700)) - 1
    assert mel(sine(hz))[0, 20].argmax() == wanted


def test_an_impulse_is_level_in_mel_and_only_the_first_coefficient_of_mfcc():
    column = 20
    sound = impulse(column * HOP + HOP // 2)
    power = gaussian().max() ** 2
    assert np.allclose(mel(sound)[0, column], power, rtol=1e-3)
    found = mfcc(sound)[0, column]
    assert found[0] == pytest.approx(np.sqrt(40) * np.log(power), rel=1e-4)
    assert np.abs(found[1:]).max() < 1e-3


def test_silence_is_the_floor():
    found = mfcc(Sound(np.zeros(RATE // 4), RATE))[0]
    assert np.allclose(found[:, 0], np.sqrt(40) * np.log(1e-10), rtol=1e-5)
    assert np.abs(found[:, 1:]).max() < 1e-4


def test_mfcc_is_the_cosine_sum_of_the_log():
    sound = noise(0.2)
    log = np.log(mel(sound)[0, 7].astype(float))
    for k in (1, 5, 12):
        terms = [log[n] * np.cos(np.pi * k * (2 * n + 1) / 80) for n in range(40)]
        assert mfcc(sound)[0, 7, k] == pytest.approx(np.sqrt(2 / 40) * sum(terms), abs=1e-4)


# --- files ----------------------------------------------------------------------------------------


def test_a_file_has_the_arrays_and_says_what_they_are(tmp_path):
    sound = noise(0.2, channels=2)
    save_npz(tmp_path / "x.npz", sound, ["mel", "stft"], Settings(filters=64))
    with np.load(tmp_path / "x.npz", allow_pickle=False) as file:
        assert set(file.files) == {"about", "mel", "stft"}
        assert np.array_equal(file["mel"], mel(sound, Settings(filters=64)))
        about = json.loads(str(file["about"]))
    assert about["settings"]["filters"] == 64
    assert about["settings"]["hop_seconds"] == 0.01
    assert about["arrays"]["mel"]["axes"] == "channels, columns, filters"


def test_all_features_go_into_a_file_of_any_name(tmp_path):
    save_npz(tmp_path / "features of x", noise(0.1))
    with np.load(tmp_path / "features of x", allow_pickle=False) as file:
        assert set(file.files) == {"about", "raw", "stft", "spectrogram", "mel", "mfcc"}
    assert [path.name for path in tmp_path.iterdir()] == ["features of x"]


def test_a_file_is_replaced_only_if_told(tmp_path):
    path = tmp_path / "x.npz"
    save_npz(path, noise(0.1), ["raw"])
    with pytest.raises(OutputError, match="exists already"):
        save_npz(path, noise(0.1), ["mel"])
    save_npz(path, noise(0.1), ["mel"], overwrite=True)
    with np.load(path) as file:
        assert "mel" in file.files


def test_what_cannot_be_made_leaves_nothing(tmp_path):
    with pytest.raises(RecipeError, match=r"'chroma': use raw, stft"):
        save_npz(tmp_path / "x.npz", noise(0.1), ["mel", "chroma"])
    with pytest.raises(SoundError, match="too short"):
        save_npz(tmp_path / "x.npz", Sound([0.0], 384_000))
    assert not list(tmp_path.iterdir())


# --- bad inputs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rate": 4000}, "4000"),
        ({"rate": 16_000.5}, "16000.5"),
        ({"filters": 3, "coefficients": 3}, "3"),
        ({"filters": 100_000}, "100000"),
        ({"coefficients": 41}, "41: it must be 1 to 40"),
        ({"coefficients": 0}, "0: it must be 1"),
        ({"hop_seconds": 0.03}, "0.03"),
        ({"window_seconds": 0.0}, "0.0"),
        ({"hop_seconds": float("nan")}, "nan"),
    ],
)
def test_impossible_settings_are_refused_in_one_line(values, message):
    with pytest.raises(EidophoneError, match=message) as caught:
        Settings(**values)
    assert "\n" not in str(caught.value)
