"""Learning in the studio: collections, models as items, and what goes on beside everything else."""

import base64
import json
import shutil
from threading import Event
from urllib.parse import quote

import numpy as np
import pytest
from studio_browser import tone
from studio_server import made, running, until, upload

from eidophone import Sound
from eidophone.base.errors import LearnError
from eidophone.learning import storing
from eidophone.learning.train import Stage, training_folder

LEARN = "eidophone.jobs.acts.learn.learn_file"
TRANSLATE = "eidophone.jobs.acts.translate.translate_file"
GENERATE = "eidophone.jobs.acts.generate.generate_files"
REPORT = "eidophone.jobs.acts.looking.report_file"
EXPLORE = "eidophone.jobs.acts.looking.explore_files"
SLIDE = "eidophone.jobs.acts.slide.slide_file"


def write_model(path, names=("lear", "autechre"), columns=1000, mark=0.0, sliders=()):
    """A model that has learnt nothing."""
    tracks = [{"name": "one", "columns": columns, "colours": 1, "held": False}]
    facts = {"collections": [{"name": one, "tracks": tracks} for one in names], "top": 500}
    facts["rooms"] = {"sliders": list(sliders)}
    storing.write(path, {"mark": np.array([mark], np.float32)}, facts, overwrite=True)
    return path


def mark_of(path):
    return storing.read(path)[0]["mark"][0]


@pytest.fixture
def client(tmp_path):
    with running(tmp_path / "Eidophone", here=True) as client:
        yield client


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sounds")
    names = ("a.wav", "b.wav", "c.flac")
    return [tone(folder / one, seconds=0.5, rate=8_000) for one in names]


def collection(client, name, *paths):
    """The collection ``name``, with these sounds in it."""
    one = client.post("/api/learn/collections", json={"name": name}).json()
    for path in paths:
        one = put(client, one, path).json()
    return one


def put(client, one, path, name=None):
    where = f"/api/learn/collections/{one['id']}/sounds"
    return client.post(where, params={"name": name or path.name}, content=path.read_bytes())


@pytest.fixture
def two(client, sounds):
    return collection(client, "lear", *sounds[:2]), collection(client, "autechre", sounds[2])


def learn(client, two, name="mine", minutes=1.0):
    """Let both be learnt; the job."""
    settings = {
        "names": [one["name"] for one in two],
        "collections": [one["id"] for one in two],
        "content": "music",
        "minutes": minutes,
    }
    answer = client.post("/api/jobs", json={"act": "learn", "name": name, "settings": settings})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def job(client, id_):
    (found,) = [one for one in client.get("/api/jobs").json() if one["id"] == id_]
    return found


def items(client):
    return {one["name"]: one for one in client.get("/api/items").json()}


# Collections


def test_sounds_of_a_collection_are_no_items(client, two, sounds):
    assert [one["sounds"] for one in two] == [2, 1]
    assert two[0]["seconds"] == pytest.approx(1, abs=0.01)
    assert not items(client)
    assert client.get("/api/learn/collections").json() == list(two)
    folder = client.studio.workspace.collections.sounds_of(two[0]["id"])
    assert {one.name for one in folder.iterdir()} == {"a.wav", "b.wav"}
    assert (folder / "a.wav").read_bytes() == sounds[0].read_bytes()


