"""What is told ends without a click, and says what it could not do."""

import numpy as np
import pytest

from eidophone import EidophoneWarning, Sound
from eidophone.base.errors import noted
from eidophone.morphing.ends import eased
from eidophone.morphing.morph import morph
from eidophone.morphing.settings import Morphing
from eidophone.morphing.styling import style

RATE = 16_000


def hum(seconds=0.5, hz=110, level=0.3, channels=1):
    time = np.arange(round(seconds * RATE)) / RATE
    waves = sum(np.cos(2 * np.pi * hz * k * time) / k for k in range(1, 9))
    return np.tile((level / 3 * waves).astype(np.float32), (channels, 1))


def noise(seconds=0.5, seed=0):
    samples = np.random.default_rng(seed).standard_normal((1, round(seconds * RATE)))
    return (0.1 * samples).astype(np.float32)


def clicks(samples):
    """By how much it jumps at its two ends, beside its own peak."""
    return np.abs(samples[:, [0, -1]]).max(axis=0) / np.abs(samples).max()


def whole(blocks):
    return np.concatenate(list(blocks), axis=1)


TOLD = {
    **{
        method: lambda one, other, method=method: morph(one, other, method=method)
        for method in ("mosaic", "vocoder", "becoming")
    },
    "becoming a hum": lambda one, other: morph(one, other, method="becoming", mix="0.95"),
    "style": style,
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_told_does_not_click_where_it_begins_and_ends(name):
    made = TOLD[name](Sound(noise(), RATE), Sound(hum(0.9), RATE)).samples
    assert (clicks(made) < 0.01).all()
    loud = np.abs(made[0])
    assert loud[: RATE // 50].max() > 0.1 * loud.max()  # it does not fade in slowly
    assert loud[-RATE // 50 :].max() > 0.1 * loud.max()


@pytest.mark.parametrize("block", [1, 7, 100, 10_000])
@pytest.mark.parametrize("count", [1, 3, 40, 200, 3000])
def test_ends_are_the_same_in_blocks_of_any_size(block, count):
    made, content = hum()[:, :count], np.zeros((1, count), np.float32)
    parts = [made[:, at : at + block].copy() for at in range(0, count, block)]
    soft = whole(eased(parts, content, RATE))
    np.testing.assert_array_equal(soft, whole(eased([made], content, RATE)))
    inner = slice(count // 4 if count < 200 else 32, -80)
    np.testing.assert_array_equal(soft[:, inner], made[:, inner])
    if count == 3000:
        assert (clicks(soft) < 0.01).all()


def test_ends_stay_that_are_the_contents_own_or_do_not_sound():
    content = hum()
    np.testing.assert_array_equal(whole(eased([content], content, RATE)), content)
    soft = content * np.hanning(content.shape[1]).astype(np.float32)
    np.testing.assert_array_equal(whole(eased([soft], 0 * content, RATE)), soft)
    both = np.concatenate([content, soft[:, ::-1][:, :4000]], axis=1)
    made = whole(eased([both], np.concatenate([content, noise(0.25)], axis=1), RATE))
    np.testing.assert_array_equal(made[:, :8000], content)


@pytest.mark.parametrize("method", ["mosaic", "vocoder", "becoming"])
def test_a_parent_alone_stays_as_it_is(method):
    one, other = Sound(noise(), RATE), Sound(hum(0.9), RATE)
    for mix, parent in ((0, one), (1, other)):
        np.testing.assert_array_equal(
            morph(one, other, method=method, mix=mix).samples, parent.samples
        )
    np.testing.assert_array_equal(style(one, other, strength=0.0).samples, one.samples)


@pytest.mark.parametrize("method", ["mosaic", "vocoder", "becoming"])
def test_it_is_said_which_sound_is_silent(method):
    some, silent = Sound(noise(), RATE), Sound(np.zeros((1, 8000)), RATE)
    with pytest.warns(EidophoneWarning, match="the second sound is silent"):
        morph(some, silent, method=method)
    with pytest.warns(EidophoneWarning, match="the first sound is silent"):
        morph(silent, some, method=method)


def test_it_is_said_if_all_that_tells_is_silent():
    some, silent = Sound(noise(), RATE), Sound(np.zeros((1, 8000)), RATE)
    with pytest.warns(EidophoneWarning, match="the substances are silent"):
        style(some, silent, silent)
    with pytest.warns(EidophoneWarning, match="the content is silent"):
        style(silent, some)
    with noted() as notes:
        style(some, silent, some)
    assert not any("silent" in one for one in notes)


def told(method, mix, quality="preview"):
    how = Morphing(method=method, mix=mix, quality=quality)
    with noted() as notes:
        morph(Sound(noise(0.2), RATE), Sound(hum(0.2), RATE), **vars(how))
    return notes


@pytest.mark.parametrize(
    ("method", "mix", "line"),
    [
        ("vocoder", "pitch=0.2", "vocoder goes by timbre of the mix, and not by pitch"),
        (
            "vocoder",
            "timbre=0.2,rhythm=1,loudness=0:1",
            "vocoder goes by timbre of the mix, and not by loudness and rhythm",
        ),
        ("mosaic", "pitch=0.2", "mosaic goes by timbre and loudness of the mix, and not by pitch"),
        ("crossfade", "pitch=1,timbre=0.3", "crossfade goes by timbre and rhythm of the mix, "),
        ("spectral", "pitch=1,timbre=0.3", "spectral goes by timbre and loudness and rhythm of "),
    ],
)
def test_it_is_said_by_what_of_the_mix_a_method_goes(method, mix, line):
    assert any(one.startswith(line) for one in told(method, mix))


@pytest.mark.parametrize(
    ("method", "mix"),
    [
        ("vocoder", "pitch=0.3,timbre=0.3,loudness=0.3,rhythm=0"),
        ("mosaic", "timbre=0.3,loudness=0.6,rhythm=0:0"),
        ("becoming", "0:1"),
        ("crossfade", "timbre=0.3,rhythm=0.6,pitch=0.3,loudness=0.3"),
        ("split", "timbre=0.3,rhythm=0.6,pitch=0.1,loudness=0.9"),
    ],
)
def test_nothing_is_said_of_a_mix_that_is_used(method, mix):
    assert not any("of the mix" in one for one in told(method, mix))
