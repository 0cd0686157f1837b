"""``python -m bench.studio [--hour]``: how fast and how large the studio is, in a real Chromium.

Each figure beside what was asked for. A *stroke* is drawn by a brush on a stereo guitar, of a tenth
to a whole second, when the studio has got warm behind the first screen, and timed from the moment
the hand is lifted to when all of it is in the player.
The song is three minutes of stereo, made of the sounds of the repository, and drawn when the whole
of it can be seen. `--hour` opens an hour, too: the heap of the page then, without the 48 MB of
pictures that it keeps at most, and the memory of all processes of the studio together. Needs what
the tests in a browser need.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from bench.progress import progress
from bench.sounds import ROOT
from eidophone import Sound
from eidophone.sound.sound import SoundWriter

sys.path.append(str(ROOT / "tests"))

from studio_browser import Studio, browser_of, ready, running

_WEB = ROOT / "src/eidophone/faces/studio/web"
_RATE = 48_000
_SONG_SECONDS, _HOUR_SECONDS = 180, 3600
_STROKE_SECONDS = 0.1, 0.5, 1.0
_STROKES = 5
_HASTE_MS = 600_000
_WARM_MS = 12_000

#: JavaScript: milliseconds from the beginning of the page to what was first painted.
_FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"

#: JavaScript: by how much things have moved by themselves.
_SHIFT = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
    }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done(sum), 200);
})"""

#: JavaScript: remember what is said when a stroke is heard.
_LISTEN = """() => {
    window.heard = [];
    document.querySelector('p-paint').easel.hearing.addEventListener(
        'heard', (event) => window.heard.push(event.detail.ms));
}"""

#: JavaScript: where columns are on the screen, at a frequency.
_PLACES = """([columns, hz]) => {
    const { picture } = document.querySelector('p-paint');
    const box = picture.surface.getBoundingClientRect();
    const y = box.y + picture.yOfRow(picture.rowOfHz(hz));
    return columns.map((column) => [box.x + picture.xOfColumn(column), y]);
}"""

_IS_HERE = """() => {
    const painting = document.querySelector('p-paint')?.easel?.painting;
    return painting?.isHere(0, painting.columns);
}"""

