"""Morphing in the studio: the act, what lies between sounds, and the Morph page in a browser."""

from threading import Event

import numpy as np
import pytest
from studio_browser import drop, rendered, tone
from studio_server import made, running, until, upload

from eidophone import Sound
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.morph import morph
from eidophone.morphing.styling import style

WAYS = [{"method": "crossfade", "mix": mix, "quality": "preview"} for mix in ("0", "0.5", "1")]


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sounds")
    rate = 11_025
    return [
        tone(folder / "low.wav", seconds=0.5, hz=300, rate=rate),
        tone(folder / "high.wav", seconds=0.4, hz=500, rate=rate, channels=2),
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory, sounds):
    with running(tmp_path_factory.mktemp("studio") / "Eidophone", here=True) as client:
        for path in sounds:
            upload(client, path)
        yield client


def wanted(client, ways, of=("low.wav", "high.wav")):
    return client.post("/api/previews", json={"act": "morph", "of": of, "ways": ways})


def ready(client, ways):
    """The previews for ``ways``, once all are there, or failed."""

    def found():
        previews = wanted(client, ways).json()
        return previews if all(one["state"] != "waiting" for one in previews) else None

    return until(found)


def samples(client, id_):
    answer = client.get(f"/api/previews/{id_}/samples")
    return np.frombuffer(answer.content, "<f4").reshape(int(answer.headers["X-Channels"]), -1)


# The act


def test_an_act_does_what_the_library_does(client, sounds):
    job = made(client, "morph", ["low.wav", "high.wav"], method="crossfade", mix="0.3")
    assert job["items"] == ["low and high morphed.wav"]
    heard = Sound.load(client.studio.workspace.path_of(job["items"][0]))
    np.testing.assert_array_equal(
        heard.samples, morph(*sounds, method="crossfade", mix="0.3").samples
    )


def test_a_path_of_three_sounds_lasts_as_long_as_the_gesture(client):
    settings = {"method": "crossfade", "mix": "1,0,0:0,1,0:0,0,1", "seconds": 0.7}
    job = made(client, "morph", ["low.wav", "high.wav", "low.wav"], format="flac", **settings)
    assert job["items"] == ["low and high and low morphed.flac"]
    item = client.get(f"/api/items/{job['items'][0]}").json()
    assert item["seconds"] == pytest.approx(0.7, abs=1e-3)


def test_every_method_is_kept_with_a_sheet(client, monkeypatch):
    job = made(client, "morphs", ["low.wav", "high.wav"], mix="0.3", quality="preview")
    assert job["state"] == "done"
    names = {f"{name} of low and high.wav" for name in METHODS if name != "warp"}
    assert names <= {*job["items"]}
    assert "every method of low and high.png" in job["items"]


def test_a_sound_is_told_by_all_others_as_the_library_does(client, sounds):
    job = made(client, "tell", ["low.wav", "high.wav", "low.wav"], content="speech")
    assert job["items"] == ["low told.wav"]
    heard = Sound.load(client.studio.workspace.path_of("low told.wav"))
    low, high = sounds
    np.testing.assert_allclose(
        heard.samples, style(low, high, low, content="speech").samples, atol=1e-6
    )
    assert "choose others, too" in made(client, "tell", ["low.wav"])["error"]


def test_one_sound_alone_is_refused_in_words(client):
    assert "give 2 to 4" in made(client, "morph", ["low.wav"])["error"]


# What lies between


def test_methods_are_told_with_their_sentences(client):
    told = client.get("/api/morph/methods").json()
    assert [one["name"] for one in told] == list(METHODS)
    assert [one["sentence"] for one in told] == [one.sentence for one in METHODS.values()]


def test_the_studio_is_cold_until_the_usual_method_is_warm(client, monkeypatch):
    going_on = Event()

    def warming():
        going_on.wait()
        yield from ("split", "crossfade")

    monkeypatch.setattr("eidophone.faces.studio.studio.warm_up", warming)
    assert not wanted(client, WAYS).json()[0]["cold"]
    client.studio.get_warm()
    assert wanted(client, WAYS).json()[0]["cold"]
    going_on.set()
    until(lambda: not wanted(client, WAYS).json()[0]["cold"])


