"""Units: pieces of recordings, chosen and laid."""

import numpy as np
import pytest
import soundfile

from eidophone.morphing.telling.recordings import COEFFICIENTS, Recording, envelope_of
from eidophone.morphing.telling.units import Units

RATE = 16_000


def tones(hertz, seconds=0.5, rate=RATE):
    time = np.arange(round(seconds * rate)) / rate
    return np.concatenate([0.2 * np.sin(2 * np.pi * hz * time) for hz in hertz]).astype(np.float32)[
        None
    ]


def hertz_at(samples, second):
    part = samples[0, round(second * RATE) :][: RATE // 8]
    return np.abs(np.fft.rfft(part * np.hanning(len(part)))).argmax() * RATE / len(part)


def test_a_sound_is_told_by_itself_as_it_was():
    rng = np.random.default_rng(0)
    sound = tones((300, 900, 2500)) + 0.01 * rng.standard_normal((1, 3 * RATE // 2)).astype("f4")
    units = Units.among([Recording.of(sound, RATE)])
    chosen = units.chosen(envelope_of([sound], 1, sound.shape[1], RATE))
    assert units.follows(chosen[:-1], chosen[1:]).mean() > 0.7
    made = units.laid(chosen, sound.shape[1], RATE, 1)
    assert made.shape == sound.shape
    for second, hz in ((0.2, 300), (0.7, 900), (1.2, 2500)):
        assert hertz_at(made, second) == pytest.approx(hz, abs=20)


def test_units_are_chosen_from_whichever_recording_has_them():
    low, high = (Recording.of(tones(hz, 1), RATE) for hz in ((300,), (2500,)))
    steps = tones((310, 2400, 320))
    made = Units.among([low, high]).like(steps, RATE)
    found = [hertz_at(made, second) for second in (0.2, 0.7, 1.2)]
    assert found == pytest.approx([300, 2500, 300], abs=20)


def test_what_goes_on_is_the_recording_itself():
    sound = np.random.default_rng(1).standard_normal((2, RATE)).astype(np.float32)
    units = Units.among([Recording.of(sound, RATE)])
    run = np.flatnonzero(units.column % 12 == 0)[:6]
    made = units.laid(run, RATE // 2, RATE, 2)
    begin = round(12 * 0.008 * RATE)
    np.testing.assert_allclose(made, sound[:, begin:][:, : RATE // 2], rtol=0.25, atol=0.02)


def test_pieces_of_files_are_those_of_memory(tmp_path):
    sound = tones((300, 900), 0.5, 8000)
    soundfile.write(tmp_path / "a.wav", sound.T, 8000, subtype="FLOAT")
    starts = [-0.01, 0.1, 0.1, 0.45, 0.98]
    kept, read = Recording.of(sound, 8000), Recording.of_file(tmp_path / "a.wav")
    np.testing.assert_allclose(read.envelope, kept.envelope, atol=1e-5)
    assert read.envelope.shape == (125, COEFFICIENTS)
    both = zip(kept.pieces(starts, 0.1, 8000, 2), read.pieces(starts, 0.1, 8000, 2), strict=True)
    for one, other in both:
        assert one.shape == (2, 800)
        np.testing.assert_array_equal(one, other)
    (up,) = read.pieces([0.2], 0.1, 16_000, 1)
    assert up.shape == (1, 1600)
    wanted = tones((300, 900), 0.5, 16_000)[:, 3200:4800]
    np.testing.assert_allclose(up, wanted, atol=2e-3)


@pytest.mark.parametrize("count", [1, 100, 5000])
def test_hardly_any_samples(count):
    sound = tones((300,), 0.5)[:, :count]
    long = tones((300, 900))
    for content, substance in ((sound, long), (long, sound), (sound, sound), (long, 0 * long)):
        made = Units.among([Recording.of(substance, RATE)]).like(content, RATE)
        assert made.shape == content.shape
        assert np.isfinite(made).all()
        assert np.abs(made).max() <= 1.001 * np.abs(substance).max()


def test_recordings_are_judged_by_their_own_loudness():
    hiss = 0.01 * np.random.default_rng(2).standard_normal((1, RATE)).astype(np.float32)
    quiet, loud = 1e-3 * (tones((2500,), 1) + hiss), tones((300,), 1) + hiss
    silent = np.zeros_like(loud)
    units = Units.among([Recording.of(one, RATE) for one in (silent, quiet, loud)])
    assert len(units.recordings) == 2
    steps = tones((310, 2400, 320)) + np.tile(hiss, 2)[:, : 3 * RATE // 2]
    made = units.like(steps, RATE)
    found = [hertz_at(made, second) for second in (0.2, 0.7, 1.2)]
    assert found == pytest.approx([300, 2500, 300], abs=20)
    levels = [np.abs(made[0, round(at * RATE) :][:2000]).max() for at in (0.2, 0.7)]
    assert levels[1] == pytest.approx(levels[0], rel=0.3)
    alone = Units.among([Recording.of(silent, RATE)]).like(loud, RATE)
    assert not alone.any()
