"""The queue of the studio: what it makes is what the command line makes, and nothing is lost."""

import json
import shutil
import struct
import urllib.request
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import numpy as np
import pytest
import studio_browser
from PIL import Image
from studio_browser import tone
from studio_server import made, running, until, upload

from eidophone import EidophoneError, OutputError, Picture, PictureError, Sound
from eidophone.bridge.process import returned
from eidophone.faces.cli import main
from eidophone.jobs.queue import queue
from eidophone.jobs.queue.making import DIED, Maker
from eidophone.jobs.queue.worker import Order
from eidophone.jobs.workspace import zips
from eidophone.jobs.workspace.zips import packed, unpacked
from eidophone.picture.sequence import Cut


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with running(tmp_path_factory.mktemp("studio") / "Eidophone") as client:
        yield client


@pytest.fixture(scope="module")
def voice(client, tmp_path_factory):
    """A stereo sound of three seconds, which is not the same on both sides."""
    path = tmp_path_factory.mktemp("sounds") / "voice.wav"
    noise = np.random.default_rng(3).normal(0, 0.03, (2, 132_300)).astype(np.float32)
    noise[0] += Sound.load(tone(path, seconds=3.0)).samples[0]
    path.unlink()
    Sound(noise, 44_100).save(path)
    upload(client, path)
    return path


def path_of(client, name):
    return client.studio.workspace.path_of(name)


def test_a_picture_is_that_of_the_command_line(client, voice, tmp_path):
    job = made(client, "picture", ["voice.wav"], recipe="compact", exposure=6)
    assert (job["state"], job["done"]) == ("done", 1)
    (name,) = job["items"]
    arguments = ["--recipe", "compact", "--exposure", "6", "--quiet"]
    assert main(["encode", str(voice), str(tmp_path / "voice.png"), *arguments]) == 0
    assert path_of(client, name).read_bytes() == (tmp_path / "voice.png").read_bytes()
    record = client.get(f"/api/items/{name}").json()["made"]
    assert (record["act"], record["of"]) == ("picture", ["voice.wav"])
    assert record["settings"] == {"recipe": "compact", "exposure": 6}
    again = made(client, record["act"], record["of"], **record["settings"])
    assert again["items"] != job["items"]
    assert path_of(client, again["items"][0]).read_bytes() == (tmp_path / "voice.png").read_bytes()


def test_squares_are_those_of_the_command_line(client, voice, tmp_path):
    job = made(client, "squares", ["voice.wav"], size=128, overlap=0.25, format="jpeg")
    target = tmp_path / "voice squares.jpg"
    arguments = ["--size", "128", "--overlap", ".25", "--quiet"]
    assert main(["encode", str(voice), str(target), *arguments]) == 0
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with ZipFile(path_of(client, job["items"][0])) as file:
        assert {name: file.read(name) for name in file.namelist()} == files


def test_a_film_is_that_of_the_command_line(client, voice, tmp_path):
    pytest.importorskip("av")
    job = made(client, "film", ["voice.wav"], kind="scroll", size=64, fps=10, format="mkv")
    assert job["items"] == ["voice.mkv"]
    target = tmp_path / "voice.mkv"
    arguments = ["--film", "scroll", "--size", "64", "--fps", "10", "--quiet"]
    assert main(["encode", str(voice), str(target), *arguments]) == 0
    assert path_of(client, "voice.mkv").read_bytes() == target.read_bytes()
    heard = made(client, "sound", ["voice.mkv"])
    assert heard["items"] == ["voice from film.wav"]
    assert main(["decode", str(target), str(tmp_path / "film.wav"), "--quiet"]) == 0
    sound = path_of(client, "voice from film.wav")
    assert sound.read_bytes() == (tmp_path / "film.wav").read_bytes()


def altered(path, target):
    """The picture at ``path`` with a dark bar across it, its metadata kept."""
    picture = Picture.load(path)
    pixels = picture.pixels.copy()
    pixels[100:200] //= 3
    Picture(pixels, picture.recipe, picture.source).save(target)
    return target


