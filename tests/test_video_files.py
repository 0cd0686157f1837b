"""Film files: every format there and back; time, colour and sound kept; bad files refused."""

import gc
import io
import json
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eidophone.base.errors import EidophoneWarning, FilmError, MissingExtraError, OutputError
from eidophone.files.video import (
    VideoReader,
    VideoWriter,
    colour,
    holds_sound,
    holds_text,
    video_suffixes,
)
from eidophone.sound.ffmpeg import _File
from eidophone.sound.sound import Sound

av = pytest.importorskip("av")

WIDTH, HEIGHT, COUNT, FPS = 96, 64, 20, Fraction(25)
RATE = 44_100
TEXT = {
    "eidophone": json.dumps({"kind": "pages", "name": "Жар-птица 火の鳥"}),
    "more": "two\nlines",
}

#: Name, codec, and the least PSNR in dB of the smooth pattern.
FORMATS = [
    ("a.mp4", None, 36),
    ("a.m4v", "av1", 34),
    ("a.mov", None, 36),
    ("a.webm", None, 36),
    ("b.webm", "av1", 34),
    ("a.mkv", None, np.inf),
    ("b.mkv", "h264", 36),
    ("a.mpg", None, 36),
    ("a.mpeg", "mpeg1", 34),
    ("a.gif", None, 25),
    ("a.webp", None, np.inf),
    ("a.apng", None, np.inf),
    ("folder", None, np.inf),
]
WITH_SOUND = [row[:2] for row in FORMATS if holds_sound(row[0])]
LOSSLESS = [name for name, _, psnr in FORMATS if psnr == np.inf]


def frame(index, width=WIDTH, height=HEIGHT):
    """A smooth pattern in colour, which moves."""
    y, x = np.mgrid[:height, :width]
    red = 128 + 100 * np.sin((x + 4 * index) / 9)
    return np.stack([red, x + y + index, 255 - 3 * y], -1).clip(0, 255).astype(np.uint8)


def frames(count=COUNT, **size):
    return [frame(index, **size) for index in range(count)]


def noise(count=COUNT, width=WIDTH, height=HEIGHT, seed=0):
    random = np.random.default_rng(seed)
    return list(random.integers(0, 256, (count, height, width, 3), np.uint8))


def clicking(seconds=1.0, at=0.5, rate=RATE, channels=2):
    samples = np.zeros((channels, round(seconds * rate)), np.float32)
    samples[:, round(at * rate)] = 0.9
    return Sound(samples, rate)


def write(path, pixels=None, fps=FPS, **options):
    pixels = frames() if pixels is None else pixels
    height, width, _ = pixels[0].shape
    with VideoWriter(path, width, height, fps, **options) as film:
        for picture in pixels:
            film.write(picture)
    return path


def read(path, **options):
    with VideoReader(path, **options) as film:
        return list(film.frames())


def samples_of(path):
    sound = VideoReader(path).sound()
    return np.concatenate(list(sound.blocks(5_000)), axis=1), sound.rate


def psnr(shown, pixels):
    error = np.mean([(a.pixels.astype(float) - b) ** 2 for a, b in zip(shown, pixels, strict=True)])
    return np.inf if error == 0 else 10 * np.log10(255**2 / error)


def write_any(path, pixels, *, codec, pixel_format, pts=None, fps=25, turn=None, late=None, **tags):
    """A film as others may write it; ``pixels`` are arrays in ``pixel_format`` itself or RGB."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream(codec, rate=fps)
        stream.height, stream.width = pixels[0].shape[:2]
        stream.pix_fmt = pixel_format
        stream.codec_context.time_base = Fraction(1, 1000)
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
        if turn is not None:
            stream.set_display_rotation(*turn)
        track = None if late is None else film.add_stream("pcm_s16le", rate=RATE, layout="mono")
        for index, picture in enumerate(pixels):
            same = picture.ndim == 2 or picture.shape[2] == 4
            coded = av.VideoFrame.from_ndarray(picture, pixel_format if same else "rgb24")
            coded.pts = 1000 * index // fps if pts is None else pts[index]
            coded.time_base = Fraction(1, 1000)
            film.mux(stream.encode(coded))
        film.mux(stream.encode(None))
        if track is not None:
            click = np.zeros((1, RATE), np.int16)
            click[0, RATE // 2] = 30_000
            samples = av.AudioFrame.from_ndarray(click, format="s16", layout="mono")
            samples.rate, samples.pts, samples.time_base = RATE, late, Fraction(1, RATE)
            film.mux(track.encode(samples))
            film.mux(track.encode(None))
    return path


def write_track(path, pieces):
    """A film of 2 s; its track is 0.1 s of half full scale, at each sample given."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "bgr0"
        track = film.add_stream("pcm_f32le", rate=RATE, layout=pieces[0][1])
        for picture in frames(50):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        film.mux(stream.encode(None))
        for start, layout in pieces:
            channels = av.AudioLayout(layout).nb_channels
            half = np.full((1, 4_410 * channels), 0.5, np.float32)
            samples = av.AudioFrame.from_ndarray(half, format="flt", layout=layout)
            samples.rate, samples.pts, samples.time_base = RATE, start, Fraction(1, RATE)
            film.mux(track.encode(samples))
        film.mux(track.encode(None))
    return path