def test_previews_are_what_the_library_makes(client, sounds):
    previews = ready(client, WAYS)
    assert [one["state"] for one in previews] == ["ready"] * 3
    for preview, way in zip(previews, WAYS, strict=True):
        np.testing.assert_array_equal(samples(client, preview["id"]), morph(*sounds, **way).samples)
        picture = client.get(f"/api/previews/{preview['id']}/picture")
        assert picture.content.startswith(b"\x89PNG")
    names = {one["name"] for one in client.get("/api/items").json()}
    assert not any("preview" in name for name in names)


def test_what_was_made_is_not_made_again(client):
    first, again = ready(client, WAYS), wanted(client, WAYS).json()
    assert [one["state"] for one in again] == ["ready"] * 3
    assert again == first
    assert wanted(client, [WAYS[1], *WAYS]).json() == [first[1], *first]
    (other,) = wanted(client, WAYS[:1], of=["high.wav", "low.wav"]).json()
    assert other["id"] not in [one["id"] for one in first]


def test_what_cannot_be_made_says_why(client):
    (failed,) = ready(client, [{"method": "crossfade", "mix": "0.2,0.3,0.5"}])
    assert failed["state"] == "failed"
    assert "2 sounds need one number" in failed["error"]
    answer = wanted(client, [{"method": "no such"}])
    assert answer.status_code == 400
    assert "no such" in answer.json()["error"]
    for name in ("../low", "nothing"):
        assert client.get(f"/api/previews/{name}/samples").status_code == 404


def test_only_what_is_wanted_last_is_made(client, monkeypatch):
    previews = client.studio.previews
    asked = []
    make = previews._maker.make

    def held(order, tell, stopped):
        asked.append(order.values["mix"])
        until(lambda: stopped.is_set() or len(asked) > 1 or previews._wanted == {})
        return make(order, tell, stopped)

    monkeypatch.setattr("eidophone.jobs.queue.previews._PATIENCE_SECONDS", 0)
    monkeypatch.setattr(previews._maker, "make", held)
    many = [{"method": "crossfade", "mix": f"0.{number}"} for number in range(11, 20)]
    wanted(client, many)
    until(lambda: asked)
    (last,) = ready(client, [{"method": "crossfade", "mix": "0.77"}])
    assert last["state"] == "ready"
    assert asked == ["0.11", "0.77"]


def test_the_oldest_make_room(client, monkeypatch):
    folder = client.studio.workspace.folder_for("cache") / "previews"
    (before,) = ready(client, [{"method": "crossfade", "mix": "0.41"}])
    size = sum(path.stat().st_size for path in folder.glob(f"{before['id']}.*"))
    monkeypatch.setattr("eidophone.jobs.queue.previews._MOST_BYTES", round(1.5 * size))
    (after,) = ready(client, [{"method": "crossfade", "mix": "0.42"}])
    until(lambda: len(list(folder.glob("*.wav"))) <= 1)
    assert (folder / f"{after['id']}.wav").exists()


# The page


def asked(studio):
    """What the page asks for, before it does: then it need not wait for a process to get warm."""
    ways = [
        {
            "method": "crossfade",
            "mix": f"pitch={share},timbre={share},loudness={share},rhythm=0.5",
            "quality": "preview",
            "format": "wav",
        }
        for share in ("0", "0.25", "0.5", "0.75", "1")
    ]
    return studio.ask(
        "POST", "previews", {"act": "morph", "of": ["low.wav", "high.wav"], "ways": ways}
    )


@pytest.fixture
def between(studio, page, sounds):
    """The page with two sounds at its corners, all that lies between ready."""
    from playwright.sync_api import expect

    studio.clear()
    for path in sounds:
        studio.put(path)
    until(lambda: all(one["state"] == "ready" for one in asked(studio)))
    studio.open(page, "morph/low.wav")
    page.get_by_role("radio", name="crossfade").check()
    expect(page.locator("p-morph .facts")).to_have_text("Drag the point, and listen.")
    return page


