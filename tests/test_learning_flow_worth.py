"""Courses of levels, changes of levels, and when a flow takes over from the closed form."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

from test_learning_flow import FIRST, SECOND, SMALL, courses_made

from eidophone import Sound, generate, translate
from eidophone.base.errors import EidophoneWarning, LearnError
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.flow import pace, worth
from eidophone.learning.flow.courses import courses_of
from eidophone.learning.flow.extra import torch
from eidophone.learning.flow.training import train
from eidophone.learning.flow.uses import change_of, course_of
from eidophone.learning.flow.worth import Worth, decided, worth_in_generating, worth_in_translating
from eidophone.learning.grains.generating import Grains
from eidophone.learning.grid import RATE, ROWS, bytes_of, levels_of, sound_of
from eidophone.learning.judges.windows import WINDOW
from eidophone.learning.model import Model
from eidophone.learning.parts import flow_in
from eidophone.learning.tracks import Track
from eidophone.learning.translating.blocks import COLUMNS
from eidophone.learning.translating.character import character_of

#: What is taken for speech is said, and not what is tested.
pytestmark = pytest.mark.filterwarnings("ignore:.* speech, about")

EVERYTHING = Conditions(ROWS, np.full(ROWS, -102, np.float32))


def levels_made(seed: int, columns: int, loud_rows: slice) -> np.ndarray:
    """Noise about -60 dB, and 20 dB more in some rows, which come and go together."""
    rng = np.random.default_rng(seed)
    levels = -60 + 3 * rng.standard_normal((columns, ROWS)).astype(np.float32)
    levels[:, loud_rows] += 20 + 5 * np.sin(np.arange(columns) / 9)[:, None]
    return levels.astype(np.float32)


LOW, HIGH = slice(20, 60), slice(200, 300)


def collection(name: str, rows: slice, seed: int, tracks: int = 4) -> Collection:
    made = []
    for n in range(tracks):
        levels = bytes_of(levels_made(seed + n, 2 * WINDOW, rows))[None]
        made.append(Track(f"{name} {n}", levels, held=n == 0))
    return Collection(name, tuple(made))


@pytest.fixture(scope="module")
def collections():
    return [collection("low", LOW, 0), collection("high", HIGH, 10)]


@pytest.fixture(scope="module")
def character(collections):
    return character_of(collections, EVERYTHING)


@pytest.fixture(scope="module")
def components(character):
    return character.components


@pytest.fixture(scope="module")
def flow(collections, components):
    torch.set_num_threads(1)
    courses = courses_of(collections, EVERYTHING, components, SMALL.window)
    return train(courses, SMALL)


def test_courses_are_whitened_runs_of_all_tracks(collections, components):
    courses = courses_of(collections, EVERYTHING, components, SMALL.window)
    assert courses.names == ("low", "high")
    assert [len(runs) for runs in courses.learnt] == [4, 4]  # cut at four places, joined
    assert len(courses.learnt[0][0]) == 3 * (2 * WINDOW // COLUMNS)
    joined = np.concatenate([one for runs in courses.learnt for one in runs]).astype(np.float32)
    np.testing.assert_allclose(joined.mean(axis=0), 0, atol=0.01)
    np.testing.assert_allclose(joined.std(axis=0), 1, atol=0.01)
    back = courses.learnt[0][0][:10] * courses.scale + courses.mean
    levels = EVERYTHING.seen(collections[0].learnt[0].middle[: 10 * COLUMNS])
    np.testing.assert_allclose(back, components.places(levels), rtol=1e-3, atol=0.1)


def test_windows_are_the_same_for_the_same_chance():
    courses = courses_made()
    one, other = (courses.windows(5, 16, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    windows, classes = courses.windows(200, 16, np.random.default_rng(0))
    assert 70 < classes.sum() < 130
    assert (np.sign(windows.mean(axis=(1, 2))) == 1 - 2 * classes).all()


def test_short_collections_are_repeated(components):
    short = [collection("low", LOW, 0, 2), collection("high", HIGH, 1, 2)]
    courses = courses_of(short, EVERYTHING, components, 1000)
    assert all(len(one) >= 1000 for runs in (*courses.learnt, *courses.held) for one in runs)


def test_a_course_is_as_long_as_was_asked_for(flow, components):
    course = course_of(flow, components, 101, FIRST, 1)
    assert course.shape == (101, ROWS)
    assert np.isfinite(course).all()


def test_a_course_goes_on_from_what_is_known(flow, components):
    levels = levels_made(50, 160, LOW)
    known = np.arange(160) < 84  # ten blocks, and half of one
    course = course_of(flow, components, 160, FIRST, 1, known=(levels, known))
    there = components.levels(components.places(levels)) + np.tile(
        components.mean.reshape(COLUMNS, ROWS), (20, 1)
    )
    np.testing.assert_allclose(course[:80], there[:80], atol=1e-3)
    assert np.abs(course[80:] - there[80:]).max() > 1


def test_a_change_leaves_what_the_components_do_not_have(flow, components):
    levels = levels_made(60, 99, LOW)
    change = change_of(flow, components, EVERYTHING, levels, FIRST, SECOND)
    assert change.shape == levels.shape
    assert 0.1 < np.abs(change).max() <= 30
    inside = components.levels(np.eye(components.count, dtype=np.float32))
    inside = inside.reshape(components.count, -1)
    whole = change[:96].reshape(12, -1)
    rest = whole - (whole @ inside.T) @ inside
    assert np.abs(rest).max() < 0.05  # but for what is too large a change


# When it takes over


def judges_made():
    """Hears which of the two groups of rows is louder, and how much they move."""

    def numbers(windows):
        heard = [[one[:, LOW].mean(), one[:, HIGH].mean(), one[:, LOW].std()] for one in windows]
        return {"eq-blind": np.array(heard, np.float32)}

    def probabilities(windows):
        high = np.array([one[:, HIGH].mean() > one[:, LOW].mean() for one in windows], float)
        return {"eq-blind": np.stack([1 - high, high], 1)}

    return SimpleNamespace(kinds=("eq-blind",), numbers=numbers, probabilities=probabilities)


def same(levels, *_):
    return levels


def turned(levels, source, target):
    """The rows of one collection as loud as those of the other."""
    made = levels.copy()
    made[:, (LOW, HIGH)[source]] -= 20
    made[:, (LOW, HIGH)[target]] += 20
    return made


def lost(levels, source, target):
    return np.random.default_rng(0).permutation(turned(levels, source, target))


@pytest.mark.parametrize(
    ("closed", "flow_does", "takes_over"),
    [(same, turned, True), (turned, same, False), (turned, turned, False), (same, lost, False)],
)
def test_it_takes_over_translations_where_it_is_surely_better(
    collections, closed, flow_does, takes_over
):
    found = worth_in_translating(collections, judges_made(), closed, flow_does)
    assert found.takes_over is takes_over
    assert (found.flow > found.closed) is (flow_does is not same and closed is same)


def test_it_takes_over_generation_where_it_is_surely_nearer(collections):
    def good(kind, columns, seed):
        return levels_made(100 + seed, columns, (LOW, HIGH)[kind])

    def poor(kind, columns, seed):
        return good(kind, columns, seed) / 2 - 30

    judges = judges_made()
    assert worth_in_generating(collections, judges, poor, good).takes_over
    assert not worth_in_generating(collections, judges, good, poor).takes_over
    assert not worth_in_generating(collections, judges, good, good).takes_over


def test_with_nothing_held_out_it_takes_over_nothing(collections):
    learnt = [Collection(one.name, one.learnt) for one in collections]
    judges = judges_made()
    assert not worth_in_translating(learnt, judges, same, turned).takes_over
    assert not worth_in_generating(learnt, judges, None, None).takes_over


def test_a_flow_that_has_hardly_learnt_takes_over_nothing(
    flow, character, collections, monkeypatch
):
    monkeypatch.setattr(worth, "WINDOWS", 3)
    found = decided(flow, character, Grains.fit(collections, EVERYTHING), judges_made())
    assert set(found) == {"translating", "generating"}
    for one in found.values():
        assert np.isfinite([one.closed, one.flow, one.sure]).all()
        assert not one.takes_over
    assert found["translating"].closed > 0.9


def model_of(collections, character, flow, task):
    """A model whose flow takes over a task."""
    model = Model(tuple(collections), EVERYTHING).having("character", character.arrays())
    model = model.having("grains", Grains.fit(collections, EVERYTHING).arrays)
    worth = {task: Worth(0.1, 0.9, 1.0).said}
    return model.having(
        "flow", dict(flow.arrays), flow={"recipe": flow.recipe.json(), "worth": worth}
    )


def higher(sound: Sound) -> float:
    """By how many dB the rows of the high collection are louder, however loud the sound is."""
    levels = levels_of(sound)[0]
    return float(levels[:, HIGH].mean() - levels[:, LOW].mean())


def test_what_takes_over_is_heard(flow, character, collections):
    sound = Sound(sound_of(levels_made(70, 300, LOW)[None]), RATE)
    how = {"to": "high", "keep": 1, "quality": "preview"}
    made = {}
    for task in ("translating", "generating"):
        model = model_of(collections, character, flow, task)
        assert (flow_in(model, "translating") is None) is (task == "generating")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EidophoneWarning)
            translated = translate(model, sound, **how)
            half = translate(model, sound, **how, strength=0.5)
            (new,) = generate(model, mix="high", seconds=2, quality="preview")
        made[task] = translated.samples, new.samples
        assert np.isfinite(new.samples).all()
        before, some, whole = (higher(one) for one in (sound, half, translated))
        assert before < some < whole
    for one, other in zip(*made.values(), strict=True):
        assert not np.array_equal(one, other)


def test_a_flow_of_other_collections_is_refused(flow, character, collections):
    renamed = [Collection(f"{one.name}er", one.tracks) for one in collections]
    model = model_of(renamed, character, flow, "translating")
    with pytest.raises(LearnError, match="other collections"):
        flow_in(model, "translating")


# Threads


@pytest.mark.parametrize(
    ("seconds", "threads"), [({1: 1, 4: 0.5}, 4), ({1: 1, 4: 0.9}, 1), ({1: 1, 4: 9}, 1)]
)
def test_threads_are_used_only_where_they_are_faster(monkeypatch, seconds, threads):
    now = {"threads": 4, "clock": 0.0, "trials": 0}

    def step():
        now["trials"] += 1
        now["clock"] += seconds[now["threads"]]

    fake = SimpleNamespace(set_num_threads=lambda count: now.update(threads=count))
    monkeypatch.setattr(pace, "torch", fake)
    monkeypatch.setattr(pace, "thread_count", lambda: 4)
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: now["clock"]))
    chosen, alone = pace.choose_threads(step)
    assert now["threads"] == threads
    assert (chosen, alone) == (seconds[threads], 1)
    assert now["clock"] < 12, "hopeless trials are few"
