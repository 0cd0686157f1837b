"""Seeds: small files of every kind, made by ourselves, that the campaign does things to."""

from __future__ import annotations

import json
import struct
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import soundfile
from PIL import Image

from eidophone import Recipe, Sound, encode, encode_film
from eidophone.base.arrays import Float32, Pixels
from eidophone.film.settings import Kind
from eidophone.jobs.dataset.making import make_dataset
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.learning.learn import learn
from eidophone.notes.midi import write_midi
from eidophone.notes.pictures.codec import encode_notes
from eidophone.notes.score import CONTROL, TEMPO, Part, Score, scored
from eidophone.notes.traditions.learn import learn_tradition
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import PRESETS

_RATE = 16_000
_SIDE, _STRIP_SIDE = 64, 480

#: Ending, container and coding of what libsndfile writes.
_SOUNDS = (
    *(("wav", "WAV", "PCM_16"), ("wav", "WAV", "PCM_24")),
    *(("wav", "WAV", "IMA_ADPCM"), ("wav", "WAVEX", "PCM_16"), ("wav", "RF64", "PCM_16")),
    *(("flac", "FLAC", "PCM_16"), ("ogg", "OGG", "VORBIS"), ("opus", "OGG", "OPUS")),
    *(("mp3", "MP3", "MPEG_LAYER_III"), ("aiff", "AIFF", "PCM_16"), ("au", "AU", "ULAW")),
    *(("caf", "CAF", "PCM_16"), ("caf", "CAF", "ALAC_16"), ("w64", "W64", "PCM_16")),
)

#: Ending and options of what Pillow writes, beside what we write.
_PILLOW: tuple[tuple[str, str, dict[str, Any]], ...] = (
    *(("png", "P", {}), ("png", "L", {}), ("png", "1", {}), ("png", "RGBA", {})),
    *(("jpg", "RGB", {"progressive": True}), ("jpg", "L", {}), ("jpg", "CMYK", {})),
    *(("tif", "RGB", {"compression": "tiff_lzw"}), ("tif", "1", {"compression": "group4"})),
    *(("tif", "RGB", {"compression": "jpeg"}), ("tif", "RGB", {"compression": "tiff_deflate"})),
    *(("tif", "LAB", {}), ("gif", "P", {}), ("bmp", "P", {}), ("webp", "RGBA", {})),
)

#: Stands in a report for the digest of the sounds, which depends on where and when they were made.
OF_THE_SOUNDS = "0" * 32

_FILMS = ("mp4", "mkv", "webm", "mov", "mpg", "gif", "webp", "apng")


