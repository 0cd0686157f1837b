"""The Paint page in a real browser: paint, hear it, undo it, come back to it, keep it."""

import json
import os
import signal

import numpy as np
import pytest
from studio_browser import AS_TEXT, rendered, running, tone, values_of

from eidophone import encode
from eidophone.jobs.painting.flatten import flattened
from eidophone.jobs.painting.rendering import sounding
from eidophone.jobs.painting.store import Store
from eidophone.picture.axis import row_of_hz
from eidophone.picture.recipe import PRESETS
from eidophone.sound.level import TOP
from eidophone.sound.sound import Sound

RATE = 22_050
HOP = 128
STANDARD = PRESETS["standard"]

#: JavaScript: what the player would play: the sound's own samples, and what was patched over them.
_HEARD = f"""async () => {{
    const {{ player }} = await import('/web/audio/player.js');
    const {{ samplesOf }} = await import('/web/audio/chunks.js');
    const {{ data }} = await samplesOf(player.item.name, 0, player.count);
    for (const {{ first, channels }} of window.patches) {{
        data.forEach((own, channel) => {{
            const one = channels[channel] ?? channels[0];
            one.forEach((value, i) => isNaN(value) || (own[first + i] = value));
        }});
    }}
    return data.map({AS_TEXT});
}}"""

#: JavaScript: remember what the player is told to play instead of the sound's own samples.
_WATCH = """async () => {
    const { player } = await import('/web/audio/player.js');
    window.patches = [];
    const patch = player.patch.bind(player);
    player.patch = (first, channels) => {
        window.patches.push({ first, channels: channels.map((one) => one.slice()) });
        patch(first, channels);
    };
    const unpatch = player.unpatch.bind(player);
    player.unpatch = () => {
        window.patches = [];
        unpatch();
    };
}"""

_DONE = """() => {
    const { easel, surface } = document.querySelector('p-paint');
    return !surface.working && easel.keeper?.done && easel.hearing?.done && !easel.history.busy;
}"""


def expect(locator):
    """Playwright's own, which is only there where it is installed."""
    from playwright.sync_api import expect as really

    return really(locator)


def painted(page):
    """Wait until all that was painted is kept, and heard."""
    page.wait_for_function(_DONE)


def to_paint(page, name):
    """Go to the Paint page with the item ``name``, and remember all that is played from now on."""
    page.evaluate(_WATCH)
    page.locator("#pages a", has_text="Paint").click()
    expect(page.locator("p-paint h2")).to_have_text(name)
    page.wait_for_function(
        "() => { const { painting } = document.querySelector('p-paint').easel;"
        " return painting?.isHere(0, painting.columns); }"
    )


def drag(page, tool, *places):
    """Drag with ``tool`` from place to place, (column, Hz) each."""
    page.locator(f"p-paint [data-tool={tool}]").click()
    points = page.evaluate(
        """(places) => {
            const { picture } = document.querySelector('p-paint');
            const box = picture.surface.getBoundingClientRect();
            return places.map(([column, hz]) =>
                [box.x + picture.xOfColumn(column), box.y + picture.yOfRow(picture.rowOfHz(hz))]);
        }""",
        places,
    )
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=3)
    page.mouse.up()


def option(page, **values):
    """Set options of the tools."""
    page.evaluate("(v) => Object.assign(document.querySelector('p-paint').options, v)", values)


def heard(page):
    """What the player would play, ``[channels, samples]``."""
    return np.stack([values_of(one, "<f4") for one in page.evaluate(_HEARD)])


def at_rest(page):
    """The same, once nothing changes it any more: a busy machine may be late with a part."""
    last, now = None, heard(page)
    while last is None or not np.array_equal(last, now):
        page.wait_for_timeout(500)
        painted(page)
        last, now = now, heard(page)
    return now


def shown(samples):
    """The picture of ``samples``, values 0 to 255."""
    return encode(samples, RATE).pixels.astype(int)


def spectrum_peak(samples):
    """Hz of the loudest of ``samples``."""
    windowed = samples * np.hanning(len(samples))
    return np.argmax(np.abs(np.fft.rfft(windowed))) * RATE / len(samples)


def test_a_first_stroke_is_undone_however_soon(canvas):
    late = []
    canvas.route("**/api/paintings", lambda one: late.append(one))  # noqa: PLW0108 (it is looked at)
    with canvas.expect_request("**/api/paintings"):
        drag(canvas, "line", (100, 1_500), (250, 1_500))
    canvas.keyboard.press("Control+z")
    late[0].continue_()
    button = canvas.get_by_role("button", name="Do it again")
    expect(button).to_be_enabled()
    painted(canvas)
    assert canvas.evaluate("document.querySelector('p-paint').easel.painting.painted.size") == 1


