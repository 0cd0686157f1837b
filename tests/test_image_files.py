"""Image files: every format there and back, every kind of picture read, every bad file refused."""

import io
import re
import struct
import subprocess
import sys
import threading
import warnings
import zlib

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps, JpegImagePlugin, PngImagePlugin

from eidophone.base.errors import EidophoneWarning, MissingExtraError, OutputError, PictureError
from eidophone.files.image import max_side, read_image, write_image

LOSSLESS = [
    (".png", "uint8"),
    (".png", "uint16"),
    (".webp", "uint8"),
    (".tif", "uint8"),
    (".tiff", "uint16"),
    (".tif", "float32"),
    (".bmp", "uint8"),
    (".exr", "float32"),
]
HOLDS_TEXT = [".png", ".jpg", ".webp", ".tif", ".exr"]
CARRIES = [".png", ".webp", ".tif"]
TEXT = {"eidophone": '{"name": "Жар-птица 火の鳥 é"}', "Comment": "two\nlines"}


def noise(dtype="uint8", height=37, width=53, seed=0):
    values = np.random.default_rng(seed).random((height, width, 3), np.float32)
    if dtype == "float32":
        return values * 1.5
    return (values * np.iinfo(dtype).max).astype(dtype)


def smooth(height=40, width=56):
    y, x = np.mgrid[:height, :width]
    channels = [128 + 100 * np.sin(x / 9), 2 * x + y, 255 - 3 * y]
    return np.stack(channels, -1).clip(0, 255).astype(np.uint8)


def dtype_for(suffix):
    return "float32" if suffix == ".exr" else "uint8"


def write(path, pixels=None, *args, **options):
    pixels = noise(dtype_for(path.suffix)) if pixels is None else pixels
    write_image(path, pixels, *args, **options)
    return pixels


def chunk(name, data, crc=None):
    crc = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)


PNG = b"\x89PNG\r\n\x1a\n"


def png_bytes(samples, colour_type, *, interlaced=False, extra=b"", tail=b""):
    """A PNG of ``[height, width, channels]`` samples, unfiltered, written by the letter."""
    height, width, _ = samples.shape
    bits = 8 * samples.dtype.itemsize
    big = samples.astype(samples.dtype.newbyteorder(">"))
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4)]
    passes += [(2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    parts = [big[r::i, c::j] for r, c, i, j in passes] if interlaced else [big]
    lines = [b"\0" + row.tobytes() for part in parts if part.size for row in part]
    head = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, interlaced)
    data = chunk(b"IDAT", zlib.compress(b"".join(lines)))
    return PNG + chunk(b"IHDR", head) + extra + data + tail + chunk(b"IEND", b"")


def chunks_of(data):
    position, found = 8, []
    while position < len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        found.append((name, data[position + 8 : position + 8 + length]))
        position += 12 + length
    return found


def saved(image, path, *args, **options):
    image.save(path, *args, **options)
    return read_image(path).pixels


# There and back ------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "dtype"), LOSSLESS)
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (130, 67)])
def test_lossless_formats_keep_every_value(tmp_path, suffix, dtype, size):
    pixels = write(tmp_path / f"a{suffix}", noise(dtype, *size))
    read = read_image(tmp_path / f"a{suffix}")
    assert read.pixels.dtype == dtype
    assert read.pixels.flags.c_contiguous
    assert read.pixels.flags.writeable
    np.testing.assert_array_equal(read.pixels, pixels)


@settings(max_examples=25)
@given(st.integers(1, 150), st.integers(1, 40), st.sampled_from(LOSSLESS), st.booleans())
def test_any_size_and_memory_order_keeps_every_value(tmp_path_factory, height, width, kind, flip):
    suffix, dtype = kind
    pixels = noise(dtype, height, width)
    pixels = pixels[::-1, :, ::-1] if flip else pixels
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    write_image(path, pixels)
    np.testing.assert_array_equal(read_image(path).pixels, pixels)


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif", ".bmp"])
def test_other_programs_read_what_is_written(tmp_path, suffix):
    pixels = write(tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as image:
        assert image.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_png_of_16_bits_is_what_the_standard_says(tmp_path):
    pixels = write(tmp_path / "a.png", noise("uint16", 70, 9))
    found = chunks_of((tmp_path / "a.png").read_bytes())
    assert found[0] == (b"IHDR", struct.pack(">IIBBBBB", 9, 70, 16, 2, 0, 0, 0))
    lines = np.frombuffer(zlib.decompress(b"".join(d for n, d in found if n == b"IDAT")), np.uint8)
    lines = lines.reshape(70, 1 + 9 * 6)
    assert set(lines[:, 0]) == {1}  # each byte minus the one a pixel to the left
    values = lines[:, 1:].reshape(70, 9, 6).cumsum(axis=1, dtype=np.uint8)
    np.testing.assert_array_equal(values.reshape(70, -1).view(">u2").reshape(70, 9, 3), pixels)


def test_jpeg_keeps_colours_at_full_size(tmp_path):
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:, ::2, 0] = 200
    pixels[:, 1::2, 2] = 200
    write(tmp_path / "a.jpg", pixels)
    with Image.open(tmp_path / "a.jpg") as image:
        assert JpegImagePlugin.get_sampling(image) == 0  # 4:4:4
    error = read_image(tmp_path / "a.jpg").pixels.astype(int) - pixels
    assert np.abs(error).mean() < 8


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_quality_trades_size_for_error(tmp_path, suffix):
    pixels, sizes, errors = smooth(), [], []
    for quality in (10, 60, 100):
        write(tmp_path / f"{quality}{suffix}", pixels, quality=quality)
        sizes.append((tmp_path / f"{quality}{suffix}").stat().st_size)
        read = read_image(tmp_path / f"{quality}{suffix}").pixels.astype(int)
        errors.append(np.abs(read - pixels).mean())
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 3


