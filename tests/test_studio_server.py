"""The server of the studio: who may ask, what is answered, and that nothing leads elsewhere."""

import json
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile
from PIL import Image
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from studio_browser import tone
from studio_server import PATIENCE_SECONDS, PORT, TOKEN, asking, running, until, upload

from eidophone import OutputError, Sound, encode
from eidophone.base.errors import NotThereError
from eidophone.faces.studio.app import app_of
from eidophone.faces.studio.security import Door, Guard
from eidophone.faces.studio.server import Loading
from eidophone.jobs.views import thumbnails
from eidophone.jobs.views.thumbnails import Thumbnails
from eidophone.jobs.views.view import SoundView
from eidophone.jobs.views.views import Views
from eidophone.jobs.workspace.copies import Copies
from eidophone.jobs.workspace.folder import Workspace

ADDRESS = f"http://127.0.0.1:{PORT}"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with running(tmp_path_factory.mktemp("studio") / "Eidophone", upload_bytes=2_000_000) as client:
        yield client


@pytest.fixture
def stranger(client):
    """Who knows no token, of the same studio."""
    return asking(client.studio)


@pytest.fixture(scope="module")
def voice(client, tmp_path_factory):
    """The name of a stereo tone on the shelf."""
    path = tone(tmp_path_factory.mktemp("sounds") / "voice.wav", seconds=1.5, channels=2)
    return upload(client, path)["name"]


def test_the_state_says_what_can_be_done(client):
    state = client.get("/api/state").json()
    assert state["workspace"] == "Eidophone"
    assert state["limits"] == {"upload_bytes": 2_000_000}
    assert "standard" in state["presets"]
    assert "png" in state["formats"]["picture"]


