"""Make the files of examples/ that the pages work on: ``python docs/make_examples.py``."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from make_pictures import DOCS, cut, image_of, painted_on
from PIL import Image, ImageDraw, ImageFilter

from eidophone import Film, Sound, encode

EXAMPLES = DOCS.parent / "examples"


def main() -> None:
    """Make them all."""
    guitar = image_of(encode(Sound.load(EXAMPLES.parent / "sounds" / "guit_em9.flac")))
    for name, image in {"painted": painted_on(guitar, light=110), "night": night()}.items():
        image.save(EXAMPLES / f"{name}.jpg", quality=85)
        shown = image.crop((0, 0, min(image.width, 900), image.height))
        shown.save(DOCS / "images" / f"{name}.jpg", quality=80)
    for folder in (EXAMPLES, DOCS / "films"):
        Film.of(rain(), fps=25).save(folder / "rain.mp4", overwrite=True)
    generated = EXAMPLES / "generated"
    generated.mkdir(exist_ok=True)
    for number, square in enumerate(inbetweens(), 1):
        square.save(generated / f"{number}.jpg", quality=80)
    if find_spec("onnx"):
        smear(EXAMPLES / "smear.onnx")


def night() -> Image.Image:
    """A drawing that has nothing to do with sound: stars, a moon and three hills."""
    image = Image.new("RGB", (512, 512))
    draw = ImageDraw.Draw(image)
    draw.ellipse((330, 60, 430, 160), fill=(190, 190, 150))
    draw.ellipse((310, 45, 405, 140), fill=(0, 0, 0))
    random = np.random.default_rng(1885)
    for x, y in random.integers(0, 512, (60, 2)) * (1, 0.55):
        draw.point((x, y), fill=(180, 180, 200))
    at = np.arange(512)
    for height, wide, colour in (
        (300, 90, (30, 110, 110)),
        (370, 60, (110, 70, 160)),
        (440, 130, (160, 120, 30)),
    ):
        hill = height - 40 * np.sin(at / wide + height)
        draw.line([*zip(at.tolist(), hill.tolist(), strict=True)], fill=colour, width=3)
    return image


def rain(frame_count: int = 75, side: int = 128) -> list[np.ndarray]:
    """A film that has nothing to do with sound: drops that fall, and rings where they do."""
    random = np.random.default_rng(7)
    drops = [(*random.uniform(0, side, 2), int(first)) for first in range(0, frame_count, 5)]
    frames = []
    for now in range(frame_count):
        image = Image.new("L", (side, side))
        draw = ImageDraw.Draw(image)
        for x, y, first in drops:
            age = now - first
            if 0 <= age < 30:
                radius, light = 2 + 1.5 * age, 150 - 5 * age
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=light)
        frames.append(np.asarray(image.filter(ImageFilter.GaussianBlur(0.7)).convert("RGB")))
    return frames


def inbetweens() -> list[Image.Image]:
    """Squares as a network might make them: one sound turns into another."""
    names = ("guit_em9", "ambi_choir", "loop_tabla", "ambi_piano")
    squares = [image_of(encode(cut(name, 0, 1.5))).crop((0, 0, 256, 512)) for name in names]
    squares = [square.resize((256, 256)) for square in squares]
    fade = Image.fromarray(np.tile(np.linspace(255, 0, 256).astype(np.uint8), (256, 1)))
    return [Image.composite(*pair, fade) for pair in pairwise(squares)]


def smear(path: Path) -> None:
    """Write a network of one layer: light spreads to the left and to the right, so notes last."""
    import onnx
    from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

    shape = ["n", 3, "h", "w"]
    ends = [make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name in "xy"]
    layer = make_node("MaxPool", ["x"], ["y"], kernel_shape=[1, 33], pads=[0, 16, 0, 16])
    graph = make_graph([layer], "smear", ends[:1], ends[1:])
    model = make_model(graph, opset_imports=[make_opsetid("", 17)], ir_version=8)
    onnx.helper.set_model_props(model, {"Image.NominalPixelRange": "Normalized_0_1"})
    onnx.save(model, path)


if __name__ == "__main__":
    main()
