"""Colour profiles: a picture of any profile means the levels that it shows."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from eidophone.base.errors import EidophoneWarning
from eidophone.files.image import read_image, write_image

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

#: What a step of 8 bits is with the standard recipe.
STEP_DB = 108 / 255


def xyz(*values):
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65_536 * value) for value in values))


def gamma_curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(256 * gamma)) + b"\0\0"


def dot_gain():
    """Ink on paper, 20 % more of it in the middle than was asked for: Adobe's shape of it."""
    ink = 1 - np.linspace(0, 1, 256)
    light = 1 - (ink + 0.8 * ink * (1 - ink))
    table = np.round(65_535 * light).astype(">u2").tobytes()
    return b"curv\0\0\0\0" + struct.pack(">I", 256) + table


def profile(space, pcs, **tags):
    """An ICC profile of version 2."""
    tags = {"wtpt": xyz(0.9642, 1, 0.8249), **tags}
    tags["desc"] = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"a\0" + bytes(78)
    tags["cprt"] = b"text\0\0\0\0a\0"
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        data = value + bytes(-len(value) % 4)
        table += struct.pack(">4sII", name.encode(), start + len(body), len(data))
        body += data
    size = start + len(body)
    kind = b"scnr" if space == "RGB " else b"prtr"
    head = struct.pack(
        ">I4xI4s4s4s12x4s", size, 0x02400000, kind, space.encode(), pcs.encode(), b"acsp"
    )
    head = head.ljust(68, b"\0") + struct.pack(">3i", 63_190, 65_536, 54_061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def matrix_profile(gamma, red, green, blue):
    curves = dict.fromkeys(("rTRC", "gTRC", "bTRC"), gamma_curve(gamma))
    return profile("RGB ", "XYZ ", rXYZ=xyz(*red), gXYZ=xyz(*green), bXYZ=xyz(*blue), **curves)


SRGB_COLUMNS = (
    (0.4360747, 0.2225045, 0.0139322),
    (0.3850649, 0.7168786, 0.0971045),
    (0.1430804, 0.0606169, 0.7141733),
)
PROPHOTO = matrix_profile(1.8, (0.7977, 0.2880, 0), (0.1352, 0.7119, 0), (0.0313, 0.0001, 0.8249))
LINEAR = matrix_profile(1.0, *SRGB_COLUMNS)
DOT_GAIN = profile("GRAY", "XYZ ", kTRC=dot_gain())


def levels(grey=False):
    """Every level, and colours between red and blue, none so dark that 8 bits lose it."""
    ramp = np.linspace(60, 250, 48).round().astype(np.uint8)
    pixels = np.stack(np.broadcast_arrays(ramp, ramp[:, np.newaxis], ramp[::-1]), axis=-1)
    return np.repeat(ramp[np.newaxis, :, np.newaxis], 3, axis=2) if grey else pixels


def in_profile(pixels, icc, mode="RGB"):
    """What a program makes of ``pixels`` that converts them into a profile: by lcms."""
    target = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    return ImageCms.profileToProfile(
        Image.fromarray(pixels),
        ImageCms.createProfile("sRGB"),
        target,
        renderingIntent=1,
        outputMode=mode,
    )


def error_db(read, pixels):
    return np.abs(read.astype(float) - pixels).max() * STEP_DB


#: Each with the mode of its pictures, what it cost in dB, and how many steps 8 bits of it cost.
@pytest.mark.parametrize(
    ("icc", "mode", "before_db", "steps"),
    [(DOT_GAIN, "L", 8, 1), (PROPHOTO, "RGB", 7, 4), (LINEAR, "RGB", 20, 4)],
)
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp", "avif"])
def test_levels_are_as_the_profile_means_them(tmp_path, icc, mode, before_db, steps, suffix):
    pixels = levels(grey=mode == "L")
    image = in_profile(pixels, icc, mode)
    del image.info["icc_profile"]
    how = {"jpg": {"quality": 100, "subsampling": 0}, "webp": {"lossless": True}}.get(suffix, {})
    if suffix == "avif":
        how = {"quality": 100, "subsampling": "4:4:4"}
    image.save(tmp_path / f"a.{suffix}", icc_profile=icc, **how)
    image.save(tmp_path / "b.png")
    assert error_db(read_image(tmp_path / "b.png").pixels, pixels) > before_db
    errors = np.abs(read_image(tmp_path / f"a.{suffix}").pixels.astype(int) - pixels)
    assert errors.mean() <= 1.5
    assert suffix in ("jpg", "avif") or errors.max() <= steps


def with_chunks(path, *chunks):
    """``path``, a PNG, with chunks after its header."""
    data = path.read_bytes()
    made = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    path.write_bytes(data[:33] + made + data[33:])
    return path


def light(values):
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def test_sixteen_bits_keep_their_depth(tmp_path):
    deep = np.arange(2_000, 65_536, 7, dtype=np.uint16)
    pixels = np.repeat(deep[np.newaxis, :, np.newaxis], 3, axis=2)
    linear = np.rint(65_535 * light(pixels / 65_535)).astype(np.uint16)
    write_image(tmp_path / "a.png", linear)
    read = read_image(with_chunks(tmp_path / "a.png", (b"gAMA", struct.pack(">I", 100_000)))).pixels
    assert read.dtype == np.uint16
    assert np.abs(read.astype(int) - pixels).max() <= 8  # as linear numbers have it
    tifffile.imwrite(
        tmp_path / "a.tif", linear, photometric="rgb", extratags=[(34675, 7, len(LINEAR), LINEAR)]
    )
    read = read_image(tmp_path / "a.tif").pixels
    assert np.abs(read.astype(int) - pixels).max() <= 40  # its matrix is rounded


GAMMA = (b"gAMA", struct.pack(">I", 100_000))
SRGB_CHUNK = (b"sRGB", b"\0")
SRGB_PRIMARIES = (31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000)


@pytest.mark.parametrize(
    ("chunks", "changes"),
    [
        ([GAMMA], True),
        ([(b"gAMA", struct.pack(">I", 45_455))], False),
        ([GAMMA, SRGB_CHUNK], False),
        ([GAMMA, (b"cICP", b"\1\x0d\0\1")], False),
        ([(b"iCCP", b"a\0\0" + zlib.compress(LINEAR)), SRGB_CHUNK], True),
        ([(b"iCCP", b"a\0\0" + zlib.compress(SRGB)), GAMMA], False),
        ([(b"cHRM", struct.pack(">8I", *SRGB_PRIMARIES))], False),
        (
            [
                (
                    b"cHRM",
                    struct.pack(
                        ">8I", 31_270, 32_900, 73_500, 26_500, 11_500, 82_600, 15_700, 1_800
                    ),
                )
            ],
            True,
        ),
        ([(b"cHRM", bytes(32))], False),
        ([(b"gAMA", bytes(4))], True),
    ],
)
def test_chunks_of_png_outrank_each_other_as_its_standard_says(tmp_path, chunks, changes):
    write_image(tmp_path / "a.png", levels())
    read = read_image(with_chunks(tmp_path / "a.png", *chunks)).pixels
    assert np.array_equal(read, levels()) is not changes


@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_srgb_stays_as_it_is(tmp_path, suffix):
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    how = {"lossless": True, "exact": True} if suffix == "webp" else {}
    Image.fromarray(pixels).save(tmp_path / f"a.{suffix}", icc_profile=SRGB, **how)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.array_equal(read_image(tmp_path / f"a.{suffix}").pixels, pixels)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"nonsense",
        LINEAR[:200],
        LINEAR.replace(b"curv", b"cccc"),
        LINEAR.replace(b"acsp", b"____"),
    ],
)
def test_a_broken_profile_is_told_and_taken_as_srgb(tmp_path, broken):
    write_image(tmp_path / "a.png", levels())
    path = with_chunks(tmp_path / "a.png", (b"iCCP", b"a\0\0" + zlib.compress(broken)))
    with pytest.warns(EidophoneWarning, match=r"a\.png: its colour profile is broken, and taken"):
        assert np.array_equal(read_image(path).pixels, levels())


