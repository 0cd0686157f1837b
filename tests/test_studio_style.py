"""Styling in the studio: the act, what is remembered of it, and the Style page in a browser."""

import json
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from signals import music
from studio_browser import drop, running
from studio_server import until
from test_comfyui import Fake, exported, serving

from eidophone import Sound, StylePicture, ToolError, encode, process
from eidophone.bridge.remembered import Remembered
from eidophone.files.image import write_image
from eidophone.jobs.acts.choosing import chosen
from eidophone.jobs.acts.model import Task
from eidophone.jobs.acts.style import STYLE
from eidophone.jobs.workspace.facts import facts_of

SIDE = 64


def style_picture():
    y, x = np.mgrid[:40, :40]
    light = 128 + 100 * np.sin((x + y) / 1.5)
    return np.stack([light, light / 2, 255 - light], 2).astype(np.uint8)


@pytest.fixture
def styled(tmp_path):
    """A function that makes a sound with settings as a form gives them; the file."""
    (tmp_path / ".studio").mkdir()
    music(1.0, rate=22_050).save(tmp_path / "voice.wav")
    write_image(tmp_path / "style.png", style_picture())

    def make(**values):
        folder = tmp_path / ".studio" / f"{len(list((tmp_path / '.studio').iterdir()))}"
        folder.mkdir()
        settings = chosen(STYLE, {"size": SIDE, **values}, lambda name: tmp_path / name)
        steps = []
        STYLE.make(Task((tmp_path / "voice.wav",), folder, "made", settings, steps.append))
        assert steps == sorted(steps)
        (file,) = folder.iterdir()
        return file

    return make


def test_a_style_picture_does_what_the_library_does(styled, tmp_path):
    heard = Sound.load(styled(style="style.png"))
    sound = Sound.load(tmp_path / "voice.wav")

    def in_16_bits(picture):
        (made,) = StylePicture(style_picture())([picture])
        return np.rint(made * 65_535).astype(np.uint16)

    wanted = process(sound, in_16_bits, size=SIDE)
    np.testing.assert_allclose(heard.samples, wanted.samples, atol=1e-6)


def test_another_sound_is_a_style_picture(styled, tmp_path):
    music(0.5, rate=22_050).save(tmp_path / "other.wav")
    one, other = Sound.load(styled(style="other.wav")), Sound.load(styled(style="style.png"))
    assert not np.array_equal(one.samples, other.samples)


def test_what_came_back_is_taken_back_otherwise_without_painting_again(styled, monkeypatch):
    before = Sound.load(styled(style="style.png"))
    monkeypatch.setattr("eidophone.jobs.acts.style.StylePicture", None)
    again = Sound.load(styled(style="style.png"))
    assert np.array_equal(again.samples, before.samples)
    less = Sound.load(styled(style="style.png", strength=0.3, keep="lightness"))
    assert not np.array_equal(less.samples, before.samples)
    with pytest.raises(TypeError):
        styled(style="style.png", strokes=2.0)  # is painted anew


def test_only_what_is_lacking_is_asked_for(tmp_path):
    asked = []

    def tool(pictures):
        asked.append(len(pictures))
        return [255 - one for one in pictures]

    pictures = [np.full((4, 4, 3), value, np.uint8) for value in range(4)]
    for _ in range(2):
        back = Remembered(lambda: tool, tmp_path, "a")(pictures[:3])
        assert all(
            np.array_equal(one, 255 - given) for one, given in zip(back, pictures, strict=False)
        )
    Remembered(lambda: tool, tmp_path, "a")(pictures)
    Remembered(lambda: tool, tmp_path, "b")(pictures[:1])
    assert asked == [3, 1, 1]


def test_what_was_used_longest_ago_makes_room(tmp_path, monkeypatch):
    monkeypatch.setattr("eidophone.bridge.remembered._MOST_BYTES", 500)
    picture = [np.zeros((8, 8, 3), np.uint8)]
    for sign in "ab":
        Remembered(lambda: list, tmp_path, sign)(picture)
    Remembered(lambda: list, tmp_path, "c")
    assert sum(len(list(one.iterdir())) for one in tmp_path.iterdir()) == 1