def test_a_stroke_is_painted_when_the_picture_under_it_has_come(canvas):
    canvas.evaluate(
        """() => {
            const { painting } = document.querySelector('p-paint').easel;
            painting.isHere = () => false;
            window.waiting = [];
            painting.need = () => new Promise((come) => window.waiting.push(come));
        }"""
    )
    drag(canvas, "line", (100, 1_500), (250, 1_500))
    canvas.evaluate(
        """() => {
            const { painting } = document.querySelector('p-paint').easel;
            delete painting.isHere;
            delete painting.need;
            window.waiting.forEach((come) => come());
        }"""
    )
    expect(canvas.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    painted(canvas)
    seen = canvas.evaluate(
        """() => {
            const { painting } = document.querySelector('p-paint').easel;
            const rect = { x: 0, y: 0, w: painting.columns, h: painting.rows };
            const [now, before] = [painting.seen(rect), painting.ground.read(rect)];
            return [...new Set([...now.keys()].filter((at) => now[at] !== before[at])
                .map((at) => Math.floor(at / 3) % rect.w))];
        }"""
    )
    assert 90 < min(seen) < 105
    assert 245 < max(seen) < 260  # all of it, and not only where it began


@pytest.fixture
def canvas(studio, page, tmp_path, request):
    """The Paint page on a quiet sound of its own, which only this test knows."""
    name = f"{request.node.name[:40]}.wav"
    item = studio.put(tone(tmp_path / name, seconds=2.0, hz=330, rate=RATE, peak=0.05))
    studio.open(page, f"sound/{item['name']}")
    to_paint(page, item["name"])
    page.item = item["name"]
    return page


def test_what_is_painted_sounds_where_it_is_painted_and_undo_takes_it_back(canvas, studio):
    original = heard(canvas)
    option(canvas, size=8, level=-20, hardness=0.3)
    drag(canvas, "line", (100, 1_500), (250, 1_500))
    painted(canvas)
    now = heard(canvas)
    changed = np.flatnonzero(np.abs(now - original).max(axis=0))
    assert 80 * HOP < changed[0] < 101 * HOP
    assert 250 * HOP < changed[-1] < 270 * HOP
    added = (now - original)[0, 115 * HOP : 235 * HOP]
    row_hz = 1_500 / STANDARD.rows * 5
    assert abs(spectrum_peak(added) - 1_500) < row_hz
    assert -23 < 10 * np.log10(2 * (added**2).mean()) < -14  # several rows of it
    jumps = np.abs(np.diff(now[0], n=2))
    edges = np.r_[jumps[80 * HOP : 100 * HOP], jumps[252 * HOP : 270 * HOP]]
    assert edges.max() <= jumps[120 * HOP : 230 * HOP].max()  # no click where it begins, or ends
    (painting,) = studio.ask("GET", f"paintings?item={canvas.item}")
    assert painting["layers"][0]["tiles"] == [0]
    canvas.keyboard.press("Control+z")
    expect(canvas.get_by_role("button", name="Do it again")).to_be_enabled()
    painted(canvas)
    assert np.array_equal(heard(canvas), original)
    (painting,) = studio.ask("GET", f"paintings?item={canvas.item}")
    assert painting["layers"][0]["tiles"] == []


def test_what_is_painted_is_seen_in_the_strip_of_the_whole(canvas):
    before = strip(canvas)
    drag(canvas, "line", (100, 1_500), (250, 1_500))
    painted(canvas)
    seen = strip(canvas) != before
    assert 90 < np.flatnonzero(seen)[0] * 345 / len(seen) < 105
    canvas.keyboard.press("Control+z")
    expect(canvas.get_by_role("button", name="Do it again")).to_be_enabled()
    painted(canvas)
    assert np.array_equal(strip(canvas), before)
    canvas.keyboard.press("Control+Shift+z")
    painted(canvas)
    canvas.reload()
    to_paint(canvas, canvas.item)
    painted(canvas)
    assert np.array_equal(strip(canvas) != before, seen)


def strip(page):
    """How bright each column of the strip of the whole is now."""
    return np.array(
        page.evaluate(
            """async () => {
                for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
                const { canvas } = document.querySelector('p-paint').picture.overview;
                const { width, height } = canvas;
                const copy = new OffscreenCanvas(width, height);
                const context = copy.getContext('2d', { willReadFrequently: true });
                context.drawImage(canvas, 0, 0);
                const sums = Array(width).fill(0);
                context.getImageData(0, 0, width, height).data.forEach((value, at) => {
                    sums[(at >> 2) % width] += value;
                });
                return sums;
            }"""
        )
    )


def test_paint_on_the_left_of_a_mono_sound_is_heard_on_the_left(canvas, studio):
    original = heard(canvas)
    option(canvas, size=8, level=-20, place=-1)
    drag(canvas, "line", (100, 1_500), (250, 1_500))
    painted(canvas)
    first, channels = canvas.evaluate(
        f"(({{ first, channels }}) => [first, channels.map({AS_TEXT})])(patches.at(-1))"
    )
    now = np.stack([values_of(one, "<f4") for one in channels])
    left, right = now - original[:, first : first + now.shape[1]]
    assert np.abs(left).max() > 0.05
    assert np.abs(right).max() < 0.01


def test_other_pages_play_the_sound_without_paint(canvas):
    original = heard(canvas)
    drag(canvas, "line", (100, 1_500), (250, 1_500))
    painted(canvas)
    now = heard(canvas)
    assert not np.array_equal(now, original)
    canvas.locator("#pages a", has_text="Sound").click()
    expect(canvas.locator("p-sound")).to_be_visible()
    assert np.array_equal(heard(canvas), original)
    canvas.locator("#pages a", has_text="Paint").click()
    expect(canvas.locator("p-paint")).to_be_visible()
    assert np.array_equal(heard(canvas), now)


def test_a_stroke_stays_with_its_sound_however_soon_another_is_opened(canvas, studio, tmp_path):
    other = studio.put(tone(tmp_path / "other.wav", seconds=1.0, rate=RATE))
    late = []
    canvas.route("**/api/paintings", lambda one: late.append(one))  # noqa: PLW0108 (it is looked at)
    with canvas.expect_request("**/api/paintings"):
        drag(canvas, "line", (100, 1_500), (150, 1_500))
    first, name = canvas.item, other["name"]
    canvas.locator("e-shelf .card").filter(has_text=name.removesuffix(".wav")).first.click()
    expect(canvas.locator("p-paint h2")).to_have_text(name)
    with canvas.expect_response("**/layers/1?*"):
        late[0].continue_()
    (painting,) = studio.ask("GET", f"paintings?item={first}")
    assert painting["layers"][0]["tiles"] == [0]
    assert studio.ask("GET", f"paintings?item={name}") == []


def test_a_hand_that_leaves_the_picture_paints_up_to_its_edge(canvas):
    canvas.evaluate(
        """() => {
            const { picture } = document.querySelector('p-paint');
            Object.assign(picture.geometry, { left: 100, scaleX: picture.geometry.width / 100 });
            picture.changed();
        }"""
    )
    option(canvas, size=20)
    drag(canvas, "line", (150, 1_500), (260, 1_500))
    painted(canvas)
    seen = canvas.evaluate(
        """() => {
            const { painting } = document.querySelector('p-paint').easel;
            const { columns, rows, layer } = painting;
            const paint = layer.sheet.read({ x: 0, y: 0, w: columns, h: rows });
            const places = [...paint.keys()].filter((at) => paint[at]);
            return [...new Set(places.map((at) => (at >> 2) % columns))];
        }"""
    )
    assert 198 < max(seen) < 203


def test_only_what_paints_sounds_under_the_hand(canvas):
    canvas.evaluate("import('/web/audio/player.js').then(({ player }) => player.output())")
    canvas.evaluate(
        """() => {
            window.stood = [];
            const { surface, easel: { voice } } = document.querySelector('p-paint');
            voice.stand = () => window.stood.push(surface.tool.id);
        }"""
    )
    for tool in ("move", "box", "lasso", "line"):
        drag(canvas, tool, (100, 1_500), (150, 3_000))
        canvas.keyboard.press("Escape")
    painted(canvas)
    assert set(canvas.evaluate("stood")) == {"line"}
    canvas.get_by_role("button", name="Hide Layer 1").click()
    drag(canvas, "box", (90, 1_200), (160, 3_500))
    drag(canvas, "move", (100, 1_500), (150, 1_500))
    expect(canvas.get_by_text("This layer cannot be seen")).to_be_visible()
    painted(canvas)
    assert canvas.evaluate("document.querySelector('p-paint').easel.history.next") == "Layer"


def test_arrows_go_through_the_tools(canvas):
    canvas.locator("p-paint [data-tool=line]").click()
    canvas.keyboard.press("ArrowDown")
    expect(canvas.get_by_role("radio", name="Harmonics")).to_be_checked()
    assert canvas.evaluate("document.querySelector('p-paint').surface.tool.id") == "harmonics"
    canvas.keyboard.press("e")
    expect(canvas.get_by_role("radio", name="Eraser")).to_be_checked()


def test_a_painting_survives_a_reload_with_its_history_and_is_rendered(canvas, studio):
    option(canvas, size=10, level=-12)
    drag(canvas, "brush", (60, 2_000), (200, 2_600))
    painted(canvas)
    canvas.get_by_role("button", name="New layer").click()
    option(canvas, strength=1, erases="silence", size=40)
    drag(canvas, "eraser", (250, 330), (300, 330))
    painted(canvas)
    before = at_rest(canvas)
    canvas.reload()
    to_paint(canvas, canvas.item)
    painted(canvas)
    assert canvas.locator(".layers li").count() == 2
    again = at_rest(canvas)
    assert (
        np.abs(shown(again) - shown(before)).mean() < 1
    )  # found anew, it may begin in other phases
    canvas.get_by_role("button", name="Save sound").click()
    card = canvas.locator("e-shelf .card").filter(has_text=canvas.item.replace(".wav", " painted"))
    expect(card.first).to_be_visible()
    file = studio.workspace / canvas.item.replace(".wav", " painted.wav")
    store = Store(studio.workspace / ".studio" / "paintings")
    sound = Sound.load(studio.workspace / canvas.item)
    painting = store.of(canvas.item)
    expected = np.concatenate(list(sounding(store, painting, sound)), axis=1)
    assert np.array_equal(Sound.load(file).samples, expected)
    canvas.keyboard.press("Control+z")
    canvas.keyboard.press("Control+z")
    expect(canvas.locator(".layers li")).to_have_count(1)


def test_a_studio_that_is_killed_keeps_what_was_painted_and_says_what_it_did_not_finish(
    page, browser, tmp_path
):
    film = {"act": "film", "of": ["a.wav"], "settings": {"kind": "instants", "size": 1080}}
    item = tone(tmp_path / "a.wav", seconds=1.0, rate=RATE)
    with running(tmp_path / "w") as studio:
        studio.put(item)
        studio.open(page, "sound/a.wav")
        to_paint(page, "a.wav")
        option(page, size=20, level=-10)
        drag(page, "brush", (60, 2_000), (100, 2_600))
        painted(page)
        paint = page.evaluate(
            f"() => {AS_TEXT}(document.querySelector('p-paint').easel.painting.layer.sheet"
            ".read({ x: 50, y: 0, w: 60, h: 512 }))"
        )
        studio.ask("POST", "jobs", film)
        stop = page.get_by_role("button", name="Stop: Filming a.wav")
        stop.click()
        expect(stop).to_have_count(0)
        assert [one["state"] for one in studio.ask("GET", "jobs")] == ["cancelled"]
        studio.ask("POST", "jobs", film)
        page.goto("about:blank")
        os.kill(studio.process.pid, signal.SIGKILL)
        studio.process.wait()
    store = Store(tmp_path / "w" / ".studio" / "paintings")
    kept = store.tiles(store.of("a.wav"), 1).take(50, 60)
    assert np.array_equal(kept.ravel(), values_of(paint, np.uint8))
    assert kept[..., 3].any()
    with running(tmp_path / "w") as studio:
        studio.open(page, "sound/a.wav")
        expect(page.get_by_role("alert").filter(has_text="interrupted")).to_be_visible()
        to_paint(page, "a.wav")
        expect(page.get_by_text("Your paint is kept")).to_be_visible()
        assert [one["name"] for one in studio.ask("GET", "items")] == ["a.wav"]
        page.goto("about:blank")  # it asks for nothing any more


def test_two_tabs_paint_on_one_sound(canvas, studio):
    option(canvas, size=20, level=-10)
    drag(canvas, "brush", (60, 2_000), (100, 2_600))
    painted(canvas)
    other = canvas.context.new_page()
    studio.open(other, f"sound/{canvas.item}")
    to_paint(other, canvas.item)
    option(other, size=20, level=-10)
    drag(other, "brush", (200, 2_000), (240, 2_600))
    painted(other)
    canvas.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    canvas.wait_for_function(
        """() => {
            const { painting } = document.querySelector('p-paint').easel;
            const read = (x) => painting?.layer.sheet.read({ x, y: 0, w: 20, h: 512 });
            return painting?.isHere(0, 300) && [80, 220].every((x) => read(x).some((one) => one));
        }"""
    )


# --- the engine -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine(studio, browser):
    """A page that has the studio open, for what needs no more than its code."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(studio.url)
    yield page
    context.close()


def test_layers_are_flattened_as_the_library_does(engine):
    rng = np.random.default_rng(3)
    below = rng.integers(0, 256, (16, 64, 3), np.uint8)
    layers = [(rng.integers(0, 256, (16, 64, 4), np.uint8), opacity) for opacity in (255, 77, 1)]
    found = engine.evaluate(
        """async ([below, layers]) => {
            const { over } = await import('/web/paint/flatten.js');
            const pixels = Uint8Array.from(below);
            for (const [paint, opacity] of layers) over(pixels, Uint8Array.from(paint), opacity);
            return [...pixels];
        }""",
        [below.ravel().tolist(), [[one.ravel().tolist(), opacity] for one, opacity in layers]],
    )
    assert np.array_equal(np.array(found).reshape(below.shape), flattened(below, layers))


#: JavaScript: a painting that is all `ink`, without a server.
_BLANK = """
    const { Painting } = await import('/web/paint/painting.js');
    const ink = {
        ...(await import('/web/paint/ink.js')), ...(await import('/web/lib/scales.js')),
    };
    const strokes = {
        ...(await import('/web/paint/strokes.js')), ...(await import('/web/paint/harmonics.js')),
    };
    const { Selection } = await import('/web/paint/selection.js');
    const row_hz = %s;
    const view = {
        id: 'a', item: 'a', rate: 44100, channels: 2, sample_count: 441000, columns: 1000,
        rows: 512, hop_seconds: 256 / 44100, axis: 'mel', min_hz: 0, max_hz: 22050, row_hz,
        top_db: 6, range_db: 108, gamma: 1.5, exposure_db: 0, levels: [1], tile_columns: 1024,
        done: 1,
    };
    const painting = new Painting(
        view, [{ id: 1, name: 'a', visible: true, opacity: 255, tiles: [] }], {});
    painting.ground.tile(0).fill(%d);
    const column = (x) => {
        const seen = painting.seen({ x, y: 0, w: 1, h: 512 });
        return Array.from({ length: 512 }, (_, row) => [...seen.subarray(row * 3, row * 3 + 3)]);
    };
"""


def on_blank(page, script, ground=0):
    """What ``script`` returns, which has a ``painting`` and ``column(x)`` of what is seen."""
    rows = np.arange(512)[::-1]
    from eidophone.picture.axis import hz_of_row

    hz = json.dumps([float(one) for one in hz_of_row(rows.astype(float), STANDARD)])
    return page.evaluate("async () => {" + _BLANK % (hz, ground) + script + "}")


def test_a_brush_paints_its_level_with_soft_edges_and_never_makes_quieter(engine):
    seen = on_blank(
        engine,
        """
        const stroke = new strokes.InkStroke(painting, null, ink.coloursAt(view, 0));
        const value = ink.valueOfDb(view, -20);
        stroke.to({ x: 100, y: 200.5 }, { rx: 6, ry: 6, hardness: 0, ink: value });
        stroke.to({ x: 140.5, y: 200.5 }, { rx: 6, ry: 6, hardness: 0, ink: value });
        const { rect } = stroke.end();
        return { value, rect, cells: column(120), before: column(92) };
        """,
        ground=5,
    )
    cells = np.array(seen["cells"])
    assert abs(cells[200, 1] - seen["value"]) < 2
    inner = cells[193:208, 1]
    peak = inner.argmax()
    assert (np.diff(inner[: peak + 1]) >= 0).all()
    assert (np.diff(inner[peak:]) <= 0).all()
    assert (cells[:190] == 5).all()
    assert (np.array(seen["before"]) == 5).all()
    assert seen["rect"]["x"] == 94


def test_a_place_left_of_the_middle_is_red_and_antialiased_below_a_cell(engine):
    seen = on_blank(
        engine,
        """
        const stroke = new strokes.InkStroke(painting, null, ink.coloursAt(view, -1));
        stroke.to({ x: 100, y: 200.5 }, { rx: 0.1, ry: 0.1, hardness: 1, ink: 200 });
        stroke.to({ x: 150, y: 200.5 }, { rx: 0.1, ry: 0.1, hardness: 1, ink: 200 });
        return column(120);
        """,
    )
    red, green, blue = np.array(seen)[200]
    assert red > 150  # it falls between no cells
    assert blue == 0
    assert 0 < green < red


def test_harmonics_lie_on_the_partials_each_quieter(engine):
    seen = on_blank(
        engine,
        """
        const partials = ({ y }) => strokes.partialsOf(view, y, { count: 4, fall_db: 12 }, ink);
        const colours = ink.coloursAt(view, 0);
        const stroke = new strokes.HarmonicsStroke(painting, null, colours, partials);
        const tip = { rx: 3, ry: 2, hardness: 0.9, ink: ink.valueOfDb(view, -10) };
        stroke.to({ x: 100, y: ink.rowOfHz(view, 1000) }, tip);
        stroke.to({ x: 130, y: ink.rowOfHz(view, 1000) }, tip);
        const levels = column(115).map(([, green]) => ink.dbOfValue(view, green));
        return levels.map((db) => Math.max(db, -200));
        """,
    )
    levels = np.array(seen)
    for k, db in ((1, -10), (2, -22), (3, -29), (4, -34)):
        row = 511 - round(float(row_of_hz(1_000 * k, STANDARD)))
        assert abs(levels[row] - db) < 1.5, k
    assert levels[511 - round(float(row_of_hz(5_000, STANDARD)))] <= -200


def test_the_eraser_silences_and_takes_paint_off_again(engine):
    found = on_blank(
        engine,
        """
        const wipe = (back, strength) => {
            const stroke = new strokes.EraserStroke(painting, null, back);
            const tip = { rx: 8, ry: 8, hardness: 0.5, ink: 255 * strength };
            for (const x of [100, 130]) stroke.to({ x, y: 200.5 }, tip);
            return column(115).map(([, green]) => green);
        };
        const all = [wipe(false, 0.5), wipe(false, 1), wipe(true, 1)];
        return [...all, painting.layer.sheet.read({ x: 115, y: 200, w: 1, h: 1 })[3]];
        """,
        ground=100,
    )
    half, silent, back, cover = (np.array(one) for one in found)
    assert half[200] == 50
    assert silent[200] == 0
    assert 0 < silent[193] < 100  # its edge is soft
    assert (back[198:203] == 100).all()
    assert cover == 0


def test_blur_softens_and_smudge_drags_along(engine):
    found = on_blank(
        engine,
        """
        const { BlurStroke, SmudgeStroke } = await import('/web/paint/retouch.js');
        const line = new strokes.InkStroke(painting, null, ink.coloursAt(view, 0));
        const thin = { rx: 2, ry: 2, hardness: 1, ink: 200 };
        for (const x of [50, 200]) line.to({ x, y: 200.5 }, thin);
        const values = (x) => column(x).map(([, green]) => green);
        const before = values(100);
        const tip = { rx: 12, ry: 12, hardness: 0.8, ink: 255 };
        const blur = new BlurStroke(painting, null);
        for (const x of [95, 105]) blur.to({ x, y: 200.5 }, tip);
        const smudge = new SmudgeStroke(painting, null);
        for (const y of [200.5, 240.5]) smudge.to({ x: 150, y }, tip);
        return { before, blurred: values(100), smudged: values(150), far: values(190) };
        """,
    )
    before, blurred = np.array(found["before"]), np.array(found["blurred"])
    assert blurred.max() < before.max()
    assert np.count_nonzero(blurred) > np.count_nonzero(before)
    assert abs(blurred.sum() / before.sum() - 1) < 0.15
    assert np.flatnonzero(found["smudged"]).max() > 225
    assert found["far"] == found["before"]


def test_snapping_finds_the_ridge_and_moving_multiplies_hz(engine):
    found = on_blank(
        engine,
        """
        const { ridgeNear } = await import('/web/paint/ridge.js');
        const { Lifted } = await import('/web/paint/moving.js');
        const paint = (hz) => {
            const stroke = new strokes.InkStroke(painting, null, ink.coloursAt(view, 0));
            const y = ink.rowOfHz(view, hz);
            for (const x of [50, 90]) stroke.to({ x, y }, { rx: 2, ry: 3, hardness: 0, ink: 150 });
        };
        paint(1000);
        paint(2000);
        const seen = (rect) => painting.seen(rect);
        const ridge = ridgeNear(seen, 1000, 512, 70, ink.rowOfHz(view, 1000) + 9, 14);
        const [high, low] = [3000, 600].map((hz) => ink.rowOfHz(view, hz));
        const selection = Selection.box({ x: 45, y: high }, { x: 95, y: low }, 1000, 512);
        const lifted = new Lifted(painting, selection, false);
        lifted.put({ shift: 100, ratio: 1.5, longer: 1, higher: 1 });
        const nearest = (hz) => ridgeNear(seen, 1000, 512, 170, ink.rowOfHz(view, hz), 8);
        const moved = [1500, 3000].map((hz) => ink.hzOfRow(view, nearest(hz)));
        const left = Math.max(...column(70).flat());
        return { ridge, row: ink.rowOfHz(view, 1000), moved, left };
        """,
    )
    assert abs(found["ridge"] - found["row"]) < 0.6
    assert np.allclose(found["moved"], [1_500, 3_000], rtol=0.01)
    assert found["left"] <= 1


#: JavaScript: a history of `painting`, which notes what is undone and done again, and `deed(n)`.
_HISTORY = """
    const { History } = await import('/web/paint/history.js');
    const layer = (n) => [{ id: n, name: 'a', visible: true, opacity: 255 }];
    const deed = (n) => ({ words: `${n}`, layers: { before: layer(n), after: layer(n + 1) } });
    const done = [];
    const begun = async (id) => {
        const history = new History(id, async (_, layers) => {
            done.push(layers[0].id);
            return { arrived: new Promise(() => {}) };
        });
        await history.open();
        return history;
    };
    const full = () => {
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...all) {
            const value = new DOMException('', 'QuotaExceededError');
            Object.defineProperty(this.transaction, 'error', { value, configurable: true });
            const asked = put.apply(this, all);
            asked.onsuccess = () => this.transaction.abort();
            return asked;
        };
        return () => (IDBObjectStore.prototype.put = put);
    };
