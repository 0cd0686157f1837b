"""Make the pictures of the studio: ``python docs/make_studio.py``, where a Chromium is."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
sys.path.append(str(ROOT / "tests"))

from studio_browser import Studio, browser_of, ready, running, shown  # noqa: E402

from eidophone import learn  # noqa: E402

SHELF = "perc_bell", "loop_safari", "ambi_choir", "guit_em9"
WIDE, MIDDLE, NARROW = (1440, 900), (1024, 768), (390, 844)
LEARNT = {
    "glass": ("ambi_choir", "ambi_glass_rub", "ambi_piano", "guit_e_slide"),
    "drums": ("loop_safari", "loop_tabla", "perc_bell", "misc_crow"),
}
GAP = 24
PAGE = ROOT / "docs" / "studio.md"
KEYS = "Press `?` in the studio to see those of the page that you are on.\n"


def main() -> None:
    """Make them all, and the table of keys."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "Eidophone") as studio:
        for name in SHELF:
            studio.put(ROOT / "sounds" / f"{name}.flac")
        with browser_of() as browser:
            looking = Looking(browser, studio)
            _save("studio-sound", [looking("sound", WIDE, dark=True)])
            _save("studio-light", [looking("sound", WIDE)])
            sizes = (MIDDLE, False), (NARROW, True)
            _save("studio-sizes", [looking("sound", size, dark=dark) for size, dark in sizes])
            _save("studio-paint", [looking("paint", WIDE, dark=True, act=_paint)])
            _save("studio-morph", [looking("sound", WIDE, dark=True, act=_morph)])
            studio.put(_model(Path(folder)))
            _save("studio-learn", [looking("sound", WIDE, act=_learn)])
            _save("studio-style", [looking("sound", WIDE, act=_style)])
            _save("studio-film", [looking("sound", WIDE, dark=True, act=_film)])
            _save("studio-notes", [looking("sound", WIDE, dark=True, act=_notes)])
            looking("sound", WIDE, act=_write_keys)


def _paint(page: Any) -> None:
    """A rising tone with its partials, and a breath under it."""
    page.get_by_role("radio", name="Harmonics").click()
    _stroke(page, (0.35, 0.75), (0.45, 0.72), (0.6, 0.6), (0.75, 0.58))
    page.get_by_role("radio", name="Noise").click()
    _stroke(page, (0.62, 0.2), (0.7, 0.12), (0.8, 0.25), (0.9, 0.15))
    page.get_by_role("radio", name="Brush").click()
    page.get_by_text("Your paint is kept", exact=True).wait_for()
    page.get_by_role("button", name="Pause", exact=True).or_(
        page.get_by_role("button", name="Play", exact=True)
    ).wait_for()


def _style(page: Any) -> None:
    """A choir in the style of the night."""
    page.locator("e-shelf").get_by_title("ambi_choir.flac", exact=True).click()
    page.get_by_role("link", name="Style").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a picture").click()
    chooser.value.set_files(ROOT / "examples" / "night.jpg")
    page.get_by_role("button", name="night.jpg", exact=True).and_(
        page.locator("[aria-pressed=true]")
    ).wait_for()
    page.get_by_role("button", name="Paint it").click()
    page.locator("e-shelf").get_by_title("ambi_choir styled.wav", exact=True).wait_for()
    shown(page)


def _morph(page: Any) -> None:
    """Between a choir and a bell, nearer to the choir, all methods tried."""
    page.locator("e-shelf").get_by_title("ambi_choir.flac", exact=True).click()
    page.get_by_role("link", name="Morph").click()
    page.locator("p-morph .corners.right .corner").click()
    page.locator(".menu.choose").get_by_role("button", name="perc_bell.flac").click()
    page.get_by_text("Drag the point, and listen.").wait_for(timeout=300_000)
    for _ in range(3):
        page.get_by_role("slider", name="Mix", exact=True).press("ArrowLeft")
    page.get_by_role("button", name="Try every method").click()
    for method in page.locator(".method").all():
        method.locator("img").wait_for(timeout=300_000)


def _model(folder: Path) -> Path:
    """A model of what lies in the repository: far too little, but a picture is not heard."""
    for name, sounds in LEARNT.items():
        (folder / name).mkdir()
        for one in sounds:
            (folder / name / f"{one}.flac").symlink_to(ROOT / "sounds" / f"{one}.flac")
    model = folder / "glass and drums.eido"
    learn({name: folder / name for name in LEARNT}).save(model)
    return model


