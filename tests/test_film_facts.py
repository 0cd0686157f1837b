"""What a film says of itself, what may be asked for, and which frame is which."""

import json
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.base.errors import EidophoneError, FilmError, RecipeError
from eidophone.files.video import VideoFrame
from eidophone.film.clock import numbered
from eidophone.film.codec import encode_film
from eidophone.film.facts import FilmFacts
from eidophone.film.film import Film
from eidophone.film.settings import KINDS, LOOKS
from eidophone.picture.facts import Facts, Source
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.sound.sound import Sound

RATE = 44_100
STANDARD = PRESETS["standard"]


def sound_of(sample_count=RATE, rate=RATE, channels=1):
    return Sound(np.zeros((channels, sample_count)), rate)


def facts_of(kind="scroll", sound=None, **options):
    return encode_film(sound or sound_of(), kind, **{"size": 128, **options}).facts


# --- facts ----------------------------------------------------------------------------------------

sources = st.builds(
    Source,
    rate=st.sampled_from([8_000, 22_050, 44_100, 48_000, 96_000, 192_000]),
    channels=st.integers(1, 2),
    sample_count=st.integers(1, 2**40 - 1),
)
rates = st.one_of(
    st.fractions(10, 240, max_denominator=1001),
    st.sampled_from([Fraction(24_000, 1001), Fraction(30_000, 1001), Fraction(60_000, 1001)]),
)
all_facts = st.builds(
    FilmFacts,
    kind=st.sampled_from(KINDS),
    recipe=st.builds(lambda name, rows: PRESETS[name].with_rows(rows),
                     st.sampled_from(list(PRESETS)), st.integers(64, 1024)),
    source=sources,
    fps=rates,
    width=st.integers(64, 8192),
    height=st.integers(64, 8192),
    look=st.sampled_from(["", *LOOKS]),
    now_line=st.booleans(),
    strip=st.booleans(),
)  # fmt: skip


@settings(max_examples=60)
@given(all_facts)
def test_json_keeps_every_fact(facts):
    assert FilmFacts.from_json(facts.to_json()) == facts
    assert "\n" not in facts.to_json()


@settings(max_examples=60)
@given(all_facts)
def test_strips_keep_what_they_do_not_see(facts):
    again = FilmFacts.from_message(facts.to_message(), facts.width, facts.height)
    assert again == replace(facts, look="", now_line=False, strip=True, recipe=again.recipe)
    names = {"name": "", "top_db": 0, "range_db": 12}
    assert replace(again.recipe, **names) == replace(facts.recipe, **names)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [100, 509, 512])
def test_frame_rates_in_strips_are_near_enough_for_a_day(kind, size):
    facts = facts_of(kind, size=size, fps=None if kind == "pages" else Fraction(24_000, 1001))
    again = FilmFacts.from_message(facts.to_message(), facts.width, facts.height)
    frames = int(24 * 3600 * facts.fps)
    assert abs(again.first_column(frames) - facts.first_column(frames)) <= 1
    assert again.frame_count == facts.frame_count


def test_messages_of_single_pictures_are_no_films():
    picture = bytes([1]) + facts_of().to_message()[1:]
    assert FilmFacts.from_message(picture, 128, 128) is None


@settings(max_examples=200)
@given(st.binary(max_size=80), st.booleans())
def test_any_message_is_understood_or_refused(noise, ours):
    message = (b"\x02" if ours else b"") + noise
    with suppress(FilmError, RecipeError):
        found = FilmFacts.from_message(message, 128, 128)
        assert found is None or found.frame_count > 0


@settings(max_examples=100)
@given(st.data())
def test_a_message_with_one_wrong_byte_is_understood_or_refused(data):
    message = bytearray(facts_of().to_message())
    message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FilmError, RecipeError):
        found = FilmFacts.from_message(bytes(message), 128, 128)
        assert found is None or found.frame_count > 0


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=200)
@given(st.sampled_from(sorted(json.loads(facts_of().to_json()))), VALUES)
def test_a_wrong_value_is_refused_or_makes_sense(name, value):
    values = json.loads(facts_of().to_json())
    text = json.dumps(values | {name: value})
    with suppress(FilmError):
        facts = FilmFacts.from_json(text)
        assert FilmFacts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize(
    "change",
    [
        {"fps": "1e99999999"},
        {"fps": "1/0"},
        {"fps": "nan"},
        {"fps": float("nan")},
        {"fps": 30},
        {"fps": "9" * 41},
        {"fps": "-30"},
        {"fps": ""},
        {"width": 10**400},
        {"width": 128.0},
        {"width": True},
        {"height": 63},
        {"height": 8193},
        {"kind": "film"},
        {"kind": ["scroll"]},
        {"kind": None},
        {"look": 1},
        {"look": None},
        {"now_line": "no"},
        {"strip": 1},
        {"version": 0},
        {"version": "1"},
        {"version": True},
        {"source": None},
        {"source": {"rate": 44_100}},
        {"source": {"rate": 44_100, "channels": 3, "frames": 1}},
        {"source": {"rate": 44_100, "channels": 1, "frames": 2**40}},
        {"source": {"rate": 44_100, "channels": 1, "frames": 1.5}},
        {"recipe": None},
        {"recipe": {}},
        {"recipe": {"version": 1, "rows": "512"}},
        {"recipe": {"version": 1, "rows": 0}},
        {"more": 1},
    ],
)
def test_hostile_json_is_refused(change):
    text = json.dumps(json.loads(facts_of().to_json()) | change)
    with pytest.raises(FilmError, match=r"\S"):
        FilmFacts.from_json(text)


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "1", "{", "[" * 100_000, '{"fps": ' + "1" * 5000 + "}", "\0"]
)
def test_what_is_no_json_object_is_refused(text):
    with pytest.raises(FilmError, match="make no sense"):
        FilmFacts.from_json(text)


