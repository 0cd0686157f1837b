"""Aligning: clocks, WSOLA, DTW, and parents on one clock."""

import numpy as np
import pytest

from eidophone.base.errors import EidophoneWarning
from eidophone.morphing.clocks.aligning import aligned
from eidophone.morphing.clocks.attacks import attacks
from eidophone.morphing.clocks.clock import Clock
from eidophone.morphing.clocks.dtw import path_of
from eidophone.morphing.clocks.wsola import paced
from eidophone.morphing.looping import looped
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import Morphing

RATE = 16_000

#: A clock that slows down, rests on its own pace, and hurries: of 1.5 s to 1.9 s.
KNOWN = np.array([[0, 0], [0.8, 0.5], [1.3, 1.0], [1.9, 1.5]])


def clock(points, rate=RATE):
    return Clock(*(rate * np.asarray(points, float)).T)


def clicks(times, seconds, rate=RATE, channels=1):
    """Bursts of decaying noise over a little hiss, each at its time."""
    rng = np.random.default_rng(1)
    out = 1e-4 * rng.standard_normal(round(seconds * rate))
    burst = rng.standard_normal(round(0.06 * rate)) * np.exp(
        -np.arange(round(0.06 * rate)) / (0.01 * rate)
    )
    for one in times:
        first = round(one * rate)
        out[first : first + len(burst)] += burst[: len(out) - first]
    return np.tile((0.3 * out).astype(np.float32), (channels, 1))


def tone(hz, seconds, rate=RATE):
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate, dtype=np.float32)[None]


