"""Items that are renamed, or thrown away and brought back, and all that speaks of them."""

import json
from threading import Event

import numpy as np
import pytest
from studio_browser import tone
from studio_server import made, running, until, upload

from eidophone import OutputError, encode
from eidophone.jobs.queue.worker import Said
from eidophone.jobs.workspace.made import Made


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with running(tmp_path_factory.mktemp("studio") / "Eidophone") as client:
        yield client


@pytest.fixture
def quick(client, monkeypatch):
    """What is made is an empty file, at once, unless it is told to do something else first."""
    before = [lambda _: None]

    def make(order, _, stopped):
        said = before.pop()(order) if before else None
        if said is None:
            (order.folder / f"{order.stem}.png").write_bytes(b"")
        return said or Said("done")

    monkeypatch.setattr(client.studio.queue._maker, "make", make)
    return before


def held(quick):
    """Hold what is made next until the second of these events; the first says that it has begun."""
    begun, go_on = Event(), Event()

    def wait(_):
        begun.set()
        assert go_on.wait(60)

    quick[:] = [wait]
    return begun, go_on


def put(client, name):
    tone(client.studio.workspace.folder / name, seconds=0.5)
    return name


def one_behind_the_other(client, quick, name):
    """Two pictures of a new item: the first is being made until ``go_on``, the second waits."""
    put(client, name)
    begun, go_on = held(quick)
    body = {"act": "picture", "of": [name]}
    first, second = (client.post("/api/jobs", json=body).json()["id"] for _ in range(2))
    assert begun.wait(60)
    return first, second, go_on


def rename(client, name, wanted):
    answer = client.patch(f"/api/items/{name}", json={"name": wanted})
    assert answer.status_code == 200, answer.text
    return answer.json()["name"]


def job_of(client, id_):
    return next(one for one in client.get("/api/jobs").json() if one["id"] == id_)


def record(client, name):
    return client.get(f"/api/items/{name}").json()["made"]


def test_what_was_made_of_an_item_speaks_of_its_new_name(client, tmp_path):
    put(client, "voice.wav")
    (picture,) = made(client, "picture", ["voice.wav"])["items"]
    how = {"reference": "voice.wav", "quality": "preview"}
    job = made(client, "sound", [picture], **how)
    (heard,) = job["items"]
    assert rename(client, "voice.wav", "singer é.wav") == "singer é.wav"
    assert rename(client, picture, "drawn.png") == "drawn.png"
    assert record(client, "drawn.png")["of"] == ["singer é.wav"]
    again = record(client, heard)
    assert again["of"] == ["drawn.png"]
    assert again["settings"] == {**how, "reference": "singer é.wav"}
    remembered = job_of(client, job["id"])
    assert (remembered["of"], remembered["settings"]) == (again["of"], again["settings"])
    assert made(client, again["act"], again["of"], **again["settings"])["state"] == "done"
    originals = client.get("/api/items/drawn.png/originals").json()
    assert originals[0]["name"] == "singer é.wav"
    rename(client, heard, "heard.wav")
    assert job_of(client, job["id"])["items"] == ["heard.wav"]
    rename(client, "singer é.wav", "other.wav")  # what else is a name stays
    assert record(client, "heard.wav")["settings"]["quality"] == "preview"


def test_what_waits_is_made_of_what_is_there_when_it_begins(client, quick):
    first, second, go_on = one_behind_the_other(client, quick, "waiting.wav")
    rename(client, "waiting.wav", "renamed.wav")
    go_on.set()
    until(lambda: job_of(client, second)["state"] == "done")
    assert job_of(client, first)["items"] == ["waiting.png"]
    assert job_of(client, second)["items"] == ["renamed.png"]
    assert record(client, "waiting.png")["of"] == record(client, "renamed.png")["of"]
    assert record(client, "renamed.png")["of"] == ["renamed.wav"]


def test_what_fails_because_its_item_was_renamed_is_made_again(client, quick):
    put(client, "a.wav")

    def fail(order):
        rename(client, "a.wav", "b.wav")
        return Said("failed", "it is not there any more")

    quick[:] = [fail]
    job = made(client, "picture", ["a.wav"])
    assert (job["state"], job["items"], job["of"]) == ("done", ["b.png"], ["b.wav"])
    quick[:] = [lambda _: Said("failed", "it is broken")]
    assert made(client, "picture", ["b.wav"])["state"] == "failed"


