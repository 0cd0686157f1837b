"""Collections are read as they are meant, whatever lies in a folder."""

from pathlib import Path

import numpy as np
import pytest

from eidophone import Sound
from eidophone.base.errors import EidophoneWarning, LearnError, SoundError, noted
from eidophone.faces.cli.places import collections_of
from eidophone.learning.collections import alike, collection_of, tell_shared
from eidophone.learning.grid import FLOOR_DB, STEP_DB, levels_of, levels_of_bytes, sound_of
from eidophone.learning.tracks import track_of

RATE = 44_100


def noise(seconds, seed=0, rate=RATE, channels=1, gain=0.1):
    samples = np.random.default_rng(seed).normal(size=(channels, round(seconds * rate)))
    return Sound((gain * samples).astype(np.float32), rate)


def folder_of(path, *sounds):
    path.mkdir()
    for number, sound in enumerate(sounds):
        sound.save(path / f"{number}.wav")
    return path


@pytest.fixture
def quiet():
    """Sounds this short are said to be little, which is not what is tested."""
    with pytest.warns(EidophoneWarning):
        yield


def test_bytes_are_levels_to_half_a_step():
    sound = noise(0.5)
    levels = levels_of(sound)
    track = track_of(sound, "noise")
    assert track is not None
    offset = np.median(levels_of_bytes(track.levels) - levels)
    off = levels_of_bytes(track.levels) - levels - offset
    assert np.abs(off[levels > FLOOR_DB + 30]).max() < 1.01 * STEP_DB


def test_levels_come_back_as_a_sound():
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE, dtype=np.float32)
    again = sound_of(levels_of(Sound(0.5 * tone, RATE)), RATE)
    assert again.shape == (1, RATE)
    spectrum = np.abs(np.fft.rfft(again[0, 5000:-5000] * np.hanning(RATE - 10_000)))
    assert np.argmax(spectrum) == pytest.approx(1000 * (RATE - 10_000) / RATE, abs=1)
    assert np.abs(again[0, 5000:-5000]).max() == pytest.approx(0.5, abs=0.02)


def test_long_levels_become_a_sound_part_by_part(monkeypatch):
    levels = levels_of(noise(8))
    whole = sound_of(levels)
    monkeypatch.setattr("eidophone.learning.grid._AT_ONCE", 720)
    parts = sound_of(levels)
    assert parts.shape == whole.shape
    assert not np.array_equal(parts, whole)  # phases are found of less at once
    off = [np.abs(levels_of(Sound(one, RATE)) - levels)[:, 50:-50].mean() for one in (whole, parts)]
    assert off[1] == pytest.approx(off[0], rel=0.1)


def test_tracks_are_equally_loud_whatever_their_rate_and_channels():
    loud = track_of(noise(1, gain=0.3), "loud")
    quiet = track_of(noise(1, gain=0.003, channels=2, rate=48_000), "quiet")
    means = [levels_of_bytes(one.middle[:, 100:400]).mean() for one in (loud, quiet)]
    assert means[0] == pytest.approx(means[1], abs=0.5)
    assert loud.levels.shape[0] == 1
    assert quiet.levels.shape[0] == 3


def test_whole_tracks_are_held_out_and_always_the_same(tmp_path, quiet):
    sounds = [noise(1.0, seed) for seed in range(10)]
    one = collection_of("one", folder_of(tmp_path / "one", *sounds))
    again = collection_of("again", tmp_path / "one")
    assert [t.held for t in one.tracks] == [t.held for t in again.tracks]
    assert len(one.held) == 2
    assert {t.name for t in one.held}.isdisjoint(t.name for t in one.learnt)


def test_of_one_track_the_end_is_held_out_which_is_said(tmp_path):
    folder = folder_of(tmp_path / "one", noise(20))
    with pytest.warns(EidophoneWarning) as told:
        collection = collection_of("one", folder)
    assert any("one sound only" in str(one.message) for one in told)
    (learnt,), (held,) = collection.learnt, collection.held
    assert learnt.seconds == pytest.approx(16, abs=0.1)
    assert held.seconds == pytest.approx(3, abs=0.1)