def begins(samples, rate=RATE):
    """Where it is loud after 30 ms that were not, to half a millisecond."""
    step = rate // 2000
    sharp = np.diff(samples[0], 2, prepend=[0, 0])  # clicks, not notes
    power = (sharp[: len(sharp) // step * step].reshape(-1, step) ** 2).mean(axis=1)
    loud = power > power.max() / 100
    return [n * step / rate for n in np.flatnonzero(loud) if not loud[max(n - 60, 0) : n].any()]


def hz_of(samples, rate=RATE):
    """The frequency of a tone: the slope of the phase of its analytic signal."""
    spectrum = np.fft.fft(samples[0] * np.hanning(samples.shape[1]))
    spectrum[len(spectrum) // 2 :] = 0
    phase = np.unwrap(np.angle(np.fft.ifft(spectrum)))
    inside = slice(len(phase) // 8, -len(phase) // 8)
    return np.polyfit(np.arange(len(phase))[inside], phase[inside], 1)[0] * rate / (2 * np.pi)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
def test_attacks_are_found_where_they_are(rate):
    times = [0.2, 0.31, 0.7, 1.1]
    found = attacks(clicks(times, 1.5, rate), rate) / rate
    assert found == pytest.approx(times, abs=0.004)


@pytest.mark.parametrize("hz", [70, 100, 440])
def test_a_steady_tone_has_no_attack_but_its_beginning(hz):
    assert (attacks(tone(hz, 1), RATE) <= 0.03 * RATE).all()


def test_an_identity_gives_the_samples_themselves():
    sound = clicks([0.1, 0.4], 1.0, channels=2)
    same = clock([[0, 0], [0.3, 0.3], [1, 1]])
    assert paced(sound, same, RATE, RATE) is not None
    assert np.array_equal(paced(sound, same, RATE, RATE), sound)
    assert np.array_equal(paced(sound, same, RATE // 2, RATE), sound[:, : RATE // 2])


def test_where_a_clock_does_not_change_the_pace_samples_stay():
    sound = clicks([0.1, 0.4, 1.1], 1.5) + 0.1 * tone(333, 1.5)
    late = paced(sound, clock([[0, 0], [1, 1], [2, 1.5]]), 2 * RATE, RATE)
    assert np.array_equal(late[:, : round(0.9 * RATE)], sound[:, : round(0.9 * RATE)])


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_attacks_land_where_the_clock_has_them(rate):
    times = [0.1, 0.32, 0.6, 0.95, 1.2]
    slow = clock(KNOWN, rate)
    out = paced(clicks(times, 1.5, rate), slow, round(1.9 * rate), rate)
    wanted = slow.of(rate * np.array(times)) / rate
    assert begins(out, rate) == pytest.approx(wanted, abs=0.005)


def test_attacks_stay_as_sharp_as_they_were():
    times = [0.1, 0.32, 0.6, 0.95, 1.2]
    sound, slow = clicks(times, 1.5), clock(KNOWN)
    out = paced(sound, slow, round(1.9 * RATE), RATE)
    for one in times:
        burst = sound[0, round(one * RATE) :][:160]
        there = round(float(slow.of(np.array(one * RATE)))) - 80
        around = np.lib.stride_tricks.sliding_window_view(out[0, there : there + 320], 160)
        assert np.abs(around - burst).max(axis=1).min() < 1e-5


@pytest.mark.parametrize("hz", [55.0, 200.0, 441.7, 3001.3])
@pytest.mark.parametrize("pace", [0.3, 0.8, 1.7, 3.5])
def test_a_tone_keeps_its_pitch_and_its_level(hz, pace):
    out = paced(tone(hz, 2 * pace), clock([[0, 0], [2, 2 * pace]]), 2 * RATE, RATE)
    assert abs(1200 * np.log2(hz_of(out) / hz)) < 1
    middle = out[0, RATE // 4 : -RATE // 4]
    assert np.sqrt(2 * (middle**2).mean()) == pytest.approx(1, abs=0.02)


def test_noise_stays_as_loud_as_it_was():
    noise = np.random.default_rng(0).standard_normal((1, 2 * RATE)).astype(np.float32)
    out = paced(noise, clock([[0, 0], [3, 2]]), 3 * RATE, RATE)
    power = (out.reshape(-1, 160) ** 2).mean(axis=1)
    assert power.mean() == pytest.approx(1, abs=0.05)


def test_channels_are_told_by_one_search():
    left = clicks([0.1, 0.5], 1.0) + 0.1 * tone(300, 1)
    both = np.concatenate([left, -0.5 * left])
    out = paced(both, clock([[0, 0], [1.5, 1]]), round(1.5 * RATE), RATE)
    assert np.allclose(out[1], -0.5 * out[0], atol=1e-6)


def song(pace=1.0, rate=RATE, seed=3):
    """Notes and clicks at uneven times, at a pace that itself may change."""
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.12, 0.3, 10))
    points = pace if np.ndim(pace) else [[0, 0], [9, 9 * pace]]
    *moved, end = np.interp([*times, times[-1] + 0.4], *np.transpose(points))
    out = clicks(moved, end, rate)
    for one in moved:
        first = round(one * rate)
        since = np.arange(out.shape[1] - first) / rate
        hz = 220 * 2 ** (rng.integers(0, 24) / 12)
        out[0, first:] += (0.2 * np.sin(2 * np.pi * hz * since) * np.exp(-8 * since)).astype(
            np.float32
        )
    return out, np.array(moved)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_dtw_finds_which_event_is_which(rate):
    a, times = song(rate=rate)
    b, moved = song([[0, 0], [1, 1.4], [2, 1.9], [4, 4.5]], rate)
    path = path_of(a, b, rate) / rate
    assert (np.diff(path, axis=0) > 0).all()
    assert np.interp(times, *path.T) == pytest.approx(moved, abs=0.02)


def test_dtw_of_a_long_sound_goes_from_coarse_to_fine():
    a = np.concatenate([song(seed=one)[0] for one in range(8)], axis=1)
    slow = clock([[0, 0], [5, 6], [10, 10.5], [15, 17], [19, a.shape[1] / RATE]])
    b = paced(a, slow, 19 * RATE, RATE)
    path = path_of(a, b, RATE)
    off = np.abs(path[:, 0] - slow.at(path[:, 1])) / RATE
    assert np.median(off) < 0.015
    assert off.max() < 0.1


def test_a_sound_beside_itself_is_in_step():
    a, _ = song()
    path = path_of(a, a, RATE)
    assert np.array_equal(path[:, 0], path[:, 1])


def test_silence_beside_a_sound_is_in_step():
    a, _ = song()
    path = path_of(a, np.zeros_like(a), RATE)
    assert np.abs(path[:, 0] - path[:, 1]).max() < 0.1 * RATE


def parents(*sounds, rate=RATE):
    return Parents(tuple(np.asarray(one, np.float32) for one in sounds), rate)


@pytest.mark.parametrize("align", ["stretch", "dtw"])
@pytest.mark.parametrize("others", [1, 2, 3])
def test_the_rhythm_of_one_leaves_its_samples_as_they_are(align, others):
    a, _ = song()
    more = [song(pace)[0] for pace in (1.3, 0.8, 1.1)[:others]]
    for one in range(1 + others):
        shares = ",".join("1" if one == n else "0" for n in range(1 + others))
        mix = Mix.parse(f"rhythm={shares}", 1 + others)
        found = aligned(parents(a, *more), mix, Morphing(align=align))
        assert np.array_equal(found.samples[one], [a, *more][one])
        assert {other.shape for other in found.samples} == {found.samples[one].shape}


@pytest.mark.parametrize("align", ["none", "stretch", "dtw"])
@pytest.mark.parametrize("seconds", [None, 1.0, 7.0])
def test_one_alone_is_that_one(align, seconds):
    a, b = song()[0], song(1.4)[0]
    for mix, one in (("0", a), ("1", b)):
        how = Morphing(align=align, seconds=seconds)
        found = aligned(parents(a, b), Mix.parse(mix, 2), how)
        count = one.shape[1] if seconds is None else round(seconds * RATE)
        assert np.array_equal(found.samples[0], looped(one, count, RATE))


@pytest.mark.parametrize("align", ["stretch", "dtw"])
def test_the_length_is_the_blend_of_the_lengths_by_rhythm(align):
    a, b = song()[0], song(1.4)[0]
    for share in (0, 0.3, 0.5, 1):
        found = aligned(parents(a, b), Mix.parse(f"rhythm={share}", 2), Morphing(align=align))
        wanted = (1 - share) * a.shape[1] + share * b.shape[1]
        assert [one.shape[1] for one in found.samples] == pytest.approx([wanted] * 2, abs=1)


@pytest.mark.parametrize("align", ["stretch", "dtw"])
def test_rhythm_moves_along_a_path(align):
    a, times = song()
    b, _ = song(1.5)
    found = aligned(parents(a, b), Mix.parse("rhythm=0:1", 2), Morphing(align=align))
    # The pace goes evenly from that of one to that of the other: a logarithmic mean.
    mean = (b.shape[1] - a.shape[1]) / np.log(b.shape[1] / a.shape[1])
    assert found.sample_count == pytest.approx(mean, rel=0.02)
    pace = np.diff(begins(found.samples[0]))[[0, -1]] / np.diff(times)[[0, -1]]
    assert pace == pytest.approx([1.05, 1.45], abs=0.1)


def test_events_come_together_by_dtw_as_they_do_not_by_stretch():
    a, _ = song()
    b, _ = song([[0, 0], [1, 1.4], [2, 1.9], [4, 4.5]])
    off = {}
    for align in ("stretch", "dtw"):
        both = aligned(parents(a, b), Mix.parse("0.5", 2), Morphing(align=align)).samples
        here, there = (np.array(begins(one)) for one in both)
        off[align] = max(np.abs(there - one).min() for one in here)
    assert off["dtw"] < 0.02 < off["stretch"]


def test_what_is_not_aligned_is_filled_up_with_silence():
    a, b = song()[0], song(1.4)[0]
    found = aligned(parents(a, b), Mix.parse("0.5", 2), Morphing(align="none")).samples
    assert np.array_equal(found[1], b)
    assert np.array_equal(found[0][:, : a.shape[1]], a)
    assert not found[0][:, a.shape[1] :].any()


@pytest.mark.parametrize("align", ["stretch", "dtw"])
def test_what_goes_round_keeps_step(align):
    a, b = song()[0], song(1.4)[0]
    both = aligned(parents(a, b), Mix.parse("0.5", 2), Morphing(align=align, seconds=20)).samples
    assert [one.shape[1] for one in both] == [20 * RATE] * 2
    here, there = (np.array(begins(one)) for one in both)
    assert len(here) > 50
    assert max(np.abs(there - one).min() for one in here) < 0.03


@pytest.mark.parametrize("align", ["none", "stretch", "dtw"])
def test_what_is_longer_than_wanted_is_cut(align):
    a, b = song()[0], song(1.4)[0]
    whole, part = (
        aligned(parents(a, b), Mix.parse("0.5", 2), Morphing(align=align, seconds=seconds))
        for seconds in (None, 0.8)
    )
    for one, other in zip(whole.samples, part.samples, strict=True):
        assert other.shape == (1, round(0.8 * RATE))
        assert np.array_equal(one[:, : round(0.7 * RATE)], other[:, : round(0.7 * RATE)])


def test_a_sound_that_is_too_short_to_be_stretched_goes_round():
    a, b = tone(440, 0.1), tone(440, 3)
    with pytest.warns(EidophoneWarning, match="the shorter loops"):
        found = aligned(parents(a, b), Mix.parse("rhythm=0", 2), Morphing())
    assert 0.75 * RATE <= found.sample_count < 0.85 * RATE
    assert np.array_equal(found.samples[0][:, : round(0.075 * RATE)], a[:, : round(0.075 * RATE)])
    assert abs(1200 * np.log2(hz_of(found.samples[1]) / 440)) < 1


@pytest.mark.filterwarnings("ignore:one sound is over 4 times")
@pytest.mark.parametrize("align", ["none", "stretch", "dtw"])
@pytest.mark.parametrize("seconds", [None, 0.5])
@pytest.mark.parametrize(
    "lengths", [(1, 1), (1, 2), (1, 8000), (3, 700), (1500, 1700), (2, 1, 900)]
)
def test_no_length_is_too_short(align, seconds, lengths):
    rng = np.random.default_rng(0)
    sounds = [rng.uniform(-1, 1, (2, one)) for one in lengths]
    mix = Mix.parse(",".join(["0.5"] * len(sounds)), len(sounds))
    found = aligned(parents(*sounds), mix, Morphing(align=align, seconds=seconds))
    count = {one.shape for one in found.samples}
    assert len(count) == 1
    assert all(np.isfinite(one).all() and np.abs(one).max() < 1.6 for one in found.samples)
