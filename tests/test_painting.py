"""Painting: layers of paint are kept, flattened in whole numbers, and heard as they look."""

import json
from dataclasses import replace

import numpy as np
import pytest
import signals
from PIL import Image

from eidophone.base.errors import EidophoneError, NotThereError, PictureError, SoundError
from eidophone.jobs.acts.model import Task
from eidophone.jobs.acts.render import RENDER, Rendering
from eidophone.jobs.painting.flatten import flattened, over
from eidophone.jobs.painting.painting import Layer, Painting, layers_of
from eidophone.jobs.painting.rendering import render_sound, sounding
from eidophone.jobs.painting.store import Store
from eidophone.picture.codec import decode_blocks, encode
from eidophone.picture.picture import Picture, Source
from eidophone.picture.recipe import PRESETS
from eidophone.sound.sound import Sound

RATE = 22_050
STANDARD = PRESETS["standard"]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "paintings")


@pytest.fixture(scope="module")
def sound():
    return signals.music(8.0, rate=RATE)


@pytest.fixture
def painting(store):
    return store.begin("a.wav", STANDARD, RATE, 1, 8 * RATE)


def sheet(rows, columns, colour):
    return np.tile(np.array(colour, np.uint8), (rows, columns, 1))


# --- flattening -----------------------------------------------------------------------------------


def test_no_cover_is_as_it_was_and_full_cover_is_the_paint():
    below = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    for value in (0, 1, 128, 255):
        colour = [value, 255 - value, value]
        assert np.array_equal(over(below, sheet(16, 16, [*colour, 0])), below)
        assert np.array_equal(over(below, sheet(16, 16, [*colour, 255]), 0), below)
        assert np.array_equal(over(below, sheet(16, 16, [*colour, 255])), sheet(16, 16, colour))


def test_covering_is_exact_to_half_a_step():
    rng = np.random.default_rng(1)
    below = rng.integers(0, 256, (64, 64, 3), np.uint8)
    paint = rng.integers(0, 256, (64, 64, 4), np.uint8)
    share = paint[..., 3:] / 255
    exact = paint[..., :3] * share + below * (1 - share)
    assert np.abs(over(below, paint) - exact).max() <= 0.5 + 1e-9


def test_the_highest_layer_is_laid_last():
    below = sheet(4, 4, [9, 9, 9])
    red, blue = sheet(4, 4, [255, 0, 0, 255]), sheet(4, 4, [0, 0, 255, 255])
    assert (flattened(below, [(red, 255), (blue, 255)]) == [0, 0, 255]).all()


# --- kept -----------------------------------------------------------------------------------------


def test_paint_is_kept_across_tiles_and_gone_where_it_is_wiped_off(store, painting):
    paint = np.random.default_rng(2).integers(0, 256, (10, 60, 4), np.uint8)
    store.paint(painting.id, 1, 1000, 20, paint)
    again = Store(store._folder)
    found = again.painting(painting.id)
    assert found.revision == 1
    tiles = again.tiles(found, 1)
    assert tiles.indices() == [0, 1]
    taken = tiles.take(995, 70)
    assert np.array_equal(taken[20:30, 5:65], paint)
    assert not taken[:20].any()
    store.paint(painting.id, 1, 1000, 20, np.zeros_like(paint))
    assert store.tiles(found, 1).indices() == []


def test_a_layer_that_comes_back_has_its_paint(store, painting):
    store.arrange(painting.id, (Layer(1, "a"), Layer(2, "b", visible=False, opacity=9)))
    store.paint(painting.id, 2, 0, 0, sheet(4, 4, [1, 2, 3, 4]))
    store.arrange(painting.id, (Layer(1, "a"),))
    with pytest.raises(NotThereError):
        store.tiles(store.painting(painting.id), 2)
    found = store.arrange(painting.id, (Layer(2, "b"), Layer(1, "a")))
    assert [one.id for one in found.layers] == [2, 1]
    assert store.tiles(found, 2).indices() == [0]


