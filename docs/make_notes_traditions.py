"""Make the pictures of docs/notes-traditions.md: six new tunes, and the report of two traditions.

Learns two collections of music21's (pip install music21), which takes some minutes. The report is
drawn by a browser, where Chromium and playwright are there.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import eidophone
from eidophone.jobs.tunes import fundamentals_file
from eidophone.notes.pictures.codec import encode_notes

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "tests"))
from studio_browser import browser_of  # noqa: E402

#: Shares of the second tradition; pixels of a tune, of the line above it, and of the report.
_SHARES, _SIZE, _LINE, _PAGE = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), (1280, 150), 26, (1280, 1500)


def main() -> None:
    """Make them all."""
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install music21")
    corpus = Path(spec.origin).parent / "corpus"
    with tempfile.TemporaryDirectory() as name:
        kept = Path(name) / "two.tradition"
        folders = {"irish": corpus / "oneills1850", "han": corpus / "essenFolksong" / "han1.abc"}
        model = eidophone.learn_tradition(folders)
        model.save(kept)
        width, height = _SIZE[0], _LINE + _SIZE[1]
        sheet = Image.new("RGB", (width, height * len(_SHARES)), "#111")
        draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
        for place, share in enumerate(_SHARES):
            mix = f"irish={1 - share:g},han={share:g}"
            (score,) = eidophone.compose(model, mix=mix, seed=5)
            drawn = Image.fromarray(encode_notes(score, "bold", strip=False).pixels).resize(_SIZE)
            over, under = score.metres["over"][0], score.metres["under"][0]
            draw.text((8, place * height + 4), f"{mix}, in {over}/{under}", "#ddd", font)
            sheet.paste(drawn, (0, place * height + _LINE))
        sheet.save(DOCS / "images" / "notes-traditions.webp", quality=70, method=6)
        fundamentals_file(kept, Path(name) / "report.html")
        _photograph(Path(name) / "report.html")


def _photograph(page: Path) -> None:
    shot = page.with_suffix(".png")
    with browser_of() as browser:
        view = browser.new_page(viewport={"width": _PAGE[0], "height": _PAGE[1]})
        view.goto(page.as_uri())
        view.screenshot(path=str(shot))
    image = Image.open(shot).convert("RGB")
    image.save(DOCS / "images" / "notes-report.webp", quality=70, method=6)


if __name__ == "__main__":
    main()