class TestRoundTrip:
    @pytest.mark.parametrize(("name", "codec", "least"), FORMATS)
    def test_frames_come_back(self, tmp_path, name, codec, least):
        path = write(tmp_path / name, codec=codec)
        with VideoReader(path) as film:
            assert (film.width, film.height, film.fps) == (WIDTH, HEIGHT, FPS)
            assert film.frame_count == COUNT
            assert film.seconds == pytest.approx(COUNT / FPS, abs=1e-3)
            assert film.lossless == (least == np.inf)
            shown = list(film.frames())
            again = list(film.frames())
        times = [(picture.seconds, picture.duration_seconds) for picture in shown]
        assert times == [(pytest.approx(i / 25, abs=1e-3), pytest.approx(0.04)) for i in range(20)]
        assert psnr(shown, frames()) >= least
        assert psnr(again, [picture.pixels for picture in shown]) == np.inf

    @pytest.mark.parametrize("name", LOSSLESS)
    def test_lossless_formats_keep_noise(self, tmp_path, name):
        pixels = noise(6, width=51, height=33)
        assert psnr(read(write(tmp_path / name, pixels)), pixels) == np.inf

    @pytest.mark.parametrize("name", [row[0] for row in FORMATS])
    def test_text_comes_back_where_it_can(self, tmp_path, name):
        path = write(tmp_path / name, text=TEXT, sound=clicking())
        assert VideoReader(path).text == (TEXT if holds_text(name) else {})
        assert len(read(path)) == COUNT

    @pytest.mark.parametrize("suffix", [s for s in video_suffixes() if holds_text("a" + s)])
    def test_long_text(self, tmp_path, suffix):
        text = {"eidophone": "x" * 300_000}
        path = write(tmp_path / f"a{suffix}", frames(2), text=text)
        assert VideoReader(path).text == text
        assert psnr(read(path), frames(2)) > 25

    def test_text_survives_another_program_rewriting_the_file(self, tmp_path):
        source = write(tmp_path / "a.mp4", text=TEXT)
        for name in ("b.mkv", "c.mov", "d.mp4"):
            copy = tmp_path / name
            with av.open(str(source)) as old, av.open(str(copy), "w") as new:
                stream = new.add_stream_from_template(old.streams.video[0])
                new.metadata.update(old.metadata)
                for packet in old.demux(old.streams.video[0]):
                    if packet.dts is not None:
                        packet.stream = stream
                        new.mux(packet)
            assert VideoReader(copy).text == TEXT

    def test_slow_film_whose_frames_last_seconds(self, tmp_path):
        fps = Fraction(44_100, 131_072)
        path = write(tmp_path / "a.mp4", frames(3), fps, sound=clicking(8.9, 7.0))
        with VideoReader(path) as film:
            assert film.fps == fps
            assert film.seconds == pytest.approx(3 / fps, abs=1e-3)
        samples, rate = samples_of(path)
        assert np.argmax(samples[0]) / rate == pytest.approx(7.0, abs=1e-3)

    @pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.webm", "a.mpg"])
    def test_television_rates_come_back(self, tmp_path, name):
        fps = Fraction(60_000, 1001)
        assert VideoReader(write(tmp_path / name, fps=fps)).fps == fps

    def test_gif_keeps_greys(self, tmp_path):
        pixels = [np.repeat(picture[..., :1], 3, axis=2) for picture in noise(5)]
        assert psnr(read(write(tmp_path / "a.gif", pixels)), pixels) == np.inf

    def test_odd_sizes_are_rounded_with_a_notice(self, tmp_path):
        pixels = frames(3, width=51, height=33)
        with pytest.warns(EidophoneWarning, match="51 x 33.*52 x 34"):
            write(tmp_path / "a.mp4", pixels, crf=1)
        shown = read(tmp_path / "a.mp4")
        assert shown[0].pixels.shape == (34, 52, 3)
        inner = [picture.pixels[:33, :51].astype(int) for picture in shown]
        assert np.mean(np.abs(np.subtract(inner, pixels))) < 2
        assert np.mean(np.abs(np.subtract(inner, pixels)[:, -1])) < 4

    @pytest.mark.parametrize(("fps", "rate"), [(12, 24), (10, 30), (Fraction(1, 2), 24), (75, 60)])
    def test_mpeg_holds_frames_so_that_time_stays_right(self, tmp_path, fps, rate):
        pixels = [np.full((HEIGHT, WIDTH, 3), 20 * i + 20, np.uint8) for i in range(10)]
        with pytest.warns(EidophoneWarning, match=f"holds {rate}"):
            write(tmp_path / "a.mpg", pixels, fps)
        for shown in read(tmp_path / "a.mpg"):
            expected = pixels[int(shown.seconds * fps + 1e-6)]
            assert np.abs(shown.pixels.mean() - expected.mean()) < 5
        assert VideoReader(tmp_path / "a.mpg").seconds == pytest.approx(10 / fps, abs=1 / rate)