def test_silence_text_and_crumbs_are_left_out_in_words(tmp_path):
    folder = folder_of(
        tmp_path / "one", noise(5), noise(5, 1), noise(0.1), Sound(np.zeros(RATE), RATE)
    )
    (folder / "notes.txt").write_text("no sound")
    (folder / "broken.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVEfmt ")
    with pytest.warns(EidophoneWarning) as told:
        collection = collection_of("one", folder)
    assert len(collection.tracks) == 2
    words = "\n".join(str(one.message) for one in told)
    assert "2.wav, 3.wav were silent or too short" in words
    assert "broken.wav" in words


def test_nothing_to_learn_from_is_refused(tmp_path):
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "notes.txt").write_text("no sound")
    with pytest.raises(SoundError, match="no sounds"):
        collection_of("text", tmp_path / "text")
    still = folder_of(tmp_path / "still", Sound(np.full((1, 5 * RATE), 0.5, np.float32), RATE))
    with (
        pytest.warns(EidophoneWarning, match=r"0\.wav was silent"),
        pytest.raises(LearnError, match=r"0\.0 seconds"),
    ):
        collection_of("still", still)
    with pytest.raises(LearnError, match=r"1\.0 seconds"):
        collection_of("short", folder_of(tmp_path / "short", noise(1)))


def test_long_collections_take_the_middle_of_each(tmp_path, monkeypatch, quiet):
    monkeypatch.setattr("eidophone.learning.collections.MOST_SECONDS", 6.0)
    one = collection_of("one", folder_of(tmp_path / "one", noise(1), noise(5, 1), noise(6, 2)))
    assert sorted(round(t.seconds, 1) for t in one.tracks) == [1.0, 2.5, 2.5]


def test_what_was_recorded_otherwise_is_not_learnt(tmp_path, quiet):
    wide = [noise(3, seed) for seed in range(4)]
    narrow = noise(1, 9, rate=8000)
    one = collection_of("one", folder_of(tmp_path / "one", *wide, narrow))
    two = collection_of("two", folder_of(tmp_path / "two", *wide[:2], noise(9, 5)))
    (kept, _), conditions = alike([one, two])
    assert len(kept.tracks) == 4
    assert kept.held
    assert kept.learnt
    assert conditions.top > 490


def test_what_all_have_is_what_is_seen(tmp_path, quiet):
    one = collection_of("one", folder_of(tmp_path / "one", noise(4), noise(4, 1)))
    low = [noise(4, seed, rate=16_000) for seed in (2, 3)]
    two = collection_of("two", folder_of(tmp_path / "two", *low))
    with pytest.warns(
        EidophoneWarning, match=r"nothing above 8\.\d kHz is learnt: two has no more"
    ):
        (first, second), conditions = alike([one, two])
    assert 330 < conditions.top < 400
    seen = [conditions.seen(one.tracks[0].middle) for one in (first, second)]
    assert np.ptp(seen[0][:, conditions.top :], axis=0).max() == 0
    np.testing.assert_array_equal(
        seen[0][:, conditions.top :], seen[1][:, conditions.top :][:1].repeat(len(seen[0]), 0)
    )
    assert (seen[0] >= conditions.floor_db).all()


def test_of_collections_that_reach_as_far_nothing_is_said(tmp_path, quiet):
    some = [collection_of(n, folder_of(tmp_path / n, noise(4), noise(4, 1))) for n in ("a", "b")]
    with noted() as notes:
        alike(some)
    assert not notes


def test_a_collection_is_called_as_its_folder_or_its_file(tmp_path, monkeypatch):
    (tmp_path / "some.folder").mkdir()
    (tmp_path / "link").symlink_to("some.folder")
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "a.wav").touch()
    monkeypatch.chdir(tmp_path / "some.folder")
    names = {"": "some.folder", "../link/": "link", "../round": "round", "../a.wav": "a"}
    for path, name in names.items():
        assert collections_of([path]) == {name: Path(path)}


def test_the_same_sounds_in_both_are_said(tmp_path, quiet):
    sounds = [noise(3, seed) for seed in range(3)]
    one = collection_of("one", folder_of(tmp_path / "one", *sounds))
    two = collection_of("two", folder_of(tmp_path / "two", *sounds))
    three = collection_of("three", folder_of(tmp_path / "three", sounds[0], noise(3, 7)))
    with pytest.warns(EidophoneWarning, match="one and two hold the same sounds"):
        assert tell_shared([one, two])
    with pytest.warns(EidophoneWarning, match="1 sounds are in more than one"):
        assert not tell_shared([one, three])
