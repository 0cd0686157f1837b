"""Any film as sound: which column of which frame is heard when; and what films are taken for."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.signal import hilbert
from signals import music

from eidophone.base.errors import EidophoneWarning, FilmError
from eidophone.files.video import VideoFrame
from eidophone.film import readings
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.facts import FilmFacts
from eidophone.film.film import DrawnFrames, Film
from eidophone.film.pages import Pages
from eidophone.film.recognition import recognise
from eidophone.picture.codec import encode
from eidophone.picture.ink import level_of, value_of
from eidophone.picture.recipe import PRESETS
from eidophone.sound.sound import Sound

pytestmark = pytest.mark.filterwarnings("ignore:this film does not say")

RATE = 44_100
RECIPE = PRESETS["standard"].with_rows(64)
HOP = RECIPE.hop_seconds
SQUARE = RECIPE.square_seconds


def film(frames, fps=10):
    """Stretch at their times, as files give them."""
    return [VideoFrame(pixels, index / fps, 1 / fps) for index, pixels in enumerate(frames)]


def flat(value, width=64):
    return np.full((64, width, 3), value, np.uint8)


def ramp(width=64):
    """The column's number in every column."""
    return np.broadcast_to(np.arange(width, dtype=np.uint8)[None, :, None], (64, width, 3))


def walked(reading, frames, seconds, fps=10, recipe=RECIPE):
    """What is heard in the bottom row, 0 to 255, column after column."""
    blocks = list(reading(film(frames, fps), recipe, len(frames) / fps, seconds))
    heard = np.concatenate(blocks, axis=1)
    assert heard.dtype == np.float32
    return heard[0, :, 0] * 255


# --- cycle ----------------------------------------------------------------------------------------


def test_a_cycle_goes_round_and_round():
    heard = walked(readings.cycle, [ramp()] * 5, 4 * SQUARE)
    assert heard == pytest.approx(np.tile(np.arange(64), 4), abs=1e-3)


def test_meanwhile_the_film_turns():
    frames = [flat(value) for value in (0, 100, 200, 50)]
    heard = walked(readings.cycle, frames, 0.4 / 64 * 640, fps=10)
    time = np.arange(len(heard)) * HOP
    expected = np.interp(time * 10 / (4 * len(heard) * HOP / 0.4 / 4) / 10, [0, 0.1, 0.2, 0.3],
                         [0, 100, 200, 50])  # fmt: skip
    assert heard == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("seconds", [0.5, 4.0, 30.0])
