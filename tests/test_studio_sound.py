"""The Sound page in a real browser: draw, save, bring back, hear, compare, record, undo."""

import json
import re
from fractions import Fraction
from urllib.parse import quote

import numpy as np
import pytest
import soundfile
from PIL import Image
from signals import music
from studio_browser import (
    MICROPHONE_HZ,
    count_played,
    downloaded,
    drop,
    has_played,
    rendered,
    tone,
)

from eidophone import decode, encode
from eidophone.files.video import VideoWriter

#: JavaScript: the player's worklet in an OfflineAudioContext, given `messages` before it starts.
_PLAYED = """
    await context.audioWorklet.addModule('/web/audio/player-worklet.js');
    const { samplesOf, CHUNK } = await import('/web/audio/chunks.js');
    const messages = [];
    for (const [source, name, count] of %s) {
        messages.push({ type: 'source', source, count });
        for (let index = 0; index * CHUNK < count; index++) {
            const { data } = await samplesOf(name, index * CHUNK, CHUNK);
            messages.push({ type: 'chunk', source, index, data });
        }
    }
    const given = %s.map((one) => (one.type === 'patch'
        ? { ...one, data: one.data.map((channel) => Float32Array.from(channel)) } : one));
    messages.push(...given);
    if (!given.some(({ type }) => type === 'play')) messages.push({ type: 'play' });
    const node = new AudioWorkletNode(context, 'player', {
        numberOfInputs: 0, outputChannelCount: [%d], processorOptions: { messages },
    });
    node.connect(context.destination);
"""


def played(page, sources, *messages, seconds, channels=1, rate=44_100):
    """What the player plays of ``sources`` (letter, item, samples) after ``messages``."""
    named = json.dumps(sources)
    script = _PLAYED % (named, json.dumps(messages), channels)
    return rendered(page, script, seconds=seconds, rate=rate, channels=channels)


def drawn(page, name):
    """Wait until the picture of ``name`` (or any that matches it) is there, whole."""
    from playwright.sync_api import expect

    expect(page.locator("p-sound h2")).to_have_text(name)
    expect(page.locator("p-sound .surface")).to_have_attribute("aria-busy", "false")


def card(page, name):
    """The card of ``name`` on the shelf."""
    return page.locator("e-shelf .card").filter(has=page.get_by_title(name, exact=True))


@pytest.fixture
def opened(studio, page):
    """The studio, open, with what it begins with."""
    studio.open(page)
    drawn(page, re.compile(r"\w"))
    return page


#: JavaScript: the answer that a job is begun comes when it is known that it is done.
_LATE = """() => {
    const ask = window.fetch;
    window.fetch = async (where, how) => {
        const answer = await ask(where, how);
        if (how?.method === 'POST' && String(where).endsWith('/api/jobs')) {
            const { subscribe } = await import('/web/lib/store.js');
            await new Promise((done) => subscribe('jobs', (jobs) => {
                if (jobs.length && jobs.every((one) => one.state === 'done')) done();
            }));
        }
        return answer;
    };
}"""


@pytest.fixture
def say(tmp_path):
    """A function that makes a file of a tone with a name."""
    return lambda name, **how: tone(tmp_path / name, **how)


def test_the_studio_opens_with_a_sound_that_plays_and_nothing_moves(opened):
    from playwright.sync_api import expect

    for way in ("Open a file", "Record", "Try an example"):
        expect(opened.get_by_role("button", name=way)).to_be_visible()
    opened.keyboard.press("Space")
    expect(opened.get_by_role("button", name="Pause")).to_be_visible()
    expect(opened.get_by_label("Place in the sound")).not_to_have_text("0:00.0")
    opened.keyboard.press("Space")
    expect(opened.get_by_role("button", name="Play", exact=True)).to_be_visible()
    moved = opened.evaluate(
        """() => new Promise((done) => {
            let all = 0;
            new PerformanceObserver((list) => {
                for (const one of list.getEntries()) all += one.hadRecentInput ? 0 : one.value;
            }).observe({ type: 'layout-shift', buffered: true });
            requestAnimationFrame(() => requestAnimationFrame(() => done(all)));
        })"""
    )
    assert moved < 0.01
    fetched = opened.evaluate(
        """() => performance.getEntriesByType('resource')
            .filter(({ name }) => name.includes('/web/'))
            .reduce((sum, one) => sum + one.decodedBodySize, 0)"""
    )
    assert 50_000 < fetched < 300_000  # what the first screen takes, as it is written