class TestColour:
    @pytest.mark.parametrize("suffix", ["mp4", "webm", "mpg"])
    def test_grey_frames_are_what_ffmpeg_makes_of_them(self, tmp_path, monkeypatch, suffix):
        light = np.random.default_rng(0).integers(0, 256, (4, 66, 98, 1), np.uint8)
        frames = list(np.repeat(light, 3, axis=3))
        frames[2][5, 7, 1] ^= 3  # and one is not grey
        for name in ("quick", "slow"):
            with VideoWriter(tmp_path / f"{name}.{suffix}", 98, 66, Fraction(25)) as writer:
                for frame in frames:
                    writer.write(frame)
            monkeypatch.setattr(colour, "_put_grey", lambda *_: False)
        quick, slow = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("quick", "slow"))
        assert quick == slow

    def test_greys_are_exact_but_for_rounding(self, tmp_path):
        ramp = np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (32, 1, 3))
        (shown,) = read(write(tmp_path / "a.mp4", [ramp], crf=1))
        assert np.abs(shown.pixels.astype(int) - ramp).max() <= 1

    def test_flat_colours_are_exact_but_for_rounding(self, tmp_path):
        colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [90, 30, 200]])
        pixels = np.repeat(np.repeat(colours[None], 32, 1), 64, 0).astype(np.uint8)
        (shown,) = read(write(tmp_path / "a.mp4", [pixels], crf=1))
        inner = np.arange(160).reshape(5, 32)[:, 8:24].ravel()
        assert np.abs(shown.pixels[:, inner].astype(int) - pixels[:, inner]).max() <= 3

    @pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.mpg"])
    def test_colours_are_tagged(self, tmp_path, name):
        with av.open(str(write(tmp_path / name))) as film:
            context = film.streams.video[0].codec_context
            assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)
            assert context.color_range == 1 or name == "a.mpg"  # which has no other

    @pytest.mark.parametrize(
        ("matrix", "full", "luma"),
        [
            (1, False, (63, 173, 32)),
            (6, False, (81, 145, 41)),
            (1, True, (54, 182, 18)),
            (6, True, (76, 150, 29)),
        ],
    )
    def test_tags_are_honoured(self, tmp_path, matrix, full, luma):
        """Luma of red, green and blue by the letter of BT.709 and BT.601; chroma too."""
        kr, kb = {1: (0.2126, 0.0722), 6: (0.299, 0.114)}[matrix]
        colours = np.eye(3) * 255
        y = colours @ [kr, 1 - kr - kb, kb]
        cb, cr = (colours[:, 2] - y) / 2 / (1 - kb), (colours[:, 0] - y) / 2 / (1 - kr)
        scale = np.array([1, 1, 1]) if full else np.array([219, 224, 224]) / 255
        planes = np.rint(np.stack([y, cb, cr], 1) * scale + [0 if full else 16, 128, 128])
        planes = planes.clip(0, 255).astype(np.uint8)
        assert planes[:, 0] == pytest.approx(luma, abs=1)
        coded = np.repeat(planes, 16, 0)[None].repeat(16, 0)  # [rows, columns, 3]
        with av.open(str(tmp_path / "a.mkv"), "w") as film:
            stream = film.add_stream("ffv1", rate=25)
            stream.width, stream.height, stream.pix_fmt = 48, 16, "yuv444p"
            stream.codec_context.colorspace = matrix
            stream.codec_context.color_range = 2 if full else 1
            picture = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(coded.transpose(2, 0, 1)), "yuv444p"
            )
            picture.colorspace, picture.color_range = matrix, 2 if full else 1
            film.mux(stream.encode(picture))
            film.mux(stream.encode(None))
        (shown,) = read(tmp_path / "a.mkv")
        assert np.abs(shown.pixels[8, [8, 24, 40]] - colours).max() <= 3

    def test_more_than_8_bits(self, tmp_path):
        ramp = np.tile(np.linspace(0, 65_535, 256).astype(np.uint16), (32, 1))
        path = write_any(tmp_path / "a.mkv", [ramp], codec="ffv1", pixel_format="gray16le")
        (shown,) = read(path)
        assert shown.pixels.dtype == np.uint16
        assert np.abs(shown.pixels[..., 1].astype(int) - ramp).max() <= 8
        assert VideoReader(path).lossless

    def test_ten_bits_reach_full_scale(self, tmp_path):
        white = [np.full((32, 32, 3), 255, np.uint8)]
        path = write_any(tmp_path / "a.mkv", white, codec="ffv1", pixel_format="yuv420p10le")
        (shown,) = read(path)
        assert shown.pixels.dtype == np.uint16
        assert shown.pixels.min() > 0.995 * 65_535
        assert not VideoReader(path).lossless

    def test_alpha_is_over_black(self, tmp_path):
        clear = np.full((32, 32, 4), 200, np.uint8)
        clear[:16, :, 3] = 0
        clear[16:, :, 3] = 255
        (shown,) = read(write_any(tmp_path / "a.mkv", [clear], codec="ffv1", pixel_format="bgra"))
        assert np.all(shown.pixels[:16] == 0)
        assert np.all(shown.pixels[16:] == 200)

    def test_tags_that_nobody_knows(self, tmp_path):
        tags = {"color_primaries": 223, "color_trc": 99, "colorspace": 0}
        options = {"codec": "ffv1", "pixel_format": "bgr0", **tags}
        path = write_any(tmp_path / "a.mkv", frames(3), **options)
        assert psnr(read(path), frames(3)) == np.inf

    @pytest.mark.parametrize("name", ["mpeg4.avi", "mjpeg.avi", "huffyuv.avi"])
    def test_other_codecs(self, tmp_path, name):
        codec = name.split(".")[0]
        pixel_format = {"mpeg4": "yuv420p", "mjpeg": "yuvj420p", "huffyuv": "rgb24"}[codec]
        path = write_any(tmp_path / name, frames(), codec=codec, pixel_format=pixel_format)
        assert psnr(read(path), frames()) > 25
        assert VideoReader(path).lossless == (codec == "huffyuv")


