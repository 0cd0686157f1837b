"""The studio in a hurry: two clicks, two sounds at once, files alike, keys in the wrong place."""

import os
import re

import numpy as np
import pytest
import soundfile
from studio_browser import drop, tone
from test_studio_sound import card, drawn, played

from eidophone import encode

#: JavaScript: count how often the microphone is asked for.
_COUNT_ASKED = """() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    window.asked = 0;
    navigator.mediaDevices.getUserMedia = (how) => (window.asked++, ask(how));
}"""


def expect(locator):
    """Playwright's own, which is only there where it is installed."""
    from playwright.sync_api import expect as really

    return really(locator)


@pytest.fixture
def pair(studio, page, tmp_path):
    """Two sounds as long, as large and as old as each other, the first of them open."""
    for name, hz in (("left take.wav", 220.0), ("right take.wav", 440.0)):
        path = tone(studio.workspace / name, hz=hz, peak=0.4)
        os.utime(path, (1_600_000_000, 1_600_000_000))
    studio.open(page, "sound/left take.wav")
    drawn(page, "left take.wav")
    return page


def test_takes_that_are_equally_long_and_old_are_told_apart(pair):
    with pair.expect_request(re.compile("right%20take.wav/samples")):
        card(pair, "right take.wav").locator(".main").click()
    drawn(pair, "right take.wav")


def test_what_is_compared_stays_while_the_shelf_changes(pair, studio, tmp_path):
    pair.get_by_label("With the same place in").select_option("right take.wav")
    expect(pair.locator("e-transport .compare")).to_be_visible()
    pair.keyboard.press("b")
    expect(pair.locator("e-transport input[value=b]")).to_be_checked()
    studio.put(tone(tmp_path / "new.wav"))
    expect(card(pair, "new.wav")).to_be_visible()
    pair.evaluate("import('/web/lib/store.js').then((store) => store.refreshItems())")
    expect(pair.locator("e-transport input[value=b]")).to_be_checked()


def test_two_sounds_at_once_are_no_error_and_the_later_one_plays(pair):
    assert pair.evaluate(
        """async () => {
            const { Player } = await import('/web/audio/player.js');
            const { get } = await import('/web/lib/store.js');
            const [left, right] = ['left', 'right'].map(
                (side) => get('items').find(({ name }) => name === `${side} take.wav`));
            const player = new Player();
            await Promise.all([player.load(left), player.load(right)]);
            return [player.item.name, player.count];
        }"""
    ) == ["right take.wav", 44_100]


def test_a_sound_that_was_out_of_reach_is_tried_again(pair, complaints):
    complaints.expect("Failed to load resource")
    assert pair.evaluate(
        """async () => {
            const { Player } = await import('/web/audio/player.js');
            const { get } = await import('/web/lib/store.js');
            const player = new Player();
            const fetch = window.fetch;
            window.fetch = () => Promise.reject(new TypeError('away'));
            const item = get('items').find(({ name }) => name === 'left take.wav');
            const refused = await player.load(item).catch((error) => error.status);
            window.fetch = fetch;
            await player.load(item);
            return [refused, player.count];
        }"""
    ) == [0, 44_100]


def test_a_jump_while_it_plays_does_not_click(pair, studio):
    sound = soundfile.read(studio.workspace / "left take.wav", dtype="float32")[0]
    jump = ({"type": "seek", "sample": 9_000}, {"type": "play"}, {"type": "seek", "sample": 20_050})
    heard = played(pair, [("a", "left take.wav", len(sound))], *jump, seconds=0.3)[0]
    assert np.abs(np.diff(heard)).max() < 1.1 * np.abs(np.diff(sound)).max()
    loop = {"type": "loop", "span": {"first": 0, "last": len(sound)}}
    jump = ({"type": "play"}, loop, {"type": "seek", "sample": 20_050})
    heard = played(pair, [("a", "left take.wav", len(sound))], *jump, seconds=0.3)[0]
    assert np.array_equal(heard[1_000:], sound[20_050 + 559 : 20_050 + len(heard) - 441])


