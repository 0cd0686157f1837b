"""Sounds through tools: what comes back carries what the tool did, and nothing the trip did."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter
from scipy.ndimage import gaussian_filter
from signals import music

from eidophone import Sound, encode
from eidophone.base.errors import EidophoneError, EidophoneWarning, ToolError
from eidophone.base.temporary import PREFIX
from eidophone.bridge import back
from eidophone.bridge.keep import Answer, Noise, lightness, unit
from eidophone.bridge.process import process, processed, processed_film
from eidophone.bridge.settings import Passage
from eidophone.bridge.tools import FunctionTool, picture_of
from eidophone.film.film import Film
from eidophone.picture.codec import decode_blocks
from eidophone.picture.recipe import PRESETS, Recipe

RATE = 44_100
SIZE = 128

#: Pixels of it are 108 dB times their value, which is easy to follow.
STRAIGHT = Recipe(gamma=1)

#: Tools that repaint make loud sounds, which is told; test_level.py is about that.
LOUD = pytest.mark.filterwarnings("ignore:this came out louder")


@pytest.fixture(scope="module")
def stereo():
    samples = music(2.0, 2, rate=RATE).samples.copy()
    samples[:, RATE : RATE + RATE // 2] = 0  # a rest
    return Sound(samples, RATE)


def sdr(sound, other):
    error = sound.samples - other.samples
    return 10 * np.log10((sound.samples**2).sum() / max(1e-20, (error**2).sum()))


def jpeg(quality):
    def tool(picture):
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=quality)
        return np.asarray(Image.open(file))

    return tool


def scaled(factor):
    def tool(picture):
        size = round(len(picture) * factor)
        return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.LANCZOS))

    return tool


def painted(picture):
    """A painter: nothing stays black, everything gets strokes and a tint."""
    rng = np.random.default_rng(1)
    strokes = Image.fromarray(rng.integers(0, 256, picture.shape, dtype=np.uint8))
    strokes = np.asarray(strokes.filter(ImageFilter.GaussianBlur(2)), np.float32) - 128
    return np.clip(60 + 0.6 * picture + 2 * strokes + [0, 10, 50], 0, 255).astype(np.uint8)


def louder_below_the_middle(picture):
    """What one does to a sound with an equaliser: 20 grey levels more in the lower half."""
    edited = picture.astype(int)
    edited[SIZE // 2 :] += 20 * (edited[SIZE // 2 :] > 0)
    return np.clip(edited, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("keep", ["auto", "all", "lightness", "tone"])
def test_a_tool_that_copies_gives_the_sound_back(stereo, keep):
    same = process(stereo, lambda picture: picture, size=SIZE, keep=keep)
    np.testing.assert_array_equal(same.samples, stereo.samples)


@pytest.mark.parametrize("tool", [jpeg(75), scaled(2)], ids=["jpeg", "double"])
def test_the_noise_of_the_trip_is_left_out(stereo, tool):
    assert sdr(stereo, process(stereo, tool, size=SIZE)) > 15


def test_strength_nought_is_the_original_whatever_the_tool_does(stereo):
    nothing = process(stereo, painted, size=SIZE, strength=0.0)
    np.testing.assert_array_equal(nothing.samples, stereo.samples)


def test_strength_lies_between_original_and_result(stereo):
    errors = [
        -sdr(stereo, process(stereo, louder_below_the_middle, size=SIZE, strength=strength))
        for strength in (0.0, 0.3, 0.6, 1.0)
    ]
    assert errors == sorted(errors)


def test_an_edit_is_heard(stereo):
    before = unit(encode(stereo, PRESETS["standard"].with_rows(SIZE)).pixels)
    edited = process(stereo, louder_below_the_middle, size=SIZE)
    after = unit(encode(edited, PRESETS["standard"].with_rows(SIZE)).pixels)
    loud = before[..., 1] > 0.15
    change = 255 * (after - before)[..., 1]
    assert np.median(change[SIZE // 2 + 6 :][loud[SIZE // 2 + 6 :]]) == pytest.approx(20, abs=3)
    assert np.median(change[: SIZE // 2 - 6][loud[: SIZE // 2 - 6]]) == pytest.approx(0, abs=2)


@LOUD
def test_silence_stays_silent_when_everything_is_repainted(stereo):
    rest = slice(RATE + RATE // 8, RATE + 3 * RATE // 8)
    hum = process(stereo, painted, size=SIZE, keep="all").samples[:, rest]
    quiet = process(stereo, painted, size=SIZE).samples[:, rest]  # auto: tone
    assert 10 * np.log10((hum**2).mean()) > -80
    assert 10 * np.log10((quiet**2).mean() + 1e-20) < -100


@LOUD
def test_the_stereo_image_is_the_originals(stereo):
    """A tool's colours are no stereo image: lightness and tone do without."""

    def reddened(picture):
        return np.clip(picture * [1.3, 1.0, 0.7], 0, 255).astype(np.uint8)

    def balance(sound):
        left, right = (sound.samples**2).mean(axis=1)
        return 10 * np.log10(left / right)

    assert balance(process(stereo, reddened, size=SIZE, keep="lightness")) == pytest.approx(
        balance(stereo), abs=1.5
    )
    assert balance(process(stereo, reddened, size=SIZE, keep="all")) > balance(stereo) + 6