class TestSound:
    @pytest.mark.parametrize(("name", "codec"), WITH_SOUND)
    def test_in_sync_with_the_picture(self, tmp_path, name, codec):
        path = write(tmp_path / name, codec=codec, sound=clicking())
        samples, rate = samples_of(path)
        assert len(samples) == 2
        assert np.argmax(np.abs(samples[0])) / rate == pytest.approx(0.5, abs=1 / 200)
        assert samples.shape[1] / rate == pytest.approx(1.0, abs=0.05)

    @pytest.mark.parametrize("name", ["a.mkv", "folder"])
    def test_bit_for_bit(self, tmp_path, name):
        random = np.random.default_rng(1)
        sound = Sound((3 * random.standard_normal((2, 37_777))).astype(np.float32), 22_050)
        samples, rate = samples_of(write(tmp_path / name, sound=sound))
        assert rate == 22_050
        assert np.array_equal(samples, sound.samples)

    @pytest.mark.parametrize(
        ("name", "rate", "coded"),
        [("a.mp4", 192_000, 96_000), ("a.webm", 8_000, 48_000), ("a.mpg", 22_050, 32_000)],
    )
    def test_rates_that_the_codec_lacks_are_resampled(self, tmp_path, name, rate, coded):
        path = write(tmp_path / name, sound=clicking(rate=rate, channels=1))
        samples, found = samples_of(path)
        assert found == coded
        assert len(samples) == 1
        assert np.argmax(np.abs(samples[0])) / coded == pytest.approx(0.5, abs=1 / 200)

    def test_a_tone_keeps_its_level(self, tmp_path):
        tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE).astype(np.float32)
        for name in ("a.mp4", "a.webm", "a.mpg"):
            samples, rate = samples_of(write(tmp_path / name, sound=Sound(tone, RATE)))
            middle = samples[0, rate // 2 : rate]
            assert np.sqrt(2 * np.mean(middle**2)) == pytest.approx(0.5, rel=0.02)

    def test_sound_longer_than_the_picture_is_kept(self, tmp_path):
        samples, _ = samples_of(write(tmp_path / "a.mkv", frames(2), sound=clicking(3.0)))
        assert samples.shape[1] == 3 * RATE

    @pytest.mark.parametrize("name", [name for name, *_ in FORMATS])
    def test_no_sound(self, tmp_path, name):
        assert VideoReader(write(tmp_path / name)).sound() is None

    @pytest.mark.parametrize("late", [0, 4_410, 22_050])
    def test_that_begins_later_than_the_picture(self, tmp_path, late):
        options = {"codec": "ffv1", "pixel_format": "bgr0", "late": late}
        path = write_any(tmp_path / "a.mkv", [p[..., :3] for p in frames(40)], **options)
        samples, _ = samples_of(path)
        assert np.argmax(samples[0]) == late + RATE // 2
        assert not samples[0, :late].any()

    @pytest.mark.parametrize(("start", "cut"), [(40, 40), (1000, 0)])
    def test_that_begins_earlier_than_the_picture(self, tmp_path, start, cut):
        """A little of it is the codec's; more than that is the film's, and the picture waits."""
        pts = [start + 40 * i for i in range(40)]
        options = {"codec": "ffv1", "pixel_format": "bgr0", "late": 0, "pts": pts}
        path = write_any(tmp_path / "a.mkv", frames(40), **options)
        samples, _ = samples_of(path)
        assert np.argmax(samples[0]) == RATE // 2 - cut * RATE // 1000
        assert read(path)[0].seconds == pytest.approx((start - cut) / 1000)

    def test_silence_stands_for_what_is_missing(self, tmp_path):
        path = write_track(tmp_path / "a.mkv", [(0, "mono"), (RATE // 2, "mono")])
        samples, _ = samples_of(path)
        assert samples.shape == (1, RATE // 2 + 4_410)
        assert np.all(samples[0, :4_410] == 0.5)
        assert not samples[0, 4_410 : RATE // 2].any()
        assert np.all(samples[0, RATE // 2 :] == 0.5)

    def test_many_channels_are_mixed_to_two(self, tmp_path):
        samples, _ = samples_of(write_track(tmp_path / "a.mkv", [(0, "5.1")]))
        assert samples.shape == (2, 4_410)
        assert np.abs(samples).max() > 0.1

    def test_is_pulled_as_the_picture_goes_on(self, tmp_path):
        class Counting:
            rate, channels, sample_count, taken = RATE, 1, 4 * RATE, 0

            def blocks(self, size):
                for start in range(0, self.sample_count, size):
                    block = np.zeros((1, min(size, self.sample_count - start)), np.float32)
                    self.taken += block.shape[1]
                    yield block

        for name in ("a.mp4", "a.webm", "folder/"):
            sound = Counting()
            with VideoWriter(f"{tmp_path}/{name}", WIDTH, HEIGHT, FPS, sound=sound) as film:
                for index in range(10):
                    film.write(frame(index))
                    due = (index + 1) * RATE / FPS
                    assert due <= sound.taken + 4_000  # what the resampler still holds
                    assert sound.taken <= due + RATE / FPS + 4_000
            assert sound.taken == sound.sample_count


class TestTimes:
    def test_variable_frame_rate(self, tmp_path):
        pts = [0, 40, 400, 440, 2000]
        options = {"codec": "ffv1", "pixel_format": "bgr0", "pts": pts}
        shown = read(write_any(tmp_path / "a.mkv", frames(5), **options))
        assert [round(1000 * picture.seconds) for picture in shown] == pts
        lasting = [round(1000 * picture.duration_seconds) for picture in shown]
        assert lasting == [40, 360, 40, 1560, 40]

    @pytest.mark.parametrize(
        ("turn", "corners"),
        [
            ((0,), "ABCD"),
            ((90,), "BDAC"),
            ((180,), "DCBA"),
            ((270,), "CADB"),
            ((0, True), "BADC"),
            ((0, False, True), "CDAB"),
        ],
    )
    def test_upright(self, tmp_path, turn, corners):
        """Corners A B over C D, as an angle counted against the clock moves them."""
        levels = {"A": 40, "B": 100, "C": 160, "D": 220}
        flat = {name: np.full((16, 32, 3), level, np.uint8) for name, level in levels.items()}
        picture = np.block([[[flat["A"]], [flat["B"]]], [[flat["C"]], [flat["D"]]]])
        options = {"codec": "libx264", "pixel_format": "yuv420p", "turn": turn}
        path = write_any(tmp_path / "a.mp4", [picture] * 3, **options)
        with VideoReader(path) as film:
            shown = next(film.frames()).pixels
            assert shown.shape == (film.height, film.width, 3)
        assert film.width == (32 if turn[0] in (90, 270) else 64)
        found = [shown[y, x, 0] for y in (4, -4) for x in (4, -4)]
        assert np.allclose(found, [levels[name] for name in corners], atol=8)

    def test_films_strung_together(self, tmp_path):
        """Times begin anew, and the size changes: time runs on, and the first size stays."""
        one = write(tmp_path / "1.mpg", frames(10)).read_bytes()
        two = write(tmp_path / "2.mpg", frames(10, width=48, height=96)).read_bytes()
        (tmp_path / "a.mpg").write_bytes(one + two)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EidophoneWarning)
            shown = read(tmp_path / "a.mpg")
        assert len(shown) >= 18
        assert {picture.pixels.shape for picture in shown} == {(HEIGHT, WIDTH, 3)}
        assert np.all(np.diff([picture.seconds for picture in shown]) > 0)

    def test_folder_of_any_pictures(self, tmp_path):
        pixels = frames(12)
        for index, picture in enumerate(pixels):
            Image.fromarray(picture).save(tmp_path / f"shot{index}.png")
        (tmp_path / "notes.txt").write_text("not a picture")
        with VideoReader(tmp_path) as film:
            assert (film.fps, film.frame_count, film.text) == (30, 12, {})
            assert psnr(list(film.frames()), pixels) == np.inf

    def test_folder_keeps_its_rate(self, tmp_path):
        fps = Fraction(24_000, 1001)
        path = write(f"{tmp_path}/film.d/", frames(2), fps, text=TEXT, sound=clicking())
        names = sorted(file.name for file in (tmp_path / "film.d").iterdir())
        assert names == ["000001.png", "000002.png", "sound.wav"]
        assert (VideoReader(path).fps, VideoReader(path).text) == (fps, TEXT)


class TestBadFiles:
    @pytest.mark.parametrize("name", [name for name, *_ in FORMATS if name != "folder"])
    @pytest.mark.parametrize("kept", [0.3, 0.5, 0.8])
    def test_what_is_left_of_a_film_cut_short(self, tmp_path, name, kept):
        data = write(tmp_path / f"whole-{name}", noise(), sound=clicking(0.8)).read_bytes()
        (tmp_path / name).write_bytes(data[: int(kept * len(data))])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            shown = read(tmp_path / name)
        assert 1 <= len(shown) <= COUNT
        if not name.endswith((".mpg", ".mpeg")):  # which do not say how long they are
            assert len(shown) < COUNT
            (warning,) = caught
            assert "cut short" in str(warning.message)

    @pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.apng", "a.webp", "a.gif", "a.mpg"])
    @pytest.mark.parametrize("seed", range(4))
    def test_damage_does_no_harm(self, tmp_path, name, seed):
        data = bytearray(write(tmp_path / name, sound=clicking()).read_bytes())
        for place in np.random.default_rng(seed).integers(0, len(data), 1 + len(data) // 500):
            data[place] ^= 0x55
        (tmp_path / name).write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EidophoneWarning)
            try:
                shown = read(tmp_path / name)
            except FilmError:
                return
        seconds = [picture.seconds for picture in shown]
        assert seconds == sorted(set(seconds))

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"hello world\n" * 99,
            bytes(5_000),
            b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n",
            b"ffconcat version 1.0\nfile 'a.mp4'\n",
            b"\x89PNG\r\n\x1a\n" + bytes(99),
            b"RIFF\x10\0\0\0WEBPVP8X" + bytes(99),
            b"GIF89a" + bytes(99),
            b"\x1aE\xdf\xa3" + bytes(99),
        ],
    )
    @pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
    def test_what_is_not_a_film(self, tmp_path, data, name):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FilmError) as caught:
            VideoReader(tmp_path / name)
        assert "\n" not in str(caught.value)

    def test_a_still_picture_is_not_a_film(self, tmp_path):
        for name in ("a.png", "a.jpg", "a.webp", "a.tif"):
            Image.fromarray(frame(0)).save(tmp_path / name)
            with pytest.raises(FilmError, match="not a film"):
                VideoReader(tmp_path / name)

    def test_a_webp_whose_first_frame_is_broken_is_refused(self, tmp_path):
        path = write(tmp_path / "a.webp")
        data = bytearray(path.read_bytes())
        start = data.index(b"ANMF") + 32
        data[start : start + 200] = b"\xff" * 200
        path.write_bytes(data)
        with pytest.raises(FilmError, match="damaged"):
            read(path)

    def test_a_sound_is_not_a_film(self, tmp_path):
        clicking().save(tmp_path / "a.wav")
        with pytest.raises(FilmError, match="not a film"):
            VideoReader(tmp_path / "a.wav")

    def test_sound_without_a_picture_is_not_a_film(self, tmp_path):
        with av.open(str(tmp_path / "a.mp4"), "w") as film:
            track = film.add_stream("aac", rate=RATE, layout="mono")
            samples = av.AudioFrame.from_ndarray(np.zeros((1, RATE), np.float32), "fltp", "mono")
            samples.rate = RATE
            film.mux(track.encode(samples))
            film.mux(track.encode(None))
        with pytest.raises(FilmError, match="no picture"):
            VideoReader(tmp_path / "a.mp4")

    @pytest.mark.parametrize("path", ["none.mp4", "nul\0.mp4", "folder"])
    def test_what_is_not_there(self, tmp_path, path):
        (tmp_path / "folder").mkdir()
        with pytest.raises(FilmError, match=r"cannot read|no pictures"):
            VideoReader(tmp_path / path)

    @pytest.mark.parametrize(
        "head",
        [
            b"YUV4MPEG2 W10000 H10000 F25:1 Ip A1:1 C420\nFRAME\n",
            b"GIF89a\x10\x27\x10\x27\0\0\0,\0\0\0\0\x10\x27\x10\x27\0\x08",
            b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x0f\x27\0\x0f\x27\0" + bytes(30),
        ],
    )
    def test_a_header_of_10000_x_10000_is_refused(self, tmp_path, head):
        (tmp_path / "a.mp4").write_bytes(head + bytes(100))
        with pytest.raises(FilmError, match=r"10000 x 10000.*36,000,000.*`max_pixels`"):
            VideoReader(tmp_path / "a.mp4")

    @pytest.mark.parametrize("name", [name for name, *_ in FORMATS])
    def test_the_limit_is_the_callers(self, tmp_path, name):
        path = write(tmp_path / name, frames(2))
        with pytest.raises(FilmError, match=r"96 x 64|over the limit"):
            VideoReader(path, max_pixels=WIDTH * HEIGHT - 1)
        assert len(read(path, max_pixels=WIDTH * HEIGHT)) == 2
        assert len(read(path, max_pixels=None)) == 2

    def test_pictures_of_a_folder_are_of_one_size(self, tmp_path):
        Image.fromarray(frame(0)).save(tmp_path / "1.png")
        Image.fromarray(frame(0, width=50)).save(tmp_path / "2.png")
        with pytest.raises(FilmError, match=r"2\.png is 50 x 64"):
            read(tmp_path)

    def test_without_pyav(self, tmp_path, monkeypatch):
        path = write(tmp_path / "a.mp4")
        monkeypatch.setitem(sys.modules, "av", None)
        with pytest.raises(MissingExtraError, match=r"pip install 'eidophone\[film\]'"):
            VideoReader(path)
        with pytest.raises(MissingExtraError, match=r"pip install 'eidophone\[film\]'"):
            write(tmp_path / "b.mp4")
        assert len(read(write(tmp_path / "folder"))) == COUNT


class TestBadWriting:
    @pytest.mark.parametrize(
        ("name", "options", "said"),
        [
            ("a.xyz", {}, r"a\.xyz does not end like a film"),
            ("a.png", {}, "does not end like a film"),
            ("a.mp4", {"codec": "ffv1"}, r"\.mp4 holds h264, av1"),
            ("a.mkv", {"crf": 3}, "ffv1 has no crf"),
            ("a.mp4", {"crf": 52}, "crf is 52.*0 to 51"),
            ("a.mp4", {"crf": 1.5}, "whole number, not 1.5"),
            ("folder", {"crf": 3}, "no codec and no crf"),
            ("a.mp4", {"fps": 0}, "fps is 0"),
            ("a.mp4", {"fps": "fast"}, "not 'fast'"),
            ("a.mp4", {"fps": 10_000}, "fps is 10000"),
            ("a.gif", {"fps": 60}, "up to 50 frames a second, not 60"),
            ("a.mp4", {"text": {"eidophone": "x" * 2_000_000}}, "shorten"),
        ],
    )
    def test_what_cannot_be_written(self, tmp_path, name, options, said):
        with pytest.raises(FilmError, match=said):
            write(tmp_path / name, **options)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("size", [(0, 64), (64, -1), (64, 70_000), (64.0, 64)])
    def test_sizes(self, tmp_path, size):
        with pytest.raises(FilmError, match="width and height"):
            VideoWriter(tmp_path / "a.mp4", *size, FPS)

    @pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.gif", "folder"])
    @pytest.mark.parametrize(
        "pixels",
        [np.zeros((64, 95, 3), np.uint8), np.zeros((64, 96, 3), np.uint16), np.zeros((64, 96))],
    )
    def test_other_pixels(self, tmp_path, name, pixels):
        film = VideoWriter(tmp_path / name, WIDTH, HEIGHT, FPS, sound=clicking())
        with pytest.raises(FilmError, match=r"is uint8 \[64, 96, 3\], not"), film:
            film.write(pixels)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", [name for name, *_ in FORMATS])
    def test_no_frames(self, tmp_path, name):
        with (
            pytest.raises(FilmError, match="no frames were written"),
            VideoWriter(tmp_path / name, WIDTH, HEIGHT, FPS, sound=clicking()),
        ):
            pass
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", [name for name, *_ in FORMATS])
    def test_nothing_is_left_of_a_failure(self, tmp_path, name):
        write(tmp_path / name, frames(2))
        before = sorted(file.name for file in tmp_path.rglob("*"))

        def failing():
            yield frame(0)
            raise RuntimeError("stop")

        with (
            pytest.raises(RuntimeError, match="stop"),
            VideoWriter(
                tmp_path / name, WIDTH, HEIGHT, FPS, sound=clicking(), overwrite=True
            ) as film,
        ):
            list(map(film.write, failing()))
        assert sorted(file.name for file in tmp_path.rglob("*")) == before
        assert len(read(tmp_path / name)) == 2

    @pytest.mark.parametrize("name", ["a.mp4", "a.webp", "folder"])
    def test_nothing_is_overwritten_unasked(self, tmp_path, name):
        write(tmp_path / name, frames(3))
        with pytest.raises(OutputError, match="exists already"):
            write(tmp_path / name, frames(2))
        assert len(read(tmp_path / name)) == 3
        write(tmp_path / name, frames(2), overwrite=True)
        assert len(read(tmp_path / name)) == 2

    def test_a_folder_keeps_what_is_not_of_a_film(self, tmp_path):
        folder = tmp_path / "folder"
        write(folder, frames(3), sound=clicking())
        (folder / "mine.txt").write_text("mine")
        write(folder, frames(2), overwrite=True)
        names = sorted(file.name for file in folder.iterdir())
        assert names == ["000001.png", "000002.png", "mine.txt"]

    @pytest.mark.skipif(sys.platform != "linux", reason="others exchange no names")
    def test_a_folder_is_replaced_at_once(self, tmp_path, monkeypatch):
        folder = tmp_path / "folder"
        write(folder, frames(3))
        (folder / "mine.txt").write_text("mine")
        removed = []
        unlink = Path.unlink
        monkeypatch.setattr(Path, "unlink", lambda path: removed.append(path) or unlink(path))
        write(folder, frames(2), overwrite=True)
        assert not [path for path in removed if path.parent == folder]  # picture by picture
        assert len(read(folder)) == 2
        assert (folder / "mine.txt").read_text() == "mine"
        assert [path.name for path in tmp_path.iterdir()] == ["folder"]

    @pytest.mark.parametrize("can", [True, False])
    def test_a_folder_with_folders_is_replaced_as_well(self, tmp_path, monkeypatch, can):
        if not can:
            monkeypatch.setattr("eidophone.files.video.folder.exchanged", lambda *_: False)
        folder = tmp_path / "folder"
        write(folder, frames(3))
        (folder / "mine").mkdir()
        (folder / "000009.png").mkdir()
        write(folder, frames(2), overwrite=True)
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["000001.png", "000002.png", "000009.png", "mine"]

    def test_an_empty_folder_may_be_there(self, tmp_path):
        (tmp_path / "folder").mkdir()
        assert len(read(write(tmp_path / "folder"))) == COUNT

    def test_a_place_that_cannot_be_written(self, tmp_path):
        (tmp_path / "file").write_text("mine")
        for path in ("none/a.mp4", "none/folder", "file"):
            with pytest.raises(OutputError, match="cannot write"):
                write(tmp_path / path, overwrite=True)
        assert [file.name for file in tmp_path.iterdir()] == ["file"]

    @pytest.mark.skipif(sys.platform != "linux", reason="there is no such limit")
    @pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.apng", "folder"])
    def test_a_full_disk(self, tmp_path, name):
        import resource
        import signal

        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
        try:
            with pytest.raises(OutputError, match=f"cannot write .*{name}") as caught:
                write(tmp_path / name, noise(40))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)
        assert ".eidophone" not in str(caught.value)
        assert not list(tmp_path.iterdir())

    def test_frames_that_the_codec_refuses(self, tmp_path):
        with pytest.raises(FilmError, match="cannot be coded by webp: 17000 x 2 at 25 frames"):
            write(tmp_path / "a.webp", [np.zeros((2, 17_000, 3), np.uint8)])
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.mkv", "a.webm", "a.mp4"])
def test_a_film_that_is_written_again_has_the_same_bytes(tmp_path, name):
    for folder in "once", "again":
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / name, sound=clicking())
    assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_film_that_the_collector_finds_open_is_closed_without_a_word(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"anything")
    file = _File(io.FileIO(path))
    del file  # a warning here would be an error
    gc.collect()