def test_a_rate_that_the_browser_does_not_know_is_played_at_another(studio, page, tmp_path):
    page.add_init_script(
        """const Known = AudioContext;
        window.AudioContext = class extends Known {
            constructor(how) {
                if (how?.sampleRate === 8000) throw new DOMException('', 'NotSupportedError');
                super(how);
            }
        };"""
    )
    studio.put(tone(tmp_path / "slow.wav", rate=8_000, seconds=0.5))
    studio.open(page, "sound/slow.wav")
    expect(page.locator(".toast", has_text="plays no sound of 8000 Hz")).to_be_visible()
    drawn(page, "slow.wav")
    ended = page.evaluate(
        """async () => {
            const { player } = await import('/web/audio/player.js');
            let last = 0;
            const over = new Promise((done) => player.addEventListener('state', () => {
                if (!player.playing) done();
            }));
            player.addEventListener('meter', () => player.playing && (last = player.position));
            await player.play();
            await over;
            return last;
        }"""
    )
    assert 3_000 < ended <= 4_000  # samples of the sound


def test_an_answer_that_comes_late_is_not_shown_over_a_newer_one(pair, studio, tmp_path):
    pair.evaluate(
        """async () => {
            const { refreshItems } = await import('/web/lib/store.js');
            const ask = window.fetch;
            let first = true;
            window.fetch = async (where, how) => {
                const held = first && String(where).endsWith('/api/items');
                if (held) first = false;
                const answer = await ask(where, how);
                if (held) await new Promise((go) => (window.letGo = go));
                return answer;
            };
            window.late = refreshItems();
            while (!window.letGo) await new Promise(requestAnimationFrame);
        }"""
    )
    studio.put(tone(tmp_path / "newer.wav"))
    expect(card(pair, "newer.wav")).to_be_attached()
    assert pair.evaluate(
        """async () => {
            letGo();
            await late;
            const { itemNamed } = await import('/web/lib/store.js');
            return itemNamed('newer.wav') !== null;
        }"""
    )


def test_a_job_that_was_dismissed_elsewhere_has_ended(pair):
    assert (
        pair.evaluate(
            """async () => {
            const { ended, get, set } = await import('/web/lib/store.js');
            const job = { ...{ id: 'x', act: 'sound', of: [], state: 'running' } };
            set('jobs', [...get('jobs'), job]);
            const over = ended('x');
            set('jobs', get('jobs').filter((one) => one !== job));
            return (await over).state;
        }"""
        )
        == "cancelled"
    )


def test_what_is_heard_late_does_not_begin_to_play_when_one_comes_back(pair, studio, tmp_path):
    pair.evaluate(
        """() => {
            const ask = window.fetch;
            const held = new Promise((go) => (window.letGo = go));
            window.fetch = async (where, how) => {
                if (String(where).includes('back%20from%20picture.wav/samples')) await held;
                return ask(where, how);
            };
        }"""
    )
    encode(studio.workspace / "left take.wav").save(tmp_path / "back.png")
    drop(pair.locator("body"), tmp_path / "back.png")
    expect(card(pair, "back from picture.wav")).to_be_attached()
    card(pair, "left take.wav").locator(".main").click()
    drawn(pair, "left take.wav")
    pair.evaluate("letGo()")
    card(pair, "back.png").locator(".main").click()
    drawn(pair, "back.png")
    assert not pair.evaluate(
        """async () => {
            const { player } = await import('/web/audio/player.js');
            const next = () => new Promise(requestAnimationFrame);
            while (player.item?.name !== 'back from picture.wav' || !player.count) await next();
            await player.output();
            for (let frame = 0; frame < 5; frame++) await next();
            return player.playing;
        }"""
    )


def test_addresses_by_hand(pair, studio):
    shown = pair.locator("#pages a[aria-current]")
    pair.goto(f"{studio.address}/#film/right take.wav")
    expect(shown).to_have_text("Film")
    expect(pair.locator("p-film h2")).to_have_text("right take.wav")
    pair.evaluate("location.hash = '#style/%E0%A4%A'")
    expect(shown).to_have_text("Style")
    pair.reload()
    expect(shown).to_have_text("Style")
    expect(pair.locator("p-style .before .facts")).to_have_text(re.compile(r"\w"))