"""


def on_history(page, script):
    """What ``script`` returns, which has the words of `_HISTORY`."""
    return page.evaluate("async () => {" + _HISTORY + script + "}")


def test_a_history_that_the_browser_has_no_room_for_is_undone_all_the_same(engine):
    found = on_history(
        engine,
        """
        const history = await begun('full');
        let said = 0;
        history.addEventListener('full', () => said++);
        for (const n of [1, 2, 3]) await history.add(deed(n));
        const room = full();
        await history.undo();
        for (const n of [4, 5]) await history.add(deed(n));
        while (await history.undo());
        while (await history.redo());
        room();
        await history.undo();
        await history.add(deed(6));
        const { next, again } = await begun('full');
        return { done, said, next, again };
        """,
    )
    assert found["done"] == [3, 5, 4, 2, 1, 2, 3, 5, 6, 5]
    assert found["said"] == 1
    assert (found["next"], found["again"]) == ("2", "")


def test_the_history_of_paintings_that_are_gone_makes_room(engine):
    found = on_history(
        engine,
        """
        const now = Date.now;
        Date.now = () => now() - 40 * 24 * 3600 * 1000;
        for (const id of ['gone', 'kept']) await (await begun(id)).add(deed(1));
        Date.now = now;
        const history = await begun('new');
        await history.steps.sweep(['kept']);
        const swept = [(await begun('gone')).next, (await begun('kept')).next];
        const room = full();
        const failing = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...all) {
            room();
            return failing.apply(this, all);
        };
        await history.add(deed(2));
        return { swept, next: (await begun('new')).next, kept: (await begun('kept')).next };
        """,
    )
    assert found == {"swept": ["", "1"], "next": "2", "kept": ""}


# --- the voice ------------------------------------------------------------------------------------

_VOICE = """
    await context.audioWorklet.addModule('/web/audio/voice-worklet.js');
    const { viewMessage } = await import('/web/audio/voice.js');
    const hz = %s;
    const view = { row_hz: hz, top_db: 6, range_db: 108, gamma: 1.5 };
    const count = %d;
    const fill = (column, row) => { %s };
    const [left, right] = [new Uint8Array(count * hz.length), new Uint8Array(count * hz.length)];
    for (let column = 0; column < count; column++) {
        for (let row = 0; row < hz.length; row++) {
            left[column * hz.length + row] = right[column * hz.length + row] = fill(column, row);
        }
    }
    const messages = [
        viewMessage(view), { type: 'span', first: 0, count, left, right },
        { type: 'speed', speed: %f },
    ];
    for (const [id, ratio] of %s) messages.push({ type: 'on', id, ratio, gain: 1, at: 0 });
    const node = new AudioWorkletNode(context, 'voice', {
        numberOfInputs: 0, outputChannelCount: [2], processorOptions: { messages },
    });
    node.connect(context.destination);