def test_what_newer_programs_write_is_named_as_such():
    values = json.loads(facts_of().to_json())
    with pytest.raises(FilmError, match="newer Eidophone"):
        FilmFacts.from_json(json.dumps(values | {"version": 2}))
    with pytest.raises(RecipeError, match="newer Eidophone"):
        FilmFacts.from_json(json.dumps(values | {"recipe": values["recipe"] | {"version": 2}}))


@settings(max_examples=60)
@given(st.integers(1, 10**7), st.sampled_from([24, 25, 30, 60, Fraction(30_000, 1001)]))
def test_a_frame_begins_at_its_time(frame, fps):
    facts = facts_of(fps=fps)
    column = facts.first_column(frame)
    assert column * facts.recipe.hop_seconds == pytest.approx(
        frame / fps, abs=0.51 * facts.recipe.hop_seconds
    )
    assert facts.first_column(float(frame)) == column


@pytest.mark.parametrize("pages", [1, 2, 7])
@pytest.mark.parametrize("overlap", [0, 0.25])
def test_pages_are_as_many_as_it_takes(pages, overlap):
    step = round(512 * (1 - overlap))
    for more, expected in ((0, pages), (1, pages + 1)):
        facts = facts_of("pages", sound_of(256 * step * pages + 256 * more), size=512,
                         overlap=overlap)  # fmt: skip
        assert facts.columns == step * pages + more
        assert facts.frame_count == expected


@pytest.mark.parametrize("seconds", [1 / RATE, 0.999, 1, 1.001])
@pytest.mark.parametrize("kind", ["scroll", "instants"])
def test_frames_last_as_long_as_the_sound(kind, seconds):
    facts = facts_of(kind, sound_of(round(seconds * RATE)))
    seconds = round(seconds * RATE) / RATE
    assert facts.seconds == seconds
    hop = facts.recipe.hop_seconds
    assert -1e-6 <= facts.frame_count / facts.fps - seconds <= 1 / facts.fps + hop


