"""Grains: moments of collections, and sounds laid of them."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np
import pytest

from eidophone.base.errors import LearnError
from eidophone.learning import generate
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.grains import mixing, steering
from eidophone.learning.grains.choosing import LONGEST, chosen
from eidophone.learning.grains.closing import closed
from eidophone.learning.grains.descriptors import NAMES, described
from eidophone.learning.grains.exploring import Map
from eidophone.learning.grains.following import followed
from eidophone.learning.grains.frames import BANDS, COLUMNS, NOTES, frames_of, loudness_of
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grains.index import FADE, FRAMES_PER_SECOND, LONG, SHORT, Index
from eidophone.learning.grains.laying import Pieces, laid
from eidophone.learning.grains.listening import PASSAGE
from eidophone.learning.grains.mixing import others
from eidophone.learning.grains.own import Own, labels_of
from eidophone.learning.grains.sliders import Sliders, spreads_of
from eidophone.learning.grains.steering import steered
from eidophone.learning.grains.trims import heard
from eidophone.learning.grains.walking import Walks
from eidophone.learning.grid import RATE, ROWS, bytes_of, levels_of, levels_of_bytes, sound_of
from eidophone.learning.settings import Generating
from eidophone.learning.shares import Shares
from eidophone.learning.tracks import Track
from eidophone.sound.sound import Sound

OPEN = Conditions(ROWS, np.full(ROWS, -85, np.float32))


def levels(seed, seconds, *, bright=0.0, colours=1):
    """Notes that come and go: partials over a sloping noise."""
    rng = np.random.default_rng(seed)
    columns = round(seconds * 172)
    rows = np.arange(ROWS)
    made = -70 - 0.04 * rows + rng.normal(0, 2, (columns, ROWS))
    at = 0
    while at < columns:
        length = int(rng.integers(12, 40))
        fall = np.linspace(0, -25, length)[:, None]
        for part in range(1, 7):
            row = int(rng.choice([20, 24, 27, 31]) * part * 1.5)
            place = -30 - (6 - bright) * part + fall - 0.8 * (rows - row) ** 2
            made[at : at + length] = np.maximum(made[at : at + length], place[: columns - at])
        at += length
    whole = np.stack([made - 2.0 * colour for colour in range(colours)])
    return whole.astype(np.float32)


def track(seed, seconds=6.0, **how):
    return Track(f"{seed}", bytes_of(levels(seed, seconds, **how)))


@lru_cache
def collections(stereo=False):
    colours = 3 if stereo else 1
    dull = Collection("dull", tuple(track(n, colours=colours) for n in range(3)))
    bright = Collection("bright", tuple(track(n, bright=4.0) for n in range(3, 6)))
    return [dull, bright]


@lru_cache
def index(stereo=False):
    return Index.fit(collections(stereo), OPEN)


@lru_cache
def grains(stereo=False):
    found = index(stereo)
    return Grains(found, spreads_of(collections(stereo)))


def shares(text):
    return Shares.parse(text, ["dull", "bright"]).at


def brightness(levels):
    power = 10 ** (levels[len(levels) // 2] / 10)
    return float((power @ np.arange(ROWS)).sum() / power.sum())


def longest_run(pieces):
    """Frames of one track that sound one after the other, at most."""
    ends = np.flatnonzero(np.diff(pieces.sources) != 1) + 1
    return int(np.diff(np.r_[0, ends, len(pieces.sources)]).max())


def test_frames_tell_bands_and_notes():
    quiet = np.full((4 * COLUMNS, ROWS), -60, np.float32)
    frames = frames_of(quiet)
    assert frames.shape == (4, BANDS + NOTES)
    assert np.allclose(frames[:, :BANDS], -60)
    assert np.abs(frames[:, BANDS:]).max() < 1e-3


def test_likeness_tells_collections_apart():
    found = index()
    score = found.likeness[:, 1] - found.likeness[:, 0]
    right = (score > 0) == (found.kind == 1)
    assert right[found.usable].mean() > 0.8
    assert np.allclose(found.likeness.sum(axis=1), 0, atol=1e-4)


def test_followed_course_is_as_long_and_of_that_collection():
    wanted = levels(9, 2.0)[0]
    made = followed(index(), wanted, 1)[0]
    assert made.shape == (len(wanted), ROWS)
    far = np.abs(made - wanted).mean()
    assert far < np.abs(np.roll(made, 100, axis=0) - wanted).mean()


def test_followed_course_of_its_own_grains_is_not_a_copy():
    found = index()
    starts = np.arange(0, 200, LONG)
    looks = found.long.of
    place = chosen(found, looks, looks[starts], LONG)
    pieces = Pieces.of(place, LONG)
    assert longest_run(pieces) + FADE <= LONGEST
    assert (place == starts).any()  # else there was nothing to keep from


@pytest.mark.parametrize("stereo", [False, True])
def test_laid_pieces_are_what_they_are_cut_of(stereo):
    found = index(stereo)
    pieces = Pieces.of(np.array([10]), 20)
    whole = laid(found, pieces)
    assert len(whole) == (3 if stereo else 1)
    there = levels_of_bytes(found.tracks[0].levels[:, 40:120])
    assert np.abs(whole - there).max() < 0.01


def test_pieces_that_go_on_have_no_seam():
    found = index()
    once, twice = Pieces.of(np.array([10]), 20), Pieces.of(np.array([10, 16]), np.array([6, 14]))
    assert np.abs(laid(found, once) - laid(found, twice)).max() < 0.01


@pytest.mark.parametrize("frames", [SHORT, LONG])
def test_short_sounds_can_be_followed(frames):
    wanted = levels(9, 0.1)[0]
    assert followed(index(), wanted, 0, frames).shape == (1, len(wanted), ROWS)


def test_silence_can_be_followed():
    silent = np.full((300, ROWS), -102, np.float32)
    assert np.isfinite(followed(index(), silent, 0)).all()


@pytest.fixture
def quick(monkeypatch):
    """Mixes need not be right."""
    monkeypatch.setattr(steering, "_TELLINGS", 2)


MIXES = ["dull", "bright", "dull=1,bright=1", "dull=1:bright=1"]


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.usefixtures("quick")
def test_no_seed_copies_more_than_a_second(mix):
    for seed in range(2):
        pieces = grains().pieces(shares(mix), 200, seed)
        assert pieces.frames.sum() == 200
        assert longest_run(pieces) + FADE <= FRAMES_PER_SECOND


def test_walks_are_in_pauses_as_often_as_collections_are():
    """Utterances: half a second of sound, and a second and a half of pause, not quite silent."""

    def utterance(seed):
        whole = levels(seed, 2.0)
        whole[:, :86] += 25
        whole[:, 86:] -= 15
        return Track(f"{seed}", bytes_of(whole))

    spoken = [Collection(f"{n}", tuple(map(utterance, range(n, n + 8)))) for n in (0, 8)]
    found = Grains.fit(spoken, OPEN).index
    walk = Walks(found).walk(1300, lambda _: np.array([1, 0]), np.random.default_rng(1))
    loud = loudness_of(found.frames[:, :BANDS])
    middle = np.median(loud[found.usable & (found.kind == 0)])
    assert (loud[walk.heard(found)] > middle).mean() == pytest.approx(0.5, abs=0.14)


def test_walks_do_not_come_back_to_where_their_track_would_have_been():
    found = index()
    walk = Walks(found).walk(400, lambda _: np.array([1, 0]), np.random.default_rng(1))
    ends = np.cumsum(walk.frames)
    begins = ends - walk.frames
    for first in range(len(walk.place)):
        for later in range(first + 1, min(first + 3, len(walk.place))):
            if found.track[walk.place[first]] == found.track[walk.place[later]]:
                would = walk.place[first] + begins[later] - begins[first]
                assert abs(walk.place[later] - would) > FRAMES_PER_SECOND - 1


def test_seeds_repeat_and_differ():
    once, again, other = (grains().generate(shares("dull"), 2.0, seed) for seed in (3, 3, 4))
    assert (once == again).all()
    assert (once != other).any()


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("stereo", [False, True])
@pytest.mark.usefixtures("quick")
def test_sounds_are_as_long_as_wanted(mix, stereo):
    made = grains(stereo).generate(shares(mix), 1.5, 1)
    assert made.shape[1:] == (258, ROWS)
    assert len(made) in ((1, 3) if stereo else (1,))


def test_one_collection_is_told_by_its_own_grains():
    pieces = grains().pieces(shares("bright"), 200, 1)
    assert (index().kind[pieces.place] == 1).all()


@pytest.mark.usefixtures("quick")
def test_paths_move():
    made = grains().generate(shares("dull=1:bright=1"), 9.0, 1)
    parts = np.array_split(made, 4, axis=1)
    assert brightness(parts[0]) + 5 < brightness(parts[3])


def taken_for_bright(pieces):
    """How likely an ear takes the sound of ``pieces`` for one of the second collection."""
    sound = Sound(sound_of(laid(index(), pieces)), RATE)
    bands = frames_of(levels_of(sound)[0])[:, :BANDS]
    whole = bands[: len(bands) // PASSAGE * PASSAGE].reshape(-1, PASSAGE, BANDS)
    return float(grains().ear.heard(whole)[..., 1].mean())


def test_ears_tell_collections_apart():
    ends = grains().ear.ends
    assert np.allclose(ends.sum(axis=2), 1, atol=1e-5)
    assert (ends[1, :, 1] > ends[0, :, 1] + 0.1).all()
    assert ends[1, :, 1].mean() > ends[0, :, 1].mean() + 0.3


def test_mixes_are_taken_for_what_is_wanted():
    ends = grains().ear.ends[..., 1].mean(axis=1)
    heard = []
    for share in (0.25, 0.5, 0.75):
        mix = shares(f"dull={1 - share},bright={share}")
        heard.append(taken_for_bright(grains().pieces(mix, 2 * PASSAGE, 2)))
        assert abs(heard[-1] - (ends[0] + share * (ends[1] - ends[0]))) < 0.15
    assert heard == sorted(heard)


def test_steering_mends_what_a_teller_misses():
    found, half = index(), np.full((2 * PASSAGE, 2), 0.5, np.float32)
    grain = [np.flatnonzero(found.usable & (found.kind == kind)) for kind in (0, 1)]

    def tell(asked):  # too much of what is dull
        rng = np.random.default_rng(1)
        bright = rng.random(len(asked) // LONG) < asked[::LONG, 1] ** 3
        return Pieces.of(np.array([rng.choice(grain[int(one)]) for one in bright]), LONG)

    wanted = float(grains().ear.ends[..., 1].mean())
    plain = taken_for_bright(tell(half))
    mended = taken_for_bright(steered(found, grains().ear, half, tell))
    assert plain < wanted - 0.1
    assert abs(mended - wanted) < (wanted - plain) / 2


def test_mixes_use_none_of_the_grains_of_their_own_course_but_where_few_are_left(monkeypatch):
    found = index()
    everything = np.ones(len(found.frames), bool)
    walk = Walks(found).walk(100, lambda _: np.array([0.5, 0.5]), np.random.default_rng(1))
    assert others(found, walk, everything).all()  # half a minute of each is few
    monkeypatch.setattr(mixing, "_ENOUGH", 0)
    left = others(found, walk, everything)
    assert not left[walk.sources].any()
    assert left.sum() >= len(left) - 100
    own = np.isin(found.track, found.track[walk.place[:1]])
    assert (others(found, Pieces.of(np.flatnonzero(own)[:1], 200), own) == own).all()


@pytest.mark.parametrize("mix", ["dull", "dull=1,bright=1"])
@pytest.mark.usefixtures("quick")
def test_loops_close(mix):
    made = grains().generate(shares(mix), 4.0, 2, loop=True)
    steps = np.abs(np.diff(made[0], axis=0)).mean(axis=1)
    seam = np.abs(made[0, 0] - made[0, -1]).mean()
    assert seam < np.percentile(steps, 98)


@pytest.mark.parametrize("stereo", [False, True])
def test_samples_of_loops_close(stereo):
    made = grains(stereo).generate(shares("dull"), 1.5, 2, loop=True)
    samples = closed(made)
    assert samples.shape == (2 if stereo else 1, made.shape[1] * 256)
    twice = np.concatenate([samples, samples], axis=1)[0]
    middle, steps = samples.shape[1], np.abs(np.diff(twice, 2))
    assert steps[middle - 3 : middle + 3].max() < np.percentile(steps, 99.9)
    loud = [np.sqrt((twice[at : at + 2048] ** 2).mean()) for at in range(0, len(twice), 512)]
    seam = (twice[middle - 1024 : middle + 1024] ** 2).mean() ** 0.5
    assert seam > 0.5 * min(loud[4:-4])


def test_what_comes_after_a_sound_begins_as_it_ends():
    before = levels(20, 3.0, bright=4.0)
    quieter = before - 6
    made = [grains().generate(shares("bright"), 6.0, 1, after=one) for one in (before, quieter)]
    loud = [one[0, :172].max(axis=1).mean() for one in made]
    assert 3 < loud[0] - loud[1] < 9


def test_what_comes_after_a_track_goes_on_where_that_ends():
    found = grains()
    begin = 3 * (found.index.last[0] - found.index.first[0])  # of the first bright one
    before = levels_of_bytes(found.index.tracks[3].levels[:, : 100 * COLUMNS])
    pieces = found.pieces(shares("bright"), 100, 1, after=before)
    assert pieces.place[0] == begin + 100 - FADE


def test_variations_go_as_the_sound_goes():
    sound = levels(21, 3.0)
    one, two = (grains().generate(shares("dull"), 3.0, seed, like=sound) for seed in (1, 2))
    assert (one != two).any()

    def likeness(made):
        return np.corrcoef(made[0, :516].mean(axis=1), sound[0].mean(axis=1))[0, 1]

    strangers = grains().generate(shares("dull"), 3.0, 1)
    assert min(likeness(one), likeness(two)) > likeness(strangers) + 0.2


def test_variations_are_of_the_beginning(monkeypatch):
    given = []

    def made(*_, like, **__):
        given.append(like)
        return like

    monkeypatch.setattr(generate, "grains_in", lambda _: SimpleNamespace(generate=made))
    model = SimpleNamespace(names=["dull"], facts={}, part=lambda _: {})
    noise = np.random.default_rng(1).normal(0, 0.1, (1, 23 * 8000)).astype(np.float32)
    noise[:, 8000:] *= 0.1
    next(generate.generated(model, Generating(seconds=1), like=Sound(noise, 8000)))
    expected = levels_of(Sound(noise[:, :8000], 8000))
    assert given[0].shape == expected.shape
    assert np.ptp(given[0] - expected) < 1e-3


def test_one_short_track_is_enough():
    short = Collection("short", (track(1, 1.2),))
    made = Grains.fit([short], OPEN).generate(lambda at: np.ones((len(at), 1)), 3.0, 1)
    assert np.isfinite(made).all()


def test_silence_between_sounds_is_no_grain():
    quiet = np.zeros((1, 600, ROWS), np.uint8)
    loud = track(1, 3.0).levels
    found = Index.fit([Collection("one", (Track("one", np.concatenate([quiet, loud], 1)),))], OPEN)
    assert not found.usable[:140].any()
    assert found.usable[150:].any()


def test_what_is_too_short_for_a_grain_is_said():
    short = Collection("short", (track(1, 0.12),))
    with pytest.raises(LearnError, match="quarter of a second"):
        Index.fit([short], OPEN)


def test_identical_collections_can_be_mixed():
    same = Collection("same", collections()[0].tracks)
    found = Grains.fit([collections()[0], same], OPEN)
    made = found.generate(lambda at: np.full((len(at), 2), 0.5, np.float32), 1.0, 1)
    assert np.isfinite(made).all()


def test_arrays_hold_all_that_was_found():
    found = grains()
    again = Grains.of(collections(), OPEN, found.arrays)
    mix = shares("dull=1,bright=2")
    assert (again.generate(mix, 1.0, 5) == found.generate(mix, 1.0, 5)).all()


@pytest.mark.parametrize("name", ["seen", "likeness", "spreads"])
def test_damaged_arrays_are_refused(name):
    arrays = grains().arrays
    for damaged in ({}, arrays | {name: arrays[name][:-1]}, arrays | {name: np.zeros(3)}):
        with pytest.raises(LearnError, match="damaged"):
            Grains.of(collections(), OPEN, damaged)


@lru_cache
def decoded():
    """Levels of a sound, as far as there are sounds of them."""
    return levels_of(Sound(sound_of(levels(31, 1.5, bright=4.0)), RATE))[0]


def moves(*values):
    """By how many standard deviations ``values`` move what is heard of a sound."""
    found = grains()
    trims = found.trims(decoded(), np.array([0, 1]), Sliders.parse(values))
    there, here = (
        heard(one, lambda x: described(x) / found.spreads[1])
        for one in (trims(decoded()), decoded())
    )
    return dict(zip(NAMES, there - here, strict=True))


@pytest.mark.parametrize("name", ["level", "brightness", "tonality", "noisiness", "onsets"])
def test_sliders_move_their_own_descriptor_and_no_other(name):
    moved = moves(f"{name}=+1")
    assert abs(moved.pop(name) - 1) < 0.2
    assert max(map(abs, moved.values())) < 0.15


def test_several_sliders_move_together():
    moved = moves("brightness=-1", "level=+1")
    assert moved["brightness"] < -0.8
    assert moved["level"] > 0.9


def test_sliders_move_any_sound():
    found, sound = grains(), levels(30, 1.0, colours=3)
    made = found.trims(sound[1], np.array([0.5, 0.5]), Sliders.parse(["brightness=+1"]))(sound)
    assert made.shape == sound.shape
    assert brightness(made) > brightness(sound)


def test_sliders_of_nothing_change_nothing():
    found, mix = grains(), shares("dull")
    still = found.generate(mix, 1.0, 1)
    assert (found.generate(mix, 1.0, 1, sliders=Sliders.parse(["level=0"])) == still).all()


@pytest.mark.parametrize("text", ["loudness=1", "level", "level=x", "level=9", "level=nan"])
def test_wrong_sliders_are_said(text):
    with pytest.raises(LearnError, match=text.partition("=")[0]):
        Sliders.parse([text])


def test_own_sliders_move_towards_their_sounds():
    found, mix = grains(), shares("dull")
    sounds = [levels(n, 1.0, bright=5.0 * (n % 2)) for n in range(40, 46)]
    own = Own.fit(found.index, sounds, [n % 2 for n in range(6)])
    own = Own.of(own.arrays)
    up, down = (
        found.generate(mix, 2.0, 1, sliders=Sliders.parse([f"mine={way}"], {"mine": own}))
        for way in ("+1", "-1")
    )
    assert own.score(up[0]) - own.score(down[0]) > 0.5
    assert brightness(up) > brightness(down)


def test_own_sliders_need_other_labels():
    with pytest.raises(LearnError, match="same"):
        Own.fit(index(), [levels(1, 1.0)], [1])


def test_labels_are_read(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("file,value\na.wav,1\n\nb.wav,-2.5\n")
    assert labels_of(path) == {tmp_path / "a.wav": 1, tmp_path / "b.wav": -2.5}


@pytest.mark.parametrize("text", ["a.wav,1\nb.wav,much", "a.wav,1\nb.wav", "a.wav,1\nb.wav,inf"])
def test_wrong_labels_are_said(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_text(text)
    with pytest.raises(LearnError, match="line 2"):
        labels_of(path)


def test_every_second_is_placed_by_likeness():
    placed = Map.of(index())
    assert len(placed.track) == 36  # six tracks of six seconds
    assert placed.place.min() == 0
    assert placed.place.max() == 1
    assert np.allclose(placed.likeness.sum(axis=1), 1)
    near = np.linalg.norm(placed.place[:, None] - placed.place, axis=2) + 9 * np.eye(36)
    same = placed.kind[near.argmin(axis=1)] == placed.kind
    assert same.mean() > 0.7


def test_maps_repeat_and_are_told_and_drawn():
    placed, again = Map.of(index()), Map.of(index())
    assert placed.text == again.text
    head, *lines = placed.text.splitlines()
    assert head == "collection,track,second,x,y,like dull,like bright"
    assert len(lines) == 36
    picture = placed.picture()
    assert picture.size == (1200, 1200)
    assert len(picture.getcolors(1 << 20)) > 10


def test_one_second_is_a_map():
    short = Collection("short", (track(1, 1.0),))
    assert len(Map.of(Index.fit([short], OPEN)).track) == 1