def test_what_is_no_sound_is_left_out_and_said(client, two, tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("these are words")
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF\x00\x00\x00\x00WAVEbroken")
    for path in (text, broken):
        one = put(client, two[0], path).json()
    assert (one["sounds"], one["left_out_count"]) == (2, 2)
    assert one["left_out"][0] == ["notes.txt", "it is no sound"]
    assert one["left_out"][1][0] == "broken.wav"
    assert "collections" not in json.dumps(one["left_out"])


def test_sounds_of_one_name_are_both_there(client, two, sounds):
    one = put(client, two[0], sounds[2], "a.wav").json()
    assert one["sounds"] == 3


def test_names_lead_nowhere(client, two, sounds):
    put(client, two[0], sounds[2], "../../../out.wav")
    found = client.studio.workspace.collections.sounds_of(two[0]["id"])
    assert len(list(found.iterdir())) == 3
    assert not list(client.studio.workspace.folder.rglob("out.wav"))
    for id_ in ("..", "../cache", "nothing"):
        assert client.delete(f"/api/learn/collections/{quote(id_, safe='')}").status_code == 404


def test_names_of_collections_can_stand_in_mixes_and_are_unlike(client, two):
    one = client.post("/api/learn/collections", json={"name": " a=1,b: "}).json()
    assert not set(one["name"]) & set("=,:")
    again = client.post("/api/learn/collections", json={"name": "lear"}).json()
    assert again["name"] == "lear 2"
    where = f"/api/learn/collections/{again['id']}"
    assert client.patch(where, json={"name": "lear"}).json()["name"] == "lear 2"
    assert client.patch(where, json={"name": "cordelia"}).json()["name"] == "cordelia"
    assert client.delete(where).status_code == 204
    assert [one["name"] for one in client.get("/api/learn/collections").json()][:2] == [
        "lear",
        "autechre",
    ]


def test_a_collection_can_be_full(client, two, sounds, monkeypatch):
    monkeypatch.setattr("eidophone.jobs.workspace.collections.MOST_SOUNDS", 2)
    answer = put(client, two[0], sounds[2])
    assert answer.status_code == 400
    assert "lear is full" in answer.json()["error"]


def test_a_sound_that_is_too_large_is_refused(tmp_path, sounds):
    with running(tmp_path / "Eidophone", here=True, upload_bytes=1000) as client:
        one = client.post("/api/learn/collections", json={"name": "lear"}).json()
        assert put(client, one, sounds[0]).status_code == 413


def test_sounds_may_be_longer_than_words(client, two, sounds, monkeypatch):
    monkeypatch.setattr("eidophone.faces.studio.security._MOST_WORDS", 1000)
    assert put(client, two[0], sounds[2]).status_code == 201


def test_sounds_of_the_shelf_can_be_in_it(client, sounds):
    upload(client, sounds[0])
    one = collection(client, "lear")
    where = f"/api/learn/collections/{one['id']}/items"
    assert client.post(where, json={"of": ["a.wav"]}).json()["sounds"] == 1
    client.delete("/api/items/a.wav")
    folder = client.studio.workspace.collections.sounds_of(one["id"])
    assert (folder / "a.wav").read_bytes() == sounds[0].read_bytes()
    assert client.post(where, json={"of": ["no.wav"]}).status_code == 404


# Models are items


def test_a_model_is_an_item_that_can_be_looked_into(client, tmp_path):
    item = upload(client, write_model(tmp_path / "m.eido", columns=1723))
    assert item["kind"] == "model"
    found = client.get("/api/learn/models/m.eido").json()
    assert [one["name"] for one in found["collections"]] == ["lear", "autechre"]
    assert found["collections"][0]["seconds"] == pytest.approx(10, abs=0.01)
    info = dict(client.get("/api/items/m.eido/info").json())
    assert info["lear"] == "1 sounds, 10.002 s"
    assert client.patch("/api/items/m.eido", json={"name": "n.eido"}).json()["kind"] == "model"


def test_what_is_no_model_is_refused_in_words(client, tmp_path):
    bad = tmp_path / "bad.eido"
    for content in (b"", b"what is this", b"\xff" * 100):
        bad.write_bytes(content)
        params = {"name": "bad.eido"}
        answer = client.post("/api/items", params=params, content=bad.read_bytes())
        assert answer.status_code == 400
        assert str(tmp_path) not in answer.text
    assert client.get("/api/learn/models/bad.eido").status_code == 404


# What goes on beside everything else


def test_a_model_is_there_as_soon_as_it_is_ready_and_again_when_it_is_better(
    client, two, monkeypatch
):
    begun, go_on = Event(), Event()

    def file(target, sources, how, *, progress, ready, told):
        assert {name: len(list(one.iterdir())) for name, one in sources.items()} == {
            "lear": 2,
            "autechre": 1,
        }
        assert (how.minutes, how.content, how.resume) == (1.0, "music", False)
        write_model(target, mark=1)
        ready()
        begun.wait()
        told(Stage(0.5, 90.0, 0.8, 0.8))
        go_on.wait()
        write_model(target, mark=3)

    monkeypatch.setattr(LEARN, file)
    id_ = learn(client, two)
    until(lambda: job(client, id_)["seconds_left"] == 60)
    begun.set()
    until(lambda: job(client, id_)["stage"].get("held"))
    found = job(client, id_)
    assert (found["items"], found["seconds_left"]) == (["mine.eido"], 90)
    assert (found["stage"]["first"], found["stage"]["held"]) == (0.8, 0.8)
    assert 0.5 < found["done"] < 1
    assert mark_of(client.studio.workspace.path_of("mine.eido")) == 1
    settings = items(client)["mine.eido"]["made"]["settings"]
    assert settings["names"] == ["lear", "autechre"]
    client.patch("/api/items/mine.eido", json={"name": "ours.eido"})
    assert job(client, id_)["items"] == ["ours.eido"]
    go_on.set()
    until(lambda: job(client, id_)["state"] == "done")
    assert [*items(client)] == ["ours.eido"]
    assert mark_of(client.studio.workspace.path_of("ours.eido")) == 3
    assert items(client)["ours.eido"]["made"]["act"] == "learn"


def test_other_things_are_made_while_something_is_learnt(client, two, sounds, monkeypatch):
    go_on = Event()
    monkeypatch.setattr(LEARN, lambda *_, **__: go_on.wait())
    id_ = learn(client, two)
    until(lambda: job(client, id_)["state"] == "running")
    upload(client, sounds[0])
    assert made(client, "picture", ["a.wav"])["state"] == "done"
    assert job(client, id_)["state"] == "running"
    go_on.set()


def test_learning_can_be_stopped_and_what_is_ready_stays(client, two, monkeypatch):
    go_on = Event()

    def file(target, sources, how, *, progress, ready, told):
        write_model(target)
        ready()
        go_on.wait()

    monkeypatch.setattr(LEARN, file)
    id_ = learn(client, two)
    until(lambda: job(client, id_)["items"])
    assert client.delete(f"/api/jobs/{id_}").json()["state"] == "cancelled"
    go_on.set()
    until(lambda: not (client.studio.workspace.folder_for("beside") / id_).exists())
    assert [*items(client)] == ["mine.eido"]
    assert client.post(f"/api/jobs/{id_}/dismiss").status_code == 204


def test_what_was_thrown_away_is_not_learnt_on(client, two, monkeypatch):
    gone = Event()

    def file(target, sources, how, *, progress, ready, told):
        write_model(target)
        ready()
        gone.wait()
        write_model(target, mark=2)

    monkeypatch.setattr(LEARN, file)
    id_ = learn(client, two)
    until(lambda: job(client, id_)["items"])
    client.delete("/api/items/mine.eido")
    gone.set()
    until(lambda: job(client, id_)["state"] == "failed")
    assert "mine.eido" in job(client, id_)["error"]
    assert not items(client)


def test_a_studio_that_begins_again_goes_on_where_it_was(tmp_path, sounds, monkeypatch):
    go_on, told_of = Event(), []

    def file(target, sources, how, *, progress, ready, told):
        told_of.append(how.resume)
        folder = training_folder(target)
        if not how.resume:
            write_model(target, mark=1)
            ready()
            folder.mkdir()
            (folder / "training.safetensors").touch()
            go_on.wait()
            raise LearnError("it was interrupted")
        assert mark_of(target) == 1
        write_model(target, mark=2)

    monkeypatch.setattr(LEARN, file)
    with running(tmp_path / "Eidophone", here=True) as client:
        two = [collection(client, name, sounds[0]) for name in ("a", "b")]
        id_ = learn(client, two)
        until(lambda: job(client, id_)["items"])
        until(lambda: [*client.studio.beside.folder_of(id_).glob("*/*.safetensors")])
    go_on.set()
    with running(tmp_path / "Eidophone", here=True) as client:
        found = job(client, id_)
        assert (found["state"], found["items"]) == ("failed", ["mine.eido"])
        assert found["error"].startswith("interrupted")
        assert [one["name"] for one in client.get("/api/learn/collections").json()] == ["a", "b"]
        client.patch("/api/items/mine.eido", json={"name": "ours.eido"})
        assert client.post(f"/api/jobs/{id_}/resume").json()["error"] is None
        until(lambda: job(client, id_)["state"] == "done")
        assert told_of == [False, True]
        assert [*items(client)] == ["ours.eido"]
        assert mark_of(client.studio.workspace.path_of("ours.eido")) == 2
        assert client.post(f"/api/jobs/{id_}/resume").status_code == 404
        until(lambda: not [*client.studio.workspace.folder_for("beside").glob("*/")])


def test_what_it_sounds_like_meanwhile_can_be_heard(client, two, sounds, monkeypatch):
    go_on = Event()

    def file(target, sources, how, *, progress, ready, told):
        folder = training_folder(target)
        folder.mkdir()
        shutil.copy(sounds_[0], folder / "lear.wav")
        told(Stage(0.1, 9.0, None, None, (folder / "lear.wav",)))
        go_on.wait()

    sounds_ = sounds
    monkeypatch.setattr(LEARN, file)
    id_ = learn(client, two)
    until(lambda: job(client, id_)["stage"].get("heard") == ["lear"])
    answer = client.get(f"/api/learn/jobs/{id_}/heard/lear/samples")
    assert (answer.status_code, answer.headers["X-Rate"]) == (200, "8000")
    assert client.get(f"/api/learn/jobs/{id_}/heard/other/samples").status_code == 404
    assert client.get("/api/learn/jobs/none/heard/lear/samples").status_code == 404
    go_on.set()


def test_what_cannot_be_learnt_says_why(client, two, monkeypatch):
    def file(target, sources, how, *, progress, ready, told):
        raise LearnError(f"lear: {sources['lear']} has 0.5 seconds of sound")

    monkeypatch.setattr(LEARN, file)
    id_ = learn(client, two)
    until(lambda: job(client, id_)["state"] == "failed")
    assert job(client, id_)["error"] == "lear: sounds has 0.5 seconds of sound"
    body = {"act": "learn", "settings": {"names": ["a"], "collections": ["no such"]}}
    assert client.post("/api/jobs", json=body).status_code == 404
    assert client.post("/api/jobs", json={"act": "picture"}).status_code == 404


# What is made by models


@pytest.fixture
def model(client, sounds, tmp_path):
    upload(client, sounds[0])
    return upload(client, write_model(tmp_path / "m.eido"))["name"]


def test_a_sound_is_translated_or_its_beginning(client, model, monkeypatch):
    told = []

    def file(model, source, target, how, *, progress):
        sound = Sound.load(source)
        told.append((sound.duration_seconds, how.to, how.keep))
        sound.save(target)

    monkeypatch.setattr(TRANSLATE, file)
    found = made(client, "translate", ["a.wav", model], to="lear=0.3,autechre=0.7", keep=0.25)
    assert found["items"] == ["a translated.wav"]
    assert told == [(pytest.approx(0.5), "lear=0.3,autechre=0.7", 0.25)]
    long = Sound(np.zeros((1, 24_000), np.float32), 8_000)
    long.save(client.studio.workspace.folder / "long.wav")
    made(client, "translate", ["long.wav", model], seconds=1)
    assert told[-1] == (pytest.approx(1), "", 0.7)
    assert "choose a sound, then a model" in made(client, "translate", ["a.wav"])["error"]


def test_several_sounds_are_generated(client, model, monkeypatch):
    told = []

    def files(model, target, how, *, like, after, progress):
        told.append((how.mix, how.count, how.set, like and like.name, after and after.name))
        for number in range(how.count):
            one = target.with_name(f"{target.stem}-{number + 1}{target.suffix}")
            Sound(np.zeros((1, 800), np.float32), 8_000).save(one)

    monkeypatch.setattr(GENERATE, files)
    settings = {"mix": "lear=1", "count": 2, "set": ["brightness=+1.5"], "like": "a.wav"}
    found = made(client, "generate", [model], **settings)
    assert found["items"] == ["m generated-1.wav", "m generated-2.wav"]
    assert told == [("lear=1", 2, ("brightness=+1.5",), "a.wav", None)]


def test_a_report_is_a_page_that_can_do_nothing(client, model, monkeypatch):
    monkeypatch.setattr(REPORT, lambda _, target, progress: target.write_text("<p>judged"))
    assert made(client, "report", [model])["items"] == ["m report.html"]
    page = client.get("/api/learn/pages/m report.html")
    assert (page.status_code, page.text) == (200, "<p>judged")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    rules = page.headers["content-security-policy"]
    assert rules.startswith("sandbox; default-src 'none'; ")
    assert not {"script", "connect", "allow"} & set(rules.replace("-", " ").split())
    (client.studio.workspace.folder / "other.html").write_text("<p>of a stranger")
    for name in ("other.html", "a.wav", "none.html"):
        assert client.get(f"/api/learn/pages/{name}").status_code == 404


def test_a_map_is_a_page_with_its_picture_and_its_data(client, model, monkeypatch):
    def files(_, folder, progress):
        folder.mkdir()
        data, picture = folder / "map.csv", folder / "map.png"
        data.write_text('collection,track\nlear,"<b>, one"\n', "utf-8")
        picture.write_bytes(b"a picture")
        return [data, picture]

    monkeypatch.setattr(EXPLORE, files)
    assert made(client, "explore", [model])["items"] == ["m map.html"]
    page = client.get("/api/learn/pages/m map.html").text
    assert "<th>collection<th>track" in page
    assert "<td>lear<td>&lt;b&gt;, one" in page
    assert f"base64,{base64.b64encode(b'a picture').decode()}" in page


def test_a_model_with_a_slider_lies_beside_the_one_without(client, model, two, monkeypatch):
    def file(target, name, places):
        counts = [len(list(one.iterdir())) for one in places]
        write_model(target, sliders=[f"{name} of {counts}"])

    monkeypatch.setattr(SLIDE, file)
    ids = [one["id"] for one in two]
    found = made(client, "slide", [model], slider="rough", collections=ids)
    assert found["error"] is None
    assert found["items"] == ["m with a slider.eido"]
    sliders = client.get("/api/learn/models/m with a slider.eido").json()["sliders"]
    assert sliders == ["rough of [2, 1]"]
    assert client.get("/api/learn/models/m.eido").json()["sliders"] == []
    assert "two folders" in made(client, "slide", [model], slider="rough")["error"]


def test_a_translation_is_heard_before_it_is_made(client, model, monkeypatch):
    monkeypatch.setattr(
        TRANSLATE, lambda _, source, target, __, progress: Sound.load(source).save(target)
    )
    body = {"act": "translate", "of": ["a.wav", model], "ways": [{"to": "lear"}]}

    def ready():
        (one,) = client.post("/api/previews", json=body).json()
        return one if one["state"] == "ready" else None

    one = until(ready)
    samples = client.get(f"/api/previews/{one['id']}/samples")
    assert samples.headers["X-Rate"] == "8000"
    assert not any("preview" in name for name in items(client))


# The page


@pytest.fixture
def folders(sounds, tmp_path):
    """Two folders of sounds, in one of which something else is, too."""
    for name, some in (("lear", sounds[:2]), ("autechre", sounds[2:])):
        (tmp_path / name).mkdir()
        for one in some:
            shutil.copy(one, tmp_path / name)
    (tmp_path / "lear" / "notes.txt").write_text("words")
    return [tmp_path / "lear", tmp_path / "autechre"]


def test_folders_become_collections_of_which_two_can_be_learnt(studio, page, folders):
    from playwright.sync_api import expect

    for one in studio.ask("GET", "learn/collections"):
        studio.ask("DELETE", f"learn/collections/{one['id']}")
    studio.open(page, "learn")
    learn_ = page.locator("p-learn").get_by_role("button", name="Learn", exact=True)
    cards = page.locator("p-learn .collections > li")
    expect(learn_).to_be_disabled()
    page.locator("p-learn input[type=file]").set_input_files(folders[0])
    expect(cards).to_have_count(1)
    expect(cards.first).to_contain_text("2 sounds, 0:01 min")
    page.get_by_text("1 file that is no sound was left out").wait_for()
    expect(page.get_by_text("One more folder of sounds, and it can begin.")).to_be_visible()
    page.locator("p-learn input[type=file]").set_input_files(folders[1])
    expect(learn_).to_be_enabled()
    names = page.get_by_role("textbox", name="Name of the collection")
    names.nth(1).fill("Autechre")
    names.nth(1).press("Enter")
    expect(names.nth(1)).to_have_value("Autechre")
    page.reload()
    expect(cards).to_have_count(2)
    expect(names.nth(1)).to_have_value("Autechre")
    page.get_by_role("button", name="Take Autechre away").click()
    expect(cards).to_have_count(1)
    expect(learn_).to_be_disabled()


def test_a_model_is_opened_by_a_click_and_mixed_by_its_names(studio, page, sounds, tmp_path):
    from playwright.sync_api import expect

    studio.clear()
    studio.put(sounds[0])
    studio.put(write_model(tmp_path / "mine.eido", sliders=["rough"]))
    waits = [{"id": "1", "state": "waiting", "error": "", "cold": False}]
    page.route("**/api/previews", lambda route: route.fulfill(json=waits))
    studio.open(page, "sound/a.wav")
    page.locator("e-shelf").get_by_title("mine.eido", exact=True).click()
    expect(page.locator("p-learn h2").first).to_have_text("mine")
    mix = page.get_by_role("slider", name="Mix", exact=True)
    expect(mix).to_have_attribute("aria-valuetext", "50 % lear, 50 % autechre")
    with page.expect_request(lambda one: "autechre=1" in (one.post_data or "")) as waited:
        mix.press("End")
    expect(mix).to_have_attribute("aria-valuetext", "0 % lear, 100 % autechre")
    expect(page.locator("p-learn .source")).to_contain_text("a.wav")
    asked = waited.value.post_data_json
    assert (asked["act"], asked["of"]) == ("translate", ["a.wav", "mine.eido"])
    assert (asked["ways"][0]["to"], asked["ways"][0]["seconds"]) == ("lear=0,autechre=1", 6)
    page.get_by_text("Darker, louder, rougher").click()
    rough = page.get_by_role("slider", name="Less to more: rough")
    rough.press("End")
    page.reload()
    expect(mix).to_have_attribute("aria-valuetext", "0 % lear, 100 % autechre")
    page.get_by_text("Darker, louder, rougher").click()
    expect(rough).to_have_value("2")
    with page.expect_request(lambda one: "rough=+2" in (one.post_data or "")):
        page.get_by_role("button", name="Hear it begin").click()


def test_what_was_made_of_a_model_is_opened_beside_it(studio, page, tmp_path):
    from playwright.sync_api import expect

    studio.clear()
    studio.put(write_model(tmp_path / "mine.eido"))
    (item,) = studio.ask("GET", "items")
    made_ = {"of": ["mine.eido"], "settings": {}, "notes": [], "settles": []}
    kept = [
        item | {"name": name, "kind": "other", "modified": time, "made": made_ | {"act": act}}
        for name, act, time in (
            ("mine map.html", "explore", item["modified"] + 9),
            ("mine report.html", "report", item["modified"] - 9),
        )
    ]
    page.route("**/api/items", lambda route: route.fulfill(json=[*kept, item]))
    studio.open(page, "learn")
    page.locator("e-shelf").get_by_title("mine.eido", exact=True).click()
    opened = page.locator("p-learn").get_by_role("link", name="Open map")
    expect(opened).to_have_attribute("href", "/api/learn/pages/mine%20map.html")
    expect(page.locator("p-learn").get_by_role("link", name="Open report")).to_be_hidden()
    with page.expect_request(lambda one: one.method == "POST" and "report" in one.post_data):
        page.locator("p-learn").get_by_role("button", name="Make a report").click()  # a newer one
