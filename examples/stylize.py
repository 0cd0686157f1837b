"""Stand in for a program of your own: oil paint, and a palette of blue and yellow.

``python stylize.py IN OUT [--neutral]``: a picture, or a folder of pictures. With ``--neutral`` it
changes nothing but what it does to every picture anyway: it is saved in other colours.
"""

import argparse
from pathlib import Path

from PIL import Image, ImageFilter, ImageOps

PALETTE = {"black": (16, 38, 92), "mid": (86, 142, 190), "white": (255, 216, 92)}


def main() -> None:
    """Do it to one picture, or to all of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--neutral", action="store_true", help="only change the colours")
    options = parser.parse_args()
    if not options.source.is_dir():
        stylize(options.source, options.target, options.neutral)
        return
    options.target.mkdir(exist_ok=True)
    for source in sorted(options.source.iterdir()):
        stylize(source, options.target / source.name, options.neutral)


def stylize(source: Path, target: Path, neutral: bool) -> None:
    """Read one picture, and write another."""
    image = Image.open(source).convert("L")
    if not neutral:
        oil = image.filter(ImageFilter.ModeFilter(9))
        image = oil.filter(ImageFilter.Kernel((3, 3), (-3, -1, 0, -1, 1, 1, 0, 1, 3), 1))
    ImageOps.colorize(image, **PALETTE).save(target)


if __name__ == "__main__":
    main()