def cmyk_profile():
    """A press whose inks are less than pure: a table of its 16 corners in CIELAB."""
    corners = []
    for number in range(16):
        c, m, y, k = (number >> shift & 1 for shift in (3, 2, 1, 0))
        rgb = np.array([1 - 0.9 * c, 1 - 0.8 * m, 1 - 0.7 * y]) * (1 - 0.85 * k)
        x, luminance, z = SRGB_MATRIX @ light(rgb) / (0.9642, 1, 0.8249)
        cubes = np.cbrt([x, luminance, z])
        lab = 116 * cubes[1] - 16, 500 * (cubes[0] - cubes[1]), 200 * (cubes[1] - cubes[2])
        corners += np.clip([2.55 * lab[0], lab[1] + 128, lab[2] + 128], 0, 255).round().tolist()
    identity = struct.pack(">9i", 65_536, 0, 0, 0, 65_536, 0, 0, 0, 65_536)
    tables = bytes(range(256))
    lut = (
        b"mft1\0\0\0\0"
        + bytes((4, 3, 2, 0))
        + identity
        + 4 * tables
        + bytes(map(int, corners))
        + 3 * tables
    )
    return profile("CMYK", "Lab ", A2B0=lut)


SRGB_MATRIX = np.array(SRGB_COLUMNS).T


def test_cmyk_is_read_by_its_profile(tmp_path):
    inks = np.zeros((2, 2, 4), np.uint8)
    inks[0, 0, 0] = inks[0, 1, 1] = inks[1, 0, 2] = 255
    image = Image.frombytes("CMYK", (2, 2), inks.tobytes())
    image.save(tmp_path / "a.tif", icc_profile=cmyk_profile())
    image.save(tmp_path / "b.tif")
    read = read_image(tmp_path / "a.tif").pixels
    expected = np.array([[[25, 255, 255], [255, 51, 255]], [[255, 255, 76], [255, 255, 255]]])
    assert np.abs(read.astype(int) - expected).max() <= 6
    plain = read_image(tmp_path / "b.tif").pixels
    assert np.abs(plain.astype(int) - expected).max() * STEP_DB > 9