def test_the_point_is_heard_where_it_is_and_rendered(studio, between):
    from playwright.sync_api import expect

    page, pad = between, between.get_by_role("slider", name="Mix", exact=True)
    assert page.locator("p-morph .dots .ready").count() == 5
    page.get_by_role("button", name="Hear the point").click()
    expect(page.locator("p-morph .now")).to_be_visible()
    pad.press("Home")
    for _ in range(3):
        pad.press("ArrowRight")
    expect(pad).to_have_attribute("aria-valuetext", "85 % low.wav, 15 % high.wav")
    shown = "all => all.map(one => Math.round(100 * one.style.opacity))"
    cut = "all => all.filter(one => one.scrollHeight > one.clientHeight + 1).length"
    assert page.locator("p-morph .method .help").evaluate_all(cut) == 0
    assert page.locator("p-morph .images img").evaluate_all(shown) == [40, 60, 0, 0, 0]
    page.locator("p-morph").get_by_role("button", name="Try every method").click()
    for method in METHODS:  # some take another time
        page.get_by_role("button", name=f"Hear {method}").click()
        expect(page.get_by_role("button", name=f"Stop {method}")).to_be_visible()
    page.get_by_role("radio", name="event by event").check()
    page.get_by_role("button", name="Render").click()
    expect(page.locator("e-shelf").get_by_text("low and high morphed.wav")).to_be_visible()
    made = studio.ask("GET", "items/low%20and%20high%20morphed.wav")["made"]
    assert made["of"] == ["low.wav", "high.wav"]
    assert made["settings"]["mix"] == "0.15"
    assert made["settings"]["align"] == "dtw"


def test_a_gesture_between_three_sounds_becomes_one(studio, between, tmp_path):
    from playwright.sync_api import expect

    page = between
    drop(page.locator("p-morph"), tone(tmp_path / "third.wav", seconds=0.3, rate=11_025))
    expect(page.locator("p-morph h2")).to_have_text("low and high and third")
    expect(page.locator("p-morph .dots .ready")).to_have_count(6)
    page.get_by_role("button", name="Record a gesture").click()
    box = page.locator("p-morph .plot").bounding_box()
    page.mouse.move(box["x"], box["y"])
    page.mouse.down()
    for part in range(1, 5):
        page.mouse.move(box["x"] + box["width"] * part / 4, box["y"] + box["height"] * part / 8)
        page.wait_for_timeout(60)
    page.mouse.up()
    render = page.get_by_role("button", name="Render the gesture")
    render.click()
    expect(page.locator("e-shelf").get_by_text("and third morphed.wav")).to_be_visible()
    item = studio.ask("GET", "items/low%20and%20high%20and%20third%20morphed.wav")
    settings = item["made"]["settings"]
    path = [[float(one) for one in point.split(",")] for point in settings["mix"].split(":")]
    assert len(path) == pytest.approx(20 * settings["seconds"], abs=2)
    np.testing.assert_allclose(np.sum(path, axis=1), 1, atol=0.002)
    assert path[0] == [1, 0, 0]
    assert path[-1] == [0, 1, 0]
    studio.open(page, "morph/low and high and third morphed.wav")
    expect(render).to_have_text(f"Render the gesture, {settings['seconds']:.1f} s")
    seconds = page.get_by_role("spinbutton", name="Seconds", include_hidden=True)
    expect(seconds).to_have_value("")  # it lasts as long as the gesture, and no longer


def test_what_is_chosen_is_there_again_when_the_page_is_loaded_anew(studio, between, tmp_path):
    from playwright.sync_api import expect

    page = between
    page.get_by_role("slider", name="Mix", exact=True).press("End")
    page.get_by_role("radio", name="event by event").check()
    page.get_by_text("Pitch, timbre, loudness, rhythm apart").click()
    page.get_by_role("slider", name="Pitch").press("Home")
    page.reload()
    expect(page.locator("p-morph h2")).to_have_text("low and high")
    expect(page.get_by_role("slider", name="Mix", exact=True)).to_have_attribute(
        "aria-valuetext", "0 % low.wav, 100 % high.wav"
    )
    expect(page.get_by_role("radio", name="crossfade")).to_be_checked()
    expect(page.get_by_role("radio", name="event by event")).to_be_checked()
    pitch = page.get_by_role("slider", name="Pitch")
    expect(pitch).to_have_attribute("aria-valuetext", "100 % low, 0 % high")
    assert page.locator(".ends").first.locator("span").all_inner_texts() == ["low", "high"]
    here = page.url
    page.goto("about:blank")  # or else it may ask for what is gone
    studio.ask("DELETE", "items/high.wav")
    page.goto(here)
    expect(page.locator("p-morph .corner.empty")).to_have_count(1)
    expect(page.locator("p-morph h2")).to_have_text("low and …")