@pytest.mark.parametrize("suffix", [".tif", ".exr"])
def test_float_files_keep_values_beyond_full_scale(tmp_path, suffix):
    pixels = np.array([[[-0.25, 1e-8, 70_000.0]]], np.float32)
    write(tmp_path / f"a{suffix}", pixels)
    np.testing.assert_array_equal(read_image(tmp_path / f"a{suffix}").pixels, pixels)


@pytest.mark.parametrize("name", ["a.JPG", "a.jpeg", "å ö 火.PNG", "a.b.TIFF"])
def test_the_suffix_names_the_format_in_any_case(tmp_path, name):
    write_image(tmp_path / name, noise())
    expected = {"j": "JPEG", "p": "PNG", "t": "TIFF"}[name.rsplit(".")[-1][0].lower()]
    assert read_image(tmp_path / name).format == expected


def test_files_are_known_by_content(tmp_path):
    pixels = write(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    read = read_image(tmp_path / "a.jpg")
    assert read.format == "PNG"
    np.testing.assert_array_equal(read.pixels, pixels)


# Any picture reads ---------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_alpha_is_composited_over_black(tmp_path, suffix):
    rgba = np.array([[[255, 100, 3, 255], [255, 101, 3, 128], [250, 100, 30, 0]]], np.uint8)
    got = saved(Image.fromarray(rgba), tmp_path / f"a{suffix}", lossless=True)
    expected = [[[255, 100, 3], [128, 51, 2], [0, 0, 0]]]
    np.testing.assert_array_equal(got, expected)


def test_every_mode_of_png(tmp_path):
    grey = smooth()[..., 1]
    repeated = np.repeat(grey[..., None], 3, -1)
    np.testing.assert_array_equal(saved(Image.fromarray(grey), tmp_path / "l.png"), repeated)
    alpha = Image.merge("LA", [Image.fromarray(grey), Image.new("L", grey.shape[::-1], 255)])
    np.testing.assert_array_equal(saved(alpha, tmp_path / "la.png"), repeated)
    black_white = Image.fromarray(grey > 60)
    got = saved(black_white, tmp_path / "1.png")
    np.testing.assert_array_equal(got, np.where(grey > 60, 255, 0)[..., None].repeat(3, -1))
    palette = Image.fromarray(smooth()).quantize(20)
    got = saved(palette, tmp_path / "p.png")
    np.testing.assert_array_equal(got, np.asarray(palette.convert("RGB")))


def test_palette_entries_may_be_transparent(tmp_path):
    image = Image.new("P", (3, 1))
    image.putdata([0, 1, 2])
    image.putpalette([200, 100, 50, 200, 100, 50, 9, 9, 9])
    got = saved(image, tmp_path / "p.png", transparency=bytes([255, 51, 0]))
    np.testing.assert_array_equal(got, [[[200, 100, 50], [40, 20, 10], [0, 0, 0]]])


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("colour_type", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_png_of_16_bits_in_every_colour_type(tmp_path, colour_type, channels, interlaced):
    samples = np.random.default_rng(1).integers(0, 65_536, (19, 23, channels), np.uint16)
    (tmp_path / "a.png").write_bytes(png_bytes(samples, colour_type, interlaced=interlaced))
    colour = samples[..., : 3 if channels > 2 else 1]
    if channels in (2, 4):
        colour = np.rint(colour * (samples[..., -1:] / 65_535.0))
    got = read_image(tmp_path / "a.png").pixels
    assert got.dtype == np.uint16
    np.testing.assert_array_equal(got, np.broadcast_to(colour, (19, 23, 3)))


def test_jpeg_of_grey_and_of_inks(tmp_path):
    grey = saved(Image.new("L", (9, 5), 77), tmp_path / "l.jpg", quality=100)
    np.testing.assert_allclose(grey, 77, atol=1)
    inks = saved(Image.new("CMYK", (9, 5), (0, 255, 0, 0)), tmp_path / "c.jpg", quality=100)
    np.testing.assert_allclose(inks, np.broadcast_to([255, 0, 255], (5, 9, 3)), atol=2)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg"])
def test_tiff_of_8_bits_in_every_compression(tmp_path, compression):
    got = saved(Image.fromarray(smooth()), tmp_path / "a.tif", compression=compression)
    tolerance = 25 if compression == "jpeg" else 0
    np.testing.assert_allclose(got.astype(int), smooth(), atol=tolerance)


_OLD_PILLOW = pytest.mark.skipif(
    int(Image.__version__.split(".")[0]) < 13, reason="needs Pillow 13"
)


@pytest.mark.parametrize("mode", [pytest.param("YCbCr", marks=_OLD_PILLOW), "CMYK", "LAB"])
def test_tiff_of_other_colours(tmp_path, mode):
    colour = {"YCbCr": (76, 85, 255), "CMYK": (0, 255, 255, 0), "LAB": (136, 208, 195)}[mode]
    got = saved(Image.new(mode, (8, 8), colour), tmp_path / "a.tif")
    np.testing.assert_allclose(got, np.broadcast_to([255, 0, 0], (8, 8, 3)), atol=12)


@pytest.mark.parametrize("options", [{}, {"planarconfig": "separate"}, {"tile": (16, 16)}])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("dtype", ["uint16", "float32", ">u2"])
def test_deep_tiff_in_every_layout(tmp_path, options, compression, dtype):
    pixels = noise("float32" if dtype == "float32" else "uint16")
    stored = np.moveaxis(pixels, -1, 0) if "planarconfig" in options else pixels
    order = ">" if dtype == ">u2" else "<"
    tifffile.imwrite(
        tmp_path / "a.tif",
        stored,
        photometric="rgb",
        compression=compression,
        byteorder=order,
        **options,
    )
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, pixels)


def test_deep_tiff_with_alpha(tmp_path):
    rgba = np.full((2, 2, 4), 40_000, np.uint16)
    rgba[..., 3] = 32_768
    for kind, expected in (("unassalpha", 20_000), ("assocalpha", 40_000), ("unspecified", 40_000)):
        path = tmp_path / f"{kind}.tif"
        tifffile.imwrite(path, rgba, photometric="rgb", extrasamples=[kind])
        np.testing.assert_array_equal(read_image(path).pixels, np.full((2, 2, 3), expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.uint16(500), np.uint16(500)),
        (np.int16(32_767), np.float32(1)),
        (np.int16(-5), np.float32(0)),
        (np.uint32(2**31), np.float32(0.5)),
        (np.int32(2**30), np.float32(0.5)),
        (np.float16(0.25), np.float32(0.25)),
        (np.float64(0.3), np.float32(0.3)),
    ],
)
def test_grey_tiff_of_any_number(tmp_path, value, expected):
    tifffile.imwrite(tmp_path / "a.tif", np.full((3, 4), value), photometric="minisblack")
    got = read_image(tmp_path / "a.tif").pixels
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, np.full((3, 4, 3), expected), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_tiff_where_white_is_zero(tmp_path, dtype):
    full = 1 if dtype == "float32" else np.iinfo(dtype).max
    stored = np.array([[0, full]], dtype)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="miniswhite")
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels[0, :, 0], [full, 0])


