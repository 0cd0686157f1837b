"""The Film page and the visualiser: what they draw is what films show, and who may look."""

import base64
import io
import json
import threading
import urllib.error
import urllib.request

import numpy as np
import pytest
from PIL import Image
from signals import music
from studio_server import until

from eidophone import encode, encode_film
from eidophone.film.eyes import levels_for_eyes
from eidophone.film.looks import colours_of, look_of
from eidophone.film.settings import LOOKS
from eidophone.jobs.views.lights import Lights
from eidophone.jobs.workspace.copies import Copies


@pytest.fixture
def voice(tmp_path):
    sound = music(2.0, rate=44_100)
    sound.save(tmp_path / "voice.wav")
    return tmp_path / "voice.wav"


def whole(light):
    """Wait until all of ``light`` is reckoned."""
    while light.ready < light.columns:
        threading.Event().wait(0.005)
    return light.window(0, light.columns)


def test_lights_are_the_levels_of_films(voice, tmp_path):
    lights = Lights(tmp_path / "lights", Copies(tmp_path / "copies"))
    light = lights.of(voice)
    found = whole(light)
    wanted = np.concatenate(list(levels_for_eyes(music(2.0, rate=44_100), light.recipe)), axis=1)
    wanted = wanted[::-1, : light.columns, 0].T
    assert found.shape == (light.columns, light.recipe.rows)
    assert np.abs(found / 255 - wanted).max() <= 0.5 / 255 + 1e-6
    assert light.window(light.columns, 5).shape == (0, light.recipe.rows)
    again = Lights(tmp_path / "lights", Copies(tmp_path / "copies")).of(voice)
    assert again.ready == again.columns  # they were kept


def test_lights_make_room(voice, tmp_path, monkeypatch):
    monkeypatch.setattr("eidophone.jobs.views.lights._MOST_BYTES", 1000)
    lights = Lights(tmp_path / "lights", Copies(tmp_path / "copies"))
    whole(lights.of(voice))
    music(0.5, rate=22_050).save(tmp_path / "other.wav")
    whole(lights.of(tmp_path / "other.wav"))
    assert len(list((tmp_path / "lights").glob("*.lights"))) == 1


def test_lights_that_failed_are_begun_again(voice, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("eidophone.jobs.views.lights.levels_for_eyes", None)
        lights = Lights(tmp_path / "lights", Copies(tmp_path / "copies"))
        light = lights.of(voice)
        until(lambda: light.is_over)
    assert len(whole(lights.of(voice))) == light.columns


def asked(studio, path, *, key=None, method="GET", body=None):
    """Status and body of what somebody without the token is answered."""
    query = "" if key is None else ("&" if "?" in path else "?") + f"key={key}"
    request = urllib.request.Request(studio.address + path + query, body, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_the_key_opens_the_visualiser_and_nothing_else(studio, voice):
    studio.put(voice)
    music(0.5, rate=22_050).save(voice.with_name("secret.wav"))
    studio.put(voice.with_name("secret.wav"))
    key = studio.ask("GET", "visual/key")["key"]
    assert key not in studio.token
    place = {"item": "voice.wav", "seconds": 1, "speed": 1}
    studio.ask("POST", "visual/transport", place)
    assert asked(studio, "/visual", key=key)[0] == 200
    status, said = asked(studio, "/api/visual/transport", key=key)
    said = json.loads(said)
    assert said.pop("age") < 60
    assert (status, said) == (200, place)
    assert asked(studio, "/api/visual/lights?item=voice.wav", key=key)[0] == 200
    assert asked(studio, "/api/visual/lights?item=secret.wav", key=key)[0] == 404
    for path in ("/api/items", "/api/visual/key", "/api/items/voice.wav/file", "/visualize", "/"):
        assert asked(studio, path, key=key)[0] in (401, 404), path
    told = json.dumps(place).encode()
    assert asked(studio, "/api/visual/transport", key=key, method="POST", body=told)[0] == 401
    for wrong in (None, "", key[:-1], key + "0", studio.token):
        assert asked(studio, "/visual", key=wrong)[0] == 401


def test_looks_are_those_of_the_library(studio):
    facts = studio.ask("GET", "visual/looks")
    assert list(facts["looks"]) == list(LOOKS)
    assert facts["looks"]["ice"]["folds"] == look_of("ice").folds
    table = studio.ask("GET", "visual/looks/ember")
    assert table == colours_of(look_of("ember")).tobytes()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        studio.ask("GET", "visual/looks/none")


def picture_of(page, selector):
    """What a canvas shows, ``[height, width, 3]`` in 0..1."""
    data = page.locator(selector).evaluate("(canvas) => canvas.toDataURL('image/png')")
    image = Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2]))).convert("RGB")
    return np.asarray(image) / 255


def film_frame(sound, seconds, size, **how):
    film = encode_film(sound, size=size, **how)
    frames = film.frames()
    for number, frame in enumerate(frames):
        if number >= seconds * film.fps:
            return frame.pixels / 255
    raise AssertionError