# --- what may be asked for ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("spiral", {}, "no kind of film 'spiral'"),
        ("scroll", {"size": 63}, "`size` is 63:"),
        ("scroll", {"size": 8193}, "`size` is 8193:"),
        ("scroll", {"size": float("nan")}, "`size` is nan:"),
        ("pages", {"overlap": 0.91}, "0.91"),
        ("pages", {"overlap": -0.1}, "-0.1"),
        ("pages", {"overlap": float("nan")}, "nan"),
        ("scroll", {"overlap": 0.5}, "only pages"),
        ("pages", {"now_line": True}, "only a scroll"),
        ("instants", {"now_line": True}, "only a scroll"),
        ("scroll", {"look": "neon"}, "no look 'neon'"),
        ("scroll", {"look": "ember", "strip": True, "size": 512}, "cannot be decoded"),
        ("scroll", {"fps": 0}, "0 frames per second"),
        ("scroll", {"fps": -30}, "-30 frames"),
        ("scroll", {"fps": 241}, "241 frames"),
        ("scroll", {"fps": float("nan")}, "nan frames"),
        ("scroll", {"fps": float("inf")}, "inf frames"),
        ("scroll", {"fps": "fast"}, "fast frames"),
        ("scroll", {"fps": 0.3}, "leaves out"),
        ("pages", {"fps": 0.3, "overlap": 0.5}, "too few"),
        ("instants", {"fps": 9}, "9 frames per second"),
        ("scroll", {"strip": True, "size": 64}, "too small"),
        ("pages", {"strip": True, "size": 64}, "too small"),
        ("instants", {"strip": True, "size": 64}, "too small"),
        ("scroll", {"recipe": "best"}, "no recipe 'best'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(kind, options, said):
    with pytest.raises(EidophoneError, match=said) as caught:
        encode_film(sound_of(), kind, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("fps", [0, 1e9, float("nan"), "x", None])
def test_films_in_memory_have_a_frame_rate(fps):
    with pytest.raises(FilmError, match="frames per second"):
        Film.of([np.zeros((64, 64, 3), np.uint8)], fps=fps)


@pytest.mark.parametrize(
    ("fps", "exact"),
    [
        (29.97002997002997, Fraction(30_000, 1001)),
        (Fraction(24_000, 1001), Fraction(24_000, 1001)),
        (np.float32(12.5), Fraction(25, 2)),
        (np.int64(25), Fraction(25)),
        (0.5, Fraction(1, 2)),
    ],
)
def test_frame_rates_are_simple_fractions(fps, exact):
    assert facts_of(fps=fps).fps == exact


def test_films_in_memory_have_frames_of_one_size():
    with pytest.raises(FilmError, match="at least one"):
        Film.of([])
    with pytest.raises(FilmError, match="one size"):
        Film.of([np.zeros((64, 64, 3), np.uint8), np.zeros((64, 65, 3), np.uint8)])


# --- looks ----------------------------------------------------------------------------------------


# --- the clock ------------------------------------------------------------------------------------


def numbers(facts, times, lasts=None):
    """The numbers of frames that are shown at ``times``."""
    one = np.zeros((1, 1, 3), np.uint8)
    frames = [VideoFrame(one, time, 0.0) for time in times]
    lasts = times[-1] + 1 / float(facts.fps) if lasts is None else lasts
    return [number for number, _ in numbered(frames, facts, len(frames), lasts)]


def times_of(facts, fps=None, count=None):
    count = facts.frame_count if count is None else count
    return [float(n / (fps or facts.fps)) for n in range(count)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("speed", [0.5, 1, 3])
def test_a_whole_film_is_counted_at_any_speed(kind, speed):
    facts = facts_of(kind, sound_of(10 * RATE))
    assert numbers(facts, times_of(facts, facts.fps * Fraction(speed))) == list(
        range(facts.frame_count)
    )


@pytest.mark.parametrize("kind", ["scroll", "instants"])
def test_a_film_with_frames_missing_goes_by_its_times(kind):
    facts = facts_of(kind, sound_of(2 * RATE))
    times = times_of(facts)
    kept = [n for n in range(len(times)) if n % 5 != 3]
    assert numbers(facts, [times[n] for n in kept]) == kept


def test_times_in_milliseconds_are_those_of_the_frames():
    facts = facts_of(sound=sound_of(3 * RATE), fps=Fraction(30_000, 1001))
    times = [round(time, 3) for time in times_of(facts)][:-1]
    assert numbers(facts, times) == list(range(len(times)))


def test_a_film_at_twice_the_frame_rate_is_between_its_frames():
    facts = facts_of(sound=sound_of(2 * RATE))
    count = 2 * facts.frame_count
    found = numbers(facts, times_of(facts, 2 * facts.fps, count))
    assert found == pytest.approx(np.arange(count) / 2)


def test_a_film_that_was_cut_is_counted():
    facts = facts_of(sound=sound_of(4 * RATE))
    found = numbers(facts, times_of(facts, 60, 50))
    assert found == list(range(50))


def test_instants_last_as_long_as_they_are_shown():
    facts = facts_of("instants", sound_of(2 * RATE))
    assert numbers(facts, times_of(facts, 30, 20)) == list(range(0, 40, 2))


@pytest.mark.parametrize("fps", [10, 24, 30])
@pytest.mark.parametrize("part", [1, 0.5])
def test_held_pages_are_told_apart_even_if_the_film_was_cut(fps, part):
    facts = facts_of("pages", sound_of(12 * RATE))
    assert facts.frame_count == 5
    times = [n / fps for n in range(int(part * facts.frame_count / facts.fps * fps))]
    found = numbers(facts, times, len(times) / fps)
    wanted = [int(time * facts.fps) for time in times]
    wrong = np.flatnonzero(np.array(found) != wanted)
    assert len(wrong) <= 5 * part
    assert all(isinstance(number, int) for number in found)


def test_recipes_with_long_hops_have_films():
    slow = Recipe(hop_seconds=0.1, window_seconds=0.5)
    for kind in KINDS:
        assert facts_of(kind, recipe=slow, size=512).frame_count >= 1


def test_files_call_samples_as_they_always_did():
    film = facts_of(sound=sound_of(999))
    picture = Facts(STANDARD, film.source)
    for said in (film.to_json(), picture.to_json()):
        known = {"rate": RATE, "channels": 1, "frames": 999, "first_column": 0}
        assert json.loads(said)["source"] == known
    assert FilmFacts.from_json(film.to_json()) == film
    assert Facts.from_json(picture.to_json()) == picture