def _learn(page: Any) -> None:
    """A loop of drums with much of the character of glass."""
    page.locator("e-shelf").get_by_title("loop_safari.flac", exact=True).click()
    page.locator("e-shelf").get_by_title("glass and drums.eido", exact=True).click()
    page.get_by_role("slider", name="Mix", exact=True).fill("0.3")
    page.get_by_text("You hear the first 6 seconds.").wait_for(timeout=300_000)
    page.get_by_text("Darker, louder, rougher").click()


def _film(page: Any) -> None:
    """The guitar as light, in its middle."""
    page.locator("e-shelf").get_by_title("guit_em9.flac", exact=True).click()
    page.get_by_role("link", name="Film").click()
    page.locator("p-film canvas[data-seconds]").wait_for()
    page.locator("p-film").get_by_label("Width").fill("1280")
    page.locator("p-film h2").first.click()
    page.keyboard.press("ArrowRight")
    page.locator("p-film canvas[data-seconds='5.00']").wait_for()


def _notes(page: Any) -> None:
    """The notes of a guitar, of which one is chosen."""
    page.locator("e-shelf").get_by_title("guit_em9.flac", exact=True).click()
    page.get_by_role("link", name="Notes").click()
    page.locator("p-notes").get_by_role("button", name="Find the notes").click()
    page.locator("p-notes h2").first.get_by_text("guit_em9.mid").wait_for(timeout=300_000)
    page.locator("p-notes e-picture .surface[aria-busy=false]").wait_for()
    page.keyboard.press("n")


def _stroke(page: Any, *places: tuple[float, float]) -> None:
    """Draw through ``places`` of the picture, from its left and from its top, 0 to 1."""
    box = page.locator("e-picture:visible").bounding_box()
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(x, y, steps=12)
    page.mouse.up()


def keys_of(page: Any) -> list[str]:
    """The keys of all pages, as the program lists them: the lines of a table."""
    rows: dict[str, None] = {}
    links = page.locator("#pages a")
    for number in range(links.count()):
        links.nth(number).click()
        page.locator(f"p-{links.nth(number).get_attribute('href').lstrip('#')}").wait_for()
        ready(page)
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys")
        for group, keys, words in dialog.evaluate(_READ_KEYS):
            rows[f"| {group} | {keys} | {words} |"] = None
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
    return ["| | key | what it does |", "|---|---|---|", *rows]


_READ_KEYS = """(dialog) => [...dialog.querySelectorAll('section')].flatMap((section) =>
    [...section.querySelectorAll('dt')].map((dt) => [
        section.querySelector('h3').textContent,
        [...dt.querySelectorAll('kbd')].map((one) => '`' + one.textContent + '`').join(' '),
        dt.nextElementSibling.textContent,
    ]))"""


def _write_keys(page: Any) -> None:
    """Put the table of keys where it stands on the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(KEYS)
    after = rest[rest.index("\n## ") :]
    PAGE.write_text(f"{before}{KEYS}\n" + "\n".join(keys_of(page)) + f"\n{after}", "utf-8")


class Looking:
    """Looks at pages of a studio."""

    def __init__(self, browser: Any, studio: Studio) -> None:
        self._browser, self._studio = browser, studio

    def __call__(
        self,
        where: str,
        size: tuple[int, int],
        *,
        dark: bool = False,
        act: Callable[[Any], None] = lambda _: None,
    ) -> Image.Image:
        """A page of it, after ``act`` was done there."""
        with self._page(size, dark=dark) as page:
            self._studio.open(page, where)
            shown(page)
            act(page)
            before = None
            while (now := page.screenshot()) != before:  # all of it has come
                before = now
                page.wait_for_timeout(1500)
            return Image.open(io.BytesIO(now)).convert("RGB")

    @contextmanager
    def _page(self, size: tuple[int, int], *, dark: bool) -> Iterator[Any]:
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        yield context.new_page()
        context.close()


def _save(name: str, screens: list[Image.Image]) -> None:
    """Save screens beside each other, as high as the lowest of them."""
    high = min(screen.height for screen in screens)
    screens = [one.resize((one.width * high // one.height, high)) for one in screens]
    width = sum(one.width for one in screens) + GAP * (len(screens) - 1)
    sheet, left = Image.new("RGB", (width, high), "white"), 0
    for one in screens:
        sheet.paste(one, (left, 0))
        left += one.width + GAP
    sheet.save(IMAGES / f"{name}.jpg", quality=82, optimize=True)


if __name__ == "__main__":
    main()
