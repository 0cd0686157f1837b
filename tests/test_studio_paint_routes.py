"""Paintings over HTTP: begun, painted on, heard; what cannot be is refused in words."""

import numpy as np
import pytest
import signals
from studio_server import made, running

from eidophone.picture.part import decode_part, encode_part
from eidophone.picture.recipe import PRESETS

RATE = 22_050
STANDARD = PRESETS["standard"]


@pytest.fixture(scope="module")
def sound():
    return signals.music(2.0, 2, rate=RATE)


@pytest.fixture(scope="module")
def ask(tmp_path_factory, sound):
    """A studio with two sounds that are the same."""
    folder = tmp_path_factory.mktemp("studio")
    for name in ("a.wav", "c.wav"):
        sound.save(folder / name)
    with running(folder) as client:
        yield client


def test_a_painting_is_begun_once_painted_on_and_found_again(ask):
    made = ask.post("/api/paintings", json={"item": "c.wav", "exposure": 6})
    assert made.status_code == 201
    painting = made.json()
    assert painting["recipe"]["top_db"] == 0
    again = ask.post("/api/paintings", json={"item": "c.wav"}).json()
    assert again == painting
    paint = np.random.default_rng(1).integers(0, 256, (3, 5, 4), np.uint8)
    where = f"/api/paintings/{painting['id']}/layers/1"
    put = ask.put(f"{where}?first=7&top=9&columns=5&rows=3", content=paint.tobytes())
    assert put.json() == {"revision": 1}
    (found,) = ask.get("/api/paintings?item=c.wav").json()
    assert found["layers"][0]["tiles"] == [0]
    tile = np.frombuffer(ask.get(f"{where}/tiles/0").content, np.uint8).reshape(512, 1024, 4)
    assert np.array_equal(tile[9:12, 7:12], paint)
    assert ask.get(f"{where}/tiles/1").status_code == 404
    ask.patch("/api/items/c.wav", json={"name": "b.wav"})
    assert ask.get("/api/paintings?item=b.wav").json()[0]["id"] == painting["id"]
    ask.delete(f"/api/paintings/{painting['id']}")
    assert ask.get("/api/paintings?item=b.wav").json() == []


def test_altered_columns_are_heard_as_the_library_hears_them(ask, sound):
    view = ask.post("/api/views", json={"item": "a.wav"}).json()
    pixels = encode_part(sound, STANDARD, 50, 80)
    pixels[200:260, 20:60] = 0
    path = f"/api/views/{view['id']}/part?first=50&quality=standard"
    for alone in (False, True):
        answer = ask.post(f"{path}&alone={alone}", content=pixels.tobytes())
        heard = np.frombuffer(answer.content, np.float32).reshape(2, -1)
        first = int(answer.headers["X-First"])
        assert int(answer.headers["X-Count"]) == heard.shape[1]
        part = decode_part(sound, STANDARD, 50, pixels, quality="standard", alone=alone)
        begin = part.first - first
        assert np.array_equal(heard[:, begin : begin + part.samples.shape[1]], part.samples)
        if not alone:
            assert np.array_equal(heard[:, :begin], sound.samples[:, first : part.first])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "layers/1?first=0&top=0&columns=2&rows=2", b"1234", 400),
        ("PUT", "layers/1?first=999999&top=0&columns=1&rows=1", b"1234", 400),
        ("PUT", "layers/1?first=0&top=0&columns=1&rows=1", b"1" * 5000, 413),
        ("PUT", "layers/1?first=0&top=0&columns=8192&rows=8192", b"", 413),
        ("PUT", "layers/9?first=0&top=0&columns=1&rows=1", b"1234", 404),
        ("GET", "layers/1/tiles/-1", None, 404),
        ("PATCH", "", b'{"layers": [{"id": 1}]}', 400),
        ("PATCH", "", b'{"layers": [{"id": 1, "name": "\\ud800"}]}', 400),
        ("PATCH", "", b'{"layers": 7}', 422),
    ],
)
def test_what_cannot_be_is_refused_in_words(ask, method, path, body, status):
    id_ = ask.post("/api/paintings", json={"item": "a.wav"}).json()["id"]
    where = f"/api/paintings/{id_}/{path}" if path else f"/api/paintings/{id_}"
    headers = {"Content-Type": "application/json"} if method == "PATCH" else {}
    answer = ask.request(method, where, content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_columns_that_are_none_and_items_that_are_gone_are_refused(ask):
    view = ask.post("/api/views", json={"item": "a.wav"}).json()
    part = f"/api/views/{view['id']}/part"
    assert ask.post(f"{part}?first=0", content=b"12").status_code == 400
    assert ask.post(f"{part}?first=99999", content=bytes(512 * 3)).status_code == 400
    assert ask.post(f"{part}?first=0&quality=good", content=bytes(512 * 3)).status_code == 422
    assert ask.post("/api/views/x/part?first=0", content=bytes(512 * 3)).status_code == 404
    assert ask.post("/api/paintings", json={"item": "gone.wav"}).status_code == 404
    assert ask.get("/api/paintings/..%2F..").status_code == 404


def test_another_sound_that_got_the_name_of_one_is_painted_on_anew(ask):
    signals.music(0.5, 1, rate=RATE).save(ask.studio.workspace.folder / "d.wav")
    first = ask.post("/api/paintings", json={"item": "d.wav"}).json()
    ask.delete("/api/items/d.wav")
    signals.music(0.6, 1, rate=RATE).save(ask.studio.workspace.folder / "d.wav")
    assert ask.get("/api/paintings?item=d.wav").json() == []
    second = ask.post("/api/paintings", json={"item": "d.wav"}).json()
    assert second["id"] != first["id"]
    assert made(ask, "render", ["d.wav"])["state"] == "done"
    assert ask.get("/api/paintings?item=d.wav").json() == [second]