Row = tuple[str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.studio", description=__doc__)
    parser.add_argument("--hour", action="store_true", help="an hour of sound, too: a few minutes")
    hour = parser.parse_args().hour
    print("| | measured | asked for |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for row in _measured(Path(name), hour=hour):
            print("| {} | {} | {} |".format(*row), flush=True)


def _measured(folder: Path, *, hour: bool) -> Iterator[Row]:
    began = time.perf_counter()
    with running(folder / "Eidophone") as studio:
        yield "from the command to its address", f"{time.perf_counter() - began:.2f} s", ""
        progress("opening")
        yield from _in_browser(studio, folder, hour=hour)


def _in_browser(studio: Studio, folder: Path, *, hour: bool) -> Iterator[Row]:
    with browser_of() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(_HASTE_MS)
        yield from _opening(page, studio)
        page.wait_for_timeout(_WARM_MS)
        progress("strokes")
        yield from _strokes(page)
        progress("a song")
        song = _long_sound(folder / "song.flac", _SONG_SECONDS)
        title = "a song of three minutes, from its choice to its whole picture"
        yield title, f"{_drawn(page, song):.1f} s", "5 s"
        if hour:
            progress("an hour")
            yield from _hour(page, studio, _long_sound(folder / "hour.wav", _HOUR_SECONDS))
        moved = page.evaluate(_SHIFT)
        yield "layout shift in all of this (CLS)", f"{moved:.4f}", "none"


def _opening(page: Page, studio: Studio) -> Iterator[Row]:
    fetched: list[str] = []
    page.on("response", lambda one: fetched.append(one.url.partition("/web/")[2]))
    studio.open(page)
    page.get_by_role("button", name="Play", exact=True).and_(page.locator(":enabled")).wait_for()
    first = page.evaluate(_FIRST_PAINT)
    code = [_WEB / name for name in dict.fromkeys(fetched) if name]
    every = [one for one in _WEB.rglob("*") if one.suffix in (".js", ".css", ".html")]
    page.reload()
    ready(page)
    again = page.evaluate(_FIRST_PAINT)
    yield "first paint, the very first, and again", f"{first:.0f} ms, {again:.0f} ms", "1000 ms"
    for title, files in (("of the first screen", [*code, _WEB / "index.html"]), ("of all", every)):
        whole = [one.read_bytes() for one in files]
        sent = sum(len(gzip.compress(one)) for one in whole)
        size = f"{sum(map(len, whole)) / 1000:.0f} kB, {sent / 1000:.0f} kB"
        yield f"code {title}, as written, and as sent", size, "300 kB"


def _strokes(page: Page) -> Iterator[Row]:
    page.locator("#pages a", has_text="Paint").click()
    page.wait_for_function(_IS_HERE)
    page.evaluate(_LISTEN)
    hop = page.evaluate("document.querySelector('p-paint').easel.painting.view.hop_seconds")
    for seconds in _STROKE_SECONDS:
        took = [_stroke(page, number, round(seconds / hop)) for number in range(_STROKES)]
        words = ", ".join(f"{one:.0f}" for one in took) + " ms"
        yield f"strokes of {seconds:g} s, from the lifted hand to the sound", words, "150 ms"


def _stroke(page: Page, number: int, columns: int) -> float:
    first = 200 + 250 * number
    here, there = page.evaluate(_PLACES, [[first, first + columns], 1500 + 300 * number])
    before = page.evaluate("heard.length")
    page.mouse.move(*here)
    page.mouse.down()
    page.mouse.move(*there, steps=12)
    page.mouse.up()
    page.wait_for_function("(before) => window.heard.length > before", arg=before)
    took = float(page.evaluate("heard.at(-1)"))
    page.wait_for_function("() => document.querySelector('p-paint').easel.hearing.done")
    return took


def _drawn(page: Page, path: Path) -> float:
    """Seconds from when the file is chosen until the whole picture can be seen."""
    page.locator("#pages a", has_text="Sound").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Open a file").first.click()
    began = time.perf_counter()
    chooser.value.set_files(path)
    page.locator(f"e-shelf [title='{path.name}']").first.wait_for()
    page.wait_for_function(
        """(name) => {
            const picture = document.querySelector('p-sound e-picture');
            return picture.view?.item === name && picture.geometry.isWhole
                && picture.surface.getAttribute('aria-busy') === 'false';
        }""",
        arg=path.name,
    )
    return time.perf_counter() - began


def _hour(page: Page, studio: Studio, path: Path) -> Iterator[Row]:
    took = _drawn(page, path)
    yield "an hour, from its choice to its whole picture", f"{took:.0f} s", ""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    yield "heap of the page then", f"{heap:.1f} MB", "150 MB"
    peak = sum(_peaks(studio.process.pid)) / 1e6
    yield "peak memory of the studio's processes, together", f"{peak:.0f} MB", ""


def _peaks(process: int) -> Iterator[int]:
    """Peak memory of a process, and of all that it started, in bytes; where Linux tells."""
    words = Path(f"/proc/{process}/status").read_text()
    yield int(words.partition("VmHWM:")[2].split()[0]) * 1024
    children = subprocess.run(
        ["pgrep", "-P", str(process)], capture_output=True, text=True, check=False
    )
    for child in children.stdout.split():
        yield from _peaks(int(child))


def _long_sound(path: Path, seconds: int) -> Path:
    """A stereo file of sounds of the repository, one after the other."""
    sounds = cycle(Sound.load(one) for one in sorted((ROOT / "sounds").glob("*.flac")))
    left = seconds * _RATE
    with SoundWriter(path, _RATE, 2) as writer:
        while left:
            samples = next(sounds).samples[:, :left]
            samples = np.broadcast_to(samples, (2, samples.shape[1]))
            writer.write(samples)
            left -= samples.shape[1]
    return path


if __name__ == "__main__":
    main()