def test_a_workflow_of_comfyui(styled, tmp_path):
    with serving(Fake(lambda pixels: pixels // 2)) as address:
        exported(tmp_path)
        heard = styled(way="comfyui", address=address, workflow="workflow.json")
    darker = Sound.load(heard)
    assert encode(darker).pixels.mean() < encode(Sound.load(tmp_path / "voice.wav")).pixels.mean()


def test_a_network_that_could_do_anything_needs_trust(styled, tmp_path):
    (tmp_path / "net.pt").write_bytes(b"any program")
    with pytest.raises(ToolError, match="trusted"):
        styled(way="network", network="net.pt")


@pytest.mark.parametrize(
    ("way", "said"),
    [("picture", "a style picture"), ("network", "network"), ("comfyui", "workflow")],
)
def test_what_is_needed_is_said(styled, way, said):
    with pytest.raises(ToolError, match=f"this needs .*{said}.*: choose"):
        styled(way=way)


def test_workflows_are_items_and_others_say_what_to_export(tmp_path):
    assert facts_of(exported(tmp_path)).kind == "workflow"
    (tmp_path / "saved.json").write_text(json.dumps({"nodes": [], "links": []}))
    facts = facts_of(tmp_path / "saved.json")
    assert facts.kind == "other"
    assert "Export (API)" in facts.problem


def test_what_is_cancelled_is_taken_off_the_queue_of_comfyui(studio, files):
    studio.put(files / "voice.wav", "held.wav")
    workflow = studio.put(files / "workflow.json", "held.json")["name"]
    with serving(fake := Fake()) as address:
        queued, cancelled = Event(), Event()
        fake.holds = True
        fake.before_answer = lambda: (queued.set(), cancelled.wait(60))
        settings = {"way": "comfyui", "address": address, "workflow": workflow}
        job = studio.ask("POST", "jobs", {"act": "style", "of": ["held.wav"], "settings": settings})
        assert queued.wait(60)
        cancelling = Thread(target=studio.ask, args=("DELETE", f"jobs/{job['id']}"))
        cancelling.start()
        until(lambda: state_of(studio, job) == "cancelled")
        cancelled.set()  # only now it hears the name of what is queued
        cancelling.join(60)
        assert fake.deleted == fake.interrupted == fake.queue == ["id-1"]


@pytest.mark.skipif(not Path("/proc").exists(), reason="there is no /proc here")
def test_what_a_killed_studio_queued_is_taken_off_the_queue_of_comfyui(tmp_path, files):
    with running(tmp_path / "Eidophone") as server, serving(fake := Fake()) as address:
        server.put(files / "voice.wav")
        server.put(files / "workflow.json")
        queued = Event()
        fake.holds, fake.before_answer = True, queued.set
        settings = {"way": "comfyui", "address": address, "workflow": "workflow.json"}
        server.ask("POST", "jobs", {"act": "style", "of": ["voice.wav"], "settings": settings})
        assert queued.wait(60)
        server.process.kill()
        server.process.wait(30)
        until(lambda: fake.queue and fake.interrupted == fake.deleted == fake.queue)


def state_of(studio, job):
    (found,) = [one["state"] for one in studio.ask("GET", "jobs") if one["id"] == job["id"]]
    return found


# The page


@pytest.fixture
def files(tmp_path):
    music(1.5, rate=22_050).save(tmp_path / "voice.wav")
    write_image(tmp_path / "strokes.png", style_picture())
    (tmp_path / "net.pt").write_bytes(b"any program")
    exported(tmp_path)
    return tmp_path


def test_a_sound_is_painted_and_heard_otherwise(studio, page, files):
    from playwright.sync_api import expect

    studio.put(files / "voice.wav")
    studio.open(page, "style/voice.wav")
    paint = page.get_by_role("button", name="Paint it")
    expect(paint).to_be_disabled()
    drop(page.locator("p-style"), files / "strokes.png")
    expect(page.get_by_role("button", name="strokes.png", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.locator("p-style summary").click()
    page.locator("p-style").get_by_label("Size").fill("128")
    paint.click()
    after = page.locator("p-style .after .facts")
    expect(after).to_have_text("voice styled.wav", timeout=60_000)  # its process gets warm first
    page.locator("p-style .after .surface[aria-busy=false]").wait_for()
    expect(page.locator("p-style .before .facts")).to_have_text("voice.wav")
    expect(page.locator("e-transport .compare")).to_be_visible()
    page.locator("p-style").get_by_label("tone", exact=True).check(force=True)
    page.get_by_role("button", name="Hear it so").click()
    expect(after).to_have_text("voice styled 2.wav")
    made = studio.ask("GET", "items/voice%20styled%202.wav")["made"]
    chosen_ = {"way": "picture", "style": "strokes.png", "size": 128, "keep": "tone"}
    assert made["settings"] == chosen_


def test_programs_need_a_tick_and_workflows_an_address(studio, page, files):
    from playwright.sync_api import expect

    studio.put(files / "voice.wav", "hum.wav")
    studio.open(page, "style/hum.wav")
    drop(page.locator("p-style"), files / "net.pt")
    start = page.get_by_role("button", name="Send it through")
    expect(page.get_by_label("Network", exact=True)).to_have_value("net.pt")
    expect(page.get_by_text("can run any program as you")).to_be_visible()
    expect(start).to_be_disabled()
    page.get_by_label("I know who made it").check()
    expect(start).to_be_enabled()
    drop(page.locator("p-style"), files / "workflow.json")
    expect(page.get_by_label("Workflow", exact=True)).to_have_value("workflow.json")
    with serving(Fake(lambda pixels: 255 - pixels)) as address:
        page.get_by_label("Address", exact=True).fill(address)
        start.click()
        expect(page.locator("p-style .after .facts")).to_have_text("hum styled.wav")


def test_a_network_on_the_sound_page_says_what_it_is(studio, page, files):
    from playwright.sync_api import expect

    studio.put(files / "voice.wav", "whistle.wav")
    studio.open(page, "sound/whistle.wav")
    expect(page.locator("p-sound h2")).to_have_text("whistle.wav")
    asked = []
    page.on("request", lambda one: asked.append(one) if one.url.endswith("/api/views") else None)
    (files / "other.pt").write_bytes((files / "net.pt").read_bytes())
    drop(page.locator("body"), files / "other.pt")
    said = page.locator(".toast", has_text="other.pt is a network")
    expect(said).to_be_visible()
    assert not asked
    said.get_by_role("button", name="Use it on the Style page").click()
    expect(page.get_by_label("Network", exact=True)).to_have_value("other.pt")
    expect(page.locator("p-style .before .facts")).to_have_text("whistle.wav")
    page.goto(f"{studio.address}/#sound/other.pt")
    expect(page.locator("p-sound .problem")).to_contain_text("other.pt is a network")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