def test_the_sound_of_an_altered_picture(client, voice, tmp_path):
    made(client, "picture", ["voice.wav"])
    picture = altered(path_of(client, "voice.png"), tmp_path / "altered.png")
    upload(client, picture)
    alone = made(client, "sound", ["altered.png"], quality="preview", format="flac")
    assert alone["items"] == ["altered from picture.flac"]
    target = tmp_path / "alone.flac"
    assert main(["decode", str(picture), str(target), "--quality", "preview", "--quiet"]) == 0
    assert path_of(client, "altered from picture.flac").read_bytes() == target.read_bytes()


@pytest.mark.parametrize(("keep", "strength"), [("auto", 1), ("all", 0.5), ("tone", 1)])
def test_what_was_done_to_a_picture_is_done_to_its_original(
    client, voice, tmp_path, keep, strength
):
    made(client, "picture", ["voice.wav"])
    picture = Picture.load(altered(path_of(client, "voice.png"), tmp_path / "changed.png"))
    upload(client, tmp_path / "changed.png")
    how = {"reference": "voice.wav", "keep": keep, "strength": strength, "quality": "preview"}
    job = made(client, "sound", ["changed.png"], **how)
    assert job["notes"] == []
    sound = Sound.load(voice)
    with returned(
        sound,
        [picture.pixels],
        recipe=picture.recipe,
        cut=Cut(picture.width, picture.width),
        keep=keep,
        strength=strength,
        quality="preview",
    ) as back:
        expected = back.sound()
    found = Sound.load(path_of(client, job["items"][0]))
    np.testing.assert_array_equal(found.samples, expected.samples)


def test_squares_that_came_back_in_a_zip(client, voice, tmp_path):
    (name,) = made(client, "squares", ["voice.wav"], size=128, overlap=0.25)["items"]
    untouched = made(client, "sound", [name], reference="voice.wav")
    found = Sound.load(path_of(client, untouched["items"][0]))
    np.testing.assert_array_equal(found.samples, Sound.load(voice).samples)
    (tmp_path / "out").mkdir()
    (tmp_path / "in").mkdir()
    pictures = unpacked(path_of(client, name), tmp_path / "out")
    changed = [altered_square(one, tmp_path / "in" / one.name) for one in pictures]
    packed(changed, tmp_path / "changed.zip")
    upload(client, tmp_path / "changed.zip")
    how = {"reference": "voice.wav", "keep": "all", "quality": "preview"}
    job = made(client, "sound", ["changed.zip"], **how)
    assert job["state"] == "done", job["error"]
    recipe = Picture.load(pictures[0]).recipe
    with returned(
        Sound.load(voice),
        [Picture.load(one).pixels for one in changed],
        recipe=recipe,
        cut=Cut.squares(128, 0.25),
        keep="all",
        quality="preview",
    ) as back:
        expected = back.sound()
    found = Sound.load(path_of(client, job["items"][0]))
    np.testing.assert_array_equal(found.samples, expected.samples)


def altered_square(path, target):
    picture = Picture.load(path)
    pixels = picture.pixels.copy()
    pixels[40:60] //= 2
    Image.fromarray(pixels).save(target)  # which forgets what it is
    return target


def test_an_original_that_is_another_is_said_to_be(client, voice, tmp_path):
    made(client, "picture", ["voice.wav"])
    altered(path_of(client, "voice.png"), tmp_path / "other.png")
    upload(client, tmp_path / "other.png")
    upload(client, tone(tmp_path / "another.wav", seconds=1.0))
    job = made(client, "sound", ["other.png"], reference="another.wav", strength=0.5)
    assert job["state"] == "done"
    assert any("“keep” and “strength” have no effect" in one for one in job["notes"])