def packbits_tiff(pixels, *, separate):
    """A TIFF of uint16 RGB whose rows are PackBits literals, written by the letter."""
    height, width, _ = pixels.shape
    planes = [pixels[..., channel] for channel in range(3)] if separate else [pixels]
    rows = [[row.astype("<u2").tobytes() for row in plane] for plane in planes]
    strips = [b"".join(bytes([len(row) - 1]) + row for row in plane) for plane in rows]
    offsets = np.cumsum([400, *map(len, strips)])[:-1]
    entries = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, 200), (259, 3, 1, 32_773)]
    entries += [(262, 3, 1, 2)]
    entries += [(273, 4, 3, 210) if separate else (273, 4, 1, 400), (277, 3, 1, 3)]
    entries += [(278, 3, 1, height)]
    entries += [(279, 4, 3, 230) if separate else (279, 4, 1, len(strips[0]))]
    entries += [(284, 3, 1, 2 if separate else 1)]
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    head = (b"II*\0" + struct.pack("<I", 8) + directory).ljust(200, b"\0")
    head = (head + struct.pack("<HHH", 16, 16, 16)).ljust(210, b"\0")
    if separate:
        head = (head + struct.pack("<III", *offsets)).ljust(230, b"\0")
        head += struct.pack("<III", *map(len, strips))
    return head.ljust(400, b"\0") + b"".join(strips)


def test_deep_tiff_in_a_compression_left_to_pillow(tmp_path):
    pixels = noise("uint16", 6, 7)
    (tmp_path / "a.tif").write_bytes(packbits_tiff(pixels, separate=False))
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, pixels)


def test_deep_tiff_left_to_pillow_in_planes_reads_at_8_bits(tmp_path):
    pixels = noise("uint16", 6, 7)
    (tmp_path / "a.tif").write_bytes(packbits_tiff(pixels, separate=True))
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, pixels >> 8)


