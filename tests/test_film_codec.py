"""Sound to film and back: what is exact, what is kept, and what is heard of what is left."""

import tracemalloc
import warnings
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import signals
from PIL import Image

from eidophone.base.errors import EidophoneError, EidophoneWarning, FilmError, PictureError
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.decoding import plan_decoding
from eidophone.film.film import DrawnFrames, Film
from eidophone.film.settings import KINDS
from eidophone.picture.codec import encode
from eidophone.picture.recipe import PRESETS
from eidophone.sound.sound import Sound

RATE = 44_100
EAR = PRESETS["standard"].with_rows(128)

music = cache(signals.music)


def drawn(sound, kind="scroll", size=128, **options):
    """A film in memory, and its frames, which may be written to."""
    film = encode_film(sound, kind, size=size, **options)
    return film, [frame.pixels.copy() for frame in film.frames()]


def of(frames, film, fps=None, *, track=True, **facts):
    """The film of other ``frames`` that says of itself what ``film`` says."""
    source = DrawnFrames(lambda: iter(frames), len(frames), Fraction(fps or film.fps))
    return Film(source, replace(film.facts, **facts), film.track if track else None)


class Timed(DrawnFrames):
    """Frames that are shown at their own times."""

    def __init__(self, frames, times, fps):
        super().__init__(lambda: iter(frames), len(frames), Fraction(fps))
        self._times = times

    def frames(self):
        for frame, time in zip(super().frames(), self._times, strict=True):
            yield replace(frame, seconds=time)

    @property
    def seconds(self):
        return self._times[-1] + float(1 / self.fps)


def pixels_only(film, **options):
    return decode_film(film, use_track=False, **options)


def distance_db(sound, other):
    """Mean difference in dB where there is something to be heard in ``sound``."""
    a, b = (encode(one, EAR.for_rate(sound.rate)).pixels.astype(float) for one in (sound, other))
    width = min(a.shape[1], b.shape[1])
    a, b = a[:, :width], b[:, :width]
    return np.abs(a - b)[a > 120].mean() * EAR.range_db / 255


def si_sdr(sound, other):
    a, b = sound.samples.ravel(), other.samples.ravel()
    scaled = a * (a @ b) / (a @ a)
    return 10 * np.log10((scaled**2).sum() / ((b - scaled) ** 2).sum())


NOTHING_ASKED = {"seconds": None, "recipe": None, "reference": None, "use_track": True}


# --- untouched ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["memory", "a.mkv", "folder"])
def test_untouched_films_are_their_sound_to_the_bit(tmp_path, kind, channels, rate, where):
    sound = music(0.4, channels, rate=rate)
    film = encode_film(sound, kind, size=64)
    if where != "memory":
        film.save(tmp_path / where)
        film = Film.load(tmp_path / where)
    again = decode_film(film)
    assert again.rate == sound.rate
    assert np.array_equal(again.samples, sound.samples)


def test_an_untouched_film_of_a_sound_that_was_cut_is_decoded_without_a_word(tmp_path):
    """What was cut was said when it was drawn."""
    film = encode_film(Sound(200 * music(0.4, rate=RATE).samples, RATE), size=64)
    with pytest.warns(EidophoneWarning, match="louder parts were cut"):
        film.save(tmp_path / "loud.mkv")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plan_decoding(Film.load(tmp_path / "loud.mkv"), read="auto", **NOTHING_ASKED)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("pages", {"overlap": 0.37}),
        ("pages", {"fps": 30}),
        ("pages", {"fps": 12.5, "overlap": 0.5}),
        ("pages", {"size": 101}),
        ("scroll", {"size": 65}),
        ("scroll", {"now_line": True}),
        ("scroll", {"fps": 1}),
        ("scroll", {"fps": 23.976}),
        ("scroll", {"fps": Fraction(30_000, 1001)}),
        ("scroll", {"fps": 120}),
        ("scroll", {"size": 480, "strip": True, "fps": 5}),
        ("pages", {"size": 480, "strip": True}),
        ("instants", {"fps": 24}),
        ("instants", {"fps": 12.5, "size": 77}),
        ("instants", {"size": 480, "strip": True, "fps": 10}),
        ("scroll", {"recipe": "octaves"}),
        ("pages", {"recipe": "linear"}),
        ("instants", {"recipe": "compact"}),
    ],
)
def test_so_are_films_of_every_sort(tmp_path, kind, options):
    sound = music(1.1 if kind != "pages" else 5, rate=RATE)
    encode_film(sound, kind, **{"size": 64, **options}).save(tmp_path / "a.mkv")
    film = Film.load(tmp_path / "a.mkv")
    assert film.lossless
    assert np.array_equal(decode_film(film).samples, sound.samples)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sample_count", [1, 2, 255, 257])
