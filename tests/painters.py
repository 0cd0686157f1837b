"""Tools for pictures, uint8 ``[height, width, 3]``; as a program: ``NAMES IN/ OUT/``."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter


def same(picture):
    return picture


def negative(picture):
    return 255 - picture


def blurred(picture):
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(2)))


def lit(picture):
    """Nothing stays black."""
    return (60 + 0.7 * picture).astype(np.uint8)


def stroked(picture):
    """Everything is painted anew, with a coarse brush."""
    noise = np.random.default_rng(1).integers(0, 256, picture.shape[:2], dtype=np.uint8)
    brush = np.asarray(Image.fromarray(noise).filter(ImageFilter.GaussianBlur(2)), float) - 128
    return np.clip(60 + 0.6 * picture + 4 * brush[:, :, None], 0, 255).astype(np.uint8)


def worn(picture):
    """What some tools do to all that they touch: everything is dimmer, and tinted."""
    return np.clip(picture * 0.8 + [0, 20, 30], 0, 255).astype(np.uint8)


PAINTERS = {tool.__name__: tool for tool in (same, negative, blurred, lit, stroked, worn)}


def painted(names, picture):
    """``picture`` after the painters of these names, one after the other."""
    for name in names.split("+"):
        picture = PAINTERS[name](picture)
    return picture


if __name__ == "__main__":
    for path in sorted(Path(sys.argv[2]).iterdir()):
        made = painted(sys.argv[1], np.asarray(Image.open(path)))
        Image.fromarray(made).save(Path(sys.argv[3]) / path.name)
