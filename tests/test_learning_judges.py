"""Judges of collections: whose a sound is, and that no trivial change of it deceives them."""

from functools import cache

import numpy as np
import pytest
import scipy.ndimage

from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grid import COLUMN_SECONDS, FLOOR_DB, ROWS, bytes_of
from eidophone.learning.judges import judges as judging
from eidophone.learning.judges import network
from eidophone.learning.judges.controls import (
    Spectra,
    crossfaded,
    enveloped,
    patched,
    reverberated,
    squeezed,
)
from eidophone.learning.judges.judges import Judges
from eidophone.learning.judges.shares import mean_of, rate_of, share_of
from eidophone.learning.judges.windows import WINDOW, windows_of
from eidophone.learning.tracks import Track

needs_pytorch = pytest.mark.skipif(not network.can_judge(), reason="nets need PyTorch")

CONDITIONS = Conditions(480, np.full(ROWS, -85, np.float32))

#: Beats a second, dB of a beat, and dB by which low rows are louder, of three collections.
KINDS = {"slow": (2.0, 14.0, 10.0), "fast": (5.0, 20.0, -10.0), "steady": (0.5, 6.0, 0.0)}


def levels_like(kind: str, columns: int, seed: int) -> np.ndarray:
    """Partials that are struck again and again, each at its own moments."""
    beats, swing, tilt = KINDS[kind]
    chance = np.random.default_rng(seed)
    seconds = np.arange(columns) * COLUMN_SECONDS
    groups = [
        -swing * ((beats * chance.uniform(0.8, 1.25) * seconds + chance.random()) % 1)
        for _ in range(16)
    ]
    levels = np.repeat(np.stack(groups, 1), ROWS // 16, axis=1)
    partials = 8 * np.cos(np.arange(ROWS) * chance.uniform(0.5, 0.7))
    noise = scipy.ndimage.gaussian_filter(chance.normal(size=(columns, ROWS)), (2, 1)) * 8
    spectrum = -45 - np.linspace(-tilt, tilt, ROWS) + chance.normal() * 3
    return (levels + partials + noise + spectrum).astype(np.float32)


def collection_like(kind: str, seed: int, tracks: int = 4) -> Collection:
    return Collection(
        kind,
        tuple(
            Track(f"{kind} {n}", bytes_of(levels_like(kind, 5 * WINDOW, 100 * seed + n))[None])
            for n in range(tracks)
        ),
    )


@cache  # and not at once: whoever collects these tests would wait for it
def two_collections() -> list[Collection]:
    return [collection_like(kind, seed) for seed, kind in enumerate(["slow", "fast"], 1)]


@cache
def unseen(kind: str) -> list[np.ndarray]:
    first = 1000 + 100 * list(KINDS).index(kind)
    return [levels_like(kind, WINDOW, first + k) for k in range(8)]


@pytest.fixture(scope="module")
def judges():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "_NETS", {True: 2, False: 1})
        patch.setattr(network, "_LEAST_STEPS", 40)  # enough for what differs so much
        patch.setattr(network, "_LOOKS", 1)
        return Judges.fit(two_collections(), CONDITIONS)


@pytest.fixture(scope="module")
def ends(judges):
    return {kind: judges.probabilities(unseen(kind)) for kind in ("slow", "fast")}


def shares(judges, ends, made):
    told = judges.probabilities(made)
    return {
        kind: share_of(told[kind][:, 1], ends["slow"][kind][:, 1], ends["fast"][kind][:, 1]).value
        for kind in told
    }


def test_every_judge_knows_whose_a_sound_is(ends):
    nets = {"C", "Z"} if network.can_judge() else set()
    assert set(ends["slow"]) == {"matched", "eq-blind"} | nets
    for kind, told in ends["slow"].items():
        assert told.shape == (8, 2)
        np.testing.assert_allclose(told.sum(axis=1), 1, atol=1e-5)
        assert told[:, 1].max() < 0.5 < ends["fast"][kind][:, 1].min(), kind


