"""Warp: pictures that flow into each other."""

import sys

import numpy as np
import pytest

from eidophone import Sound
from eidophone.base.errors import MissingExtraError
from eidophone.morphing.methods.flow import Flow, carried
from eidophone.morphing.morph import morph

RATE = 16_000


def tone(hz, seconds=1.0, level=0.3):
    return level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)


def voice(hz, seconds=1.0):
    """Eight harmonics."""
    return sum(tone(k * hz, seconds, 0.2 / k) for k in range(1, 9))


def lines(samples):
    """The partials of the middle of ``samples``: Hz and decibels of all within 60 dB."""
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    level = np.abs(np.fft.rfft(middle * np.blackman(len(middle)), 1 << 18))
    level = 20 * np.log10(level / level.max() + 1e-12)
    top = np.flatnonzero((level[1:-1] > level[:-2]) & (level[1:-1] >= level[2:])) + 1
    return {n * RATE / (1 << 18): level[n] for n in top if level[n] > -60}


def drawn(*rows, columns=96, height=200):
    """A picture ``[columns, rows]`` with a soft line at each of the ``rows``."""
    row = np.arange(height)
    level = np.max([np.exp(-(((row - one) / 4) ** 2)) for one in rows], axis=0)
    return np.tile(level.astype(np.float32), (columns, 1))


def test_the_flow_is_where_lines_are():
    pytest.importorskip("cv2")
    flow, none = Flow(), np.zeros(96, np.float32)
    found = flow.of(drawn(60, 120), drawn(66, 118), none)[48]
    assert found[60] == pytest.approx(6, abs=0.5)
    assert found[120] == pytest.approx(-2, abs=0.5)


def test_the_flow_reaches_as_far_as_the_guess():
    pytest.importorskip("cv2")
    guess = np.full(96, 80, np.float32)
    assert Flow().of(drawn(40), drawn(121), guess)[48, 40] == pytest.approx(81, abs=0.5)


@pytest.mark.parametrize("rows", [2, 4, 10, 20])
def test_the_flow_of_a_line_is_as_far_as_it_went(rows):
    pytest.importorskip("cv2")
    columns = 256
    none = np.zeros(columns, np.float32)
    both = (drawn(60 + by, columns=columns, height=512) for by in (0, rows))
    assert Flow().of(*both, none)[128, 60] == pytest.approx(rows, abs=0.3)


@pytest.mark.parametrize("part", [0.0, 0.3, 1.0])
def test_what_is_carried_is_where_it_was_sent(part):
    row = np.arange(200, dtype=np.float32)
    flow = np.tile(8 * np.sin(row / 20) + 5, (40, 1)).astype(np.float32)
    came = row + carried(flow, np.full(40, part, np.float32))[20]
    inside = slice(20, -20)
    there = came + part * (8 * np.sin(came / 20) + 5)
    assert there[inside] == pytest.approx(row[inside], abs=0.05)


def test_nothing_overtakes_what_is_above_it():
    flow = np.random.default_rng(0).normal(0, 30, (64, 200)).astype(np.float32)
    came = np.arange(200) + carried(flow, np.full(64, 0.5, np.float32))
    assert (np.diff(came, axis=1) >= -1e-3).all()


@pytest.mark.parametrize(
    ("a", "b", "rest_db"), [(300, 500, -45), (440, 660, -45), (1000, 1300, -45), (300, 600, -35)]
)
def test_a_tone_glides_to_another(a, b, rest_db):
    pytest.importorskip("cv2")
    made = morph(Sound(tone(a), RATE), Sound(tone(b), RATE), method="warp", mix=0.5)
    found = lines(made.samples[0])
    loudest = max(found, key=found.get)
    assert loudest == pytest.approx(np.sqrt(a * b), rel=0.01)
    rest = [level for hz, level in found.items() if abs(hz - loudest) > 20]
    assert max(rest, default=-60) < rest_db


def test_a_voice_glides_as_a_whole():
    pytest.importorskip("cv2")
    made = morph(Sound(voice(200), RATE), Sound(voice(260), RATE), method="warp", mix=0.5)
    found = {hz: level for hz, level in lines(made.samples[0]).items() if level > -30}
    wanted = np.sqrt(200 * 260) * np.arange(1, 9)
    assert [np.abs(wanted / hz - 1).min() < 0.01 for hz in found] == [True] * len(found)
    assert len(found) >= 6


def test_pitch_and_timbre_take_different_mixes():
    pytest.importorskip("cv2")
    both = Sound(tone(300), RATE), Sound(tone(500), RATE)
    made = morph(*both, method="warp", mix="pitch=0.25,timbre=0.9,loudness=0.5,rhythm=0")
    found = lines(made.samples[0])
    assert max(found, key=found.get) == pytest.approx(300**0.75 * 500**0.25, rel=0.01)


def test_a_path_goes_from_one_to_the_other():
    pytest.importorskip("cv2")
    made = morph(Sound(tone(300), RATE), Sound(tone(500), RATE), method="warp", mix="0:1")
    step = RATE // 4
    heard = [made.samples[0][n : n + step] for n in range(0, RATE, step)]
    hz = [max(found := lines(np.pad(one, step)), key=found.get) for one in heard]
    wanted = 300 * (5 / 3) ** ((np.arange(4) + 0.5) / 4)
    assert hz == pytest.approx(wanted, rel=0.04)


def test_stereo_keeps_its_image():
    pytest.importorskip("cv2")
    left, right = ((1.0, 0.2), (1.0, 0.2))
    a = Sound(np.stack([left[0] * tone(300), left[1] * tone(300)]), RATE)
    b = Sound(np.stack([right[0] * tone(500), right[1] * tone(500)]), RATE)
    made = morph(a, b, method="warp", mix=0.5).samples[:, RATE // 4 : -RATE // 4]
    loud = np.sqrt((made**2).mean(axis=1))
    assert loud[1] / loud[0] == pytest.approx(0.2, rel=0.1)
    assert np.corrcoef(*made)[0, 1] > 0.95


def test_black_stays_black():
    pytest.importorskip("cv2")
    quiet = np.concatenate([tone(300), np.zeros(RATE), tone(300)])
    other = np.concatenate([tone(450), np.zeros(RATE), tone(450)])
    made = morph(Sound(quiet, RATE), Sound(other, RATE), method="warp", mix=0.5).samples[0]
    assert np.abs(made[RATE + 800 : 2 * RATE - 800]).max() < 1e-4


def test_without_opencv_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'eidophone\[morph\]'"):
        morph(Sound(tone(300), RATE), Sound(tone(500), RATE), method="warp", mix=0.5)