def test_a_saved_picture_that_comes_back_sounds_as_the_library_says(opened, studio, say, tmp_path):
    from playwright.sync_api import expect

    drop(opened.locator("body"), say("voice.wav", seconds=0.6))
    drawn(opened, "voice.wav")
    saved, name = downloaded(opened, opened.get_by_role("button", name="Save picture").first.click)
    assert name == "voice.png"
    back = tmp_path / "came back.png"
    back.write_bytes(saved.read_bytes())
    count_played(opened)
    drop(opened.locator("body"), back)
    made = "came back from picture.wav"
    expect(card(opened, made)).to_be_visible()
    has_played(opened)  # by itself
    samples, rate = soundfile.read(studio.workspace / made, dtype="float32", always_2d=True)
    heard = played(opened, [("a", made, len(samples))], seconds=len(samples) / rate)
    assert np.array_equal(heard, samples.T)
    assert studio.ask("GET", f"items/{quote(made)}")["made"]["settings"] == {
        "reference": "voice.wav"  # which was found on the shelf
    }
    expected = decode(back, reference=studio.workspace / "voice.wav")
    assert np.abs(expected.samples - samples.T).max() < 1e-4


def test_a_picture_that_was_made_narrower_lasts_as_long_as_it_is_heard(opened, studio, tmp_path):
    from playwright.sync_api import expect

    studio.put(tone(tmp_path / "other.wav", seconds=0.1))  # what is open has another original
    encode(tmp_path / "other.wav").save(tmp_path / "other.png")
    studio.put(tmp_path / "other.png")
    heard = {"act": "sound", "of": ["other.png"], "settings": {"reference": "other.wav"}}
    studio.ask("POST", "jobs", heard)
    expect(card(opened, "other from picture.wav")).to_be_visible()
    card(opened, "other.png").locator(".main").click()
    drawn(opened, "other.png")
    sound = music(4, rate=22_050)
    sound.save(studio.workspace / "sung.wav")
    Image.fromarray(encode(sound).pixels).resize((512, 512)).save(tmp_path / "sung square.png")
    drop(opened.locator("body"), tmp_path / "sung square.png")
    expect(card(opened, "sung square from picture.wav")).to_be_visible()
    made = studio.ask("GET", f"items/{quote('sung square from picture.wav')}")["made"]
    assert made["settings"] == {"reference": "sung.wav"}
    opened.wait_for_function(
        """() => {
            const { view } = document.querySelector('p-sound e-picture');
            return view !== null && Math.abs(view.columns * view.hop_seconds - 4) < 1e-3;
        }"""
    )
    opened.evaluate(  # and if it is not known how long that is, the line stays at the end
        """async () => {
            const picture = document.querySelector('p-sound e-picture');
            picture.view = { ...picture.view, hop_seconds: picture.view.hop_seconds / 2 };
            const { player } = await import('/web/audio/player.js');
            player.seek(player.count - 4_000);
            await player.play();
        }"""
    )
    expect(opened.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_film_without_a_sound_is_heard_and_seen_by_its_pictures(opened, tmp_path):
    from playwright.sync_api import expect

    pytest.importorskip("av")
    with VideoWriter(tmp_path / "silent.mkv", 32, 32, Fraction(5)) as film:
        for frame in np.random.default_rng(1).integers(0, 99, (4, 32, 32, 3), np.uint8):
            film.write(frame)
    drop(opened.locator("body"), tmp_path / "silent.mkv")
    expect(opened.locator("p-sound .problem")).to_have_text(re.compile("has no sound: press Play"))
    expect(card(opened, "silent from film.wav")).to_be_visible()
    drawn(opened, "silent.mkv")
    expect(opened.locator("p-sound .problem")).to_be_hidden()
    expect(opened.get_by_label("Hear it", exact=True).get_by_label("Read")).to_be_visible()
    expect(opened.get_by_role("alert")).to_have_count(0)
    assert "has no sound" not in opened.evaluate(  # of one that has
        """async () => {
            const { useOf } = await import('/web/parts/made.js');
            return useOf({ kind: 'film', name: 'broken.mp4', channels: 2 }).words;
        }"""
    )


def test_a_job_that_is_done_before_the_page_hears_that_it_began_is_done(opened, studio, say):
    from playwright.sync_api import expect

    drop(opened.locator("body"), say("quick.wav", seconds=0.2))
    drawn(opened, "quick.wav")
    opened.evaluate(_LATE)
    downloaded(opened, opened.get_by_role("button", name="Save picture").first.click)
    expect(opened.locator("e-shelf").get_by_role("progressbar")).to_have_count(0)


def test_pixels_on_the_screen_are_those_of_the_tiles(new_page, studio, tmp_path):
    page = studio.open(new_page(1024, 700))  # smaller than the picture
    colourful = np.random.default_rng(1).normal(0, [0.2, 0.01], (198_450, 2))
    soundfile.write(tmp_path / "exact.wav", colourful, 44_100)
    drop(page.locator("body"), tmp_path / "exact.wav")
    drawn(page, "exact.wav")
    same, different = page.evaluate(
        """async () => {
            const picture = document.querySelector('e-picture');
            picture.oneToOne(40, 25);
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            const { width, height } = picture.canvas;
            const seen = picture.canvas.getContext('2d').getImageData(0, 0, width, height).data;
            const answer = await fetch(`/api/views/${picture.view.id}/tiles/1/0`);
            const columns = Number(answer.headers.get('X-Columns'));
            const tile = new Uint8Array(await answer.arrayBuffer());
            const counts = [0, 0];
            for (let y = 0; y < height; y++) for (let x = 0; x < width * 3; x++) {
                const at = ((y + 25) * columns + 40) * 3 + x;
                const shown = seen[(y * width + Math.floor(x / 3)) * 4 + (x % 3)];
                counts[tile[at] === shown ? 0 : 1]++;
            }
            return counts;
        }"""
    )
    assert same > 500_000
    assert different == 0


def test_the_player_is_exact_loops_without_clicks_and_is_never_too_loud(
    opened, studio, say, tmp_path
):
    count = 44_100
    for name, hz in (("low.wav", 220.0), ("high.wav", 440.0)):
        studio.put(say(name, hz=hz, peak=0.4))
    low, high = (
        soundfile.read(studio.workspace / name, dtype="float32")[0]
        for name in ("low.wav", "high.wav")
    )
    both = [("a", "low.wav", count), ("b", "high.wav", count)]

    heard = played(opened, both, {"type": "seek", "sample": 10_000}, seconds=0.5)[0]
    assert np.array_equal(heard[512:], low[10_512 : 10_000 + len(heard)])
    heard = played(opened, both, {"type": "mix", "mix": 1}, seconds=0.5)[0]
    assert np.array_equal(heard[512:], high[512 : len(heard)])  # at the same place, within 12 ms

    loop = {"type": "loop", "span": {"first": 9_000, "last": 14_321}}
    heard = played(opened, both, {"type": "seek", "sample": 9_000}, loop, seconds=0.6)[0]
    assert np.abs(np.diff(heard, 2)).max() < 3 * np.abs(np.diff(low, 2)).max()
    assert np.array_equal(heard[5_321 + 1_000 : 10_000], low[10_000:13_679])  # round again

    loud = 3 * np.sin(np.arange(44_100) / 40).astype(np.float32)
    soundfile.write(tmp_path / "loud.wav", loud, 44_100, subtype="FLOAT")
    drop(opened.locator("body"), tmp_path / "loud.wav")
    drawn(opened, "loud.wav")
    gain = opened.evaluate(
        """async () => {
            const { player } = await import('/web/audio/player.js');
            await new Promise((done) => {
                const look = () => player.item?.name === 'loud.wav' && player.gain < 1 && done();
                player.addEventListener('state', look);
                player.addEventListener('meter', look);
                look();
            });
            return player.gain;
        }"""
    )
    assert gain * np.abs(loud).max() == pytest.approx(10 ** (-1 / 20), abs=1e-4)


def patch(first, samples):
    """The message that these samples are played instead of the sound's own."""
    return {"type": "patch", "first": first, "data": [np.asarray(samples).tolist()]}


def test_what_is_painted_is_played_where_it_is_and_can_be_left_out(opened, studio, say):
    studio.put(say("long.wav", seconds=1.2, peak=0.4))
    sound = soundfile.read(studio.workspace / "long.wav", dtype="float32")[0]
    here = [("a", "long.wav", len(sound))]
    paint = patch(30_000, np.full(10_000, 0.25)), patch(35_000, np.full(1_000, -0.5))
    painted = sound.copy()
    painted[30_000:40_000], painted[35_000:36_000] = 0.25, -0.5
    heard = played(opened, here, *paint, seconds=1)[0]
    assert np.array_equal(heard, painted[: len(heard)])
    without = {"type": "play"}, {"type": "unpatch"}
    heard = played(opened, here, *paint, *without, seconds=1)[0]
    assert np.array_equal(heard[512:], sound[512 : len(heard)])
    wide = patch(20_000, np.full(50, 0.5)) | {"data": [[0.25] * 50, [-0.25] * 50]}
    heard = played(opened, here, paint[0], wide, seconds=1, channels=2)
    assert np.array_equal(heard[:, 20_000:20_050], [[0.25] * 50, [-0.25] * 50])
    assert np.array_equal(heard[:, 30_000:40_000], np.full((2, 10_000), 0.25))


def test_what_is_not_there_yet_is_waited_for_without_a_click(opened, studio, say):
    studio.put(say("far.wav", seconds=2.2, peak=0.4))
    sound = soundfile.read(studio.workspace / "far.wav", dtype="float32")[0]
    here, steep = [("a", "far.wav", len(sound))], np.abs(np.diff(sound)).max()
    loop = {"type": "loop", "span": {"first": 9_000, "last": len(sound)}}
    begin = {"type": "seek", "sample": 9_000}, loop, {"type": "play"}
    gone = {"type": "drop", "source": "a", "index": 0}
    far = played(opened, here, *begin, {"type": "seek", "sample": 80_000}, gone, seconds=0.2)[0]
    assert np.abs(np.diff(far)).max() < 1.1 * steep
    assert np.abs(far[:300]).max() > 0.1  # it fades out where it was
    assert np.array_equal(far[1_000:], sound[80_000 + 559 : 80_000 + len(far) - 441])
    late = {"type": "drop", "source": "a", "index": 1}
    heard = played(opened, here, late, *begin, seconds=1)[0]
    assert np.abs(np.diff(heard)).max() < 1.1 * steep
    assert heard[23_000:23_200].any()
    assert not heard[32_768 - 9_000 :].any()


def test_a_mono_sound_is_played_on_both_sides(opened):
    assert opened.evaluate(
        """async () => {
            const { Player } = await import('/web/audio/player.js');
            const { get } = await import('/web/lib/store.js');
            const Node = AudioWorkletNode;
            const sides = [];
            window.AudioWorkletNode = class extends Node {
                constructor(context, name, how) {
                    super(context, name, how);
                    sides.push(...how.outputChannelCount);
                }
            };
            await new Player().load(get('items').find(({ kind }) => kind === 'sound'));
            return [...new Set(sides)];  // the page may be loading it, too
        }"""
    ) == [2]


def test_what_the_microphone_hears_is_kept_renamed_deleted_and_brought_back(opened, studio):
    from playwright.sync_api import expect

    opened.get_by_role("button", name="Record").click()
    expect(opened.get_by_label("Recorded")).to_have_text(re.compile(r"0:0[1-9]\."))
    opened.get_by_role("button", name="Stop and keep").click()
    drawn(opened, "recording.wav")
    samples, rate = soundfile.read(studio.workspace / "recording.wav", always_2d=True)
    assert soundfile.info(studio.workspace / "recording.wav").subtype == "FLOAT"
    spectrum = np.abs(np.fft.rfft(samples[:, 0]))
    assert np.argmax(spectrum) * rate / len(samples) == pytest.approx(MICROPHONE_HZ, rel=0.02)

    opened.get_by_role("button", name="More of recording.wav").click()
    opened.get_by_role("button", name="Rename").click()
    opened.get_by_role("textbox", name="Name").fill("yours.wav")
    opened.keyboard.press("Enter")
    drawn(opened, "yours.wav")
    opened.get_by_role("button", name="More of yours.wav").click()
    opened.get_by_role("button", name="Delete").click()
    expect(card(opened, "yours.wav")).to_have_count(0)
    assert not (studio.workspace / "yours.wav").exists()
    opened.get_by_role("button", name="Undo").click()
    drawn(opened, "yours.wav")
    assert (studio.workspace / "yours.wav").exists()


def test_two_tabs_and_a_reload_midway_see_the_same(opened, new_page, studio, say):
    from playwright.sync_api import expect

    drop(opened.locator("body"), say("shared.wav", seconds=0.5))
    drawn(opened, "shared.wav")
    other = studio.open(new_page(390, 844, dark=True))
    expect(card(other, "shared.wav")).to_be_visible()
    opened.get_by_role("button", name="Save squares").first.click()
    opened.reload()  # while it is being made
    drawn(opened, "shared.wav")
    expect(card(opened, "shared squares.zip")).to_be_visible()
    expect(card(other, "shared squares.zip")).to_be_visible()


def test_seven_tabs_share_one_line_to_the_server(opened, studio, say):
    from playwright.sync_api import expect

    tabs = [opened, *(opened.context.new_page() for _ in range(6))]
    for tab in tabs[1:]:
        studio.open(tab)
    drawn(tabs[-1], re.compile(r"\w"))  # the seventh waits for nobody
    studio.put(say("for all.wav", seconds=0.1))
    for tab in tabs:
        expect(card(tab, "for all.wav")).to_be_attached()
    opened.close()  # which held it
    studio.put(say("for the others.wav", seconds=0.1))
    for tab in tabs[1:]:
        expect(card(tab, "for the others.wav")).to_be_attached()


def test_bad_files_are_refused_in_words_and_large_ones_before_they_are_sent(
    opened, say, tmp_path, complaints
):
    from playwright.sync_api import expect

    complaints.expect(r"the server responded with a status of 4\d\d")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    drop(opened.locator("body"), tmp_path / "broken.png")
    expect(opened.get_by_role("alert").first).to_contain_text("broken.png")
    sent = []
    opened.on("request", lambda one: sent.append(one.url) if "long.wav" in one.url else None)
    opened.evaluate(
        """async () => {
            const { take } = await import('/web/parts/drop.js');
            const file = new File(['x'], 'long.wav');
            Object.defineProperty(file, 'size', { value: 2 ** 31 + 1 });
            await take([file]);
        }"""
    )
    alert = opened.get_by_role("alert").filter(has_text="long.wav")
    expect(alert).to_contain_text("2.1 GB")
    assert not sent

    asked = []
    complaints.expect("Failed to load resource")
    opened.route(re.compile("count=32768"), lambda one: (asked.append(one), one.abort()))
    drop(opened.locator("body"), say("unheard.wav"))
    expect(opened.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    opened.evaluate(
        """async () => {
            const { player } = await import('/web/audio/player.js');
            for (let i = 0; i < 40; i++) {
                await new Promise((done) => player.addEventListener('meter', done, { once: true }));
            }
        }"""
    )
    assert len(asked) < 8  # it does not ask with every report of the player