def test_the_whole_film_is_heard_in_any_time(seconds):
    frames = [flat(value) for value in range(0, 250, 10)]
    heard = walked(readings.cycle, frames, seconds)
    assert len(heard) == np.ceil(seconds / HOP)
    assert heard[0] == pytest.approx(0, abs=10)
    assert heard[-1] == pytest.approx(240, abs=20)
    assert (np.diff(heard) > -1e-3).all()
    middle = heard[len(heard) // 2]
    assert middle == pytest.approx(125, abs=15)


def test_frames_are_shown_as_long_as_they_say():
    frames = [VideoFrame(flat(0), 0, 0.9), VideoFrame(flat(200), 0.9, 0.1)]
    heard = np.concatenate(list(readings.cycle(frames, RECIPE, 1.0, 10.0)), axis=1)[0, :, 0] * 255
    at = np.searchsorted(heard, 199.9) / len(heard)
    assert at == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize("width", [32, 100, 300])
def test_the_shape_of_a_frame_is_how_long_a_round_is(width):
    frame = np.broadcast_to(np.linspace(0, 255, width)[None, :, None], (64, width, 3))
    heard = walked(readings.cycle, [frame.astype(np.uint8)], 60.0)
    rounds = np.flatnonzero(np.diff(heard) < -100)
    assert np.unique(np.diff(rounds)) == [width]


def test_the_size_of_a_frame_is_not():
    small, large = (np.repeat(np.repeat(ramp(), n, 0), n, 1) for n in (1, 3))
    a, b = (walked(readings.cycle, [one], 10.0) for one in (small, large))
    assert np.abs(a - b)[4:60].max() < 1


# --- sweep ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.3, SQUARE, 30.0])
def test_a_sweep_goes_once_across(seconds):
    heard = walked(readings.sweep, [ramp()] * 7, seconds)
    assert len(heard) == np.ceil(seconds / HOP)
    place = (np.arange(len(heard)) + 0.5) * 64 / len(heard) - 0.5
    assert heard == pytest.approx(np.clip(place, 0, 63), abs=0.01)


def test_a_sweep_never_hears_the_other_edge():
    frame = flat(0)
    frame[:, -1] = 255
    heard = walked(readings.sweep, [frame], 60.0)
    assert heard[0] == 0
    assert heard[-1] == 255


def test_a_bar_that_moves_with_the_sweep_is_heard_all_the_time():
    frames = []
    for index in range(64):
        frame = flat(0)
        frame[:, index] = 255
        frames.append(frame)
    along = walked(readings.sweep, frames, SQUARE)
    against = walked(readings.sweep, frames[::-1], SQUARE)
    assert along.mean() > 120
    assert (against > 50).mean() < 0.1


# --- pages ----------------------------------------------------------------------------------------


def paged(frames, columns, step, width=64, held=1):
    shown = ((number // held, pixels) for number, pixels in enumerate(np.repeat(frames, held, 0)))
    parts = list(readings.pages(shown, RECIPE, width, step, columns))
    return np.concatenate(parts, axis=1)[0, :, 0] * 255


@pytest.mark.parametrize("held", [1, 5])
def test_pages_follow_each_other(held):
    heard = paged([flat(value) for value in (50, 150, 250)], 2 * 57 + 64, 57, held=held)
    assert len(heard) == 178
    for number, value in enumerate((50, 150, 250)):
        assert heard[57 * number + 32] == pytest.approx(value, abs=0.1)
    assert np.abs(np.diff(heard)).max() < 40  # they fade
    assert (np.diff(heard) >= -1e-3).all()


def test_pages_that_share_nothing_are_one_picture():
    wide = np.random.default_rng(0).integers(0, 256, (64, 192, 3), np.uint8)
    heard = paged([wide[:, n : n + 64] for n in (0, 64, 128)], 180, 64)
    assert heard == pytest.approx(wide[0, :180, 0], abs=0.01)


@pytest.mark.parametrize("seconds", [1.0, 20.0])
@pytest.mark.parametrize("count", [1, 2, 9])
def test_pages_may_last_as_long_as_is_wished(count, seconds):
    pages = [flat(100 + index) for index in range(count)]
    found = decode_film(Film.of(pages, 10), read="pages", seconds=seconds, quality="preview")
    assert found.sample_count == seconds * RATE


# --- stretched ------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [1, 7, 99, 100, 101, 1000])
@pytest.mark.parametrize("size", [1, 13, 100])
def test_stretching_is_interpolation(wanted, size):
    picture = np.random.default_rng(0).random((4, 100, 3), np.float32)
    blocks = [picture[:, n : n + size] for n in range(0, 100, size)]
    got = np.concatenate(list(readings.stretched(blocks, 100, wanted)), axis=1)
    place = (np.arange(wanted) + 0.5) * 100 / wanted - 0.5
    expected = np.interp(place, np.arange(100), picture[2, :, 1])
    assert got.shape == (4, wanted, 3)
    assert got[2, :, 1] == pytest.approx(expected, abs=1e-4)


def test_stretching_nothing_is_nothing():
    assert list(readings.stretched([], 10, 20)) == []


@pytest.mark.parametrize("seconds", [0, -1, 1e6, float("nan"), float("inf")])
@pytest.mark.parametrize("read", ["cycle", "sweep", "pages", "scroll"])
def test_lengths_that_cannot_be_are_refused(read, seconds):
    with pytest.raises(FilmError, match="`seconds`"):
        decode_film(Film.of([flat(9)]), read=read, seconds=seconds)


# --- heard ----------------------------------------------------------------------------------------


def heard(frames, read="cycle", fps=10, seconds=None):
    return decode_film(Film.of(frames, fps), read=read, seconds=seconds, quality="preview")


def tone_picture(hz=440, width=64):
    time = np.arange(round(3 * SQUARE * RATE)) / RATE
    picture = encode(Sound(0.5 * np.sin(2 * np.pi * hz * time), RATE), RECIPE).pixels
    return picture[:, 64 : 64 + width]


@pytest.mark.parametrize("read", ["cycle", "sweep"])
def test_a_note_in_every_frame_is_one_long_note(read):
    sound = heard([tone_picture()] * 40, read, seconds=6.0)
    analytic = hilbert(sound.samples[0].astype(float))[RATE // 4 : -RATE // 4]
    hz = np.diff(np.unwrap(np.angle(analytic))) * RATE / (2 * np.pi)
    smooth = np.convolve(hz, np.ones(441) / 441, "valid")
    assert np.abs(smooth - np.median(smooth)).max() < 0.03 * 440
    level = 20 * np.log10(np.abs(analytic))
    assert level.max() - level.min() < 3


@pytest.mark.parametrize("read", ["cycle", "sweep", "pages"])
def test_nothing_clicks_where_frames_and_rounds_meet(read):
    frames = [(tone_picture(450) * (0.8 + 0.2 * (n % 2))).astype(np.uint8) for n in range(12)]
    sound = heard(frames, read, seconds=4 * SQUARE)
    spectrum = np.fft.rfft(sound.samples[0])
    spectrum[: round(4_000 * sound.sample_count / RATE)] = (
        0  # what a click has, and the note has not
    )
    high = np.abs(np.fft.irfft(spectrum, sound.sample_count))[RATE // 4 : -RATE // 4]
    assert high.max() < 0.02 * np.abs(sound.samples).max()


@pytest.mark.parametrize("read", ["auto", "cycle", "sweep", "pages"])
def test_a_film_of_one_frame_is_heard(read):
    sound = heard([tone_picture()], read, seconds=1.0)
    assert (sound.channels, sound.sample_count, sound.rate) == (1, RATE, RATE)
    assert sound.samples.std() > 0.1


@pytest.mark.parametrize("read", ["cycle", "sweep"])
def test_a_film_is_as_long_as_it_lasts(read):
    assert heard([tone_picture()] * 23, read).sample_count == pytest.approx(2.3 * RATE, abs=1)


def test_colours_are_sides():
    frame = tone_picture().copy()
    frame[..., 2] = 0
    level = level_of(frame[..., 1] / np.float32(255), RECIPE) - np.float32(6 / RECIPE.range_db)
    frame[..., 1] = 255 * value_of(level, RECIPE)  # half of left is in the middle
    frames = [frame] * 3
    left, right = heard(frames, seconds=2.0).samples.std(axis=1)
    assert left > 5 * right


def test_black_is_silence():
    sound = heard([flat(0)] * 3)
    assert not sound.samples.any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (50, 1), (17, 33), (300, 20)])
def test_frames_of_any_shape_are_heard(shape):
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (*shape, 3), np.uint8) for _ in range(3)]
    for read in ("auto", "cycle", "sweep", "pages"):
        assert heard(frames, read, seconds=0.5).samples.any()


def test_deep_and_float_frames_are_heard_as_others():
    frames = [tone_picture()] * 3
    expected = heard(frames, seconds=1.0).samples
    for other in (
        [frame.astype(np.uint16) * 257 for frame in frames],
        [(frame / np.float32(255)).astype(np.float32) for frame in frames],
    ):
        assert heard(other, seconds=1.0).samples == pytest.approx(expected, abs=1e-3)


def test_an_unknown_reading_is_refused():
    with pytest.raises(FilmError, match="no reading 'backwards'"):
        decode_film(Film.of([flat(0)]), read="backwards")


# --- what films are taken for ---------------------------------------------------------------------


def seen_as(frames, fps=30):
    found = recognise(Film.of(frames, fps), PRESETS["standard"])
    if isinstance(found, Pages):
        return "pages"
    return found.kind if isinstance(found, FilmFacts) else found


def nameless(kind, size=128, seconds=2.0, sound=None, **options):
    sound = sound or music(seconds, 2, rate=RATE)
    drawn = encode_film(sound, kind, size=size, **options)
    return [frame.pixels for frame in drawn.frames()]


def photograph(seed=0, size=128):
    """Smooth at large scale, and finer the fainter: as photographs are."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(rng.standard_normal((size, size, 3)), axes=(0, 1))
    fy, fx = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None]
    spectrum /= (np.hypot(fy, fx) + 1 / size)[..., None]
    picture = np.fft.irfft2(spectrum, (size, size), axes=(0, 1))
    return np.clip(128 + 50 * picture / picture.std(), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("fps", [24, 30, 60])
@pytest.mark.parametrize("size", [64, 128, 256])
def test_scrolls_are_seen_to_be_scrolls(size, fps):
    assert seen_as(nameless("scroll", size, fps=fps), fps) == "scroll"


@pytest.mark.parametrize("fps", [24, 30, 60])
@pytest.mark.parametrize("size", [128, 256])
def test_instants_are_seen_to_be_instants(size, fps):
    assert seen_as(nameless("instants", size, fps=fps), fps) == "instants"


@pytest.mark.parametrize("overlap", [0.0, 0.25])
def test_our_pages_without_a_word_of_themselves_are_read_if_it_is_said_what_they_share(overlap):
    """A click a second stays where it is."""
    samples = np.zeros(8 * RATE, np.float32)
    clicks = np.arange(RATE // 2, len(samples), RATE)
    samples[clicks] = 0.5
    film = encode_film(Sound(samples, RATE), "pages", size=256, overlap=overlap)
    nameless = Film.of([frame.pixels for frame in film.frames()], fps=film.fps)
    heard = decode_film(nameless, read="pages", overlap=overlap).samples[0]
    for click in clicks:
        around = np.abs(heard[click - RATE // 2 : click + RATE // 2])
        assert abs(np.argmax(around) - RATE // 2) < RATE // 50


def test_pages_are_seen_to_be_pages():
    assert seen_as(nameless("pages", 64, seconds=9)) == "pages"


def test_pictures_that_have_nothing_in_common_are_pages():
    assert seen_as([photograph(seed) for seed in range(10)]) == "pages"


def test_pictures_that_turn_into_each_other_are_a_cycle():
    a, b = photograph(0).astype(float), photograph(1).astype(float)
    frames = [(a + (b - a) * n / 40).astype(np.uint8) for n in range(40)]
    assert seen_as(frames) == "cycle"


def test_a_camera_that_shakes_is_no_scroll():
    rng = np.random.default_rng(0)
    wide = photograph(size=256)
    at = rng.integers(60, 68, (40, 2))
    assert seen_as([wide[y : y + 128, x : x + 128] for y, x in at]) != "scroll"


@pytest.mark.parametrize("frame", [flat(0), flat(255), flat(100)], ids=["black", "white", "grey"])
def test_where_there_is_nothing_to_see_it_is_a_cycle(frame):
    assert seen_as([frame] * 5) == "cycle"
    assert seen_as([frame]) == "cycle"


def test_noise_is_pages():
    rng = np.random.default_rng(0)
    assert seen_as(list(rng.integers(0, 256, (10, 128, 128, 3), np.uint8))) == "pages"


@pytest.mark.parametrize("shape", [(32, 32), (1, 1), (9000, 4)])
def test_films_that_cannot_be_ours_are_not(shape):
    assert seen_as([np.zeros((*shape, 3), np.uint8)] * 3) == "cycle"


@pytest.mark.parametrize("kind", ["scroll", "instants"])
@pytest.mark.parametrize("fps", [Fraction(1, 200), Fraction(5), Fraction(1000)])
def test_frame_rates_that_no_film_of_ours_has_do_not_hurt(kind, fps):
    frames = nameless(kind, 128, seconds=0.5)
    fast = Film(DrawnFrames(lambda: frames, len(frames), fps))
    found = recognise(fast, PRESETS["standard"])
    if isinstance(found, FilmFacts):
        assert found.fps == fps
    else:
        assert found in ("cycle", "pages")


def test_a_second_of_silence_is_waited_for():
    samples = music(3, rate=RATE).samples.copy()
    samples[:, :RATE] = 0
    sound = Sound(samples, RATE)
    assert seen_as(nameless("scroll", 64, sound=sound)) == "scroll"


@pytest.mark.parametrize("kind", ["scroll", "instants"])
def test_what_was_recognised_sounds_as_it_did(kind):
    sound = music(1.5, rate=RATE)
    drawn = encode_film(sound, kind, size=128)
    frames = [frame.pixels for frame in drawn.frames()]
    known = decode_film(drawn, use_track=False)
    found = decode_film(Film.of(frames, drawn.fps))
    assert found.sample_count == pytest.approx(known.sample_count, abs=RATE / 30)
    a, b = (encode(one, RECIPE).pixels.astype(float) for one in (known, found))
    width = min(a.shape[1], b.shape[1]) - 1
    a, b = a[:, :width], b[:, :width]
    assert np.abs(a - b)[a > 128].mean() < 8


@pytest.mark.parametrize("fps", [15, 25, 30, 60])
def test_a_scroll_lasts_as_long_as_its_film_and_the_note_says_so(fps):
    sound = music(1.5, rate=RATE)
    frames = nameless("scroll", 64, sound=sound)
    lasts = len(frames) / fps
    with pytest.warns(EidophoneWarning, match=f"scroll, {lasts:.3f} s long"):
        heard = decode_film(Film.of(frames, fps), quality="preview")
    assert heard.duration_seconds == pytest.approx(lasts, abs=1e-4)


def test_a_click_in_a_scroll_that_was_slowed_is_heard_when_it_is_in_the_middle():
    samples = music(2, rate=RATE).samples[0] / 50
    samples[RATE : RATE + 30] = 1
    heard = decode_film(Film.of(nameless("scroll", 128, sound=Sound(samples, RATE)), 15))
    assert np.argmax(np.abs(heard.samples[0])) / RATE == pytest.approx(2, abs=0.05)


def test_the_note_says_how_long_a_film_is_that_was_asked_to_last():
    frames = nameless("scroll", 64, seconds=1)
    with pytest.warns(EidophoneWarning, match=r"scroll, 0\.500 s long"):
        heard = decode_film(Film.of(frames), seconds=0.5, quality="preview")
    assert heard.duration_seconds == 0.5