def test_grey_exr_and_half_exr(tmp_path):
    exr = pytest.importorskip("OpenEXR")
    grey = noise("float32")[..., 0].copy()
    header = {"compression": exr.ZIP_COMPRESSION, "type": exr.scanlineimage}
    exr.File(header, {"Y": grey}).write(str(tmp_path / "y.exr"))
    got = read_image(tmp_path / "y.exr").pixels
    np.testing.assert_array_equal(got, np.repeat(grey[..., None], 3, -1))
    half = noise("float32").astype(np.float16)
    exr.File(header, {"RGB": half}).write(str(tmp_path / "h.exr"))
    got = read_image(tmp_path / "h.exr").pixels
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, half)


def test_of_the_channels_of_an_exr_y_is_the_grey(tmp_path):
    exr = pytest.importorskip("OpenEXR")
    grey = noise("float32")[..., 0].copy()
    exr.File({}, {"A": np.ones_like(grey), "Y": grey}).write(str(tmp_path / "y.exr"))
    got = read_image(tmp_path / "y.exr").pixels
    np.testing.assert_array_equal(got, np.repeat(grey[..., None], 3, -1))


def test_parts_of_an_exr_are_within_the_limit_together(tmp_path):
    exr = pytest.importorskip("OpenEXR")
    parts = [exr.Part({}, {"Y": np.ones((10, 11), np.float32)}, name) for name in "ab"]
    exr.File(parts).write(str(tmp_path / "a.exr"))
    assert read_image(tmp_path / "a.exr", max_pixels=880).pixels.shape == (10, 11, 3)
    with pytest.raises(PictureError, match=r"220 x 1 pixels of 32 bits.*over the limit of 879"):
        read_image(tmp_path / "a.exr", max_pixels=879)


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])
def test_of_many_frames_the_first_is_read(tmp_path, suffix):
    frames = [Image.new("RGB", (8, 6), (level, level, level)) for level in (40, 90, 140)]
    options = {"save_all": True, "append_images": frames[1:], "lossless": True}
    got = saved(frames[0], tmp_path / f"a{suffix}", **options)
    np.testing.assert_array_equal(got, np.full((6, 8, 3), 40))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_applied(tmp_path, suffix, orientation):
    image = Image.fromarray(smooth())
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    got = saved(image, tmp_path / f"a{suffix}", exif=exif, lossless=True, quality=100)
    image.getexif()[ExifTags.Base.Orientation] = orientation
    expected = np.asarray(ImageOps.exif_transpose(image)).astype(int)
    assert got.shape == expected.shape
    assert np.abs(got - expected).mean() < (2 if suffix == ".jpg" else 1e-9)


def test_exif_rotation_of_deep_files(tmp_path):
    pixels = noise("uint16")
    tags = [(274, 3, 1, 6, True)]
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extratags=tags)
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, np.rot90(pixels, -1))


def test_a_tiff_of_an_unknown_kind_is_not_called_damaged(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, smooth(), photometric="rgb")
    with tifffile.TiffFile(path) as tiff:
        place = tiff.pages.first.tags["Compression"].valueoffset
    data = path.read_bytes()
    for number, name in ((34_712, "JPEG2000"), (50_002, "JPEGXL"), (34_887, "LERC"), (999, "999")):
        path.write_bytes(data[:place] + number.to_bytes(2, "little") + data[place + 2 :])
        with pytest.raises(
            PictureError, match=rf"8 bits \(RGB, compression .*{name}\).*save it as"
        ):
            read_image(path)
    tifffile.imwrite(path, smooth().astype("f4"), photometric="rgb", compression="lzma")
    with pytest.raises(PictureError, match=r"3 samples a pixel of 32 bits .*LZMA.* not compressed"):
        read_image(path)


# Text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", HOLDS_TEXT)
def test_text_comes_back_in_any_script(tmp_path, suffix):
    write(tmp_path / f"a{suffix}", None, TEXT)
    assert read_image(tmp_path / f"a{suffix}").text == TEXT


def test_bmp_has_no_text(tmp_path):
    write(tmp_path / "a.bmp", None, TEXT)
    assert read_image(tmp_path / "a.bmp").text == {}


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_text_survives_saving_again_with_its_exif(tmp_path, suffix):
    write(tmp_path / f"a{suffix}", None, TEXT)
    with Image.open(tmp_path / f"a{suffix}") as image:
        image.resize((20, 20)).save(tmp_path / f"b{suffix}", exif=image.info["exif"])
    assert read_image(tmp_path / f"b{suffix}").text == TEXT


def test_png_text_is_read_by_others(tmp_path):
    write(tmp_path / "a.png", None, TEXT)
    with Image.open(tmp_path / "a.png") as image:
        assert image.text == TEXT


def test_png_text_of_others_is_read(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "Übung")
    info.add_text("Packed", "Übung" * 9, zip=True)
    info.add_itxt("Scripts", "火" * 99, zip=True)
    Image.new("RGB", (2, 2)).save(tmp_path / "a.png", pnginfo=info)
    expected = {"Title": "Übung", "Packed": "Übung" * 9, "Scripts": "火" * 99}
    assert read_image(tmp_path / "a.png").text == expected


