"""Pages and scrolls: what frames show when, where they lie, and how many become one picture."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from signals import music

from eidophone.film.aligning import Aligner, difference_of
from eidophone.film.codec import encode_film
from eidophone.film.frames import held, pictures
from eidophone.film.merging import Merger, View
from eidophone.film.windows import read
from eidophone.picture.axis import row_of_hz
from eidophone.picture.codec import encode
from eidophone.picture.fit import resized
from eidophone.sound.sound import Sound

RATE = 44_100
SIZE = 64


def click(at, seconds=3.0):
    samples = np.zeros(round(seconds * RATE))
    samples[round(at * RATE)] = 1
    return Sound(samples, RATE)


def glide(low, high, seconds=3.0):
    time = np.arange(round(seconds * RATE)) / RATE
    turns = low * seconds / np.log(high / low) * (high / low) ** (time / seconds)
    return Sound(0.5 * np.sin(2 * np.pi * turns), RATE)


def shown(sound, kind, **options):
    film = encode_film(sound, kind, **{"size": SIZE, **options})
    return [frame.pixels for frame in film.frames()], film.facts


def lit(frame):
    """The brightest column of a frame."""
    return int(frame[..., 1].sum(axis=0, dtype=int).argmax())


# --- what frames show -----------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0.2, 1.03, 2.5])
@pytest.mark.parametrize("fps", [12.5, 30, 120])
def test_a_click_is_in_the_middle_of_the_scroll_at_its_time(at, fps):
    frames, facts = shown(click(at), "scroll", fps=fps)
    frame = frames[round(at * fps)]
    step = float(facts.columns_per_frame)
    assert lit(frame) == pytest.approx(SIZE // 2, abs=1 + step / 2)


def test_a_click_moves_left_with_time():
    frames, facts = shown(click(1.5), "scroll", size=128)
    places = [lit(frame) for frame in frames[20:70]]
    assert np.diff(places).max() <= 0
    seen = (places[0] - places[-1]) * facts.recipe.hop_seconds
    assert seen == pytest.approx(49 / 30, abs=facts.recipe.hop_seconds)


def test_before_the_sound_and_after_it_a_scroll_is_black():
    frames, _ = shown(music(1, rate=RATE), "scroll")
    first, last = frames[0], frames[-1]
    assert not first[:, : SIZE // 2].any()
    assert first[:, SIZE // 2 :].any()
    assert last[:, : SIZE // 2].any()
    assert not last[:, SIZE // 2 + 2 :].any()


def test_a_rising_tone_climbs_from_left_to_right():
    sound = glide(200, 8_000)
    for kind in ("scroll", "pages"):
        frames, _ = shown(sound, kind, size=128)
        frame = frames[len(frames) // 2 if kind == "scroll" else 0][..., 1]
        rows = frame[:, 5:120].argmax(axis=0)
        assert (np.diff(rows) <= 0).all()
        assert rows[0] - rows[-1] > 40


@pytest.mark.parametrize("hz", [440, 5_000])
def test_a_tone_is_at_the_height_of_its_frequency(hz):
    time = np.arange(RATE) / RATE
    for kind in ("scroll", "pages"):
        frames, facts = shown(Sound(0.5 * np.sin(2 * np.pi * hz * time), RATE), kind)
        row = SIZE - 1 - frames[0][:, SIZE // 2 + 6 if kind == "scroll" else 6, 1].argmax()
        assert row == pytest.approx(float(row_of_hz(np.array(hz), facts.recipe)), abs=1)


@pytest.mark.parametrize("overlap", [0, 0.25, 0.9])
def test_a_page_begins_at_its_time(overlap):
    frames, facts = shown(click(4.0, 8), "pages", overlap=overlap)
    hop = facts.recipe.hop_seconds
    found = 0
    for number, frame in enumerate(frames):
        since = 4.0 - float(number / facts.fps)
        if 0 <= since < SIZE * hop:
            assert lit(frame) == pytest.approx(since / hop - 0.5, abs=1)
            found += 1
    assert found >= 1


def test_pages_without_overlap_are_the_picture_cut_up():
    sound = music(7, 2, rate=RATE)
    frames, facts = shown(sound, "pages")
    picture = encode(sound, facts.recipe).pixels
    whole = np.concatenate(frames, axis=1)
    assert np.array_equal(whole[:, : picture.shape[1]], picture)
    assert not whole[:, picture.shape[1] :].any()


@pytest.mark.parametrize("fps", [1, 23.976, 30, 240])
def test_a_scroll_slides_along_the_picture(fps):
    sound = music(3, 2, rate=RATE)
    frames, facts = shown(sound, "scroll", fps=fps)
    picture = np.pad(encode(sound, facts.recipe).pixels, ((0, 0), (SIZE, SIZE), (0, 0)))
    for number, frame in enumerate(frames):
        first = SIZE // 2 + facts.first_column(number)
        assert np.array_equal(frame, picture[:, first : first + SIZE])


def test_the_line_is_where_the_present_is():
    sound = music(1, rate=RATE)
    bare, _ = shown(sound, "scroll")
    lined, _ = shown(sound, "scroll", now_line=True)
    for without, with_line in zip(bare, lined, strict=True):
        assert (with_line[:, SIZE // 2] == 200).all()
        assert np.array_equal(np.delete(with_line, SIZE // 2, 1), np.delete(without, SIZE // 2, 1))


@pytest.mark.parametrize("wanted", [1, 7.3, 30])
def test_held_pages_are_shown_until_the_next_begins(wanted):
    pages, fps, wanted = ["a", "b", "c"], Fraction(1, 3), Fraction(wanted)
    found = "".join(held(pages, fps, wanted, count := round(9 * wanted)))
    assert found == "".join(pages[int(n / wanted / 3)] for n in range(count))


# --- merging --------------------------------------------------------------------------------------


def merged(views, columns, width=None):
    merger = Merger(width or views[0].pixels.shape[1])
    parts = [part for view in views for part in merger.add(view)]
    return np.concatenate([*parts, *merger.finish(columns)], axis=1)


def picture_of(columns, rows=8, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)


def views_of(picture, width, step):
    """Views every ``step`` columns, the first before the picture and the last in it."""
    padded = np.pad(picture, ((0, 0), (width, width), (0, 0)))
    starts = range(-(width // 2), picture.shape[1], step)
    return [View(first, padded[:, first + width : first + 2 * width]) for first in starts]


def by_hand(views, columns):
    """Hampel's identifier, cell by cell, with the deviation that a third of the views keep to."""
    rows, width, colours = views[0].pixels.shape
    edge = np.minimum(np.arange(width) + 0.5, width - np.arange(width) - 0.5) / (width / 8)
    result = np.zeros((rows, columns, colours))
    for row, column, colour in np.ndindex(*result.shape):
        seen = [
            (float(view.pixels[row, column - view.first, colour]), edge[column - view.first])
            for view in views
            if view.first <= column < view.last
        ]
        if not seen:
            continue
        values, weights = np.array(seen).T
        weights = np.minimum(weights, 1)
        median = np.sort(values)[len(values) // 2]
        away = np.abs(values - median)
        near = max(4.7 * np.sort(away)[len(values) // 3], 4) if len(values) > 2 else np.inf
        result[row, column, colour] = np.average(
            values[away <= near], weights=weights[away <= near]
        )
    return result / 255


@pytest.mark.parametrize(("width", "step"), [(32, 4), (32, 32), (100, 7), (64, 63), (16, 1)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_views_of_one_picture_are_that_picture(width, step, dtype):
    picture = picture_of(300)
    scale = {"uint8": 1, "uint16": 257, "float32": 1 / 255}[dtype]
    scaled = (picture.astype(float) * scale).astype(dtype)
    assert merged(views_of(scaled, width, step), 300) == pytest.approx(picture / 255, abs=1e-6)


@settings(max_examples=12, phases=[Phase.generate])
@given(st.integers(0, 10**6), st.integers(3, 20), st.integers(1, 60))
def test_views_that_differ_are_merged_as_hampel_said(seed, width, noise):
    rng = np.random.default_rng(seed)
    views = views_of(picture_of(70, rows=3, seed=seed), width, -(-width // 12))
    noisy = [
        View(view.first, np.clip(view.pixels + rng.integers(-noise, noise, view.pixels.shape),
                                 0, 255).astype(np.uint8))
        for view in views
    ]  # fmt: skip
    assert merged(noisy, 70) == pytest.approx(by_hand(noisy, 70), abs=1e-5)


@pytest.mark.parametrize("harm", ["garbage", "flicker", "logo", "line", "white"])
def test_a_minority_that_shows_something_else_is_outvoted(harm):
    rng = np.random.default_rng(1)
    picture = picture_of(300)
    views = views_of(picture, 64, 4)
    for number, view in enumerate(views):
        pixels = view.pixels.copy()
        if harm == "garbage" and number % 4 == 1:
            pixels[:] = rng.integers(0, 256, pixels.shape)
        if harm == "white" and number % 3 == 0:
            pixels[:] = 255
        if harm == "flicker":
            cells = rng.random(pixels.shape[:2]) < 0.15
            pixels[cells] = 255
        if harm == "logo":
            pixels[:3, -12:] = 180
        if harm == "line":
            pixels[:, 31:33] = 200
        views[number] = View(view.first, pixels)
    away = np.abs(merged(views, 300) * 255 - picture)
    assert np.median(away) < 0.01
    assert (away > 4).mean() < 0.01
    assert away.mean() < 1


@pytest.mark.parametrize("period", [3, 4, 5, 6, 7])
@pytest.mark.parametrize("width", [64, 90, 120])
def test_harm_that_comes_again_and_again_is_outvoted(period, width):
    picture = picture_of(200, rows=2)
    views = views_of(picture, width, 1)
    for number in range(0, len(views), period):
        views[number] = View(views[number].first, np.full_like(views[number].pixels, 255))
    assert np.abs(merged(views, 200) * 255 - picture).max() <= 4


@pytest.mark.parametrize("corner", [slice(0, 25), slice(-25, None)])
def test_a_logo_that_stays_in_a_corner_is_outvoted(corner):
    picture = picture_of(400, rows=2)
    views = views_of(picture, 120, 1)
    for number, view in enumerate(views):
        pixels = view.pixels.copy()
        pixels[:, corner] = 255
        views[number] = View(view.first, pixels)
    away = np.abs(merged(views, 400)[:, 100:300] * 255 - picture[:, 100:300])
    assert away.max() <= 4


def test_views_fade_into_each_other():
    dark, light = (np.full((4, 64, 1), value, np.uint8) for value in (100, 200))
    got = merged([View(0, dark), View(32, light)], 96)[0, :, 0] * 255
    assert (got[:32] == 100).all()
    assert (got[64:] == 200).all()
    assert (np.diff(got) >= 0).all()
    assert np.diff(got).max() < 20


def test_where_nothing_was_seen_there_is_black():
    picture = picture_of(400)
    views = [View(0, picture[:, :50]), View(200, picture[:, 200:250])]
    got = merged(views, 400)
    expected = np.zeros_like(picture, float)
    expected[:, :50], expected[:, 200:250] = picture[:, :50], picture[:, 200:250]
    assert got * 255 == pytest.approx(expected, abs=1e-4)


def test_views_before_the_beginning_and_after_the_end_are_cut():
    picture = picture_of(60)
    views = [View(-60, picture), View(-30, picture), View(130, picture), View(200, picture)]
    got = merged(views, 150) * 255
    assert got.shape[1] >= 150
    assert got[:, :30] == pytest.approx(picture[:, 30:], abs=1e-4)
    assert got[:, 130:150] == pytest.approx(picture[:, :20], abs=1e-4)


def test_no_views_are_no_columns():
    assert list(read([], encode_film(music(1, rate=RATE), size=SIZE).facts)) == []


@pytest.mark.parametrize("width", [64, 300])
@pytest.mark.parametrize("step", [0, 1])
def test_few_views_are_held_however_many_come(monkeypatch, width, step):
    monkeypatch.setattr("eidophone.film.merging._HELD_BYTES", 20 * 4 * width)
    picture = picture_of(1500, rows=4)[:, :, :1]
    merger = Merger(width)
    most, parts = 0, []
    for number in range(500):
        first = number * step if step else number // 250 * width
        parts += merger.add(View(first, picture[:, first : first + width].copy()))
        most = max(most, len(merger._views))
    parts += merger.finish(2 * width if step == 0 else 500)
    assert 5 < most <= 21
    got = np.concatenate(parts, axis=1)
    assert got * 255 == pytest.approx(picture[:, : got.shape[1]], abs=1e-3)


def test_a_page_that_is_shown_only_once_is_seen_after_many_that_were_held(monkeypatch):
    monkeypatch.setattr("eidophone.film.merging._HELD_BYTES", 1)
    picture = picture_of(128)
    views = [View(0, picture[:, :64])] * 200 + [View(64, picture[:, 64:])]
    assert merged(views, 128) * 255 == pytest.approx(picture, abs=1e-4)


def test_columns_come_as_soon_as_no_view_can_change_them():
    picture = picture_of(1000)
    merger = Merger(100)
    given = 0
    for view in views_of(picture, 100, 10):
        given += sum(part.shape[1] for part in merger.add(view))
        assert given <= max(0, view.first)
        assert view.first - given < 128


# --- aligning -------------------------------------------------------------------------------------


def scroll(seconds=6.0, size=128, sound=None):
    """Frames of a scroll without colour, and where each begins."""
    film = encode_film(sound or music(seconds, rate=RATE, noise=0.003), size=size)
    frames = [frame.pixels[:, :, 1:2] for frame in film.frames()]
    firsts = [film.facts.first_column(n) - size // 2 for n in range(len(frames))]
    return frames, firsts, float(film.facts.columns_per_frame)


def placed(frames, clock, step):
    aligner = Aligner(frames[0].shape[1], step)
    return [aligner.place(first, frame) for first, frame in zip(clock, frames, strict=True)]


@pytest.mark.parametrize("harm", ["none", "noise", "flicker", "dim", "blur"])
def test_a_scroll_that_keeps_its_clock_stays_where_it_is(harm):
    frames, firsts, step = scroll()
    rng = np.random.default_rng(0)
    harmed = []
    for frame in frames:
        value = frame.astype(float)
        value += 6 * rng.standard_normal(value.shape) if harm == "noise" else 0
        value += 12 * rng.standard_normal() if harm == "flicker" else 0
        value *= 0.8 if harm == "dim" else 1
        value = (
            (value + np.roll(value, 1, 0) + np.roll(value, 1, 1)) / 3 if harm == "blur" else value
        )
        harmed.append(np.clip(value, 0, 255).astype(np.uint8))
    found = placed(harmed, firsts, step)
    assert np.mean([belongs for _, belongs in found]) > (0.9 if harm == "flicker" else 0.999)
    assert np.abs(np.array([place for place, _ in found]) - firsts).max() <= 1


@pytest.mark.parametrize("larger", [1.4, 2.0])
def test_a_scroll_that_was_resized_keeps_its_clock(larger):
    frames, _, step = scroll(3)
    size = round(128 * larger)
    step *= size / 128
    clock = [round(n * step) for n in range(len(frames))]
    found = placed([resized(np.repeat(one, 3, axis=2), size, size) for one in frames], clock, step)
    assert all(belongs for _, belongs in found)
    assert np.abs(np.array([place for place, _ in found]) - clock).max() <= max(1, step)


@pytest.mark.parametrize(
    "kept",
    [
        [n for n in range(180) if n % 5],
        [n for n in range(180) if n % 2],
        [*range(60), *range(75, 180)],
        sorted([*range(180), *range(0, 180, 4)]),
        sorted([*range(100), *[40] * 10, *range(100, 180)]),
    ],
    ids=["one in five", "every other", "fifteen", "repeated", "frozen"],
)
def test_frames_are_found_though_others_were_dropped_or_repeated(kept):
    frames, firsts, step = scroll()
    clock = firsts[: len(kept)] + [firsts[-1]] * (len(kept) - len(firsts))
    found = placed([frames[n] for n in kept], clock, step)
    there = [(place, firsts[n]) for n, (place, belongs) in zip(kept, found, strict=True) if belongs]
    assert len(there) > 0.9 * len(kept)
    away = np.abs(np.diff(there, axis=1))
    assert (away <= 1).mean() > 0.95


def test_grey_frames_do_not_belong():
    frames, firsts, step = scroll()
    for number in range(20, len(frames), 6):
        frames[number] = np.full_like(frames[number], 128)
    found = placed(frames, firsts, step)
    assert [n for n, (_, belongs) in enumerate(found) if not belongs] == list(
        range(20, len(frames), 6)
    )
    rest = [
        (place, first) for (place, belongs), first in zip(found, firsts, strict=True) if belongs
    ]
    assert np.abs(np.diff(rest, axis=1)).max() <= 1


@pytest.mark.parametrize("period", [3, 5])
@pytest.mark.parametrize("harm", ["grey", "noise"])
def test_frames_that_do_not_belong_may_come_first_and_again(harm, period):
    rng = np.random.default_rng(2)
    frames, firsts, step = scroll()
    for number in range(0, len(frames), period):
        shape = frames[number].shape
        noise = rng.integers(0, 256, shape, dtype=np.uint8)
        frames[number] = noise if harm == "noise" else np.full(shape, 128, np.uint8)
    rest = [
        (place, first)
        for n, ((place, belongs), first) in enumerate(
            zip(placed(frames, firsts, step), firsts, strict=True)
        )
        if belongs and n % period
    ]
    assert len(rest) > 0.9 * len(frames) * (period - 1) / period
    assert np.abs(np.diff(rest, axis=1)).max() <= 1


def test_what_is_strange_for_long_is_believed():
    frames, firsts, step = scroll()
    other, _, _ = scroll(
        sound=Sound(0.2 * np.random.default_rng(0).standard_normal(6 * RATE), RATE)
    )
    found = placed(frames[:60] + other[60:], firsts, step)
    belongs = [one for _, one in found]
    assert all(belongs[:60])
    assert not belongs[60]
    assert all(belongs[100:])


@pytest.mark.parametrize("level", [0, 0.3])
def test_where_nothing_moves_the_clock_is_believed(level):
    time = np.arange(6 * RATE) / RATE
    tone = Sound(level * np.sin(2 * np.pi * 440 * time), RATE)
    frames, firsts, step = scroll(sound=tone)
    middle = slice(60, 120)  # where the tone fills the frame
    found = placed(frames[middle], firsts[middle], step)
    assert found == [(first, True) for first in firsts[middle]]


def test_a_jump_too_far_to_be_seen_goes_by_the_clock():
    frames, firsts, step = scroll()
    kept = [*range(40), *range(140, 180)]
    found = placed([frames[n] for n in kept], [firsts[n] for n in kept], step)
    assert found == [(firsts[n], True) for n in kept]


@pytest.mark.parametrize(("width", "step"), [(64, 0.01), (64, 0.2), (64, 60.0), (1, 1.0)])
def test_any_width_and_step_can_be_placed(width, step):
    rng = np.random.default_rng(0)
    frames = list(rng.integers(0, 256, (5, 32, width, 1), np.uint8))
    assert len(placed(frames, [0, 1, 2, 3, 4], step)) == 5


# --- the way back ---------------------------------------------------------------------------------


def columns_of(frames, facts, colours=3):
    return np.concatenate(list(read(pictures(enumerate(frames), facts, colours), facts)), axis=1)


@pytest.mark.parametrize("kind", ["pages", "scroll"])
@pytest.mark.parametrize("size", [64, 101])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_columns_that_were_drawn_come_back(kind, size, channels):
    sound = music(4, channels, rate=RATE)
    frames, facts = shown(sound, kind, size=size, **({"overlap": 0.3} if kind == "pages" else {}))
    picture = encode(sound, facts.recipe).pixels
    got = columns_of(frames, facts, 1 if channels == 1 else 3) * 255
    assert got == pytest.approx(picture[:, :, 1:2] if channels == 1 else picture, abs=1e-3)


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("columns", [0, 1])
def test_what_made_sizes_even_is_cut_off(rows, columns):
    frames, facts = shown(music(1, rate=RATE), "scroll", size=65)
    padded = [np.pad(frame, ((0, rows), (0, columns), (0, 0)), "edge") for frame in frames]
    assert np.array_equal(columns_of(padded, facts), columns_of(frames, facts))


def test_frames_of_half_the_size_are_the_same_sound():
    frames, facts = shown(music(2, rate=RATE, noise=0), "scroll", size=128)
    small = [frame.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3)).astype(np.uint8) for frame in frames]
    before, after = columns_of(frames, facts), columns_of(small, facts)
    assert after.shape == before.shape
    assert np.abs(after - before)[before > 0.6].mean() * 255 < 14


@pytest.mark.parametrize("kind", ["pages", "scroll"])
def test_a_film_that_was_cut_ends_where_it_was_cut(kind):
    frames, facts = shown(music(9, rate=RATE), kind)
    whole = columns_of(frames, facts)
    half = len(frames) // 2
    part = columns_of(frames[:half], facts)
    expected = facts.first_column(half)
    assert part.shape[1] == pytest.approx(expected, abs=1)
    assert np.array_equal(part[:, : expected - 2], whole[:, : expected - 2])


def test_a_frame_that_was_lost_at_the_end_is_not_missed():
    frames, facts = shown(music(2, rate=RATE), "scroll")
    assert columns_of(frames[:-1], facts).shape[1] == facts.columns


def test_facts_about_years_do_not_make_years():
    frames, facts = shown(music(2, rate=RATE), "scroll")
    long = replace(facts, source=replace(facts.source, sample_count=2**40 - 1))
    assert columns_of(frames, long).shape[1] < 2 * facts.columns


@pytest.mark.parametrize("move", [0, 5])
def test_flicker_is_no_difference(move):
    after = np.random.default_rng(0).random((6, 20), np.float32)
    before = np.roll(after, move, axis=1) + np.float32(0.25)
    assert difference_of(before, after, move) == pytest.approx(0, abs=1e-6)
    before[::2] += np.float32(0.1)
    assert difference_of(before, after, move) == pytest.approx(0.05, abs=1e-6)