def test_what_was_guessed_is_said_with_what_settles_it(client, tmp_path):
    pixels = np.random.default_rng(1).integers(0, 80, (64, 64, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    upload(client, tmp_path / "photo.png")
    job = made(client, "sound", ["photo.png"], quality="preview")
    (place,) = [n for n, note in enumerate(job["notes"]) if "guessed" in note]
    assert job["settles"][place] == ["recipe", "rate", "seconds", "reference"]
    assert "“seconds”" in job["notes"][place]
    assert "`" not in "".join(job["notes"])
    item = client.get(f"/api/items/{job['items'][0]}").json()
    assert item["made"]["settles"] == job["settles"]
    settled = made(client, "sound", ["photo.png"], quality="preview", seconds=0.5)
    found = client.get(f"/api/items/{settled['items'][0]}").json()
    assert found["seconds"] == pytest.approx(0.5)


def test_the_likely_originals_of_what_came_back(client, voice, tmp_path):
    made(client, "picture", ["voice.wav"])
    made(client, "squares", ["voice.wav"], size=128)
    upload(client, tone(tmp_path / "voice of another.wav", seconds=1.0))
    altered(path_of(client, "voice.png"), tmp_path / "from elsewhere.png")
    upload(client, tmp_path / "from elsewhere.png")
    Image.fromarray(np.zeros((64, 64, 3), np.uint8)).save(tmp_path / "voice of another styled.png")
    upload(client, tmp_path / "voice of another styled.png")

    def originals(name):
        return [one["name"] for one in client.get(f"/api/items/{name}/originals").json()]

    assert originals("voice.png")[0] == "voice.wav"  # as it was made
    assert originals("from elsewhere.png")[0] == "voice.wav"  # as it says
    assert "voice of another.wav" not in originals("from elsewhere.png")
    assert originals("voice squares.zip")[0] == "voice.wav"
    with Image.open(path_of(client, "voice.png")) as image:
        image.convert("L").resize((image.width // 2, 256)).save(tmp_path / "nameless.jpg")
    upload(client, tmp_path / "nameless.jpg")
    assert originals("nameless.jpg")[0] == "voice.wav"  # as its shape says
    by_name = originals("voice of another styled.png")
    assert by_name[:2] == ["voice of another.wav", "voice.wav"]


@pytest.mark.parametrize(
    ("act", "settings", "words"),
    [
        ("picture", {"recipe": "nothing"}, "no recipe 'nothing'"),
        ("picture", {"recipe": 3}, "recipe"),
        ("picture", {"recipe": {"rows": 1, "version": 1}}, "rows"),
        ("picture", {"exposure": "much"}, "exposure"),
        ("picture", {"overwrite": True}, "no 'overwrite'"),
        ("picture", {"format": ["png"]}, "format"),
        ("squares", {"size": 1e9}, "size"),
        ("squares", {"size": 12.5}, "size"),
        ("film", {"fps": "1/0"}, "frames a second"),
        ("sound", {"reference": "nothing.wav"}, "nothing.wav"),
        ("sound", {"reference": "../voice.wav"}, "no item called"),
        ("sound", {"hz": [1, 2, 3]}, "2 at most"),
        ("sound", {"strength": float(2)}, "strength"),
        ("sound", {"keep": {}}, "keep"),
        ("style", {"address": "\ud800"}, "address"),
    ],
    ids=str,
)
def test_what_cannot_be_chosen_is_refused_at_once(client, voice, act, settings, words):
    body = json.dumps({"act": act, "of": ["voice.wav"], "settings": settings})
    answer = client.post("/api/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 404)
    assert words in answer.json()["error"]


def test_what_fails_says_why_and_leaves_nothing(client, voice):
    before = [one["name"] for one in client.get("/api/items").json()]
    job = made(client, "picture", ["voice.wav"], drawn_for="riffusion", format="exr")
    assert job["state"] == "failed"
    assert "riffusion reads .png" in job["error"]
    assert [one["name"] for one in client.get("/api/items").json()] == before
    assert client.post(f"/api/jobs/{job['id']}/dismiss").status_code == 204
    assert job["id"] not in [one["id"] for one in client.get("/api/jobs").json()]


def test_hostile_zips_are_refused(client, tmp_path):
    with ZipFile(tmp_path / "text.zip", "w") as file:
        file.writestr("../../evil.txt", "evil")
    with ZipFile(tmp_path / "broken.zip", "w") as file:
        file.writestr("folder/evil.png", b"\x89PNG\r\n\x1a\nevil")
    for name, words in (("text.zip", "no pictures"), ("broken.zip", "cannot read")):
        upload(client, tmp_path / name)
        job = made(client, "sound", [name])
        assert job["state"] == "failed"
        assert words in job["error"]
    names = [path.name for path in client.studio.workspace.folder.parent.rglob("evil*")]
    assert names == []


@pytest.mark.parametrize("pack", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_broken_zips_are_refused_in_words(tmp_path, pack):
    with ZipFile(tmp_path / "a.zip", "w", pack) as file:
        file.writestr("a.png", np.random.default_rng(1).bytes(100))
    data = bytearray((tmp_path / "a.zip").read_bytes())
    for at in range(40, len(data)):
        (tmp_path / "a.zip").write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        with suppress(EidophoneError, OSError, MemoryError):
            unpacked(tmp_path / "a.zip", made_folder(tmp_path, at))


def test_pictures_that_grow_out_of_proportion_are_refused_before_they_do(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "_MOST_EACH", 1000)
    with ZipFile(tmp_path / "a.zip", "w", ZIP_DEFLATED) as file:
        file.writestr("a.png", bytes(1001))
    with pytest.raises(PictureError, match="larger than"):
        unpacked(tmp_path / "a.zip", made_folder(tmp_path, 0), most=1)
    assert list(made_folder(tmp_path, 0).iterdir()) == []


@pytest.mark.parametrize("zip64", [False, True])
def test_a_list_of_millions_of_files_is_refused_before_it_is_read(tmp_path, zip64):
    size, count = 100 << 20, 3_000_000
    place = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, 0)
    place += struct.pack("<4sIQI", b"PK\6\7", 0, size, 1)
    most = (1 << 16) - 1
    counted = (most, most, (1 << 32) - 1, (1 << 32) - 1) if zip64 else (most, most, size, 0)
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(
            (place if zip64 else b"") + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, *counted, 0)
        )
    with pytest.raises(PictureError, match=r"a\.zip has a list of \d+ bytes of what is in it"):
        unpacked(tmp_path / "a.zip", made_folder(tmp_path, 0))


def test_pictures_are_called_as_in_their_zip_and_lead_nowhere(tmp_path):
    names = ["b/one.png", "a/One.png", "a/two?.PNG", "c:\\evil.png", "b/ .png", "5 one.png"]
    with ZipFile(tmp_path / "a.zip", "w") as file:
        for name in names:
            file.writestr(name, name)
    found = unpacked(tmp_path / "a.zip", made_folder(tmp_path, 0))
    assert {path.parent for path in found} == {tmp_path / "0"}
    assert {path.read_text("utf-8"): path.name for path in found} == {
        "c:\\evil.png": "c__evil.png",
        "5 one.png": "5 one.png",
        "a/One.png": "One.png",
        "a/two?.PNG": "two_.png",
        "b/ .png": "unnamed.png",
        "b/one.png": "5 5 one.png",
    }


@pytest.mark.parametrize("comment", [b"", b"a comment"])
def test_zips_with_comments_are_read(tmp_path, comment):
    with ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a.png", b"a")
        file.comment = comment
    (found,) = unpacked(tmp_path / "a.zip", made_folder(tmp_path, 0))
    assert found.read_bytes() == b"a"


def made_folder(folder, number):
    (folder / f"{number}").mkdir(exist_ok=True)
    return folder / f"{number}"


def test_what_is_cancelled_before_it_is_begun_is_never_begun(tmp_path):
    maker = Maker(tmp_path / "work")
    order, stopped = Order("picture", (), tmp_path, "a", {}, {}), Event()
    maker.stop(stopped)
    assert maker.make(order, lambda _: None, stopped) == DIED
    assert maker._process is None


def test_what_has_ended_by_itself_is_not_stopped_any_more(tmp_path):
    maker, ended = Maker(tmp_path / "work"), Event()
    order = Order("nothing", (), tmp_path, "a", {}, {})
    try:
        assert maker.make(order, lambda _: None, ended).what == "failed"
        process = maker._process
        maker.stop(ended)
        assert maker.make(order, lambda _: maker.stop(ended), Event()).what == "failed"
        assert maker._process is process
    finally:
        maker.close()
    assert process.returncode is not None
    assert list((tmp_path / "work").iterdir()) == []


class Reluctant:
    """Makes nothing, and takes its time to end."""

    def __init__(self):
        self.begun, self.may_end, self.made = Event(), Event(), []

    def begin(self):
        pass

    def make(self, order, _, stopped):
        self.made.append(order.stem)
        self.begun.set()
        assert stopped.wait(60)
        assert self.may_end.wait(60)
        return DIED

    def stop(self, stopped):
        stopped.set()
        assert self.may_end.wait(60)


@pytest.mark.parametrize("is_put_back", [False, True])
def test_nobody_waits_while_a_process_is_stopped(client, voice, monkeypatch, is_put_back):
    monkeypatch.setattr(client.studio.queue, "_maker", maker := Reluctant())
    body = {"act": "picture", "of": ["voice.wav"], "name": "first", "later": is_put_back}
    first = client.post("/api/jobs", json=body).json()["id"]
    assert maker.begun.wait(60)
    other = {"act": "picture", "of": ["voice.wav"], "name": "second"}
    if is_put_back:
        waits = Thread(target=client.post, args=("/api/jobs",), kwargs={"json": other})
    else:
        waits = Thread(target=client.delete, args=(f"/api/jobs/{first}",))
    waits.start()
    now = "waiting" if is_put_back else "cancelled"
    until(lambda: job_of(client, first)["state"] == now)
    assert waits.is_alive()
    assert maker.made == ["first"]
    monkeypatch.undo()
    maker.may_end.set()
    waits.join(60)
    if is_put_back:
        until(lambda: job_of(client, first)["state"] == "done")
        assert [one["state"] for one in client.get("/api/jobs").json()[-2:]] == ["done", "done"]
    until(lambda: not list(client.studio.workspace.folder_for("jobs").iterdir()))


def test_a_studio_without_its_workspace_ends_well(tmp_path):
    with running(tmp_path / "Eidophone") as client:
        shutil.rmtree(client.studio.workspace.folder)


def test_a_job_for_which_there_is_no_room_fails_and_those_after_it_do_not(
    client, voice, monkeypatch
):
    def full(_):
        raise OutputError("there is no room")

    with monkeypatch.context() as patch:
        patch.setattr(queue, "make_folder", full)
        job = made(client, "picture", ["voice.wav"])
    assert (job["state"], job["error"]) == ("failed", "there is no room")
    assert made(client, "picture", ["voice.wav"])["state"] == "done"


@pytest.fixture(scope="module")
def long(client, tmp_path_factory):
    """The name of a picture whose sound takes long to make."""
    path = tone(tmp_path_factory.mktemp("sounds") / "long.wav", seconds=60, channels=2)
    upload(client, path)
    (name,) = made(client, "picture", ["long.wav"])["items"]
    with Image.open(path_of(client, name)) as image:
        image.point(lambda one: one // 2).save(path.with_name("half.png"))
    return upload(client, path.with_name("half.png"))["name"]


def test_what_is_cancelled_ends_and_leaves_nothing(client, voice, long):
    body = {"act": "sound", "of": [long], "settings": {"quality": "best"}}
    first = client.post("/api/jobs", json=body).json()
    second = client.post("/api/jobs", json=body).json()
    third = client.post("/api/jobs", json={"act": "picture", "of": ["voice.wav"]}).json()

    def job(one):
        return next(job for job in client.get("/api/jobs").json() if job["id"] == one["id"])

    until(lambda: job(first)["state"] == "running" and job(first)["done"] > 0)
    assert client.delete(f"/api/jobs/{second['id']}").json()["state"] == "cancelled"
    assert client.delete(f"/api/jobs/{first['id']}").json()["state"] == "cancelled"
    assert until(lambda: job(third)["state"] == "done" and job(third))["error"] is None
    assert client.delete(f"/api/jobs/{third['id']}").json()["state"] == "done"
    folder = client.studio.workspace.folder_for
    assert until(lambda: not list(folder("jobs").iterdir())) is True
    assert "half from picture.wav" not in [one["name"] for one in client.get("/api/items").json()]


def test_a_process_that_dies_fails_its_job_and_no_other(client, voice, long):
    body = {"act": "sound", "of": [long], "settings": {"quality": "best"}}
    job = client.post("/api/jobs", json=body).json()["id"]

    def found():
        return next(one for one in client.get("/api/jobs").json() if one["id"] == job)

    until(lambda: found()["done"] > 0)
    client.studio.queue._maker._process.kill()
    assert until(lambda: found()["state"] == "failed" and found())["error"].startswith(
        "the process"
    )
    assert made(client, "picture", ["voice.wav"])["state"] == "done"


PROCESSES = Path("/proc")


def job_of(client, id_):
    return next(one for one in client.get("/api/jobs").json() if one["id"] == id_)


def test_what_is_asked_for_goes_before_what_is_not(client, voice, long):
    body = {"act": "sound", "of": [long], "settings": {"quality": "best"}, "later": True}
    later = client.post("/api/jobs", json=body).json()["id"]

    def found():
        return next(one for one in client.get("/api/jobs").json() if one["id"] == later)

    until(lambda: found()["done"] > 0)
    last = client.post(
        "/api/jobs", json={**body, "act": "picture", "of": ["voice.wav"], "settings": {}}
    )
    asked = made(client, "picture", ["voice.wav"])
    assert asked["state"] == "done"
    states = {one["id"]: one["state"] for one in client.get("/api/jobs").json()}
    assert states[later] in ("waiting", "running")
    until(lambda: job_of(client, last.json()["id"])["state"] == "done")  # before what came earlier
    assert found()["state"] in ("waiting", "running")
    client.delete(f"/api/jobs/{later}")


def children_of(pid):
    found = []
    for process in PROCESSES.iterdir():
        with suppress(OSError):
            if process.name.isdecimal() and int(stat_of(process)[1]) == pid:
                found.append(int(process.name))
    return found


def is_alive(pid):
    try:
        return stat_of(PROCESSES / str(pid))[0] != "Z"
    except OSError:
        return False


def stat_of(process):
    return (process / "stat").read_text("utf-8").rpartition(")")[2].split()


@pytest.mark.skipif(not PROCESSES.exists(), reason="there is no /proc here")
def test_nothing_outlives_a_killed_server_and_nothing_is_lost_in_silence(tmp_path):
    with studio_browser.running(tmp_path / "Eidophone") as server:
        # so many and large frames that it is killed before its end, of which the first comes soon
        tone(tmp_path / "Eidophone" / "long.wav", seconds=90)
        settings = {"kind": "instants", "size": 1080}
        body = {"act": "film", "of": ["long.wav"], "settings": settings}
        job = server.ask("POST", "jobs", body)

        def state():
            (now,) = server.ask("GET", "jobs")
            assert now["state"] in ("waiting", "running"), now
            return now["done"] > 0

        until(state)
        children = children_of(server.process.pid)
        assert children
        server.process.kill()
        server.process.wait(30)
        until(lambda: not any(map(is_alive, children)))
    with studio_browser.running(tmp_path / "Eidophone") as server:
        (found,) = server.ask("GET", "jobs")
        assert (found["id"], found["state"]) == (job["id"], "failed")
        assert found["error"].startswith("interrupted")
        assert [one["name"] for one in server.ask("GET", "items")] == ["long.wav"]
        left = [one.name for one in (tmp_path / "Eidophone" / ".studio" / "jobs").iterdir()]
        assert left == [f"{job['id']}.json"]
        server.ask("POST", f"jobs/{job['id']}/dismiss")
        assert server.ask("GET", "jobs") == []


def test_events_are_told_as_they_happen(tmp_path):
    with studio_browser.running(tmp_path / "Eidophone") as server:
        asked = urllib.request.Request(
            f"{server.address}/api/events", headers={"Authorization": f"Bearer {server.token}"}
        )
        with urllib.request.urlopen(asked, timeout=60) as stream:
            assert stream.headers.get_content_type() == "text/event-stream"
            assert stream.readline().startswith(b"retry")
            tone(server.workspace / "by hand.wav")
            assert b"items" in stream.readline() + stream.readline()  # it is seen
            server.ask("POST", "items?name=a.wav", tone(tmp_path / "a.wav").read_bytes())
            job = server.ask("POST", "jobs", {"act": "picture", "of": ["a.wav"]})
            kinds, last = set(), {}
            for line in stream:
                what, _, value = line.decode().strip().partition(": ")
                if what == "event":
                    kinds.add(value)
                elif what == "data" and json.loads(value).get("id") == job["id"]:
                    last = json.loads(value)
                    if last["state"] == "done":
                        break
            assert kinds >= {"items", "job"}
            assert last["items"] == ["a.png"]
            server.ask("POST", "quit")
            assert b"items" in stream.read()  # and then the stream ends
        server.process.wait(30)