def test_of_long_sounds_it_is_said_what_is_heard_and_what_is_rendered(studio, page, tmp_path):
    from playwright.sync_api import expect

    done = [{"id": str(i), "state": "ready", "error": "", "cold": False} for i in range(5)]
    page.route("**/api/previews", lambda route: route.fulfill(json=done))
    shape = {"X-Rate": "8000", "X-Channels": "1", "X-First": "0", "X-Count": "100"}
    page.route("**/api/previews/**", lambda route: route.fulfill(body=bytes(400), headers=shape))
    studio.clear()
    studio.put(tone(tmp_path / "low.wav", seconds=0.3, rate=8_000))
    studio.put(tone(tmp_path / "long.wav", seconds=20.5, rate=8_000))
    studio.open(page, "morph/long.wav")
    expect(page.locator("p-morph .facts").first).to_have_text(
        "Drag the point, and listen to the first 20 seconds."
    )
    page.get_by_text("The whole is rendered, not only the first 20 seconds.").wait_for()


def test_what_was_said_of_a_morph_is_gone_with_its_sounds(studio, between, tmp_path):
    from playwright.sync_api import expect

    page, notes = between, between.locator("p-morph .notes")
    page.get_by_role("button", name="Render").click()
    expect(page.locator("e-shelf").get_by_text("low and high morphed.wav")).to_be_visible()
    assert notes.locator("li").count() == 0
    drop(page.locator("p-morph"), tone(tmp_path / "short.wav", seconds=0.05, rate=11_025))
    expect(page.locator("p-morph h2")).to_have_text("low and high and short")
    page.get_by_role("button", name="Render").click()
    expect(notes).to_contain_text("the shorter loops")
    drop(page.locator("p-morph"), tone(tmp_path / "fourth.wav", seconds=0.3, rate=11_025))
    expect(page.locator("p-morph h2")).to_have_text("low and high and short and fourth")
    expect(notes.locator("li")).to_have_count(0)


def test_levels_of_morphs_are_not_those_of_drawings(client):
    forms = client.get("/api/forms").json()
    for act in ("morph", "morphs", "tell"):
        fields = {one["name"]: one for one in forms[act]}
        for name in ("gain", "as_drawn"):
            words = [fields[name][key] for key in ("label", "help", "usual")]
            assert not any("draw" in one for one in words)


PASSES = """
    const { Voices } = await import('/web/parts/voices.js');
    const resume = context.resume.bind(context);
    let begun = false;
    context.resume = () => begun ? resume() : Promise.resolve();
    window.AudioContext = function () { return context; };
    const tone = (hz) => [Float32Array.from({ length: 8800 }, (_, i) =>
        Math.sin(2 * Math.PI * hz * i / 22050))];
    const voices = new Voices();
    voices.add('low', 22050, tone(300));
    voices.add('high', 22050, tone(500));
    voices.shares = new Map([['low', 1]]);
    await voices.play();
    const then = (seconds, act) => context.suspend(seconds).then(() => (act(), context.resume()));
    for (let step = 1; step <= 20; step++) {
        then(1 + step / 50, () => {
            voices.shares = new Map([['low', 1 - step / 40], ['high', step / 40]]);
        });
    }
    then(2, () => { voices.shares = new Map([['low', 1]]); });
    then(2.5, () => voices.stop());
    begun = true;
"""


def test_voices_pass_into_each_other_without_a_click_and_never_too_loud(studio, page):
    cold = [{"id": str(i), "state": "waiting", "error": "", "cold": True} for i in range(5)]
    page.route("**/api/previews", lambda route: route.fulfill(json=cold))
    studio.open(page, "morph/low.wav")
    page.locator("p-morph").get_by_text("Getting ready").wait_for()  # for the first time
    heard = rendered(page, PASSES, seconds=3, rate=22_050, channels=1)[0].astype(float)
    assert np.abs(heard).max() <= 10 ** (-1 / 20)
    slope = np.abs(np.diff(heard)).max()
    assert slope < 0.12  # that of both tones at their loudest is 0.1

    def power(first, last):
        return np.mean(heard[int(22_050 * first) : int(22_050 * last)] ** 2)

    assert power(1.5, 2) == pytest.approx(power(0.5, 1), rel=0.05)  # half of each is as loud
    assert power(2.7, 3) == 0