@pytest.mark.parametrize("path", ["/", "/api/state", "/api/items", "/openapi.json", "/api/nothing"])
def test_nobody_comes_in_without_the_token(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "token" in answer.json()["error"]
    assert stranger.get(path, headers={"Authorization": "Bearer another"}).status_code == 401


@pytest.mark.parametrize("address", ["/", "/?token=of-yesterday", "/visual?key=old"])
def test_people_without_the_token_are_told_on_a_page_how_to_get_in(stranger, client, address):
    answer = stranger.get(address, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in answer.text
    assert "All that you made is still there" in answer.text
    policy = client.get("/").headers["content-security-policy"]
    assert answer.headers["content-security-policy"] == policy
    for path in re.findall(r'(?:href|src)="([^"]+)"', answer.text):
        assert stranger.get(path).status_code == 200


def test_cookies_of_other_servers_of_this_machine_are_in_nobodys_way(stranger):
    cookies = f'theirs={{"of": "others"}}; eidophone-{PORT}={TOKEN}; more=é'.encode()
    assert stranger.get("/api/state", headers={"Cookie": cookies}).status_code == 200


def test_the_address_with_the_token_lets_a_browser_in(stranger):
    answer = stranger.get("/", params={"token": TOKEN})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert stranger.get("/").status_code == 200
    assert stranger.get("/api/state").status_code == 200


@pytest.mark.parametrize("token", ["", "another", "ü", "a-token-of-tests "])
def test_another_token_does_not(stranger, token):
    answer = stranger.get("/", params={"token": token})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_ticket_lets_one_browser_in_once(client):
    door = Door(TOKEN, "127.0.0.1", PORT, {"ticket"})

    def browser():
        app = Guard(app_of(client.studio), door)
        return TestClient(app, base_url=ADDRESS, follow_redirects=False)

    first, second = browser(), browser()
    assert first.get("/", params={"token": "ticket"}).status_code == 303
    assert first.get("/api/state").status_code == 200
    assert second.get("/", params={"token": "ticket"}).status_code == 401
    assert second.get("/api/state", headers={"Authorization": "Bearer ticket"}).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": f"evil.example:{PORT}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": f"192.168.1.2:{PORT}"},
        {"Host": ""},
        {"Host": f"127.0.0.1:{PORT}:{PORT}"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/api/items"), ("POST", "/api/quit")])
def test_pages_of_other_places_are_refused(client, method, path, headers):
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": f"localhost:{PORT}", "Origin": f"http://localhost:{PORT}"},
        {"Host": f"[::1]:{PORT}"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_its_own_pages_are_not(client, headers):
    assert client.get("/api/state", headers=headers).status_code == 200


def test_open_to_others_it_is_known_by_number_and_by_its_name():
    door = Door(TOKEN, "studio.example", 80)
    assert door.knows("studio.example")
    assert door.knows("192.168.1.2:80")
    assert not door.knows("evil.example")
    alone = Door(TOKEN, "127.0.0.1", PORT)
    assert alone.knows(f"127.0.0.2:{PORT}")
    assert not alone.knows(f"192.168.1.2:{PORT}")


@pytest.mark.parametrize("origin", [ADDRESS, "http://evil.example"])
def test_sockets_are_refused(client, origin):
    socket = client.websocket_connect("/api/events", headers={"Origin": origin})
    with pytest.raises(WebSocketDisconnect), socket:
        pass


@pytest.mark.parametrize("path", ["/", "/api/state", "/api/nothing", "/web/nothing.js"])
def test_every_answer_says_what_its_pages_may(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_refusals_have_these_headers_too(stranger):
    assert "default-src" in stranger.get("/api/state").headers["content-security-policy"]


def test_pages_are_there_before_what_stands_behind_them(tmp_path):
    loading = Loading(tmp_path / "Eidophone")
    client = TestClient(Guard(loading, Door(TOKEN, "127.0.0.1", PORT)), base_url=ADDRESS)
    client.headers["Authorization"] = f"Bearer {TOKEN}"
    assert client.get("/").status_code == 200
    assert client.get("/web/app.js").status_code == 200
    loading.begin(lambda: None)
    assert client.get("/api/state").json()["workspace"] == "Eidophone"  # it has waited
    loading.close()


def test_a_workspace_that_cannot_be_ends_the_studio_with_words(tmp_path):
    (tmp_path / "file").write_text("a file")
    ended = Event()
    loading = Loading(tmp_path / "file")
    loading.begin(ended.set)
    assert ended.wait(PATIENCE_SECONDS)
    with pytest.raises(OutputError, match="file"):
        loading.check()


def test_an_upload_becomes_an_item(client, voice):
    item = client.get(f"/api/items/{voice}").json()
    assert (item["kind"], item["rate"], item["channels"]) == ("sound", 44_100, 2)
    assert item["seconds"] == pytest.approx(1.5)
    assert item["made"] is None
    assert voice in [one["name"] for one in client.get("/api/items").json()]


def test_the_file_comes_back_byte_for_byte_and_in_ranges(client, tmp_path):
    path = tone(tmp_path / "again.wav")
    name = upload(client, path)["name"]
    whole = client.get(f"/api/items/{name}/file")
    assert whole.content == path.read_bytes()
    assert whole.headers["content-type"].startswith("audio/")
    part = client.get(f"/api/items/{name}/file", headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.content == path.read_bytes()[10:20]
    saved = client.get(f"/api/items/{name}/file", params={"download": 1})
    assert saved.headers["content-disposition"].startswith("attachment")


def test_samples_are_those_of_the_file(client, voice):
    answer = client.get(f"/api/items/{voice}/samples", params={"first": 1000, "count": 500})
    samples = np.frombuffer(answer.content, "<f4").reshape(2, 500)
    sound = Sound.load(client.studio.workspace.path_of(voice))
    np.testing.assert_array_equal(samples, sound.samples[:, 1000:1500])
    assert answer.headers["x-rate"] == "44100"
    assert answer.headers["x-channels"] == "2"
    assert (answer.headers["x-first"], answer.headers["x-count"]) == ("1000", "500")


def test_samples_end_with_the_sound(client, voice):
    answer = client.get(f"/api/items/{voice}/samples", params={"first": 66_000, "count": 5000})
    assert answer.headers["x-count"] == "150"
    assert len(answer.content) == 2 * 150 * 4
    beyond = client.get(f"/api/items/{voice}/samples", params={"first": 1 << 39, "count": 5})
    assert (beyond.status_code, beyond.content) == (200, b"")


def test_what_is_too_large_is_refused_by_what_it_says(client):
    answer = client.post(
        "/api/items?name=a.wav", content=b"", headers={"Content-Length": "2000001"}
    )
    assert answer.status_code == 413
    assert "0.002 GB" in answer.json()["error"]


def test_what_is_too_large_is_refused_by_what_comes(client):
    sent = 0

    def endless():
        nonlocal sent
        while True:
            sent += 1
            yield bytes(1 << 16)

    answer = client.post("/api/items?name=a.wav", content=_bounded(endless(), 100))
    assert answer.status_code == 413
    assert not list(client.studio.workspace.folder_for("arriving").iterdir())


def _bounded(chunks, count):
    for _, chunk in zip(range(count), chunks, strict=False):
        yield chunk


@pytest.mark.parametrize("body", [b"", b"garbage", b"RIFF\x10\0\0\0WAVEfmt ", b"\x89PNG\r\n\x1a\n"])
def test_what_is_nothing_is_refused_in_words(client, body):
    answer = client.post("/api/items?name=odd.wav", content=body)
    assert answer.status_code == 400
    assert "odd.wav" in answer.json()["error"]
    assert "odd.wav" not in [one["name"] for one in client.get("/api/items").json()]


def test_words_without_end_are_refused(client):
    body = b'{"act": "' + bytes(9 << 20) + b'"}'
    headers = {"Content-Type": "application/json"}
    assert client.post("/api/jobs", content=body, headers=headers).status_code == 413
    coming = (body[n : n + 65_536] for n in range(0, len(body), 65_536))
    answer = client.post("/api/jobs", content=coming, headers=headers)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


NAMES = {
    "../x.wav": "_x.wav",
    "..\\..\\x.wav": "_.._x.wav",
    "/etc/passwd": "_etc_passwd",
    "con.wav": "_con.wav",
    "nul": "_nul",
    "a\nb\0c.wav": "a_b_c.wav",
    "-rf.wav": "rf.wav",
    ".hidden.wav": "hidden.wav",
    "~/x.wav": "_x.wav",
    "x. ": "x",
    "...": "unnamed",
    "\u202egnp.wav": "_gnp.wav",
    'a<b>:"c|d?*.wav': "a_b___c_d__.wav",
}


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_odd_names_never_leave_the_workspace(client, tmp_path, name):
    before = {path.name for path in client.studio.workspace.folder.parent.iterdir()}
    wanted = NAMES[name]
    item = upload(client, tone(tmp_path / "x.wav", seconds=0.05), name)
    assert item["name"] == wanted
    assert client.get(f"/api/items/{_quoted(wanted)}").json() == item
    assert {path.name for path in client.studio.workspace.folder.parent.iterdir()} == before
    assert client.delete(f"/api/items/{_quoted(wanted)}").status_code == 204


def _quoted(name):
    from urllib.parse import quote

    return quote(name, safe="")


def test_long_names_are_cut(client, tmp_path):
    item = upload(client, tone(tmp_path / "x.wav", seconds=0.05), "ü" * 300 + ".wav")
    assert re.fullmatch("ü+\\.wav", item["name"])
    assert len(item["name"].encode()) <= 160


def test_the_same_letters_are_the_same_name(client, tmp_path):
    path = tone(tmp_path / "x.wav", seconds=0.05)
    names = [unicodedata.normalize(form, "Töne.wav") for form in ("NFC", "NFD")]
    found = [upload(client, path, name)["name"] for name in (*names, "TÖNE.wav")]
    assert found == ["Töne.wav", "Töne 2.wav", "TÖNE 3.wav"]
    assert client.get(f"/api/items/{names[1]}").json()["name"] == "Töne.wav"


@pytest.mark.parametrize("name", ["..%2Fsecret.txt", "%2Fetc%2Fpasswd", ".studio", "secret.txt"])
def test_names_lead_nowhere_else(client, name):
    secret = client.studio.workspace.folder.parent / "secret.txt"
    secret.write_text("secret")
    (client.studio.workspace.folder / "secret.txt").unlink(missing_ok=True)
    (client.studio.workspace.folder / "secret.txt").symlink_to(secret)
    for way in ("", "/file", "/samples", "/info", "/thumbnail"):
        answer = client.get(f"/api/items/{name}{way}")
        assert answer.status_code == 404, way
        assert b"secret\n" not in answer.content
    assert "secret.txt" not in [one["name"] for one in client.get("/api/items").json()]


@pytest.mark.parametrize("path", ["/web/../server.py", "/web/%2e%2e/server.py", "/web//etc/passwd"])
def test_pages_lead_nowhere_else(client, path):
    assert client.get(path).status_code == 404


def test_what_people_bring_is_never_a_page(client):
    folder = client.studio.workspace.folder
    (folder / "evil.html").write_text("<script>alert(1)</script>")
    (folder / "evil.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    for name in ("evil.html", "evil.svg"):
        answer = client.get(f"/api/items/{name}/file")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]
        (folder / name).unlink()


def test_no_answer_names_a_place_of_this_machine(client, tmp_path, voice):
    (client.studio.workspace.folder / "broken.wav").write_bytes(b"RIFF\x10\0\0\0WAVEfmt junk")
    (client.studio.workspace.folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\njunk")
    answers = [client.get("/api/items")]
    for name in ("broken.wav", "broken.png", "nothing", voice):
        for way in ("", "/file", "/samples", "/info", "/thumbnail", "/restore"):
            answers.append(client.get(f"/api/items/{name}{way}"))
        answers.append(client.post("/api/views", json={"item": name}))
        answers.append(client.post(f"/api/items/{name}/restore"))
        for act in ("picture", "squares", "film", "sound"):
            answers.append(client.post("/api/jobs", json={"act": act, "of": [name]}))
    for settings in ({"recipe": "/etc/passwd.json"}, {"reference": "../x"}, {"format": "/"}):
        body = {"act": "picture", "of": [voice], "settings": settings}
        answers.append(client.post("/api/jobs", json=body))
    until(lambda: not _going_on(client))
    answers.append(client.get("/api/jobs"))
    places = [str(client.studio.workspace.folder), str(tmp_path.parent), "/usr/", "/site-packages"]
    said = "\n".join(one.text for one in answers if "json" in one.headers["content-type"])
    assert not [place for place in places if place in said]
    assert "is damaged" in said or "damaged" in said
    assert all(one.status_code < 500 for one in answers)
    for name in ("broken.wav", "broken.png"):
        (client.studio.workspace.folder / name).unlink()


def _going_on(client):
    jobs = client.get("/api/jobs").json()
    return [one for one in jobs if one["state"] in ("waiting", "running")]


def test_errors_are_one_line_of_words(client):
    for answer in (
        client.get("/api/items/nothing"),
        client.get("/api/nothing"),
        client.put("/api/items"),
        client.post("/api/items"),
        client.post("/api/views", content=b"{"),
        client.get("/api/items/x/samples", params={"first": -1}),
        client.post("/api/jobs", json={"act": "dance", "of": ["x"]}),
    ):
        assert 400 <= answer.status_code < 500
        assert set(answer.json()) == {"error"}
        assert "\n" not in answer.json()["error"]


def test_items_are_renamed_thrown_away_and_brought_back(client, tmp_path):
    upload(client, tone(tmp_path / "one.wav", seconds=0.05))
    assert (
        client.patch("/api/items/one.wav", json={"name": "../two.wav"}).json()["name"] == "_two.wav"
    )
    assert client.get("/api/items/one.wav").status_code == 404
    assert client.delete("/api/items/_two.wav").status_code == 204
    assert client.get("/api/items/_two.wav").status_code == 404
    assert client.post("/api/items/_two.wav/restore").json()["name"] == "_two.wav"
    assert client.post("/api/items/_two.wav/restore").status_code == 404
    client.delete("/api/items/_two.wav")


def test_examples_become_items(client):
    examples = client.get("/api/examples").json()
    assert {"guit_em9.flac", "perc_bell.flac"} <= {one["name"] for one in examples}
    item = client.post("/api/examples/misc_crow.flac").json()
    assert (item["name"], item["kind"]) == ("misc_crow.flac", "sound")
    assert client.post("/api/examples/..%2Fx").status_code == 404


def test_a_view_has_the_pixels_of_the_library(client, voice):
    view = client.post(
        "/api/views", json={"item": voice, "recipe": "compact", "exposure": 6}
    ).json()
    sound = Sound.load(client.studio.workspace.path_of(voice))
    picture = encode(sound, "compact", exposure=6)
    assert (view["rows"], view["columns"]) == picture.pixels.shape[:2]
    assert view["exposure_db"] == 6
    assert view["row_hz"] == sorted(view["row_hz"], reverse=True)
    tile = client.get(f"/api/views/{view['id']}/tiles/1/0")
    pixels = np.frombuffer(tile.content, np.uint8)
    np.testing.assert_array_equal(pixels, picture.pixels.reshape(-1))
    assert tile.headers["x-complete"] == "1"
    for wrong in ("1/1", "2/0", "64/0", "1/-1"):
        assert client.get(f"/api/views/{view['id']}/tiles/{wrong}").status_code in (404, 422)


@pytest.fixture
def views(tmp_path):
    """Views of a workspace with a sound of ten seconds, and who is told of them."""
    workspace, told = Workspace(tmp_path / "w"), []
    tone(workspace.folder / "long.wav", seconds=10)
    copies = Copies(tmp_path / "copies", most_bytes=1)
    views = Views(tmp_path / "views", copies, told.append)
    views.told, views.copies, views.item = told, copies, workspace.item("long.wav")
    yield views
    views.close()


def test_a_view_whose_sound_made_room_for_others_gets_it_again(views, tmp_path):
    view = views.open(views.item)
    until(lambda: view.done == 1)
    before, _ = views.tile(view.shown.id, 1, 0)
    views.copies.of(tone(tmp_path / "other.wav"))
    until(lambda: not view.copy.is_there)
    after, _ = views.tile(view.shown.id, 1, 0)
    np.testing.assert_array_equal(before, after)
    assert views.view(view.shown.id).done == 1
    views.item.path.unlink()
    views.copies.of(tone(tmp_path / "another.wav"))
    until(lambda: not views._views[view.shown.id].copy.is_there)
    with pytest.raises(NotThereError, match="open it again"):
        views.tile(view.shown.id, 1, 0)


def test_a_view_that_was_replaced_writes_nothing_any_more(tmp_path):
    workspace = Workspace(tmp_path / "w")
    tone(workspace.folder / "long.wav", seconds=30)
    views = Views(tmp_path / "views", Copies(tmp_path / "copies"), lambda _: None)
    views.close()  # its steps are for this test to do
    first = views.open(workspace.item("long.wav"))
    steps = first.steps()
    next(steps)
    views.copies = Copies(tmp_path / "others")
    second = views._sound_view(first.shown, views.copies.of(workspace.path_of("long.wav")))
    assert list(steps) == []
    assert first.done < 1
    assert list(second.steps())
    assert second.done == 1
    level = max(second.shown.levels)
    again = SoundView(first.shown, second.copy, tmp_path / "again")
    assert list(again.steps())
    np.testing.assert_array_equal(second.tile(level, 0)[0], again.tile(level, 0)[0])


def test_a_thumbnail_is_a_small_picture(client, voice):
    answer = client.get(f"/api/items/{voice}/thumbnail")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_that_of_a_zip_is_its_first_picture(client, tmp_path):
    image = Image.new("RGB", (8, 4), (200, 100, 50))
    image.save(tmp_path / "a.png")
    with ZipFile(tmp_path / "squares.zip", "w") as file:
        file.writestr("b.png", b"broken")
        file.write(tmp_path / "a.png", "a.png")
    upload(client, tmp_path / "squares.zip")
    answer = client.get("/api/items/squares.zip/thumbnail")
    with Image.open(BytesIO(answer.content)) as found:
        assert (found.size, found.getpixel((0, 0))) == ((8, 4), (200, 100, 50))


def test_a_thumbnail_is_made_once_and_few_at_a_time(tmp_path, monkeypatch):
    workspace, at_once, most, made = Workspace(tmp_path / "w"), [], [], []
    for number in range(6):
        tone(workspace.folder / f"{number}.wav", hz=100 * (number + 1))

    def make(item):
        at_once.append(item)
        most.append(len(at_once))
        made.append(item.name)
        Event().wait(0.01)
        at_once.remove(item)
        return item.name.encode()

    monkeypatch.setattr(thumbnails, "thumbnail_of", make)
    shelf = Thumbnails(tmp_path / "thumbnails")
    items = workspace.items() * 2
    with ThreadPoolExecutor(12) as threads:
        assert list(threads.map(shelf.of, items)) == [one.name.encode() for one in items]
    assert max(most) <= 2
    assert sorted(made) == [f"{number}.wav" for number in range(6)]
    monkeypatch.setattr(thumbnails, "thumbnail_of", None)
    assert Thumbnails(tmp_path / "thumbnails").of(items[0]) == items[0].name.encode()
    monkeypatch.undo()
    monkeypatch.setattr(thumbnails, "_MOST_BYTES", 1)
    tone(workspace.folder / "7.wav", seconds=0.5)
    assert shelf.of(workspace.item("7.wav")).startswith(b"\x89PNG")
    assert list((tmp_path / "thumbnails").glob("*.png")) == []


def test_a_line_of_one_pixel_is_seen_in_its_thumbnail(client, tmp_path):
    upload(client, tone(tmp_path / "tone.wav", seconds=3))
    small = client.get("/api/items/tone.wav/thumbnail").content
    assert np.asarray(Image.open(BytesIO(small))).max() > 128


def test_how_a_sound_is_read_is_said(client, tmp_path):
    soundfile.write(tmp_path / "eight.wav", np.zeros((8000, 8)), 44_100)
    item = upload(client, tmp_path / "eight.wav")
    assert item["channels"] == 2
    assert any("8 channels" in one for one in item["notes"])
    whole = client.studio.workspace.folder / "cut.flac"
    soundfile.write(whole, np.random.default_rng(1).normal(0, 0.1, 44_100), 44_100)
    whole.write_bytes(whole.read_bytes()[:30_000])
    assert "cut short" in client.get("/api/items/cut.flac").json()["notes"][0]


def test_pages_travel_small(client):
    answer = client.get("/web/app.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    again = client.get("/web/app.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_forms_describe_what_jobs_take(client):
    forms = client.get("/api/forms").json()
    assert {"picture", "squares", "film", "sound", "film_sound"} <= set(forms)
    (keep,) = [one for one in forms["sound"] if one["name"] == "keep"]
    assert keep["choices"] == ["auto", "all", "lightness", "tone"]
    (original,) = [one for one in forms["sound"] if one["name"] == "reference"]
    assert (original["label"], original["type"]) == ("original", "path")
    assert json.dumps(forms)