def test_painted_runs_are_those_of_what_is_seen(store, painting):
    for layer, first in ((1, 100), (1, 1020), (2, 104)):
        store.arrange(painting.id, (Layer(1, "a"), Layer(2, "b")))
        store.paint(painting.id, layer, first, 5, sheet(2, 8, [0, 0, 0, 255]))
    found = store.painting(painting.id)
    assert store.painted(found) == [(100, 112), (1020, 1028)]
    hidden = replace(found, layers=(Layer(1, "a", visible=False), Layer(2, "b")))
    assert store.painted(hidden) == [(104, 112)]


@pytest.mark.parametrize("id_", ["", "..", "../paintings", "/", "a\0b", "x" * 5000])
def test_paintings_are_looked_up_and_never_elsewhere(store, painting, id_):
    with pytest.raises(NotThereError):
        store.painting(id_)


@pytest.mark.parametrize(
    ("first", "top", "shape"),
    [(-1, 0, (4, 4)), (10**9, 0, (4, 4)), (0, 510, (4, 4)), (1376, 0, (4, 4)), (0, -1, (4, 4))],
)
def test_paint_beside_the_picture_is_refused(store, painting, first, top, shape):
    with pytest.raises(PictureError):
        store.paint(painting.id, 1, first, top, np.zeros((*shape, 4), np.uint8))


@pytest.mark.parametrize(
    "layers",
    [
        [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}],
        [{"id": 0, "name": "a"}],
        [{"id": 1, "name": ""}],
        [{"id": 1, "name": "a", "opacity": 256}],
        [{"id": 1, "name": "a", "opacity": 0.5}],
        [{"id": 1, "name": "a", "visible": 1}],
        [{"id": True, "name": "a"}],
        [{"id": 1}],
        [7],
    ],
)
def test_layers_that_cannot_be_are_refused(painting, layers):
    with pytest.raises(PictureError):
        replace(painting, layers=layers_of(layers))


def test_a_sound_that_is_renamed_keeps_its_painting(store, painting):
    store.rename("a.wav", "b.wav")
    assert store.of("a.wav") is None
    assert store.of("b.wav").id == painting.id


def test_broken_files_are_named_and_harm_no_other_painting(store, painting, tmp_path):
    other = store.begin("b.wav", STANDARD, RATE, 1, 1000)
    folder = store._folder / painting.id
    for text in ("", "[]", "{", json.dumps({"id": painting.id}), "[" * 100_000):
        (folder / "painting.json").write_text(text)
        with pytest.raises(PictureError):
            store.painting(painting.id)
        assert [one.id for one in store.all()] == [other.id]
    (store._folder / other.id / "1").mkdir()
    tile = store._folder / other.id / "1" / "0.png"
    for write in (
        lambda: tile.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        lambda: Image.new("RGBA", (5, 5)).save(tile),
        lambda: Image.new("RGB", (1024, 512)).save(tile),
    ):
        write()
        with pytest.raises(PictureError):
            store.tiles(other, 1).read(0)


def test_a_description_is_what_it_describes(painting):
    assert Painting.from_json(painting.to_json()) == painting


# --- heard ----------------------------------------------------------------------------------------


def test_without_paint_it_is_the_sound_bit_for_bit(store, painting, sound):
    heard = np.concatenate(list(sounding(store, painting, sound)), axis=1)
    assert np.array_equal(heard, sound.samples)