def make_seeds(folder: Path) -> dict[str, list[Path]]:
    """Seeds by kind, written into ``folder``; always the same."""
    found: dict[str, list[Path]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind, make in _KINDS.items():
            place = folder / kind
            place.mkdir()
            make(place)
            found[kind] = sorted(path for path in place.iterdir() if path.is_file())
    return {kind: paths for kind, paths in found.items() if paths}


def _wave(seconds: float, channels: int = 1) -> Float32:
    time = np.arange(int(seconds * _RATE)) / _RATE
    wave = 0.3 * np.sin(2 * np.pi * 440 * time * (1 + time))
    return np.stack([wave, wave[::-1]][:channels]).astype(np.float32)


def _sounds(folder: Path) -> None:
    for number, (ending, container, coding) in enumerate(_SOUNDS):
        samples = _wave(0.1, 1 + number % 2).T
        path = folder / f"{number:02}.{ending}"
        rate = 48_000 if coding == "OPUS" else _RATE
        soundfile.write(path, samples, rate, subtype=coding, format=container)
        if container == "OGG":
            path.write_bytes(_first_of_its_name(path.read_bytes()))
    Sound(_wave(0.1, 2), _RATE).save(folder / "float.wav")
    _tracks(folder)


def _first_of_its_name(ogg: bytes) -> bytes:
    """``ogg`` with 1 for the random number that libsndfile gives to its pages (RFC 3533)."""
    pages = []
    for page in ogg.split(b"OggS")[1:]:
        named = b"OggS" + page[:10] + struct.pack("<I", 1) + page[14:18] + bytes(4) + page[22:]
        check = 0
        for byte in named:
            check ^= byte << 24
            for _ in range(8):
                check = check << 1 ^ (0x104C11DB7 if check >> 31 else 0)
        pages.append(named[:22] + struct.pack("<I", check) + named[26:])
    return b"".join(pages)


def _tracks(folder: Path) -> None:
    """Sounds that FFmpeg codes, in containers of films."""
    av = _imported("av")
    if av is None:
        return
    kinds = (
        ("m4a", "aac"),
        ("mka", "libopus"),
        ("aac", "aac"),
        ("avi", "pcm_s16le"),
        ("ts", "mp2"),
    )
    for ending, codec in kinds:
        same = {"fflags": "+bitexact"}
        with av.open(str(folder / f"track.{ending}"), "w", container_options=same) as film:
            stream = film.add_stream(codec, rate=48_000)
            stream.layout = "mono"
            samples = np.repeat(_wave(0.1), 3, axis=1)
            form = {"pcm_s16le": "s16", "mp2": "s16", "libopus": "flt"}.get(codec, "fltp")
            if form == "s16":
                samples = (samples * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format=form, layout="mono")
            frame.sample_rate = 48_000
            resampler = av.AudioResampler(
                format=stream.codec_context.format, layout="mono", rate=48_000,
                frame_size=stream.codec_context.frame_size or None,
            )  # fmt: skip
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                film.mux(stream.encode(part))
            film.mux(stream.encode())


def _drawn() -> Picture:
    return encode(Sound(_wave(0.2, 2), _RATE), Recipe().with_rows(_SIDE))


def _pictures(folder: Path) -> None:
    drawn = _drawn()
    carried = (folder.parent / "sound" / "05.flac").read_bytes()
    for ending in ("png", "jpg", "webp", "tif", "bmp", "exr"):
        pixels: Pixels = drawn.pixels / np.float32(255) if ending == "exr" else drawn.pixels
        if ending == "exr" and _imported("OpenEXR") is None:
            continue
        original = carried if ending in ("png", "webp", "tif") else None
        Picture(pixels, drawn.recipe, drawn.source, original).save(folder / f"ours.{ending}")
    deep = Picture(drawn.pixels.astype(np.uint16) * 257, drawn.recipe, drawn.source)
    deep.save(folder / "deep.png")
    deep.save(folder / "deep.tif")
    Picture(drawn.pixels / np.float32(255), drawn.recipe).save(folder / "float.tif")
    image = Image.fromarray(drawn.pixels)
    for number, (ending, mode, options) in enumerate(_PILLOW):
        path = folder / f"{number:02}.{ending}"
        image.convert(mode).save(path, **options) if mode != "LAB" else _lab(image).save(path)
    if ".avif" in Image.registered_extensions():
        image.save(folder / "an.avif")


def _lab(image: Image.Image) -> Image.Image:
    return Image.merge("LAB", image.split())


def _strips(folder: Path) -> None:
    """Bitmaps, in which a byte is a value of a pixel."""
    drawn = _drawn()
    drawn.save(folder / "strip.bmp", strip=True)
    Picture(drawn.pixels[:, :40], drawn.recipe).save(folder / "narrow.bmp", strip=True)
    for period in (4, 7, 30):
        wave = np.sin(2 * np.pi * np.arange(200) / period) > 0
        bars = np.broadcast_to(wave[None, :, None] * np.uint8(255), (100, 200, 3))
        Image.fromarray(np.ascontiguousarray(bars)).save(folder / f"bars-{period}.bmp")


def _films(folder: Path) -> None:
    if _imported("av") is None:
        return
    sound = Sound(_wave(0.3), _RATE)
    for number, ending in enumerate(_FILMS):
        kind: Kind = ("scroll", "instants", "pages")[number % 3]
        encode_film(sound, kind, size=_SIDE, fps=10).save(folder / f"{number}.{ending}")
    short = Sound(_wave(0.1), _RATE)
    encode_film(short, "scroll", size=_STRIP_SIDE, fps=5, strip=True).save(folder / "strip.mpg")


def _recipes(folder: Path) -> None:
    for name, recipe in PRESETS.items():
        (folder / f"{name}.json").write_text(recipe.to_json())


def _journals(folder: Path) -> None:
    values = {
        "sounds-in/a.wav": ["0123", "a", "a-001.png", "a-002.png"],
        "sounds-in/deep/b.wav": ["4567", "deep/b", "deep/b.png"],
        "pictures-in/a": ["89ab", "a", "a.wav"],
    }
    (folder / "journal.json").write_text(json.dumps(values, indent=0))


def _datasets(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        place = folder / "made"
        make_set(place)
        values = json.loads((place / "set" / ".eidophone" / name).read_bytes())
        if "sounds" in values:
            values["sounds"] = OF_THE_SOUNDS
        (folder / name).write_text(json.dumps(values))

    return make


def make_set(place: Path) -> Path:
    """A finished dataset in ``place``, beside the sounds it was made of; where it is."""
    (place / "sounds").mkdir(parents=True)
    soundfile.write(place / "sounds" / "a.wav", _wave(0.2).T, _RATE)
    make_dataset([place / "sounds"], place / "set", DatasetPlan(size=_SIDE), jobs=1)
    return place / "set"


def _templates(folder: Path) -> None:
    lines = (
        "python3 {in} {out}",
        "python3 -c 'x \"{in}\"' --out={out}",
        "cat < {in} > {out} # $(a)",
    )
    for number, line in enumerate(lines):
        (folder / f"{number}.txt").write_text(line)


def _message(*fields: tuple[int, int | bytes]) -> bytes:
    """A message of protocol buffers, of numbers and bytes."""
    parts = []
    for number, value in fields:
        is_bytes = isinstance(value, bytes)
        size = len(value) if isinstance(value, bytes) else value
        parts.append(_varint(number << 3 | 2 * is_bytes) + _varint(size))
        parts.append(value if isinstance(value, bytes) else b"")
    return b"".join(parts)


def _varint(value: int) -> bytes:
    data = b""
    while value > 0x7F:
        data, value = data + bytes([value & 0x7F | 0x80]), value >> 7
    return data + bytes([value])


def onnx_network(operation: bytes, *sides: int | bytes) -> bytes:
    """A network of one operation on a picture of any size (onnx.proto3)."""
    axes = [(1, _message((1, side) if isinstance(side, int) else (2, side))) for side in sides]
    tensor = _message((1, _message((1, 1), (2, _message(*axes)))))
    ports = [_message((1, name), (2, tensor)) for name in (b"x", b"y")]
    node = _message((1, b"x"), (2, b"y"), (4, operation))
    graph = _message((1, node), (2, b"g"), (11, ports[0]), (12, ports[1]))
    return _message((1, 8), (7, graph), (8, _message((1, b""), (2, 13))))


def _networks(folder: Path) -> None:
    if _imported("onnxruntime") is not None:
        (folder / "relu.onnx").write_bytes(onnx_network(b"Relu", 1, 3, b"h", b"w"))
        (folder / "sigmoid.onnx").write_bytes(onnx_network(b"Sigmoid", b"n", 3, 64, 64))


def _torches(folder: Path) -> None:
    torch = _imported("torch")
    if torch is not None:
        layers = torch.nn.Sequential(torch.nn.PReLU(3), torch.nn.Sigmoid())
        torch.jit.script(layers).save(str(folder / "layers.pt"))


def _models(folder: Path) -> None:
    for name, channels in (("low", 1), ("high", 2)):
        (folder / name).mkdir()
        for number in range(3):
            turned = np.roll(_wave(1.5, channels), 4000 * number, axis=1) * (1 - 0.2 * number)
            samples = turned if name == "low" else np.diff(turned, n=2, prepend=0, append=0)
            soundfile.write(folder / name / f"{number}.wav", samples.T, _RATE)
    learn({name: folder / name for name in ("low", "high")}).save(folder / "two.eido")


def _song() -> Score:
    parts = [Part("bent", 40), Part("kit", 0, drums=True)]
    notes = [(k / 4, k / 4 + 0.5, 60 + 0.4 * k, 64 + k, k % 2) for k in range(12)]
    glides = {2: np.array([[0.1, 1.0], [0.2, -2.0]], np.float32)}
    pedal = np.array([(0.3, 0, 64, 127), (1.2, 0, 64, 0)], CONTROL)
    tempos = np.array([(0, 120), (1, 70)], TEMPO)
    return scored(notes, parts, glides=glides, controls=pedal, tempos=tempos)


def _songs(folder: Path) -> None:
    mido = _imported("mido")
    if mido is None:
        return
    write_midi(folder / "bent.mid", _song())
    for name, ticks in (("film", -7_128), ("few", 24)):
        file = mido.MidiFile(type=0, ticks_per_beat=ticks)
        messages = [
            mido.Message("program_change", program=7),
            *(mido.Message("note_on", note=60, velocity=v, time=t) for v, t in ((9, 0), (0, 20))),
            mido.MetaMessage("key_signature", key="Bb"),
        ]
        file.tracks.append(mido.MidiTrack(messages))
        file.save(folder / f"{name}.mid")


def _drawn_notes(folder: Path) -> None:
    if _imported("mido") is None:
        return
    for look in ("exact", "bold"):
        encode_notes(_song(), look).save(folder / f"{look}.png")
    encode_notes(_song(), "exact").save(folder / "exact.jpg")


def _tunes(folder: Path) -> None:
    if _imported("symusic") is None:
        return
    tune = "X:{0}\nT:{0}\nM:6/8\nL:1/8\nK:D\n|:d{1}|{1}A {2}FD|AFA d2e|[1 f3- f2:|[2 (3def a2|]\n"
    texts = [tune.format(n, "ABcdefg"[n % 7], "gfedcBA"[n % 5]) for n in range(1, 9)]
    (folder / "book.abc").write_text("\n".join(texts), encoding="utf-8")


def _traditions(folder: Path) -> None:
    if _imported("mido") is None:
        return
    rng = np.random.default_rng(3)
    with patch("eidophone.notes.traditions.learn.can_train", lambda: False):
        for name, scale in (("five", (0, 2, 4, 7, 9)), ("seven", (0, 2, 3, 5, 7, 8, 10))):
            (folder / name).mkdir()
            for tune in range(6):
                pitches = 60 + np.array(scale)[rng.integers(0, len(scale), 32)]
                notes = [(k / 2, k / 2 + 0.5, int(one), 80, 0) for k, one in enumerate(pitches)]
                write_midi(folder / name / f"{tune}.mid", scored(notes))
        learn_tradition({name: folder / name for name in ("five", "seven")}).save(
            folder / "two.tradition"
        )


def _imported(name: str) -> Any:
    """An optional library; None if it is not there."""
    try:
        return __import__(name)
    except ImportError:
        return None


_KINDS: dict[str, Callable[[Path], None]] = {
    "sound": _sounds,
    "picture": _pictures,
    "strip": _strips,
    "film": _films,
    "recipe": _recipes,
    "journal": _journals,
    "report": _datasets("report.json"),
    "plan": _datasets("plan.json"),
    "template": _templates,
    "network": _networks,
    "torch": _torches,
    "model": _models,
    "midi": _songs,
    "notes": _drawn_notes,
    "tune": _tunes,
    "tradition": _traditions,
}