@LOUD
def test_mono_stays_mono_unless_colours_are_wanted(stereo):
    mono = Sound(stereo.samples[:1], RATE)
    assert process(mono, painted, size=SIZE).channels == 1
    with pytest.warns(EidophoneWarning, match="it becomes stereo"):
        assert process(mono, painted, size=SIZE, keep="all").channels == 2


def test_a_negative_comes_back_as_the_positive_with_its_tones(stereo):
    assert sdr(stereo, process(stereo, lambda picture: 255 - picture, size=SIZE)) > 40


def test_calibration_takes_only_the_change(stereo):
    """The tool tints and blurs all that it touches; told to do nothing, it does that, too."""

    def worn(picture):
        blurred = Image.fromarray(picture).filter(ImageFilter.GaussianBlur(1))
        return np.clip(np.asarray(blurred, float) * 0.8 + 20, 0, 255).astype(np.uint8)

    unchanged = process(stereo, worn, calibrate=worn, size=SIZE)
    np.testing.assert_array_equal(unchanged.samples, stereo.samples)
    assert sdr(stereo, process(stereo, worn, size=SIZE, keep="all")) < 20


@pytest.mark.parametrize("overlap", [0.0, 0.125, 0.5])
def test_no_seams_between_pictures(overlap):
    """A tone stays as loud where two pictures meet as in the middle of one."""
    time = np.arange(6 * RATE) / RATE
    tone = Sound(0.3 * np.sin(2 * np.pi * 880 * time), RATE)
    heard = process(tone, scaled(2), size=SIZE, overlap=overlap).samples[0]
    blocks = heard[RATE // 2 : -RATE // 2].reshape(-1, RATE // 20)
    levels = 10 * np.log10((blocks**2).mean(axis=1))
    assert np.ptp(levels) < 0.1


@pytest.mark.parametrize("batch", [None, 1, 3, 100])
def test_functions_may_take_one_picture_or_many(stereo, batch):
    seen = []

    def tool(pictures):
        seen.append(np.shape(pictures))
        return pictures

    process(stereo, tool, size=64, batch=batch)
    dimensions = {len(shape) for shape in seen}
    assert dimensions == ({3} if batch is None else {4})
    assert all(shape[0] <= (batch or 64) for shape in seen)


@pytest.mark.parametrize(
    "give",
    [
        lambda p: p[..., 0],
        lambda p: p[..., :1],
        lambda p: np.dstack([p, np.full(p.shape[:2], 255, np.uint8)]),
        lambda p: p.astype(np.uint16) * 257,
        lambda p: p / 255,
        lambda p: (p / 255).astype(np.float16),
    ],
    ids=["grey", "one channel", "alpha", "16 bit", "float64", "float16"],
)
def test_a_tool_may_give_any_kind_of_picture(stereo, give):
    mono = Sound(stereo.samples[:1], RATE)
    assert sdr(mono, process(mono, give, size=64)) > 40


@pytest.mark.parametrize(
    ("give", "words"),
    [
        (lambda p: p[0, 0], "no picture"),
        (lambda p: np.zeros((4, 4, 5), np.uint8), "no picture"),
        (lambda p: np.zeros((0, 4, 3), np.uint8), "no picture"),
        (lambda p: p.astype(np.int32), "int32"),
        (lambda p: np.full(p.shape, np.nan), "finite"),
        (lambda p: None, "no picture"),
    ],
)
def test_what_is_no_picture_is_refused(stereo, give, words):
    with pytest.raises(ToolError, match=words):
        process(stereo, give, size=64)


def test_too_few_pictures_are_refused(stereo):
    with pytest.raises(ToolError, match=r"took \d pictures and gave \d"):
        process(stereo, lambda pictures: pictures[:-1], size=64, batch=2)


@pytest.mark.parametrize(
    "options",
    [{"keep": "most"}, {"strength": 1.5}, {"strength": float("nan")}, {"batch": 0}],
    ids=str,
)
def test_bad_options_are_refused(stereo, options):
    with pytest.raises(ToolError):
        process(stereo, lambda picture: picture, **{"size": 64, **options})


@pytest.mark.parametrize("options", [{"size": 8}, {"overlap": 0.95}], ids=str)
def test_bad_cuts_are_refused(stereo, options):
    with pytest.raises(EidophoneError):
        process(stereo, lambda picture: picture, **{"size": 64, **options})


def test_progress_counts_pictures_to_the_end(stereo):
    told = []
    how = Passage(recipe=PRESETS["standard"], size=64)
    tool = FunctionTool(lambda picture: picture)
    with processed(stereo, tool, how, progress=lambda *count: told.append(count)) as made:
        count = sum(block.shape[1] for block in made.blocks)
        assert count == made.target.sample_count == stereo.sample_count
    assert told == [(done, len(told) - 1) for done in range(len(told))]
    assert len(told) > 1


def test_a_film_goes_out_and_comes_back(stereo):
    pytest.importorskip("av")

    def tool(source, target):
        target.write_bytes(source.read_bytes())
        return target

    how = Passage(recipe=PRESETS["standard"], size=SIZE)
    with processed_film(stereo, tool, how, kind="scroll") as made:
        heard = made.sound()
    assert heard.samples.shape == stereo.samples.shape
    assert sdr(stereo, heard) > 20


def test_a_film_may_forget_what_it_is(stereo):
    pytest.importorskip("av")

    def tool(source, target):
        film = Film.load(source)
        film.facts = None
        film.save(target, crf=8)
        return target

    how = Passage(recipe=PRESETS["octaves"], size=SIZE)
    with processed_film(stereo, tool, how, kind="scroll") as made:
        heard = made.sound()
    assert heard.samples.shape == stereo.samples.shape
    assert sdr(stereo, heard) > 20


def test_tones_of_a_tool_that_changes_nothing_are_those_there_were():
    rng = np.random.default_rng(0)
    before = rng.random((64, 64, 3), np.float32)
    answer = Answer(STRAIGHT)
    answer.add(before, before)
    tones = answer.tones
    assert not answer.repaints
    used = np.unique(np.rint(lightness(before) * 255).astype(int))
    assert np.abs(tones[used, used] * 255 - used).max() < 2


def test_silence_beside_what_is_loudest_has_tones():
    """Means of powers that differ by 200 dB are sums whose rounding is more than silence."""
    before = np.zeros((200, 200, 3), np.float32)
    before[:, 50] = 1
    answer = Answer(Recipe(range_db=200))
    answer.add(before, 1 - before)
    kept = answer.kept(before, 1 - before, "tone")
    assert np.isfinite(kept).all()
    noise = Noise()
    noise.add(before, kept)
    assert np.isfinite(noise.removed(before, kept)).all()


def test_the_distribution_of_levels_comes_back():
    rng = np.random.default_rng(0)
    before = np.repeat(rng.beta(2, 5, (256, 256, 1)).astype(np.float32), 3, axis=2)
    after = np.clip(0.5 + 0.3 * before + 0.05 * rng.standard_normal(before.shape), 0, 1)
    after = after.astype(np.float32)
    answer = Answer(STRAIGHT)
    answer.add(before, after)
    mapped = answer.tones[
        np.rint(lightness(before) * 255).astype(int), np.rint(lightness(after) * 255).astype(int)
    ]
    quantiles = np.linspace(0.02, 0.98, 25)
    was, became = (np.quantile(one, quantiles) for one in (lightness(before), mapped))
    assert np.abs(was - became).max() < 0.06


def test_noise_is_taken_out_and_edits_are_not():
    rng = np.random.default_rng(0)
    before = np.full((96, 96, 3), 0.5, np.float32)
    after = before + (rng.standard_normal(before.shape) / 255).astype(np.float32)
    after[40:60, 40:60] += 0.2
    noise = Noise()
    noise.add(before, after)
    cleaned = noise.removed(before, after)
    away = np.abs(cleaned - before)
    assert away[:30].mean() < 0.3 * np.abs(after - before)[:30].mean()
    assert away[44:56, 44:56].mean() == pytest.approx(0.2, abs=0.01)


def test_changes_of_all_sizes_beside_none_are_noise_of_some_size():
    """Sums that run over them come out below nothing in places."""
    rng = np.random.default_rng(0)
    before = rng.uniform(0.03, 0.97, (64, 64, 3)).astype(np.float32)
    after = before.copy()
    some = rng.random((64, 64)) < 0.3
    after[some] = np.clip(before[some] + 10 ** rng.uniform(-7, -0.3, (some.sum(), 3)), 0, 1)
    after[:, 40:] = before[:, 40:]
    noise = Noise()
    noise.add(before, after)
    np.testing.assert_array_equal(noise.removed(before, after)[:, 44:], before[:, 44:])


def test_all_is_as_it_came():
    after = np.random.default_rng(0).random((8, 8, 3), np.float32)
    assert Answer(STRAIGHT).kept(np.zeros_like(after), after, "all") is after


def test_pictures_are_made_rgb():
    assert picture_of(np.zeros((4, 5), np.uint8)).shape == (4, 5, 3)
    assert picture_of(np.full((4, 5, 3), 2.0)).max() == 1


def test_lightness_is_that_of_bt_709():
    colours = np.eye(3, dtype=np.float32)[None]
    np.testing.assert_allclose(lightness(colours), [[0.2126, 0.7152, 0.0722]], rtol=1e-6)


# --- tone -----------------------------------------------------------------------------------------


def decibels(cells):
    """Mean power of lightness over 108 dB, in dB."""
    return 10 * np.log10(np.mean(10 ** (10.8 * cells.astype(np.float64))))


def test_quiet_moments_stay_quiet_under_a_brush_that_paints_all_alike():
    rng = np.random.default_rng(0)
    before = 0.4 + 0.05 * rng.random((256, 256, 3), np.float32)
    before[:, :128] += 0.3
    after = 0.5 + 0.2 * rng.random((256, 256, 3), np.float32)
    answer = Answer(STRAIGHT)
    answer.add(before, after)
    kept = answer.kept(before, after, "tone")
    for moment in (slice(8, 120), slice(136, 248)):
        was, became = (lightness(one[:, moment]) for one in (before, kept))
        assert decibels(became) == pytest.approx(decibels(was), abs=1)
    assert (
        np.corrcoef(lightness(kept - before).ravel(), lightness(after - before).ravel())[0, 1] > 0
    )


@pytest.mark.parametrize(
    ("tool", "repaints"),
    [
        (lambda picture: picture, False),
        (lambda picture: picture + 4 / 255, False),
        (lambda picture: picture + 20 / 255, True),
        (lambda picture: picture * [1, 0.8, 1], True),
    ],
    ids=["a copy", "a hint of light", "light", "a tint"],
)
def test_a_tool_that_lights_silence_or_tints_repaints(tool, repaints):
    before = np.repeat(np.random.default_rng(0).random((64, 64, 1), np.float32), 3, axis=2)
    before[:, :16] = 0
    answer = Answer(STRAIGHT)
    answer.add(before, tool(before).astype(np.float32))
    assert answer.repaints == repaints
    assert answer.choice == ("tone" if repaints else "all")


def test_a_repainting_fades_out_towards_silence():
    """The nearer to black a cell was, the less of what was painted there is kept."""
    rng = np.random.default_rng(0)
    before, after = np.repeat(rng.random((2, 512, 512, 1), np.float32), 3, axis=3)
    answer = Answer(STRAIGHT)
    answer.add(before, after)
    levels = np.array([0, 3, 12, 25, 40, 60])  # of 255; a fifth of them is where all is kept
    excess = [decibels(answer.tones[level]) - decibels(np.array([level / 255])) for level in levels]
    assert excess[:2] == pytest.approx([0, 0], abs=0.1)
    assert (np.diff(excess[2:]) > 0).all()
    assert excess[2] < 3
    assert excess[3] < excess[5] / 2


def test_what_was_painted_anew_sounds_as_the_picture_looks(monkeypatch):
    """Its phase is found anew: the old one belongs to what is no more there."""
    sound, shown = music(2.0, rate=RATE), []

    def spy(blocks, *arguments, **options):
        shown.extend(blocks)
        return decode_blocks(iter(shown), *arguments, **options)

    monkeypatch.setattr(back, "decode_blocks", spy)
    moved = process(sound, lambda p: np.roll(p, -6, axis=0) // 2 + 60, size=SIZE, keep="tone")
    heard = lightness(unit(encode(moved, PRESETS["standard"].with_rows(SIZE)).pixels))
    wanted = lightness(np.concatenate(shown, axis=1))[:, : heard.shape[1]]
    assert 108 * np.abs(heard - wanted).mean() < 1.7


def test_what_is_quiet_before_an_onset_stays_quiet():
    """A painter's strokes are wider than an onset."""
    before = np.full((512, 512, 3), 0.2, np.float32)
    before[:, 256:] = 0.8
    answer = Answer(STRAIGHT)
    after = gaussian_filter(before, (0, 3, 0))
    answer.add(before, after)
    kept = answer.kept(before, after, "tone")[:, 246:256]
    assert np.abs(kept - 0.2).max() * 108 < 0.1  # dB; with heed to areas alone it is .8


def test_what_a_killed_run_leaves_can_be_swept_by_the_next(stereo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    there = []

    def tool(pixels):
        there.extend(path.name for path in tmp_path.iterdir())
        return pixels

    process(stereo, tool, size=SIZE)
    assert there
    assert all(name.startswith(PREFIX) for name in there)


@pytest.mark.parametrize("absurd", [3e38, -3e38, np.inf, -np.inf, np.nan])
def test_what_is_no_picture_has_no_noise_either(absurd):
    before = np.full((32, 32, 3), 0.5, np.float32)
    after = before.copy()
    after[4, 5] = absurd
    noise = Noise()
    noise.add(before, after)
    assert noise._changes.sum() == 32 * 32
    assert np.array_equal(noise.removed(before, after)[20:], before[20:])