def test_only_who_hears_the_spectrum_is_deceived_by_an_equaliser(judges, ends):
    spectra = Spectra.of(two_collections(), CONDITIONS)
    made = [spectra.equalised(one, 0, 1) for one in unseen("slow")]
    share = shares(judges, ends, made)
    assert share.pop("matched") > 0.1
    assert abs(share.pop("eq-blind")) < 0.1
    assert all(abs(one) < 0.05 for one in share.values()), share


@needs_pytorch
@pytest.mark.parametrize("depth", [0.65, 1.4])
def test_z_is_not_deceived_by_how_far_levels_swing(judges, ends, depth):
    made = [squeezed(one, depth) for one in unseen("slow")]
    assert abs(shares(judges, ends, made)["Z"]) < 0.05


def test_no_judge_hears_how_loud_a_sound_is_recorded_or_what_is_above_all_recordings(judges, ends):
    for change in (-6, 6):
        made = [one + np.float32(change) for one in unseen("slow")]
        assert max(map(abs, shares(judges, ends, made).values())) < 0.1
    made = [one.copy() for one in unseen("slow")]
    for one in made:
        one[:, CONDITIONS.top :] = FLOOR_DB
    assert max(map(abs, shares(judges, ends, made).values())) < 1e-6


@needs_pytorch
def test_z_is_not_deceived_by_simple_effects(judges, ends):
    chance = np.random.default_rng(3)
    slow = unseen("slow")
    beats = np.sin(2 * np.pi * 5 * np.arange(WINDOW) * COLUMN_SECONDS)[:, None]
    effects = {
        "tremolo": [one + 3 * beats for one in slow],
        "noise": [np.maximum(one, -65 + chance.normal(size=one.shape)) for one in slow],
        "compressed": [one - 0.3 * (one - one.mean()).mean(axis=1, keepdims=True) for one in slow],
    }
    for name, made in effects.items():
        share = shares(judges, ends, [one.astype(np.float32) for one in made])
        assert share["Z"] < 0.15, (name, share)


def test_without_pytorch_there_are_no_nets(judges, monkeypatch):
    monkeypatch.setattr(judging, "can_judge", lambda: False)
    assert judges.kinds == ("matched", "eq-blind")
    assert set(judges.probabilities(unseen("slow")[:1])) == {"matched", "eq-blind"}
    fitted = Judges.fit([collection_like(kind, 7, tracks=1) for kind in KINDS], CONDITIONS)
    assert fitted.kinds == ("matched", "eq-blind")
    told = fitted.probabilities([unseen(kind)[0] for kind in KINDS])
    assert told["matched"].shape == (3, 3)
    assert (told["matched"].argmax(axis=1) == np.arange(3)).all()


@needs_pytorch
def test_nets_tell_three_collections_apart(monkeypatch):
    monkeypatch.setattr(network, "_NETS", {True: 1, False: 1})
    monkeypatch.setattr(network, "_LEAST_STEPS", 40)
    monkeypatch.setattr(network, "_LOOKS", 1)
    fitted = Judges.fit([collection_like(kind, 8, tracks=2) for kind in KINDS], CONDITIONS)
    told = fitted.probabilities([one for kind in KINDS for one in unseen(kind)[:4]])
    right = told["Z"].argmax(axis=1) == np.repeat(np.arange(3), 4)
    assert right.mean() > 0.8


@needs_pytorch
def test_each_net_of_who_decides_judges_alone_too(judges, ends):
    told = judges.by_seed(unseen("slow"))
    assert {kind: len(one) for kind, one in told.items()} == {
        "matched": 1, "eq-blind": 1, "C": 1, "Z": 2,
    }  # fmt: skip
    assert (told["Z"][0] != told["Z"][1]).any()
    np.testing.assert_allclose(told["Z"].mean(axis=0), ends["slow"]["Z"], atol=1e-6)