def test_a_render_is_what_the_library_makes_of_the_flattened_picture(
    store, painting, sound, tmp_path
):
    store.paint(painting.id, 1, 400, 250, sheet(40, 30, [0, 0, 0, 255]))
    store.paint(painting.id, 1, 1000, 300, sheet(3, 60, [150, 150, 150, 200]))
    render_sound(store, painting, sound, tmp_path / "a.wav")
    heard = Sound.load(tmp_path / "a.wav").samples
    before = encode(sound).pixels
    after = store.flattened(painting, 0, before)
    assert (after[250:290, 400:430] == 0).all()
    target = Source(rate=RATE, channels=1, sample_count=sound.sample_count)
    whole = decode_blocks([after], STANDARD, target, reference=sound, before=[before])
    expected = np.concatenate(list(whole), axis=1)
    erased = slice(300 * 128, 600 * 128)
    error = ((heard - expected)[:, erased] ** 2).sum() / (expected[:, erased] ** 2).sum()
    assert 10 * np.log10(error) < -100
    drawn = [encode(Sound(one, RATE)).pixels.astype(float) for one in (heard, expected)]
    assert np.abs(drawn[0] - drawn[1]).mean() < 0.2  # a new tone may begin with another phase
    untouched = [slice(0, 400 * 128 - 520), slice(431 * 128 + 520, 1000 * 128 - 520)]
    for part in untouched:
        assert np.array_equal(heard[:, part], sound.samples[:, part])


def test_paint_on_the_left_of_a_mono_sound_makes_it_stereo(store, painting, sound, tmp_path):
    store.paint(painting.id, 1, 1000, 300, sheet(3, 60, [150, 130, 0, 255]))
    assert store.is_stereo(painting)
    render_sound(store, painting, sound, tmp_path / "a.wav")
    heard = Sound.load(tmp_path / "a.wav").samples
    assert heard.shape == (2, sound.sample_count)
    change = np.abs(heard - sound.samples)
    assert not change[:, : 990 * 128].any()
    assert change[0].max() > 10 * change[1].max()
    store.arrange(painting.id, (Layer(1, "a", visible=False),))
    assert not store.is_stereo(store.painting(painting.id))


def test_another_sound_than_was_painted_on_is_refused(store, painting, tmp_path):
    with pytest.raises(SoundError, match=r"a\.wav"):
        render_sound(store, painting, signals.music(1.0, rate=RATE), tmp_path / "a.wav")
    assert not (tmp_path / "a.wav").exists()
    with pytest.raises(EidophoneError):
        store.painting("gone")


# --- as files -------------------------------------------------------------------------------------


def made(workspace, item, **settings):
    """What the act `render` makes, loaded."""
    folder = workspace / "made"
    folder.mkdir(exist_ok=True)
    done = []
    task = Task((workspace / item,), folder, "painted", Rendering(**settings), done.append)
    RENDER.make(task)
    assert done[-1] == 1
    (path,) = folder.iterdir()
    return path


@pytest.fixture
def workspace(tmp_path):
    sound = signals.music(2.0, 2, rate=RATE)
    sound.save(tmp_path / "a.wav")
    (tmp_path / ".studio" / "cache").mkdir(parents=True)
    store = Store(tmp_path / ".studio" / "paintings")
    painting = store.begin("a.wav", STANDARD, RATE, 2, sound.sample_count)
    store.paint(painting.id, 1, 100, 250, sheet(40, 60, [0, 0, 0, 255]))
    return tmp_path


def test_the_act_makes_a_sound_that_is_as_the_picture_looks(workspace):
    sound = Sound.load(workspace / "a.wav")
    picture = Picture.load(made(workspace, "a.wav", result="picture"))
    assert (picture.pixels[250:290, 100:160] == 0).all()
    assert np.array_equal(picture.pixels[:, 160:], encode(sound).pixels[:, 160:])
    (workspace / "made" / "painted.png").unlink()
    heard = Sound.load(made(workspace, "a.wav", quality="preview"))
    assert np.array_equal(heard.samples[:, : 96 * 128], sound.samples[:, : 96 * 128])
    assert encode(heard).pixels[255:285, 110:150].mean() < 40
    with pytest.raises(NotThereError, match=r"b\.wav"):
        made(workspace, "b.wav")