@pytest.mark.parametrize(
    "hostile",
    [
        chunk(b"tEXt", b"no separator"),
        chunk(b"iTXt", b"key\0"),
        chunk(b"iTXt", b"key\0\1\0\0\0not zlib"),
        chunk(b"iTXt", b"key\0\0\0\0\0\xff\xfe"),
        chunk(b"zTXt", b"bomb\0\0" + zlib.compress(bytes(50_000_000), 9)),
        chunk(b"tEXt", b"long\0" + b"x" * 2_000_000),
        chunk(b"tEXt", b"key\0wrong checksum", crc=1),
        chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"),
        chunk(b"acTL", b"?"),
    ],
)
def test_hostile_png_chunks_are_ignored(tmp_path, hostile):
    pixels = noise()
    good = chunk(b"tEXt", b"good\0text")
    (tmp_path / "a.png").write_bytes(png_bytes(pixels, 2, extra=hostile + good))
    read = read_image(tmp_path / "a.png")
    assert read.text == {"good": "text"}
    np.testing.assert_array_equal(read.pixels, pixels)


def test_thousands_of_texts_are_not_kept(tmp_path):
    many = b"".join(chunk(b"tEXt", b"%d\0x" % i) for i in range(5000))
    (tmp_path / "a.png").write_bytes(png_bytes(noise(), 2, extra=many))
    assert 0 < len(read_image(tmp_path / "a.png").text) < 1000


@pytest.mark.parametrize(
    "comment",
    [b"", b"ASCII\0\0\0", b"ASCII\0\0\0[1]", b"ASCII\0\0\0" + b"[" * 50_000, b"\xff" * 99],
)
def test_foreign_exif_is_no_text(tmp_path, comment):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
    Image.fromarray(smooth()).save(tmp_path / "a.jpg", exif=exif)
    assert read_image(tmp_path / "a.jpg").text == {}


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\7" * 99]
)
def test_broken_exif_is_ignored(tmp_path, exif):
    Image.fromarray(smooth()).save(tmp_path / "a.jpg", exif=exif)
    assert read_image(tmp_path / "a.jpg").text == {}


def test_too_much_text_is_refused(tmp_path):
    with pytest.raises(PictureError, match=r"JPEG holds 65,527 bytes of text, not"):
        write(tmp_path / "a.jpg", None, {"key": "x" * 70_000})
    with pytest.raises(PictureError, match="text 'key' is over 1048576 bytes"):
        write(tmp_path / "a.png", None, {"key": "火" * 400_000})
    with pytest.raises(PictureError, match="'clé' cannot name a text"):
        write(tmp_path / "a.png", None, {"clé": "x"})
    assert list(tmp_path.iterdir()) == []


# The original --------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", CARRIES)
@pytest.mark.parametrize("length", [1, 2, 1001, 3_000_000])
def test_an_original_is_carried(tmp_path, suffix, length):
    original = np.random.default_rng(2).bytes(length)
    pixels = write(tmp_path / f"a{suffix}", None, TEXT, original=original)
    read = read_image(tmp_path / f"a{suffix}")
    assert read.original == original
    assert read.text == TEXT
    np.testing.assert_array_equal(read.pixels, pixels)
    with Image.open(tmp_path / f"a{suffix}") as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize("suffix", CARRIES)
def test_an_original_is_lost_when_another_program_saves(tmp_path, suffix):
    write(tmp_path / f"a{suffix}", original=b"original")
    with Image.open(tmp_path / f"a{suffix}") as image:
        image.point(lambda value: value // 2).save(tmp_path / f"b{suffix}")
    assert read_image(tmp_path / f"b{suffix}").original is None


@pytest.mark.parametrize(("original", "signature"), [(b"", b"II*\0"), (bytes(2000), b"II+\0")])
def test_a_tiff_beyond_what_its_offsets_reach_is_a_bigtiff(
    tmp_path, monkeypatch, original, signature
):
    monkeypatch.setattr("eidophone.files.image.tiff._CLASSIC_BYTES", 1000)
    pixels = noise(height=8, width=8)
    write_image(tmp_path / "a.tif", pixels, original=original or None)
    assert (tmp_path / "a.tif").read_bytes()[:4] == signature
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, pixels)


@pytest.mark.parametrize("suffix", [".jpg", ".bmp", ".exr"])
def test_other_formats_carry_no_original(tmp_path, suffix):
    with pytest.raises(PictureError, match=r"cannot carry a file: use \.png, \.tif or \.webp"):
        write(tmp_path / f"a{suffix}", original=b"original")


def test_a_damaged_original_is_none(tmp_path):
    tail = chunk(b"eiDO", b"original", crc=0)
    (tmp_path / "a.png").write_bytes(png_bytes(noise(), 2, tail=tail))
    assert read_image(tmp_path / "a.png").original is None


# Bad files -----------------------------------------------------------------------------------