"""


def voiced(page, fill, *, notes=((0, 1),), speed=172.3, count=64, seconds=1.0):
    """What the voice plays of a picture that ``fill`` (JavaScript) gives the ink of."""
    from eidophone.picture.axis import hz_of_row

    hz = [float(one) for one in hz_of_row(np.arange(512.0)[::-1], STANDARD)]
    script = _VOICE % (json.dumps(hz), count, fill, speed, json.dumps(list(notes)))
    return rendered(page, script, seconds=seconds)


def test_the_voice_is_never_louder_than_it_may_be(engine):
    noise = "return 155 + ((Math.imul(column * 512 + row, 2654435761) >>> 8) % 101);"
    for notes in (((0, 1),), ((0, 1), (1, 1.5), (2, 0.5), (3, 2))):
        samples = voiced(engine, noise, notes=notes)
        assert np.abs(samples).max() <= TOP + 1e-6
        assert np.abs(samples).max() > 0.01


def test_the_voice_plays_a_line_at_its_hz_and_level_and_transposes_it(engine):
    row = 511 - round(float(row_of_hz(1_000, STANDARD)))
    line = f"return row === {row} ? 150 : row === {row - 1} || row === {row + 1} ? 90 : 0;"
    level = 10 ** ((6 - 108 * (1 - (150 / 255) ** (1 / 1.5))) / 20)
    for ratio in (1, 1.5):
        samples = voiced(engine, line, notes=((0, ratio),))[0, 4_410:]
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        hz = np.argmax(spectrum) * 44_100 / len(samples)
        assert abs(hz - 1_000 * ratio) < 25 * ratio
        assert abs(np.abs(samples).max() / level - 1) < 0.05
        assert np.abs(np.diff(samples, n=2)).max() < level * (2 * np.pi * hz * 1.1 / 44_100) ** 2


def test_a_voice_that_is_asked_for_twice_at_once_is_one_and_silent_when_stopped_first(engine):
    found = on_blank(
        engine,
        """
        let made = 0;
        const Node = AudioWorkletNode;
        window.AudioWorkletNode = class extends Node {
            constructor(...all) {
                super(...all);
                if (all[1] === 'voice') made++;
            }
        };
        const { Voice } = await import('/web/audio/voice.js');
        const voice = new Voice();
        voice.painting = painting;
        voice.over(0, 100);
        const early = voice.stand(3);
        voice.stop();
        await early;
        const silent = !voice.sounding;
        await Promise.all([voice.stand(1), voice.stand(2)]);
        const sounding = voice.sounding;
        voice.panic();
        window.AudioWorkletNode = Node;
        return [made, silent, sounding, voice.sounding];
        """,
    )
    assert found == [1, True, True, False]


def test_paint_far_away_is_forgotten_once_it_is_kept_and_fetched_again(engine):
    found = on_blank(
        engine,
        """
        const long = { ...view, columns: 100 * 1024 };
        const asked = [];
        const layer = { id: 1, name: 'a', visible: true, opacity: 255, tiles: [] };
        const far = new Painting(long, [layer], {
            ground: async () => ({ columns: 1024, pixels: new Uint8Array(1024 * 512 * 3) }),
            paint: async (layer, index) => {
                asked.push(index);
                return new Uint8Array(1024 * 512 * 4).fill(7);
            },
        });
        far.near = { low: 30, high: 31 };
        for (let index = 0; index < 60; index++) {
            await far.need(index * 1024, 1024);
            const rect = { x: index * 1024, y: 0, w: 1, h: 1 };
            far.paint(far.layer, rect, new Uint8Array([1, 2, 3, 255]));
        }
        const unsaved = far.layer.sheet.tiles.size;
        far.isKept = () => true;
        await far.need(59 * 1024, 1024);
        const near = far.isHere(30 * 1024, 2 * 1024);
        const kept = [far.layer.sheet.tiles.size, far.ground.tiles.size];
        await far.need(0, 1024);
        const again = far.layer.sheet.read({ x: 5, y: 5, w: 1, h: 1 });
        return { unsaved, near, kept, asked, again: [...again], painted: far.painted.size };
        """,
    )
    assert found["unsaved"] == 60
    assert found["near"]  # it is looked at
    assert found["kept"] == [20, 20]
    assert found["asked"] == [0]
    assert found["again"] == [7, 7, 7, 7]
    assert found["painted"] == 60


def test_a_midi_keyboard_transposes_and_nothing_sounds_in_a_hidden_tab(studio, new_page, tmp_path):
    page = new_page()
    page.add_init_script(
        """const input = { onmidimessage: null };
        window.midi = (...data) => input.onmidimessage({ data: Uint8Array.from(data) });
        navigator.requestMIDIAccess = async () => ({ inputs: new Map([['a', input]]) });"""
    )
    item = studio.put(tone(tmp_path / "midi.wav", seconds=1.0, rate=RATE))
    studio.open(page, f"sound/{item['name']}")
    to_paint(page, item["name"])
    page.keyboard.press("k")
    expect(page.locator(".piano")).to_be_visible()
    sounding_ = "() => document.querySelector('p-paint').easel.voice.sounding"
    page.wait_for_function(
        "() => { try { midi(0x90, 67, 100); return true; } catch { return false; } }"
    )
    page.wait_for_function(sounding_)
    page.evaluate("midi(0x80, 67, 0)")
    page.wait_for_function(f"() => !({sounding_})()")
    page.evaluate("midi(0x90, 60, 100)")
    page.wait_for_function(sounding_)
    page.evaluate(
        """() => {
            Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    assert not page.evaluate(f"({sounding_})()")