@pytest.mark.parametrize("kind", ["scroll", "instants"])
def test_the_visualiser_shows_what_the_film_shows(studio, voice, new_page, kind):
    """The frame of the library and that of the page: where it is light, and in which colours."""
    studio.put(voice, f"{kind}.wav")
    key = studio.ask("GET", "visual/key")["key"]
    studio.ask("POST", "visual/transport", {"item": f"{kind}.wav", "seconds": 1, "speed": 0})
    page = new_page(200, 200)
    page.goto(f"{studio.address}/visual?key={key}&kind={kind}&look=dusk")
    page.locator("html[data-still]").wait_for()  # its light has lived for as long as in the film
    shown = picture_of(page, "canvas")
    sound = music(2.0, rate=44_100)
    wanted, other = (
        film_frame(sound, at, shown.shape[0], kind=kind, look="dusk", width=shown.shape[1])
        for at in (1.0, 0.3)
    )
    alike, unlike = (np.corrcoef(shown.ravel(), one.ravel())[0, 1] for one in (wanted, other))
    assert alike > max(0.8, unlike)  # a browser that is slow draws fewer pixels
    assert np.abs(shown.mean(axis=(0, 1)) - wanted.mean(axis=(0, 1))).max() < 0.08


def test_a_transparent_background(studio, voice, new_page):
    studio.put(voice, "bare.wav")
    key = studio.ask("GET", "visual/key")["key"]
    studio.ask("POST", "visual/transport", {"item": "bare.wav", "seconds": 1, "speed": 0})
    page = new_page(160, 120)
    page.goto(f"{studio.address}/visual?key={key}&background=none")
    page.locator("html[data-fps]").wait_for()
    data = page.locator("canvas").evaluate("(canvas) => canvas.toDataURL('image/png')")
    alpha = np.asarray(Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2]))))[:, :, 3]
    assert alpha[0, 0] == 0
    assert alpha.max() == 255


def test_the_microphone_is_seen(studio, new_page):
    """A tone of 660 Hz, an E, is where four o'clock is: below the middle, on the right."""
    key = studio.ask("GET", "visual/key")["key"]
    page = new_page(160, 160)
    page.goto(f"{studio.address}/visual?key={key}&source=microphone&look=")
    page.locator("html[data-fps]").wait_for()
    shown = picture_of(page, "canvas").mean(axis=2)
    y, x = np.mgrid[-1 : 1 : shown.shape[0] * 1j, -1 : 1 : shown.shape[1] * 1j]
    hour = (np.arctan2(x, -y) / (2 * np.pi) * 12) % 12
    assert shown.max() > 0.5
    assert np.median(hour[shown > 0.5]) == pytest.approx(4, abs=0.5)


def test_a_film_is_previewed_made_and_played_and_followed_by_a_window(studio, voice, page):
    from playwright.sync_api import expect

    studio.put(voice, "tune.wav")
    studio.open(page)
    page.get_by_role("link", name="Film").click()
    page.locator("e-shelf").get_by_title("tune.wav").first.click()
    page.locator("p-film canvas[data-seconds]").wait_for()
    page.locator("p-film canvas").evaluate(
        """async (canvas) => {
            const card = canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
            const came = (kind) => new Promise((done) => canvas.addEventListener(kind, done));
            const [lost, back] = [came('webglcontextlost'), came('webglcontextrestored')];
            delete canvas.dataset.seconds;
            card.loseContext();
            await lost;
            await new Promise(requestAnimationFrame);
            card.restoreContext();
            await back;
        }"""
    )
    page.locator("p-film canvas[data-seconds]").wait_for()  # the graphics card forgot it all
    assert picture_of(page, "p-film canvas").max() > 0.2
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    box = page.locator("p-film canvas").bounding_box()
    assert (box["width"], box["height"]) == (1440, 900)  # all of the screen, and no more
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Second window").click()
    opened.value.locator("html[data-shown='0.00']").wait_for()
    opened.value.close()
    page.locator("p-film").get_by_label("Size").fill("64")
    page.locator("p-film").get_by_label("pages").check(force=True)
    page.locator("p-film").get_by_label("Format").select_option("webm")
    page.get_by_role("button", name="Make the film").click()
    expect(page.locator("p-film h2")).to_have_text("tune.webm")
    expect(page.locator("p-film video")).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_have_attribute("download", "tune.webm")
    expect(page.locator("p-film canvas")).to_be_hidden()
    page.get_by_role("button", name="Back to the preview").click()
    expect(page.locator("p-film canvas")).to_be_visible()


def test_a_film_is_heard_without_what_has_no_effect_on_it(studio, page, tmp_path):
    from playwright.sync_api import expect

    sound = music(1.0, rate=22_050)
    sound.save(studio.workspace / "sung.wav")
    encode(sound).save(tmp_path / "sung picture.png")
    encode_film(sound, size=64, fps=5).save(tmp_path / "sung film.mkv")
    for name, offered in (("sung film.mkv", 0), ("sung picture.png", 1)):
        studio.put(tmp_path / name)
        studio.open(page, f"sound/{name}")
        heard = page.get_by_label("Hear it", exact=True)
        heard.get_by_label("Original sound").select_option("sung.wav")
        keep = heard.get_by_role("group", name="How much of the original")
        expect(keep).to_have_count(offered)
        expect(heard.get_by_text("for pictures alone")).to_have_count(1 - offered)