def test_short_windows_are_heard_too(judges):
    told = judges.probabilities([unseen("fast")[0][:150], bytes_of(unseen("fast")[1])])
    assert all(one.shape == (2, 2) and np.isfinite(one).all() for one in told.values())


def test_windows_are_cut_of_long_tracks_and_of_short_ones_joined():
    long = Track("long", np.full((1, 4 * WINDOW, ROWS), 200, np.uint8))
    short = [Track(f"{n}", np.full((1, WINDOW // 2, ROWS), 100 + n, np.uint8)) for n in range(5)]
    windows = windows_of([*short, long])
    assert len(windows) == 4 + 2
    assert (windows[:4] == 200).all()
    assert {int(one) for one in np.unique(windows[4:])} <= set(range(100, 105))
    assert windows_of(short[:1]).shape == (1, WINDOW, ROWS)
    assert windows_of([]).shape == (0, WINDOW, ROWS)


def test_windows_that_hardly_sound_are_left_out():
    levels = np.full((1, 5 * WINDOW, ROWS), 200, np.uint8)
    levels[:, WINDOW : 3 * WINDOW] = 0
    assert len(windows_of([Track("pauses", levels)])) == 3


def test_a_share_is_0_at_the_source_and_1_at_the_target():
    chance = np.random.default_rng(1)
    source, target = chance.uniform(0.1, 0.3, 40), chance.uniform(0.7, 0.9, 30)
    assert share_of(source, source, target).value == 0
    assert share_of(1 - source, source, target).value == pytest.approx(1, abs=0.1)
    half = share_of((source + 0.8) / 2, source, target)
    assert half.low < half.value < half.high
    assert half.value == pytest.approx(0.5, abs=0.05)
    assert half.high - half.low < 0.1
    assert np.isnan(share_of(source, source, source).value)


def test_a_judge_that_does_not_surely_tell_both_ends_apart_says_no_share():
    chance = np.random.default_rng(1)
    source, other, made = chance.uniform(0.1, 0.3, (3, 40)).astype(np.float32)
    nothing = [
        np.isnan([one.value, one.low, one.high]).all()
        for one in (
            share_of(made, source, other),
            share_of(made + 0.5, source + 0.5, other),
        )
    ]
    assert nothing == [True, True]


def test_means_and_rates_have_intervals():
    mean = mean_of([1, 2, 3, 4, 5])
    assert mean.low < mean.value == 3 < mean.high
    rate = rate_of([1, 0, 3], [2, 0, 2])
    assert rate.low <= rate.value == 1 <= rate.high
    assert np.isnan(rate_of([1], [0]).value)


def test_controls_of_samples():
    chance = np.random.default_rng(2)
    loud = chance.normal(size=44_100).astype(np.float32)
    loud[:22_050] *= 0.01
    loop = np.sin(np.arange(44_100) * 0.1).astype(np.float32)
    told = enveloped(loud, loop)
    assert np.std(told[:20_000]) < 0.05 * np.std(told[24_000:])
    np.testing.assert_allclose(crossfaded(loud, loop, 0.0), loud)
    turns = patched(loud, loop[:40_000], 10_000)
    np.testing.assert_array_equal(turns[:3700], loud[:3700])
    np.testing.assert_array_equal(turns[3700:7400], loop[3700:7400])
    assert len(turns) == 40_000
    np.testing.assert_allclose(crossfaded(loud, loop, 1.0), loop)


def test_a_room_smears_what_is_struck():
    struck = np.zeros(44_100, np.float32)
    struck[4410] = 1
    far = reverberated(struck, 44_100)
    assert len(far) == 44_100
    assert np.sum(far**2) == pytest.approx(1, rel=0.05)
    assert np.std(far[8000:12000]) > 2 * np.std(far[30_000:34_000])
