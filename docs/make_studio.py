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

SHELF = "perc_bell", "loop_safari", "ambi_choir", "guit_em9"
WIDE, MIDDLE, NARROW = (1440, 900), (1024, 768), (390, 844)
GAP = 24


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "Eidophone") as studio:
        for name in SHELF:
            studio.put(ROOT / "sounds" / f"{name}.flac")
        with browser_of() as browser:
            looking = Looking(browser, studio)
            _save("studio-sound", [looking("sound", WIDE, dark=True)])
            _save("studio-light", [looking("sound", WIDE)])
            sizes = [
                looking("sound", size, dark=dark)
                for size, dark in ((MIDDLE, False), (NARROW, True))
            ]
            _save("studio-sizes", sizes)


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
            ready(page)
            return Image.open(io.BytesIO(page.screenshot())).convert("RGB")

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