def test_the_shortest_sounds_have_films(kind, sample_count):
    sound = Sound(0.5 * np.ones((1, sample_count)), RATE)
    film = encode_film(sound, kind, size=64)
    assert np.array_equal(decode_film(film).samples, sound.samples)
    assert pixels_only(film).samples.shape == (1, sample_count)


@pytest.mark.parametrize("kind", KINDS)
def test_silence_is_black_and_black_is_silence(kind):
    film, frames = drawn(Sound(np.zeros((2, RATE)), RATE), kind, 64)
    assert not any(frame.any() for frame in frames)
    again = pixels_only(film)
    assert again.samples.shape == (2, RATE)
    assert not again.samples.any()


@pytest.mark.filterwarnings("ignore:this film lasts")
def test_a_film_that_was_retimed_is_still_itself():
    sound = music(1, rate=RATE)
    film, frames = drawn(sound, size=64)
    assert np.array_equal(decode_film(of(frames, film, fps=12)).samples, sound.samples)


# --- altered --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_where_a_film_was_altered_the_rest_keeps_its_phase(kind):
    sound = music(6 if kind == "pages" else 2, rate=RATE)
    film, frames = drawn(sound, kind, 256)
    for frame in frames[len(frames) // 2 :]:
        frame[:60, :60] = 0
    altered = of(frames, film)
    again = decode_film(altered)
    assert not np.array_equal(again.samples, sound.samples)
    middle = round(0.4 * sound.sample_count)
    before, after = (Sound(one.samples[:, 4000:middle], RATE) for one in (sound, again))
    assert si_sdr(before, after) > (20 if kind != "instants" else 12)
    assert si_sdr(sound, again) > si_sdr(sound, pixels_only(altered)) + 6


def test_one_pixel_is_enough_not_to_be_the_original():
    sound = music(1, rate=RATE)
    film, frames = drawn(sound, size=64)
    frames[10][20, 30] ^= 128
    again = decode_film(of(frames, film))
    assert not np.array_equal(again.samples, sound.samples)
    assert si_sdr(sound, again) > 20


def test_rounding_of_another_machine_is_no_alteration():
    sound = music(1, rate=RATE)
    film, frames = drawn(sound, size=64)
    frames[10][20, 30] += 1
    assert np.array_equal(decode_film(of(frames, film)).samples, sound.samples)


def test_what_is_painted_is_heard():
    film, frames = drawn(Sound(np.zeros((1, 2 * RATE)), RATE), size=128)
    row = 90
    for frame in frames:
        frame[row] = 200
    again = decode_film(of(frames, film))
    spectrum = np.abs(np.fft.rfft(again.samples[0]))
    hz = spectrum.argmax() / 2
    lit = encode(again, film.facts.recipe).pixels[:, 20, 1].argmax()
    assert 200 < hz < 5_000
    assert lit == pytest.approx(row, abs=1)


def test_a_reference_is_leant_on():
    sound = music(2, rate=RATE)
    film, frames = drawn(sound, size=256)
    alone = decode_film(of(frames, film, track=False))
    led = decode_film(of(frames, film, track=False), reference=sound)
    assert si_sdr(sound, led) > 20 > si_sdr(sound, alone)


def test_a_track_of_another_rate_still_is_a_reference():
    sound = music(2, rate=RATE)
    film, frames = drawn(sound, size=256)
    frames[20][:] = 0
    film.track = sound.resampled(48_000)
    again = decode_film(of(frames, film))
    assert (again.rate, again.sample_count) == (RATE, sound.sample_count)
    assert si_sdr(sound, again) > 15


# --- the pixels alone -----------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8_000, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_pixels_alone_are_the_sound_to_the_ear(kind, channels, rate):
    sound = music(1.2, channels, rate=rate)
    again = pixels_only(encode_film(sound, kind, size=256))
    assert again.samples.shape == sound.samples.shape
    assert again.rate == rate
    assert distance_db(sound, again) < (4 if kind == "instants" else 3)
    levels = again.samples.std(axis=1) / sound.samples.std(axis=1)
    assert levels == pytest.approx(np.ones(channels), rel=0.25)


def test_phase_runs_on_from_page_to_page():
    time = np.arange(6 * RATE) / RATE
    sound = Sound(0.5 * np.sin(2 * np.pi * 1000 * time), RATE)
    again = pixels_only(encode_film(sound, "pages", size=256)).samples[0][RATE // 5 : -RATE // 5]
    spectrum = np.fft.rfft(again * np.hanning(len(again)))
    hz = np.fft.rfftfreq(len(again), 1 / RATE)
    beside = np.abs(hz - 1000) > 60
    assert np.abs(spectrum[beside]).max() < 0.01 * np.abs(spectrum).max()


@pytest.fixture(scope="module")
def unharmed():
    sound = music(3, rate=RATE, noise=0.003)
    film, frames = drawn(sound, size=128)
    return film, frames, pixels_only(film, quality="preview")


@pytest.mark.parametrize("retimed", [False, True])
@pytest.mark.parametrize("grey", [False, True])
def test_a_scroll_with_a_fifth_of_its_frames_gone_sounds_the_same(unharmed, retimed, grey):
    film, frames, whole = unharmed
    kept = [n for n in range(len(frames)) if n % 5 != 2]
    left = [frames[n].copy() for n in kept]
    if grey:
        for frame in left[3::5]:
            frame[:] = 128
    times = [n / 30 for n in (range(len(kept)) if retimed else kept)]
    harmed = Film(Timed(left, times, 30), film.facts, None)
    again = decode_film(harmed, quality="preview")
    assert again.sample_count == pytest.approx(whole.sample_count, abs=RATE / 10)
    assert distance_db(whole, again) < 1.5


@pytest.mark.parametrize("kind", ["scroll", "instants"])
def test_frames_shown_twice_are_heard_once(kind):
    sound = music(1, rate=RATE)
    film, frames = drawn(sound, kind)
    twice = of([frame for frame in frames for _ in (1, 2)], film, 2 * film.fps, track=False)
    expected = pixels_only(film, quality="preview")
    again = decode_film(twice, quality="preview")
    assert again.sample_count == pytest.approx(expected.sample_count, abs=RATE / 25)
    assert distance_db(expected, again) < 1


def harmed(pixels, harm):
    image = Image.fromarray(pixels)
    height, width = pixels.shape[:2]
    match harm:
        case "half":
            return np.asarray(image.resize((width // 2, height // 2), Image.Resampling.LANCZOS))
        case "odd":
            return np.asarray(image.resize((150, 113), Image.Resampling.BICUBIC))
        case "warm":
            return np.clip(pixels * [1.0, 0.98, 0.96] + [1, 0, 0], 0, 255).astype(np.uint8)
        case "deep":
            return pixels.astype(np.uint16) * 257
        case "float":
            return (pixels / np.float32(255)).astype(np.float32)


@pytest.mark.parametrize(
    ("harm", "most"), [("half", 6.5), ("odd", 4), ("warm", 3), ("deep", 0.01), ("float", 0.01)]
)
def test_frames_that_were_scaled_or_coloured_sound_alike(unharmed, harm, most):
    film, frames, whole = unharmed
    again = pixels_only(of([harmed(one, harm) for one in frames], film), quality="preview")
    assert again.sample_count == whole.sample_count
    left = Sound(again.samples[:1], RATE)
    assert distance_db(whole, left) < most


@pytest.mark.parametrize("suffix", ["mp4", "webm", "mov", "gif", "mpg"])
@pytest.mark.parametrize("kind", ["scroll", "instants"])
@pytest.mark.filterwarnings("ignore:.*holds", "ignore:this film does not say")
def test_recompressed_films_sound_alike(tmp_path, kind, suffix):
    sound = music(1, rate=RATE)
    film = encode_film(sound, kind, size=256, fps=30)
    film.save(tmp_path / f"a.{suffix}")
    loaded = Film.load(tmp_path / f"a.{suffix}")
    if suffix == "mpg":  # it holds no text
        assert loaded.facts is None
    again = pixels_only(loaded, quality="preview")
    assert again.sample_count == pytest.approx(sound.sample_count, abs=RATE / 10)
    assert distance_db(sound, Sound(again.samples[:1], again.rate)) < 6


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
def test_a_click_is_seen_when_it_is_heard(tmp_path, suffix):
    at = 0.7
    samples = np.zeros(round(1.5 * 48_000))
    samples[round(at * 48_000) : round(at * 48_000) + 20] = 0.9
    encode_film(Sound(samples, 48_000), size=128).save(tmp_path / f"a.{suffix}")
    film = Film.load(tmp_path / f"a.{suffix}")
    track = np.concatenate(list(film.track.blocks(10_000)), axis=1)
    heard_at = np.abs(track[0]).argmax() / film.track.rate
    shown = min(film.frames(), key=lambda frame: abs(frame.seconds - heard_at))
    column = shown.pixels[..., 1].sum(axis=0, dtype=int).argmax()
    hop = film.facts.recipe.hop_seconds
    assert heard_at == pytest.approx(at, abs=0.002)
    assert (column - 64 + 0.5) * hop == pytest.approx(heard_at - shown.seconds, abs=1 / 30)


@pytest.mark.parametrize("kind", ["scroll", "pages"])
def test_strips_carry_a_film_through_a_tool_that_forgets_all_else(kind):
    sound = music(1, rate=RATE)
    film, frames = drawn(sound, kind, 480, strip=True, **({"fps": 10} if kind == "scroll" else {}))
    small = [Image.fromarray(one).resize((400, 400), Image.Resampling.LANCZOS) for one in frames]
    coloured = [np.clip(np.asarray(one) * 0.8 + 20, 0, 255).astype(np.uint8) for one in small]
    coloured[::3] = frames[::3]  # and some come through unharmed
    harmed = of(coloured, film, track=False)
    again = decode_film(harmed, quality="preview")
    assert (again.sample_count, again.channels) == (sound.sample_count, 1)
    assert distance_db(pixels_only(film, quality="preview"), again) < 1


def test_a_film_that_lost_all_its_strips_says_so():
    film, frames = drawn(music(0.5, rate=RATE), size=480, strip=True, fps=5)
    cut = [frame[:200] for frame in frames]
    with pytest.raises(EidophoneError, match="strip"):
        decode_film(of(cut, film, track=False))


# --- length ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_film_that_was_cut_gives_the_shorter_sound(kind):
    sound = music(9 if kind == "pages" else 3, rate=RATE)
    film, frames = drawn(sound, kind, 64)
    half = frames[: len(frames) // 2]
    again = decode_film(of(half, film))
    assert again.sample_count == pytest.approx(len(half) / film.facts.fps * RATE, abs=RATE / 20)
    first = Sound(again.samples[:, : again.sample_count - RATE // 2], RATE)
    assert si_sdr(Sound(sound.samples[:, : first.sample_count], RATE), first) > 10


def test_a_held_film_of_pages_that_was_cut_too():
    film, frames = drawn(music(9, rate=RATE), "pages", 64, fps=30)
    again = pixels_only(of(frames[: 5 * 30], film), quality="preview")
    page = film.facts.recipe.square_seconds
    assert again.sample_count == pytest.approx(2 * page * RATE, abs=2)  # the second is seen in full


@pytest.mark.parametrize("seconds", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("kind", KINDS)
def test_any_film_may_last_as_long_as_is_wished(kind, seconds):
    sound = music(1, rate=RATE)
    again = decode_film(encode_film(sound, kind, size=64), seconds=seconds, quality="preview")
    assert again.sample_count == round(seconds * RATE)
    assert again.samples[:, -again.sample_count // 4 :].any()


@pytest.mark.filterwarnings("ignore:the sound peaks at")
def test_a_film_that_was_cut_is_stretched_as_it_is():
    time = np.arange(4 * RATE) / RATE
    sound = Sound(0.5 * np.sin(2 * np.pi * (300 + 400 * (time > 1)) * time), RATE)
    film, frames = drawn(sound, size=64)
    again = decode_film(of(frames[:60], film), seconds=8, quality="preview")
    early, late = again.samples[0, 2 * RATE : 3 * RATE], again.samples[0, 5 * RATE : 6 * RATE]
    found = [np.abs(np.fft.rfft(one)).argmax() for one in (early, late)]
    assert found == pytest.approx([300, 700], abs=60)


def test_a_reference_cannot_be_stretched():
    sound = music(1, rate=RATE)
    with pytest.raises(FilmError, match="reference"):
        decode_film(encode_film(sound, size=64), seconds=3, reference=sound)


# --- what is refused ------------------------------------------------------------------------------


def test_films_for_looking_give_their_track_and_are_not_decoded(tmp_path):
    encode_film(music(0.5, rate=RATE), size=64, look="aurora").save(tmp_path / "a.mp4")
    film = Film.load(tmp_path / "a.mp4")
    with pytest.warns(EidophoneWarning, match="`look` aurora.*its own sound track"):
        heard = decode_film(film).samples
    assert np.array_equal(heard, Sound.load(tmp_path / "a.mp4").samples)
    with pytest.raises(FilmError, match="`look` aurora"):
        decode_film(film, use_track=False)


def test_unknown_values_are_refused():
    film = encode_film(music(0.3, rate=RATE), size=64)
    with pytest.raises(FilmError, match="no reading 'loud'"):
        decode_film(film, read="loud")
    with pytest.raises(PictureError, match="no quality 'great'"):
        decode_film(film, use_track=False, quality="great")


def test_films_of_ours_may_be_read_in_any_way():
    film, _ = drawn(music(0.5, rate=RATE), "scroll", 64)
    for read in ("pages", "cycle", "sweep", "instants", "scroll"):
        assert decode_film(film, read=read, seconds=3, quality="preview").samples.any()
    for recipe in ("standard", "linear"):
        again = decode_film(film, recipe=recipe, quality="preview")
        assert again.sample_count == pytest.approx(RATE / 2, abs=RATE / 20)


# --- memory ---------------------------------------------------------------------------------------


def test_films_are_never_whole_in_memory():
    sound = Sound(0.1 * np.random.default_rng(0).standard_normal(20 * 8_000), 8_000)
    film = encode_film(sound, size=256)
    list(encode_film(Sound(sound.samples[:, :8_000], 8_000), size=256).frames())
    tracemalloc.start()
    total = sum(frame.pixels.nbytes for frame in film.frames())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total > 100e6
    assert most < 12e6


def test_hearing_holds_a_window_of_frames():
    sound = Sound(0.1 * np.random.default_rng(0).standard_normal(12 * 8_000), 8_000)
    film = encode_film(sound, size=256)
    pixels_only(encode_film(Sound(sound.samples[:, :8_000], 8_000), size=256), quality="preview")
    decoding = plan_decoding(
        film, read="auto", seconds=None, recipe=None, reference=None, use_track=False
    )
    tracemalloc.start()
    count = sum(block.shape[1] for block in decoding.made("preview").blocks)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == sound.sample_count
    assert most < 60e6  # 90 frames of one colour are 6 MB, and all frames are 70 MB