def test_what_waits_for_an_item_that_was_thrown_away_says_so(client, quick):
    _, second, go_on = one_behind_the_other(client, quick, "gone.wav")
    client.delete("/api/items/gone.wav")
    go_on.set()
    job = until(lambda: job_of(client, second)["state"] == "failed" and job_of(client, second))
    assert "no item called 'gone.wav'" in job["error"]


def test_what_comes_back_under_another_name_is_followed_too(client, tmp_path):
    put(client, "take.wav")
    (first,) = made(client, "picture", ["take.wav"])["items"]
    painting = client.post("/api/paintings", json={"item": "take.wav"}).json()["id"]
    client.delete("/api/items/take.wav")
    upload(client, tone(tmp_path / "take.wav", seconds=0.75))
    (second,) = made(client, "picture", ["take.wav"])["items"]
    assert client.post("/api/items/take.wav/restore").json()["name"] == "take 2.wav"
    assert record(client, first)["of"] == ["take 2.wav"]
    assert record(client, second)["of"] == ["take.wav"]
    assert client.get(f"/api/paintings/{painting}").json()["item"] == "take 2.wav"


def test_what_is_in_the_trash_follows_too(client):
    put(client, "kept.wav")
    (picture,) = made(client, "picture", ["kept.wav"])["items"]
    client.delete(f"/api/items/{picture}")
    rename(client, "kept.wav", "called otherwise.wav")
    assert client.post(f"/api/items/{picture}/restore").json()["made"]["of"] == [
        "called otherwise.wav"
    ]


def test_records_of_acts_that_are_not_known_any_more_follow(client):
    put(client, "old.wav")
    records = client.studio.workspace.records
    records.note("old.png", Made("dream", ["old.wav"], {"of": "old.wav"}, [], 1.0))
    rename(client, "old.wav", "new.wav")
    assert records.of("old.png") == Made("dream", ["new.wav"], {"of": "old.wav"}, [], 1.0)


def test_of_several_results_those_that_could_be_kept_stay(client, quick, monkeypatch):
    put(client, "several.wav")
    workspace, take_in = client.studio.workspace, client.studio.workspace.take_in

    def two(order):
        for number in (1, 2):
            (order.folder / f"several {number}.png").write_bytes(b"")
        return Said("done")

    def full(file, name, *more):
        if name == "several 2.png":
            raise OutputError(f"cannot write {workspace.folder / name}: no space left")
        return take_in(file, name, *more)

    quick[:] = [two]
    monkeypatch.setattr(workspace, "take_in", full)
    job = made(client, "picture", ["several.wav"])
    assert (job["state"], job["items"]) == ("failed", ["several 1.png"])
    assert job["error"] == "cannot write several 2.png: no space left; kept were: several 1.png"
    assert made(client, "picture", ["several.wav"])["state"] == "done"


def test_an_item_is_worth_more_than_its_record(client, tmp_path, monkeypatch):
    workspace = client.studio.workspace

    def full(*_):
        raise OutputError("no space left")

    monkeypatch.setattr(workspace.records, "note", full)
    encode(np.zeros(9000), 44_100).save(tmp_path / "a.png")
    name = workspace.take_in(tmp_path / "a.png", "a.png", Made("x", [], {}, [], 1.0))
    assert workspace.item(name).made is None


def test_jobs_on_the_disk_follow(client, quick):
    put(client, "c.wav")
    begun, go_on = held(quick)
    job = client.post("/api/jobs", json={"act": "picture", "of": ["c.wav"]}).json()["id"]
    assert begun.wait(60)
    rename(client, "c.wav", "d.wav")
    path = client.studio.workspace.folder_for("jobs") / f"{job}.json"
    assert json.loads(path.read_text("utf-8"))["of"] == ["d.wav"]
    go_on.set()
    until(lambda: job_of(client, job)["state"] == "done")
    assert not path.exists()