def bomb(suffix, side=60_000):
    """The beginning of a file that says it is ``side`` pixels square."""
    if suffix == ".png":
        return PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + bytes(99)
    if suffix == ".webp":
        size = (min(side, 16_384) - 1).to_bytes(3, "little")
        return b"RIFF" + struct.pack("<I", 200) + b"WEBPVP8X\x0a\0\0\0" + bytes(4) + size * 2
    stream = io.BytesIO()
    name = {".jpg": "JPEG", ".bmp": "BMP", ".gif": "GIF"}[suffix]
    Image.new("RGB", (16, 17)).save(stream, name)
    data = bytearray(stream.getvalue())
    if suffix == ".gif":
        data[6:10] = struct.pack("<HH", side, side)
    elif suffix == ".bmp":
        data[18:26] = struct.pack("<ii", side, side)
    else:
        place = data.index(b"\xff\xc0") + 5
        data[place : place + 4] = struct.pack(">HH", side, side)
    return bytes(data)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".gif"])
def test_bombs_are_refused_by_their_header(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(bomb(suffix).ljust(64, b"\0"))
    with pytest.raises(PictureError, match=r"over the limit of 200,000,000: .*raise `max_pixels`"):
        read_image(tmp_path / f"a{suffix}")


@pytest.mark.parametrize("bits", [1, 8, 16])
def test_a_png_that_no_data_of_its_length_could_fill_is_refused(tmp_path, bits):
    """Pillow takes data that end properly, and too early, and leaves the rest black."""
    head = struct.pack(">IIBBBBB", 50, 1_000_000, bits, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(51)))
    (tmp_path / "a.png").write_bytes(PNG + chunk(b"IHDR", head) + data + chunk(b"IEND", b""))
    with pytest.raises(PictureError, match="far less than the 50 x 1000000 pixels"):
        read_image(tmp_path / "a.png")


def test_the_most_that_deflate_can_do_is_read(tmp_path):
    Image.new("L", (6000, 6000)).save(tmp_path / "a.png", compress_level=9)
    assert (tmp_path / "a.png").stat().st_size < 6000 * 6000 / 1000
    assert not read_image(tmp_path / "a.png").pixels.any()


def test_tiff_bombs_are_refused(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(), photometric="rgb")
    with tifffile.TiffFile(tmp_path / "a.tif", mode="r+") as tiff:
        tiff.pages.first.tags["ImageWidth"].overwrite(60_000)
        tiff.pages.first.tags["ImageLength"].overwrite(60_000)
    with pytest.raises(PictureError, match=r"60000 x 60000 pixels, over the limit"):
        read_image(tmp_path / "a.tif")
    pixels = noise("float32", 4, 4)
    tifffile.imwrite(tmp_path / "b.tif", pixels, photometric="rgb", compression="zlib")
    trap = zlib.compress(bytes(10_000_000))
    data = (tmp_path / "b.tif").read_bytes() + trap
    (tmp_path / "b.tif").write_bytes(data)
    with tifffile.TiffFile(tmp_path / "b.tif", mode="r+") as tiff:
        tiff.pages.first.tags["StripOffsets"].overwrite(len(data) - len(trap))
        tiff.pages.first.tags["StripByteCounts"].overwrite(len(trap))
    with pytest.raises(PictureError, match="inflate beyond its size"):
        read_image(tmp_path / "b.tif")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".bmp", ".exr"])
def test_max_pixels_is_the_callers_choice(tmp_path, suffix):
    write(tmp_path / f"a{suffix}", noise(dtype_for(suffix), 10, 11))
    least = 110 * (4 if suffix == ".exr" else 1)
    for allowed in (least, None):
        assert read_image(tmp_path / f"a{suffix}", max_pixels=allowed).pixels.shape == (10, 11, 3)
    with pytest.raises(PictureError, match=rf"11 x 10 pixels.*over the limit of {least - 1}"):
        read_image(tmp_path / f"a{suffix}", max_pixels=least - 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"Hello", "it is not a PNG, JPEG, WebP, TIFF, BMP, GIF, EXR, AVIF image"),
        (b"PK\3\4" + bytes(99), "it is not a PNG"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "it is not a PNG"),
        (PNG, "it is damaged"),
        (PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 5, 8, 2, 0, 0, 0)), "it is damaged"),
        (PNG + chunk(b"IHDR", bytes(13), crc=1), "its IHDR chunk is damaged"),
        (b"\xff\xd8\xff", "it is damaged"),
        (b"RIFF\x24\0\0\0WEBPVP8L", "it is cut short"),
        (b"II*\0", "it is damaged"),
        (b"BM" + bytes(8), "it is damaged"),
        (b"GIF89a", "it is damaged"),
        (b"\x76\x2f\x31\x01", "it is damaged"),
    ],
)
def test_what_is_no_image_gives_one_line(tmp_path, content, reason):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureError) as caught:
        read_image(tmp_path / "a.png")
    assert str(caught.value).startswith(f"cannot read {tmp_path / 'a.png'}: {reason}")
    assert "\n" not in str(caught.value)


def test_places_that_hold_no_file(tmp_path):
    with pytest.raises(PictureError, match=r"cannot read .*none\.png: No such file or directory"):
        read_image(tmp_path / "none.png")
    with pytest.raises(PictureError, match=r"cannot read .*directory"):
        read_image(tmp_path)


