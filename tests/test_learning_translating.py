"""Telling the sounds of one collection with another's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eidophone import Sound
from eidophone.base.errors import EidophoneWarning, LearnError, noted
from eidophone.learning.collections import Collection, Conditions, alike
from eidophone.learning.grains.index import Index
from eidophone.learning.grid import FLOOR_DB, ROWS, bytes_of, levels_of, sound_of
from eidophone.learning.tracks import Track, track_of
from eidophone.learning.translating.blocks import COLUMNS, Components
from eidophone.learning.translating.character import Character, character_of
from eidophone.learning.translating.dictionary import Dictionary, magnitudes_of
from eidophone.learning.translating.modulation import SPEEDS, altered, changes, smoothed, spreads
from eidophone.learning.translating.monge import Gaussian, Move
from eidophone.learning.translating.reaching import Reaching
from eidophone.learning.translating.sums import told
from eidophone.learning.translating.voices import (
    envelope_of,
    is_speech,
    pitch_of,
    semitones_between,
    spoken,
)
from eidophone.learning.translating.way import MARGIN, Way, further, unlikeness
from eidophone.learning.translating.windows import in_windows

RATE = 44_100
SOUNDS = Path(__file__).resolve().parent.parent / "sounds"


def notes(seed: int, tilt: float, tremolo: float, seconds: float = 4.0) -> Sound:
    """Notes of .25 s: partials fall by ``tilt`` dB an octave; ``tremolo`` of 8 Hz so deep."""
    random = np.random.default_rng(seed)
    count = round(0.25 * RATE)
    time = np.arange(count) / RATE
    parts = []
    for _ in range(round(seconds / 0.25)):
        hz = 110 * 2 ** (random.integers(0, 6) / 6)
        n = np.arange(1, int(8000 / hz))
        sines = np.sin(2 * np.pi * np.outer(n * hz, time) + random.uniform(0, 6, len(n))[:, None])
        tone = (10 ** (-tilt * np.log2(n) / 20))[:, None] * sines
        parts.append(tone.sum(axis=0))
    samples = np.concatenate(parts)
    samples *= 1 + tremolo * np.sin(2 * np.pi * 8 * np.arange(len(samples)) / RATE)
    samples += 1e-4 * random.standard_normal(len(samples))
    return Sound(np.float32(0.2 * samples / abs(samples).max())[None], RATE)


def collection(name: str, seed: int, tilt: float, tremolo: float) -> Collection:
    tracks = [track_of(notes(seed + n, tilt, tremolo), f"{name} {n}") for n in range(6)]
    return Collection(name, tuple(tracks))


@pytest.fixture(scope="module")
def pair() -> tuple[list[Collection], Conditions]:
    with noted():  # of the bright one, not all is learnt
        return alike([collection("dull", 0, 12, 0.0), collection("bright", 100, 3, 0.8)])


@pytest.fixture(scope="module")
def character(pair) -> Character:
    return character_of(*pair)


@pytest.fixture(scope="module")
def levels(pair) -> np.ndarray:
    """Levels that nothing was learnt of."""
    dull = track_of(notes(50, 12, 0.0), "dull")
    return dull.part(0, dull.columns)[None]


@pytest.fixture(scope="module")
def dictionaries(pair) -> dict[int, Dictionary]:
    return {n: Dictionary.of(each, pair[1]) for n, each in enumerate(pair[0])}


def way(character, pair, *weights: float) -> Way:
    return Way.of(character, pair[1], 0, np.float32(weights))


def in_parts(way: Way, levels: np.ndarray, columns: int = 2501) -> tuple[np.ndarray, np.ndarray]:
    """A long sound, altered at once and in windows."""
    long = np.concatenate([levels] * 4, axis=1)[:, :columns]
    parts = in_windows(np.array_split(long, 7, axis=1), way._altered, MARGIN, core=200)
    return way._altered(long, 0, long.shape[1]), np.concatenate(list(parts), axis=1)


def made(way: Way, *blocks: np.ndarray) -> np.ndarray:
    return np.concatenate(list(way(blocks)), axis=1)


def test_nothing_changes_without_a_target(character, pair, levels):
    assert np.array_equal(made(way(character, pair, 0, 0), levels), levels)
    assert np.array_equal(made(way(character, pair, 1, 0), levels), levels)


def test_it_is_told_in_the_measured_direction(character, pair, levels):
    bright = pair[0][1].held[0]
    target = pair[1].seen(bright.middle)
    source = pair[1].seen(levels[0])
    result = pair[1].seen(made(way(character, pair, 0, 1), levels)[0])
    shape = [x.mean(axis=0) - x.mean() for x in (source, target, result)]
    far, near = abs(shape[0] - shape[1]).mean(), abs(shape[2] - shape[1]).mean()
    assert near < 0.4 * far
    moves = [spreads([x])[2, -1, 30:200].mean() for x in (source, target, result)]
    assert abs(moves[2] - moves[1]) < 0.5 * abs(moves[0] - moves[1])


def test_further_is_nearer_the_target_step_by_step(character, pair, levels):
    target = pair[1].seen(pair[0][1].held[0].middle).mean(axis=0)
    away = [
        abs(pair[1].seen(made(way(character, pair, 0, w), levels)[0]).mean(axis=0) - target).mean()
        for w in (0, 0.2, 0.4, 0.6, 0.8, 1)
    ]
    assert np.all(np.diff(away) < 0)
    almost = made(way(character, pair, 0, 1e-4), levels)
    assert abs(almost - levels).max() < 0.1


def test_long_sounds_have_no_seams(character, pair, levels):
    some = way(character, pair, 0, 1)
    whole, parts = in_parts(some, levels)
    assert parts.shape == whole.shape
    assert abs(parts - whole).max() < 1e-3


def test_the_same_collection_twice_changes_nothing_that_is_heard(character, pair, levels):
    twice = (character.blocks[0],) * 2
    same = replace(character, blocks=twice, gains=2 * np.ones_like(character.gains))
    assert np.array_equal(made(way(same, pair, 0, 1), levels), levels)


def test_silence_stays_silent(character, pair, levels):
    silence = np.full((1, 400, ROWS), FLOOR_DB, np.float32)
    result = made(way(character, pair, 0, 1), silence)
    assert np.array_equal(result, silence)
    both = made(way(character, pair, 0, 1), levels, silence)
    assert np.array_equal(both[:, -400:], silence)


def test_it_is_never_much_louder(character, pair, levels):
    def loud(x):
        return 10 * np.log10((10 ** (x / 10)).sum(axis=-1))

    random = np.random.default_rng(0)
    noise = random.uniform(-60, -20, (1, 300, ROWS)).astype(np.float32)
    for some in (levels, noise, noise - 30):
        result = made(way(character, pair, 0, 1), some)
        assert np.all(np.isfinite(result))
        assert (loud(result) - np.maximum(loud(some), -60)).max() < 10


def test_all_colours_change_alike(character, pair, levels):
    three = np.concatenate([levels + 3, levels, levels - 3])
    one = made(way(character, pair, 0, 1), levels)
    result = made(way(character, pair, 0, 1), three)
    assert np.array_equal(result[1], one[0])
    loud = (levels[0] > -50) & (abs(result[1]) < 100)
    assert np.allclose((result[0] - result[2])[loud], 6, atol=1e-2)


def test_the_likeliest_collection_is_found(character, pair):
    for n, each in enumerate(pair[0]):
        assert unlikeness(character, pair[1], each.held[0].part(0, 400)).argmin() == n


def test_it_lives_on_as_arrays(character, pair, levels):
    again = Character.of_arrays(character.arrays(), 2)
    first, second = (made(way(one, pair, 0, 1), levels) for one in (character, again))
    assert np.allclose(first, second, atol=0.05)
    wild = Character.of_arrays({**character.arrays(), "gains": -9 * character.gains}, 2)
    assert np.all(wild.gains == 0.25)
    broken = {**character.arrays(), "means": np.zeros((3, 2), np.float32)}
    with pytest.raises(LearnError, match=r"means is \(3, 2\)"):
        Character.of_arrays(broken, 2)
    with pytest.raises(LearnError, match="mean is None"):
        Character.of_arrays({}, 2)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("mean", lambda one: one * 1e4, "mean is"),
        ("axes", lambda one: one * 1e4, "axes is"),
        ("voices", lambda one: one + 1e4, "voices is"),
        ("covariances", lambda one: 0 * one - 1, "covariances cannot be"),
        ("covariances", lambda one: np.triu(one) * 2, "covariances cannot be"),
    ],
)
def test_arrays_of_strangers_are_refused(character, name, change, said):
    broken = change(character.arrays()[name]).astype(np.float32)
    with pytest.raises(LearnError, match=said):
        Character.of_arrays({**character.arrays(), name: broken}, 2)


def test_a_monge_map_makes_one_gaussian_as_another():
    random = np.random.default_rng(3)
    one = random.standard_normal((5000, 6)).astype(np.float32) @ random.standard_normal((6, 6))
    other = random.standard_normal((5000, 6)) @ random.standard_normal((6, 6)) + 5
    ours, theirs = Gaussian.of([np.float32(one)]), Gaussian.of([np.float32(other)])
    moved = Gaussian.of([one + Move.between(ours, theirs)(one)])
    assert np.allclose(moved.mean, theirs.mean, atol=0.1)
    assert np.allclose(moved.covariance, theirs.covariance, rtol=0.15, atol=0.5)


def test_components_explain_blocks(pair):
    components = Components.of(*pair)
    assert np.allclose(components.axes @ components.axes.T, np.eye(components.count), atol=1e-4)
    levels = pair[1].seen(pair[0][0].learnt[0].middle)[: 40 * COLUMNS]
    about = components.levels(components.places(levels)) + np.tile(
        components.mean.reshape(COLUMNS, ROWS), (40, 1)
    )
    assert (levels - about).std() < 0.5 * (levels - levels.mean(axis=0)).std()


def test_bands_made_stronger_by_one_factor_move_so_much_more():
    course = np.random.default_rng(1).standard_normal((600, ROWS)).astype(np.float32)
    factors = np.full((8, 7, ROWS), 2, np.float32)
    slower = course
    for speed in SPEEDS:
        slower = smoothed(slower, speed)
    assert np.allclose(altered(course, changes(factors)), course - slower, atol=1e-3)


def reaching(pair, kind: int) -> Reaching:
    tracks = [one.middle for one in pair[0][kind].learnt]
    return Reaching(tracks, pair[1], Components.of(*pair), 2)


def test_what_moves_as_far_already_is_not_altered(pair):
    dull = reaching(pair, 0)
    found = dull.gains(dull.blocks, dull.spreads())
    assert abs(np.log(found[:, :, 30:200]).mean()) < 0.1


def test_new_sounds_move_as_far_as_the_target_as_they_are_heard(character, pair, levels):
    def heard(course):
        seen = pair[1].seen(levels_of(Sound(sound_of(course[None])[0], RATE))[0])
        return spreads([seen])[:6, :, 30:200]

    target = heard(pair[0][1].held[0].part(0, levels.shape[1]))
    far = np.log(heard(made(way(character, pair, 0, 1), levels)[0]) / target)
    assert abs(far.mean()) < 0.1


def test_a_mix_moves_as_far_as_its_course_did():
    random = np.random.default_rng(5)
    moving, other = random.standard_normal((2, 300, 40)).astype(np.float32)
    other = 0.5 * moving + 0.7 * other  # which moves along by half
    mixed = np.float32(0.4) * (other - moving)
    made = moving + mixed
    assert made.std() < 0.9 * moving.std()
    assert (made + further(moving, mixed) * moving).std() == pytest.approx(moving.std(), rel=0.01)
    assert further(moving, moving) == 0
    assert further(0 * moving, moving) == 0


def test_spreads_are_those_of_the_bands():
    time = np.arange(2048)[:, None] / 172.27
    slow = np.repeat(np.sin(2 * np.pi * 0.7 * time), ROWS, axis=1).astype(np.float32)
    fast = np.repeat(np.sin(2 * np.pi * 20 * time), ROWS, axis=1).astype(np.float32)
    found = [spreads([x])[:, -1].mean(axis=-1).argmax() for x in (fast, slow)]
    assert found[0] < found[1]


def test_frames_of_a_collection_are_told_by_themselves(pair, dictionaries):
    bright = pair[1].seen(pair[0][1].learnt[0].middle[:200])
    result = told(dictionaries[1], bright)
    heard = bright > -50
    assert abs(result - bright)[heard].mean() < 3
    nearest = dictionaries[1].nearest(magnitudes_of(bright).reshape(-1, 4, ROWS).mean(axis=1), 1)
    assert (nearest[:, 0] == np.arange(50)).mean() > 0.9


def test_frames_are_found_semitones_away(pair, dictionaries):
    dictionary = dictionaries[1]
    whole = dictionary.frames
    higher = np.full((1, ROWS), 1e-7, np.float32)
    higher[:, :440] = dictionary.atoms(np.array([40 + 4 * whole]))
    found = dictionary.atoms(np.int64(dictionary.nearest(higher, 1)[0]))[0]
    alike = found @ higher[0, :440] / np.linalg.norm(found) / np.linalg.norm(higher)
    unmoved = dictionary.magnitudes[40, :440] @ higher[0, :440]
    unmoved /= np.linalg.norm(dictionary.magnitudes[40]) * np.linalg.norm(higher)
    assert alike > 0.98 > unmoved


def test_sums_bring_a_sound_nearer_and_leave_no_seams(character, pair, dictionaries, levels):
    def going(keep):
        return Way.of(character, pair[1], 0, np.float32([0, 1]), dictionaries, keep)

    target = pair[1].seen(pair[0][1].held[0].middle)
    away = [
        abs(
            made(going(keep), levels)[0, :, :300].mean(axis=0) - target[:, :300].mean(axis=0)
        ).mean()
        for keep in (1, 0.5)
    ]
    assert away[1] < away[0] + 0.3
    assert np.array_equal(made(going(1), levels), made(way(character, pair, 0, 1), levels))
    whole, parts = in_parts(going(0.5), levels, 1301)
    assert np.quantile(abs(parts - whole), 0.999) < 0.5
    assert abs(parts - whole).mean() < 0.05


def test_silence_stays_silent_beside_sums(character, pair, dictionaries):
    silence = np.full((1, 400, ROWS), FLOOR_DB, np.float32)
    some = Way.of(character, pair[1], 0, np.float32([0, 1]), dictionaries, 0)
    assert np.array_equal(made(some, silence), silence)


def voice(hz: float, formant: float, seconds: float = 1.0) -> np.ndarray:
    """Levels ``[columns, rows]`` of partials of ``hz`` under one formant, with vibrato."""
    time = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * hz * (time + 0.002 * np.sin(2 * np.pi * 4 * time))
    n = np.arange(1, int(6000 / hz))
    size = 1 / (1 + ((n * hz - formant) / 300) ** 2)
    samples = (size[:, None] * np.sin(np.outer(n, phase))).sum(axis=0)
    track = track_of(Sound(np.float32(0.2 * samples / abs(samples).max())[None], RATE), "voice")
    return track.part(0, track.columns)


def test_the_pitch_of_voices_is_found():
    for hz in (100, 150, 220):
        assert 12 * abs(np.log2(pitch_of([voice(hz, 700)]) / hz)) < 1


def glide(hz: float = 120.0) -> np.ndarray:
    """A voice whose pitch rises from ``hz``."""
    return np.concatenate([voice(hz + rise, 700, 0.25) for rise in range(0, 96, 8)])


def test_speech_is_told_from_notes_and_from_what_has_none():
    assert is_speech([glide()])
    for name in ("misc_crow", "perc_bell", "ambi_piano", "guit_em9"):
        sound = Sound.load(SOUNDS / f"{name}.flac")
        part = Sound(sound.samples[:1, : 4 * sound.rate], sound.rate)
        track = track_of(part, name)
        assert not is_speech([track.part(0, track.columns)]), name


def test_what_sounds_like_speech_can_be_called_music():
    everything = Conditions(ROWS, np.full(ROWS, FLOOR_DB, np.float32))
    some = [
        Collection(name, (Track(name, bytes_of(glide(hz))[None]),))
        for name, hz in (("low", 100), ("high", 150))
    ]
    with pytest.warns(EidophoneWarning, match="taken for speech: low, about .*; high"):
        assert character_of(some, everything).spoken
    assert not character_of(some, everything, "music").spoken
    assert character_of(some, everything, "speech").spoken


def test_formants_are_told_apart_from_pitch():
    low, high = (np.maximum(voice(110, hz), -80) for hz in (700, 700 * 2 ** (4 / 12)))
    found = semitones_between(envelope_of([low]), envelope_of([high]))
    assert 2 <= found <= 6
    other = np.maximum(voice(140, 700), -80)
    assert abs(semitones_between(envelope_of([low]), envelope_of([other]))) <= 1.5


def test_a_voice_is_raised_and_its_formants_stay():
    levels = np.maximum(voice(110, 700), -80)
    result = spoken(levels, 5, 0)
    assert 12 * abs(np.log2(pitch_of([result]) / 110) - 5 / 12) < 1
    assert abs(semitones_between(envelope_of([levels]), envelope_of([result]))) <= 1.5
    assert np.allclose(spoken(levels, 0, 0), levels, atol=1e-3)


def test_voices_go_their_own_way(character, pair, levels):
    voices = np.zeros((2, 2, 2), np.float32)
    voices[0, 1] = -3, -1
    spoken_there = {(0, 1): character.blocks[0]}
    some = Character(*_parts(character), voices, spoken_there)
    again = Character.of_arrays(some.arrays(), 2)
    assert list(again.spoken) == [(0, 1)]
    index = Index.fit(*pair)
    ways = [Way.of(again, pair[1], 0, np.float32([0, w]), None, 0.7, index) for w in (0, 0.5, 1)]
    results = [made(one, levels) for one in ways]
    assert np.array_equal(results[0], levels)
    assert abs(results[1] - levels).mean() < abs(results[2] - levels).mean()
    assert ways[2].voice == (-3, -1)
    assert not ways[2].modulation.any()
    with pytest.raises(LearnError, match="its voices cannot be"):
        Character.of_arrays({**some.arrays(), "spoken_means": np.zeros((2, 3))}, 2)


def test_grains_of_voices_leave_no_seams_but_their_own_joints(character, pair, levels):
    voices = np.zeros((2, 2, 2), np.float32)
    voices[0, 1] = -3, -1
    some = Character(*_parts(character), voices, {(0, 1): character.blocks[0]})
    going = Way.of(some, pair[1], 0, np.float32([0, 1]), None, 0.0, Index.fit(*pair))
    whole, parts = (
        abs(np.diff(one[0], axis=0)).mean(axis=1) for one in in_parts(going, levels, 1301)
    )
    seams, joints = np.arange(199, 1300, 200), np.arange(7, 1300, 8)  # 8 columns are a grain
    assert parts[seams].mean() < 1.2 * whole[joints].mean()
    assert parts[seams].max() < 1.2 * whole[joints].max()


def _parts(character: Character) -> tuple:
    return character.components, character.blocks, character.gains
