"""Pages: how long each is held, and what is found where nothing says how they were made."""

import io
from fractions import Fraction
from functools import cache
from itertools import pairwise

import av
import numpy as np
import pytest
from PIL import Image
from signals import music

from eidophone.base.errors import EidophoneWarning
from eidophone.files.video import VideoReader
from eidophone.film.aligning import thinned
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.film import DrawnFrames, Film
from eidophone.film.pages import find_pages
from eidophone.film.turns import find_turns
from eidophone.picture.codec import encode
from eidophone.picture.content import shared_columns
from eidophone.picture.recipe import PRESETS
from eidophone.sound.sound import Sound

RATE = 44_100
SIZE = 128
STANDARD = PRESETS["standard"]
SQUARE = STANDARD.square_seconds


@cache
def melody():
    return music(7, rate=RATE)


def shown(film):
    return [frame.pixels for frame in film.frames()]


def held(pictures, fps, seconds, period):
    """Pictures that are shown for ``period`` seconds each, as another program would hold them."""
    count = round(seconds * fps)
    numbers = [min(int((n + 0.5) / fps / period), len(pictures) - 1) for n in range(count)]
    return [pictures[number] for number in numbers]


def coded(frames, fps, crf=28):
    """The frames after H.264 as another program would use it."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": str(crf)})
        stream.pix_fmt = "yuv420p"
        stream.height, stream.width = frames[0].shape[:2]
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame)))
        container.mux(stream.encode())
    file.seek(0)
    with av.open(file) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def of(frames, fps, facts=None):
    return Film(DrawnFrames(lambda: frames, len(frames), Fraction(fps)), facts)


def difference(sound, other):
    """Mean difference of their pictures where there is something to be seen, of 255."""
    a, b = (encode(one, STANDARD.with_rows(SIZE)).pixels.astype(float) for one in (sound, other))
    width = min(a.shape[1], b.shape[1])
    a, b = a[:, :width], b[:, :width]
    return np.abs(a - b)[a > 120].mean()


# --- written --------------------------------------------------------------------------------------


@pytest.mark.parametrize("overlap", [0.0, 0.3])
@pytest.mark.parametrize("suffix", ["mp4", "mov", "webm", "mkv", "mpg", "gif", "apng", "webp"])
@pytest.mark.filterwarnings("ignore:.*holds")
def test_a_film_of_pages_is_as_long_as_its_sound_and_each_is_shown_at_its_time(
    tmp_path, suffix, overlap
):
    film = encode_film(melody(), "pages", size=64, overlap=overlap)
    film.save(tmp_path / f"a.{suffix}")
    pages = shown(film)
    with VideoReader(tmp_path / f"a.{suffix}") as file:
        assert file.seconds == pytest.approx(7, abs=1 / 30)
        if suffix in ("mp4", "mov", "webm", "mpg", "apng"):
            assert (file.fps, file.frame_count) == (30, 7 * 30)
        else:
            assert file.frame_count == len(pages)
        for frame in file.frames():
            page = pages[int((frame.seconds + 0.002) * film.fps)]
            assert np.abs(frame.pixels.astype(float) - page).mean() < 8


def test_a_folder_has_each_page_once(tmp_path):
    film = encode_film(melody(), "pages", size=64)
    film.save(tmp_path / "pages")
    assert len(list((tmp_path / "pages").glob("*.png"))) == film.frame_count == 3
    assert np.array_equal(decode_film(Film.load(tmp_path / "pages")).samples, melody().samples)


def test_held_pages_cost_little(tmp_path):
    film = encode_film(melody(), "pages", size=SIZE)
    film.track = None
    film.save(tmp_path / "held.mp4")
    film.save(tmp_path / "once.mp4", fps=film.fps)
    sizes = [(tmp_path / f"{name}.mp4").stat().st_size for name in ("held", "once")]
    assert sizes[0] < 4 * sizes[1]


# --- read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_pages_that_say_so_are_read_at_any_frame_rate(fps):
    film = encode_film(melody(), "pages", size=SIZE)
    frames = coded(held(shown(film), fps, 7, SQUARE), fps, crf=23)
    again = decode_film(of(frames, fps, film.facts), use_track=False, quality="preview")
    known = decode_film(film, use_track=False, quality="preview")
    assert again.sample_count == 7 * RATE
    assert difference(known, again) < 4


@pytest.mark.parametrize("overlap", [0.0, 0.1, 0.25])
@pytest.mark.parametrize("fps", [25, 30])
def test_what_our_defaults_write_our_defaults_read(overlap, fps):
    film = encode_film(melody(), "pages", size=SIZE, overlap=overlap)
    frames = coded(held(shown(film), fps, 7, float(1 / film.fps)), fps)
    with pytest.warns(EidophoneWarning, match="taken for . pages.*`read`.*`overlap`") as told:
        again = decode_film(of(frames, fps), quality="preview")
    assert len(told) == 1
    assert again.duration_seconds == pytest.approx(7, abs=1 / fps)
    assert difference(decode_film(film, use_track=False, quality="preview"), again) < 6


@pytest.mark.parametrize("slower", [0.5, 2.0])
@pytest.mark.parametrize("overlap", [0.0, 0.25])
def test_pages_that_were_slowed_share_what_is_seen(overlap, slower):
    film = encode_film(melody(), "pages", size=SIZE, overlap=overlap)
    frames = coded(held(shown(film), 30, 7 * slower, slower / float(film.fps)), 30)
    pages = find_pages(of(frames, 30), STANDARD, None)
    assert (pages.width, pages.step) == (512, pytest.approx(512 * (1 - overlap), abs=2))
    assert pages.seconds == pytest.approx(7, abs=2 / 30)
    with pytest.warns(EidophoneWarning, match=f"{7 * slower:.3f} s in all"):
        heard = decode_film(of(frames, 30), quality="preview")
    assert heard.duration_seconds == 7 * slower


@pytest.mark.parametrize("overlap", [0.1, 0.25, 0.5])
def test_what_noisy_pages_share_is_what_their_times_say(overlap):
    """Each has noise of its own, so that they are not the same where they overlap."""
    film = encode_film(melody(), "pages", size=SIZE, overlap=overlap)
    rng = np.random.default_rng(1)
    pages = [
        np.clip(one + rng.normal(0, 7, one.shape), 0, 255).astype(np.uint8) for one in shown(film)
    ]
    seen = [thinned(page)[:, :, None] for page in pages]
    assert sum(shared_columns(one, other) > 0 for one, other in pairwise(seen)) < len(pages) / 3
    found = find_pages(of(held(pages, 30, 7, float(1 / film.fps)), 30), STANDARD, None)
    assert (found.width, found.step) == (512, pytest.approx(512 * (1 - overlap), abs=3))
    assert found.are_ours


def test_what_pages_share_may_be_said():
    film = encode_film(melody(), "pages", size=SIZE)
    pages = find_pages(of(shown(film), film.fps), STANDARD, 0.5)
    assert pages.step == pages.width // 2


def test_each_frame_may_be_a_page():
    film = encode_film(melody(), "pages", size=SIZE)
    pages = find_pages(of(shown(film), film.fps), STANDARD, None)
    assert (pages.step, pages.turns, pages.are_ours) == (pages.width, None, True)


@pytest.mark.parametrize(("crf", "half"), [(18, False), (23, True), (28, False), (28, True)])
@pytest.mark.parametrize("overlap", [0.0, 0.25])
def test_pages_that_are_each_there_once_end_with_the_sound(overlap, crf, half):
    """As programs save them that know nothing of when the sound ends: the last one is cut there."""
    sound = Sound(melody().samples[:, : 5 * RATE], RATE)
    film = encode_film(sound, "pages", size=256, overlap=overlap)
    frames = coded(shown(film), film.fps, crf)
    if half:
        frames = [np.asarray(Image.fromarray(one).resize((128, 128))) for one in frames]
    with pytest.warns(EidophoneWarning, match="[23] pages that share .*, 5.0") as told:
        again = decode_film(of(frames, film.fps), quality="preview")
    assert len(told) == 1
    assert again.duration_seconds == pytest.approx(5, abs=4 * SQUARE / 128)
    assert difference(sound, again) < (12 if half else 8)


@pytest.mark.parametrize("suffix", ["gif", "mkv", "apng", "webp"])
def test_times_tell_what_pages_share_though_the_last_one_is_shown_for_less(tmp_path, suffix):
    for overlap in (0.0, 0.25):
        sound = Sound(melody().samples[:, : 4 * RATE], RATE)
        encode_film(sound, "pages", size=64, overlap=overlap).save(tmp_path / f"{overlap}.{suffix}")
        film = Film.load(tmp_path / f"{overlap}.{suffix}")
        pages = find_pages(film, STANDARD, None)
        assert pages.step == pytest.approx(512 * (1 - overlap), abs=8)
        assert pages.seconds == pytest.approx(4, abs=2 * SQUARE / 64)


def test_pages_of_half_the_size_are_read_as_they_were_drawn():
    """A film that says nothing may have had any size: its columns are those of the recipe."""
    film = encode_film(melody(), "pages", size=256)
    half = [np.asarray(Image.fromarray(one).resize((128, 128))) for one in shown(film)]
    known = decode_film(of(half, film.fps, film.facts), use_track=False, quality="preview")
    with pytest.warns(EidophoneWarning):
        again = decode_film(of(half, film.fps), quality="preview")
    worth = [difference(melody(), one) for one in (known, again)]
    assert worth[1] < worth[0] + 1


def noise(count, size=SIZE):
    return list(np.random.default_rng(0).integers(0, 256, (count, size, size, 3), np.uint8))


def test_pictures_that_have_nothing_in_common_fade():
    striped = [np.repeat(one[:, :1], SIZE, axis=1) for one in noise(5)]
    pages = find_pages(of(striped, 30), STANDARD, None)
    assert not pages.are_ours
    assert pages.width - pages.step == round(pages.width / 9)


def test_a_page_in_colour_that_comes_late_is_heard_on_both_sides():
    samples = music(7, 2, rate=RATE).samples.copy()
    samples[:, : 4 * RATE] = samples[:1, : 4 * RATE]
    sound = Sound(samples, RATE)
    film = encode_film(sound, "pages", size=SIZE)
    frames = held(shown(film), 30, 7, SQUARE)
    with pytest.warns(EidophoneWarning, match="pages"):
        assert decode_film(of(frames, 30), quality="preview").channels == 2


def test_a_single_page_is_as_long_as_it_is_shown():
    film = encode_film(music(1.5, rate=RATE), "pages", size=SIZE)
    frames = held(shown(film), 30, 1.5, SQUARE)
    with pytest.warns(EidophoneWarning, match="taken for 1 page, 1.500 s long"):
        assert decode_film(of(frames, 30), quality="preview").duration_seconds == 1.5


@pytest.mark.parametrize("fps", [15, 25, 30, 60])
def test_a_page_that_is_shown_briefly_as_the_sound_ends_is_a_page(fps):
    """A sound of 3 s leaves .03 s for the second page, whatever frame rate the film then got."""
    film = encode_film(Sound(melody().samples[:, : 3 * RATE], RATE), "pages", size=SIZE)
    frames = coded(held(shown(film), 30, 3.03, SQUARE), fps)
    assert len(shown(film)) == 2
    with pytest.warns(EidophoneWarning, match=f"2 pages that share nothing, {91 / fps:.3f} s"):
        again = decode_film(of(frames, fps), quality="preview")
    assert again.duration_seconds == pytest.approx(91 / fps)


def test_what_ends_a_picture_that_is_held_need_not_be_a_page():
    white, noisy = np.full((SIZE, SIZE, 3), 250, np.uint8), noise(1)[0]
    assert len(find_turns(of([noisy] * 150 + [white], 30), SQUARE).shown) == 1


# --- turns ----------------------------------------------------------------------------------------


def found(frames, fps=30, usual=SQUARE):
    return find_turns(of(frames, fps), usual)


def test_turns_are_found_through_fades_and_flashes():
    pictures = noise(4, 64)
    frames = held(pictures, 30, 4, 1)
    for turn in (30, 60, 90):
        before, after = frames[turn - 1].astype(float), frames[turn].astype(float)
        frames[turn - 1] = (0.6 * before + 0.4 * after).astype(np.uint8)
        frames[turn] = (0.2 * before + 0.8 * after).astype(np.uint8)
    frames[15] = np.full_like(frames[15], 255)
    turns = found(frames)
    assert turns.period == pytest.approx(1, abs=1 / 30)
    assert [turns.page_at(n / 30) for n in (5, 28, 33, 58, 62, 100)] == [0, 0, 1, 1, 2, 3]


def test_pages_of_silence_count():
    black = np.zeros((64, 64, 3), np.uint8)
    pictures = [*noise(2, 64), black, black, *noise(3, 64)[2:], black]
    turns = found(held(pictures, 30, 5.5 * SQUARE, SQUARE))
    assert (turns.period, turns.count) == (SQUARE, 6)
    assert turns.page_at(4.5 * SQUARE) == 4


def test_what_moves_does_not_turn():
    a, b = (one.astype(float) for one in noise(2, 64))
    assert found([(a + (b - a) * n / 90).astype(np.uint8) for n in range(90)]) is None
    assert found(noise(20, 64)) is None


def test_turns_without_a_rhythm_are_counted():
    a, b, c, d = noise(4, 64)
    turns = found([a] * 20 + [b] * 47 + [c] * 31 + [d] * 90)
    assert (turns.period, turns.count) == (0, 4)
    assert [turns.page_at(n / 30) for n in (0, 19, 20, 66, 67, 98, 180)] == [0, 0, 1, 1, 2, 3, 3]


# --- what was done to films that say what they are ------------------------------------------------


@pytest.mark.parametrize("bars", [((0, 0), (50, 50)), ((31, 31), (0, 0))])
@pytest.mark.parametrize("kind", ["scroll", "pages"])
def test_bars_around_a_film_change_nothing(kind, bars):
    film = encode_film(music(1.5, rate=RATE), kind, size=SIZE)
    frames = [np.pad(one, (*bars, (0, 0))) for one in shown(film)]
    barred = Film(DrawnFrames(lambda: frames, len(frames), film.fps), film.facts)
    known, again = (decode_film(one, use_track=False, quality="preview") for one in (film, barred))
    assert np.array_equal(known.samples, again.samples)


@pytest.mark.parametrize("bars", [((0, 0), (50, 50)), ((31, 31), (0, 0))])
@pytest.mark.parametrize("kind", ["scroll", "pages"])
def test_bars_around_a_film_that_says_nothing_are_left_out(kind, bars):
    film = encode_film(music(1.5, rate=RATE), kind, size=SIZE)
    bare, barred = (
        Film(DrawnFrames(lambda frames=frames: frames, len(frames), film.fps))
        for frames in (list(shown(film)), [np.pad(one, (*bars, (0, 0))) for one in shown(film)])
    )
    with pytest.warns(EidophoneWarning) as told:
        known = decode_film(bare, use_track=False, quality="preview")
    with pytest.warns(EidophoneWarning) as more:
        again = decode_film(barred, use_track=False, quality="preview")
    assert np.array_equal(known.samples, again.samples)
    said = [str(one.message) for one in told]
    assert [str(one.message) for one in more] == [
        "the bars around the frames of this film are left out",
        *said,
    ]


def test_a_film_that_was_slowed_is_heard_at_its_pace_with_a_word():
    film = encode_film(music(1, rate=RATE), size=64)
    slow = of(shown(film), 15, film.facts)
    with pytest.warns(EidophoneWarning, match="`seconds` 2.07") as told:
        again = decode_film(slow, quality="preview")
    assert (len(told), again.sample_count) == (1, RATE)
    assert decode_film(slow, quality="preview", seconds=2).sample_count == 2 * RATE