@pytest.mark.parametrize(("suffix", "dtype"), [*LOSSLESS, (".jpg", "uint8")])
def test_a_file_cut_in_half_is_refused(tmp_path, suffix, dtype):
    write(tmp_path / f"a{suffix}", noise(dtype, 60, 60))
    data = (tmp_path / f"a{suffix}").read_bytes()
    (tmp_path / f"a{suffix}").write_bytes(data[: len(data) // 2])
    with pytest.raises(PictureError):
        read_image(tmp_path / f"a{suffix}")


def test_a_flipped_bit_in_a_png_is_noticed(tmp_path):
    write(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[len(data) // 2] ^= 4
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(PictureError, match="IDAT chunk is damaged"):
        read_image(tmp_path / "a.png")


def seeds_for_fuzzing(folder):
    """Small valid files of every kind."""
    for index, (suffix, dtype) in enumerate([*LOSSLESS, (".jpg", "uint8")]):
        path = folder / f"{index}{suffix}"
        original = b"original" if suffix in CARRIES else None
        write_image(path, noise(dtype, 20, 21), TEXT, original=original)
        yield path.read_bytes()
    image = Image.fromarray(smooth())
    kinds = [("GIF", {}), ("WEBP", {"quality": 70}), ("PNG", {"transparency": 3})]
    kinds += [("TIFF", {"compression": name}) for name in ("tiff_lzw", "jpeg", "group4")]
    for name, options in kinds:
        mode = {"GIF": "P", "PNG": "P", "WEBP": "RGB"}.get(name, "RGB")
        mode = "1" if options == {"compression": "group4"} else mode
        stream = io.BytesIO()
        image.convert(mode).save(stream, name, **options)
        yield stream.getvalue()
    for options in ({"predictor": True}, {"tile": (16, 16)}):
        stream = io.BytesIO()
        pixels = noise("uint16", 20, 21)
        tifffile.imwrite(stream, pixels, photometric="rgb", compression="zlib", **options)
        yield stream.getvalue()


def mutated(data, rng):
    """``data`` cut, or with some bytes changed, often in its header."""
    if rng.random() < 0.25:
        return data[: rng.integers(len(data))]
    changed = bytearray(data)
    reach = len(data) if rng.random() < 0.5 else min(len(data), 300)
    for _ in range(rng.integers(1, 6)):
        changed[rng.integers(reach)] = rng.choice([0, 1, 127, 255, rng.integers(256)])
    return bytes(changed)


def test_no_broken_file_does_anything_but_raise_or_read(tmp_path):
    rng = np.random.default_rng(5)
    messages, images = [], 0
    for data in seeds_for_fuzzing(tmp_path):
        for _ in range(80):
            (tmp_path / "fuzzed").write_bytes(mutated(data, rng))
            try:
                pixels = read_image(tmp_path / "fuzzed", max_pixels=1_000_000).pixels
            except PictureError as error:
                messages.append(str(error))
            else:
                assert pixels.ndim == 3
                assert pixels.shape[2] == 3
                assert pixels.dtype.name in ("uint8", "uint16", "float32")
                images += 1
    assert not any("\n" in message for message in messages)
    assert min(len(messages), images) > 200  # both happen


def test_reading_leaves_the_warning_filters_alone(tmp_path):
    write(tmp_path / "a.jpg", None, TEXT)
    before = list(warnings.filters)

    def read_some():
        for _ in range(30):
            read_image(tmp_path / "a.jpg")

    threads = [threading.Thread(target=read_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


# Bad calls -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "dtype", "advice"),
    [
        (".jpg", "uint16", "use .png or .tif"),
        (".bmp", "uint16", "use .png or .tif"),
        (".webp", "float32", "use .tif or .exr"),
        (".png", "float32", "use .tif or .exr"),
        (".exr", "uint8", "use .png or .jpg or .webp or .tif or .bmp"),
        (".tif", "float64", "convert them"),
        (".png", "int32", "convert them"),
    ],
)
def test_a_depth_that_a_format_cannot_hold(tmp_path, suffix, dtype, advice):
    with pytest.raises(PictureError, match=f"cannot hold {dtype} pixels: {re.escape(advice)}"):
        write_image(tmp_path / f"a{suffix}", np.zeros((2, 2, 3), dtype))


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 4), (0, 5, 3), (4, 5, 3, 1)])
def test_pixels_that_are_no_image(tmp_path, shape):
    with pytest.raises(PictureError, match=re.escape(f"not {list(shape)}")):
        write_image(tmp_path / "a.png", np.zeros(shape, np.uint8))


@pytest.mark.parametrize("name", ["a", "a.svg", "a.png.zip", ".png"])
def test_unknown_suffixes(tmp_path, name):
    with pytest.raises(PictureError, match=r"does not end like a picture: use \.png, \.jpg"):
        write_image(tmp_path / name, noise())
    with pytest.raises(PictureError, match="does not end like a picture"):
        max_side(tmp_path / name)


@pytest.mark.parametrize(
    ("quality", "reason"),
    [(0, "is 0: it must be 1 to 100"), (101, "is 101"), (9.5, "is 9.5"), (True, "is True")],
)
def test_bad_qualities(tmp_path, quality, reason):
    with pytest.raises(PictureError, match=reason):
        write_image(tmp_path / "a.jpg", noise(), quality=quality)


def test_lossless_formats_have_no_quality(tmp_path):
    with pytest.raises(PictureError, match="PNG has no quality, it is lossless: leave it out"):
        write_image(tmp_path / "a.png", noise(), quality=90)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".bmp", ".exr"])