def test_keys_of_other_layouts(pair):
    loop = pair.get_by_role("button", name="Loop")

    def press(**how):
        pair.evaluate(
            """(how) => document.body.dispatchEvent(
                new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...how }))""",
            how,
        )

    press(key="д", code="KeyL")
    expect(loop).to_have_attribute("aria-pressed", "true")
    alt_gr = {"modifierAltGraph": True, "ctrlKey": True, "altKey": True}
    press(key="l", code="KeyL", **alt_gr)
    press(key="ł", code="KeyL", modifierAltGraph=True)
    expect(loop).to_have_attribute("aria-pressed", "true")
    press(key="§", code="Digit6", altKey=True)
    expect(pair.locator("#pages a[aria-current]")).to_have_text("Film")
    press(key="?", code="Minus", **alt_gr)
    expect(pair.get_by_role("dialog", name="Keys")).to_be_visible()


def test_to_leave_while_it_records_is_asked_first(pair):
    asked = []
    pair.on("dialog", lambda one: (asked.append(one.type), one.accept()))
    pair.locator(".ways button", has_text="Record").click()
    expect(pair.get_by_label("Recorded")).to_have_text(re.compile(r"0:0[0-9]\.[1-9]"))
    pair.reload()
    drawn(pair, "left take.wav")
    assert asked == ["beforeunload"]
    pair.reload()
    assert len(asked) == 1


def test_two_clicks_ask_once(pair):
    posted = []
    pair.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
    pair.get_by_role("button", name="Save picture").first.dblclick()
    expect(card(pair, "left take.png")).to_be_visible()
    assert len([url for url in posted if url.endswith("/jobs")]) == 1
    pair.evaluate(_COUNT_ASKED)
    pair.locator(".ways button", has_text="Record").dblclick()
    expect(pair.get_by_label("Recorded")).to_have_text(re.compile(r"0:00\.[1-9]|0:0[1-9]"))
    pair.get_by_role("button", name="Throw away").click()
    assert pair.evaluate("asked") == 1


def test_a_recording_that_cannot_be_kept_is_not_lost(pair, complaints):
    complaints.expect("Failed to load resource")
    pair.route("**/api/items?name=recording.wav", lambda one: one.abort())
    pair.locator(".ways button", has_text="Record").click()
    expect(pair.get_by_label("Recorded")).to_have_text(re.compile(r"0:0[0-9]\.[1-9]"))
    pair.get_by_role("button", name="Stop and keep").click()
    with pair.expect_download() as download:
        pair.get_by_role("button", name="Download it").click()
    assert soundfile.info(download.value.path()).frames > 0


def test_the_undo_of_a_message_undoes_what_it_speaks_of(pair, studio, tmp_path):
    for name in ("one.wav", "two.wav"):
        studio.put(tone(tmp_path / name))
        expect(card(pair, name)).to_be_visible()
    for name in ("one.wav", "two.wav"):
        pair.get_by_role("button", name=f"More of {name}").click()
        pair.get_by_role("button", name="Delete").click()
        expect(card(pair, name)).to_have_count(0)
    pair.locator(".toast", has_text="one.wav").get_by_role("button", name="Undo").click()
    expect(card(pair, "one.wav")).to_be_visible()
    assert not (studio.workspace / "two.wav").exists()
    pair.keyboard.press("Control+z")
    expect(card(pair, "two.wav")).to_be_visible()


def test_letters_go_into_the_field_that_is_typed_in(pair):
    pair.locator("#pages a", has_text="Style").click()
    pair.get_by_role("radio", name="ComfyUI").check()
    pair.get_by_label("Address").click()
    pair.keyboard.press("Control+a")
    pair.keyboard.type("http://localhost:99")
    expect(pair.get_by_label("Address")).to_have_value("http://localhost:99")
    expect(pair.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "false")


def test_to_skip_to_the_picture_stays_on_the_page(pair):
    pair.locator("#pages a", has_text="Film").click()
    pair.locator(".skip").focus()
    pair.keyboard.press("Enter")
    expect(pair.locator("#stage")).to_be_focused()
    expect(pair.locator("#pages a[aria-current]")).to_have_text("Film")
    assert "#film" in pair.url


def test_what_is_refused_is_said_whoever_asked(pair, complaints):
    complaints.expect("Failed to load resource")
    pair.route("**/api/examples", lambda one: one.abort())
    pair.get_by_role("button", name="Try an example").click()
    expect(pair.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()


def test_a_stroke_that_cannot_be_kept_is_taken_back_and_the_next_one_is_kept(
    pair, studio, complaints
):
    from test_studio_paint import drag, painted, to_paint

    complaints.expect("Failed to load resource")
    to_paint(pair, "left take.wav")
    pair.route("**/api/paintings", lambda one: one.abort())
    drag(pair, "brush", (60, 2_000), (100, 2_600))
    expect(pair.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    covered = """() => document.querySelector('p-paint').easel.painting.layer.sheet
        .read({ x: 0, y: 0, w: 300, h: 512 }).some((value) => value)"""
    pair.wait_for_function(f"() => !({covered})()")
    pair.unroute("**/api/paintings")
    drag(pair, "brush", (60, 2_000), (100, 2_600))
    painted(pair)
    (painting,) = studio.ask("GET", "paintings?item=left%20take.wav")
    assert painting["layers"][0]["tiles"] == [0]


def test_a_picture_that_no_browser_shows_is_no_stamp_and_said(pair, tmp_path):
    from test_studio_paint import to_paint

    to_paint(pair, "left take.wav")
    pair.locator("p-paint [data-tool=stamp]").click()
    (tmp_path / "no picture.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    drop(pair.locator("body"), tmp_path / "no picture.png")
    alert = pair.get_by_role("alert").filter(has_text="no picture that a browser can show")
    expect(alert).to_be_visible()


def test_to_quit_is_asked_first(pair, studio):
    pair.get_by_role("button", name="Quit").click()
    asked = pair.get_by_role("dialog", name="Quit the studio?")
    expect(asked).to_contain_text(f"stays in the folder {studio.workspace.name}")
    asked.get_by_role("button", name="Stay").click()
    expect(asked).to_have_count(0)
    pair.set_viewport_size({"width": 390, "height": 844})
    expect(pair.get_by_role("button", name="Quit")).to_have_count(0)
    pair.get_by_role("button", name="More", exact=True).click()
    pair.get_by_role("dialog", name="More").get_by_role("button", name="Quit").click()
    expect(asked).to_be_visible()
    pair.keyboard.press("Escape")
    assert studio.ask("GET", "state")["workspace"] == studio.workspace.name


def test_a_name_that_cannot_be_kept_as_it_was_typed_is_said(pair):
    pair.get_by_role("button", name="More of left take.wav").click()
    pair.get_by_role("button", name="Rename").click()
    pair.get_by_role("textbox", name="Name").fill('the "best" take.wav')
    pair.keyboard.press("Enter")
    expect(pair.locator(".toast", has_text="It is called the _best_ take.wav now")).to_be_visible()
    drawn(pair, "the _best_ take.wav")


def test_what_is_new_on_the_shelf_is_seen(pair, studio, tmp_path):
    for number in range(12):
        studio.put(tone(tmp_path / f"{number}.wav", seconds=0.1))
    shelf = pair.locator("e-shelf ul")
    card(pair, "right take.wav").locator(".main").click()
    drawn(pair, "right take.wav")
    assert shelf.evaluate("(one) => one.scrollLeft") > 0
    pair.get_by_role("button", name="Save picture").first.click()
    expect(card(pair, "right take.png")).to_be_in_viewport(ratio=0.9)


def test_what_is_no_sound_leads_to_the_one_that_was_made_of_it(pair, studio, tmp_path):
    encode(np.zeros((1, 4_000), np.float32), 8_000).save(tmp_path / "quiet.png")
    studio.put(tmp_path / "quiet.png")
    studio.open(pair, "paint/quiet.png")
    page = pair.locator("p-paint")
    expect(page).to_contain_text("quiet.png is no sound, and paint is for sounds.")
    for name in ("Save sound", "Save picture"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    expect(page.get_by_role("radio", name="Brush")).to_be_disabled()
    studio.ask("POST", "jobs", {"act": "sound", "of": ["quiet.png"], "settings": {}})
    page.get_by_role("button", name="Paint on quiet from picture.wav").click()
    expect(page.locator("h2")).to_have_text("quiet from picture.wav")
    expect(page.get_by_role("radio", name="Brush")).to_be_enabled()