def test_the_largest_side_can_be_written_and_no_larger(tmp_path, suffix):
    side = max_side(f"a{suffix}")
    assert side >= 16_383
    line = np.zeros((1, side + 1, 3), dtype_for(suffix))
    line[0, side - 1] = 1
    write_image(tmp_path / f"a{suffix}", line[:, :-1])
    assert read_image(tmp_path / f"a{suffix}").pixels.shape == (1, side, 3)
    with pytest.raises(PictureError, match=rf"up to {side} pixels a side, not {side + 1} x 1"):
        write_image(tmp_path / f"b{suffix}", line)


def test_writing_is_careful(tmp_path):
    path = tmp_path / "a.png"
    pixels = write(path)
    with pytest.raises(OutputError, match="exists already"):
        write_image(path, noise(seed=1))
    np.testing.assert_array_equal(read_image(path).pixels, pixels)
    write_image(path, noise(seed=1), overwrite=True)
    np.testing.assert_array_equal(read_image(path).pixels, noise(seed=1))
    with pytest.raises(OutputError, match="there is no folder"):
        write_image(tmp_path / "none" / "a.png", pixels)
    assert list(tmp_path.iterdir()) == [path]


def test_exr_without_openexr(tmp_path, monkeypatch):
    (tmp_path / "a.exr").write_bytes(b"\x76\x2f\x31\x01")
    monkeypatch.setitem(sys.modules, "OpenEXR", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'eidophone\[exr\]'"):
        read_image(tmp_path / "a.exr")
    with pytest.raises(MissingExtraError, match="eidophone"):
        write_image(tmp_path / "b.exr", noise("float32"))
    assert list(tmp_path.iterdir()) == [tmp_path / "a.exr"]


_PEAK = """
import resource, sys
from eidophone.files.image import read_image
from eidophone.picture.picture import Picture
from eidophone.picture.fit import fitted_columns, resized
def fit(picture): return resized(picture.pixels, picture.recipe.rows, fitted_columns(picture))
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
read_image(sys.argv[1]), fit(Picture.load(sys.argv[1]))
before = peak()
fit(Picture.load(sys.argv[2]))
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="others count memory in other ways")
@pytest.mark.parametrize(("mode", "bits"), [("RGB", 8), ("P", 8), ("RGB", 16)])
def test_a_large_picture_is_held_once_by_pillow_and_once_by_us(tmp_path, mode, bits):
    small, large, side = tmp_path / "small.png", tmp_path / "large.png", 5000
    for path, length in ((small, 600), (large, side)):
        if bits == 16:
            write_image(path, np.zeros((length, length, 3), np.uint16))
        else:
            Image.new(mode, (length, length)).save(path)
    command = [sys.executable, "-c", _PEAK, small, large]
    taken = int(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)
    by_pillow, ours = (4 if mode == "RGB" else 1) * bits // 8, 3 * bits // 8
    assert taken < 1.25 * (by_pillow + ours) * side**2 + 30e6


def test_pixels_count_by_their_bytes(tmp_path):
    pixels = np.zeros((10, 10, 3))
    for name, dtype, depth in (
        ("a.png", "uint8", 1),
        ("b.png", "uint16", 2),
        ("c.tif", "float32", 4),
    ):
        write_image(tmp_path / name, pixels.astype(dtype))
        assert read_image(tmp_path / name, max_pixels=100 * depth).pixels.dtype == dtype
        with pytest.raises(PictureError, match=r"10 x 10 pixels.*over the limit of"):
            read_image(tmp_path / name, max_pixels=100 * depth - 1)


def test_of_several_pages_the_first_is_read_and_that_is_told(tmp_path):
    pages = np.arange(2 * 20 * 30 * 3, dtype=np.uint8).reshape(2, 20, 30, 3)
    tifffile.imwrite(tmp_path / "a.tif", pages, photometric="rgb")
    with pytest.warns(EidophoneWarning, match=r"a\.tif has several pages: the first is read"):
        assert np.array_equal(read_image(tmp_path / "a.tif").pixels, pages[0])
    with tifffile.TiffWriter(tmp_path / "b.tif") as file:
        file.write(pages[0], photometric="rgb")
        file.write(pages[1, :10, :15], photometric="rgb", subfiletype=1)  # what viewers show small
    assert np.array_equal(read_image(tmp_path / "b.tif").pixels, pages[0])
