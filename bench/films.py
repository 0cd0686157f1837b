"""How much films lose, and how fast they are. All by their pixels: sound tracks are not used."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import fmean

import av
import numpy as np

from bench.figures import Figure
from bench.metrics import coherence_error, mos, views
from bench.progress import progress
from bench.speed import seconds
from eidophone import Film, Sound, decode_film, encode_film
from eidophone.film.film import DrawnFrames
from eidophone.film.settings import Kind

_TARGETS: dict[Kind, dict[int, float | None]] = {
    "pages": {18: 4.88, 23: 4.75, 28: 4.45},
    "scroll": {18: 4.94, 23: 4.92, 28: 4.86},
    "instants": {18: 4.5, 23: None, 28: None},
}
_SIZES: dict[Kind, int] = {"pages": 512, "scroll": 512, "instants": 1024}

_FEW_SECONDS = 2.0

#: The frames that are lost, of every five: one is gone, another grey.
_OF, _GONE, _GREY = 5, 1, 3


def _opinion_figures(kind: Kind, crf: int, sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Opinion of films that were only written and read."""
    progress(f"{kind}, CRF {crf}, {', '.join(sounds)}")
    parts = {
        name: _beginning(sound) if kind == "instants" else sound for name, sound in sounds.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        values = {name: _opinion(sound, kind, crf, Path(folder)) for name, sound in parts.items()}
    size = _SIZES[kind]
    fps = ", 60 fps" if kind == "instants" else ""
    title = f"MOS, {kind}, {size}²{fps}, H.264 CRF {crf}"
    yield Figure(title, values, _TARGETS[kind][crf])


def _beginning(sound: Sound) -> Sound:
    """As much of ``sound`` as can be waited for, where a film has very many pixels."""
    return Sound(sound.samples[:, : round(_FEW_SECONDS * sound.rate)], sound.rate)


def _usual_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Opinion of scrolls that another program has coded again, with its usual settings."""
    progress("scroll, x264's own settings")
    values = {}
    for name, sound in sounds.items():
        film = encode_film(sound)
        coded = _coded_as_usual(film, crf=23)
        values[name] = _mos(sound, decode_film(Film(coded, film.facts), use_track=False))
    yield Figure("MOS, scroll, coded by x264 with its own settings, CRF 23", values)


def _forgetful_figures(crf: int, sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Opinion of pages that another program has coded again, without a word of what they are."""
    progress(f"pages, metadata lost, CRF {crf}")
    values = {}
    for name, sound in sounds.items():
        film = encode_film(sound, "pages")
        pages = [frame.pixels for frame in film.frames()]
        fps, seconds = Fraction(30), sound.duration_seconds
        count = round(seconds * fps)
        shown = [pages[min(int(n / fps * film.fps), len(pages) - 1)] for n in range(count)]
        held = Film(DrawnFrames(lambda shown=shown: shown, count, fps))
        values[name] = _mos(sound, decode_film(Film(_coded_as_usual(held, crf))))
    yield Figure(f"MOS, pages, metadata lost, coded again by x264, CRF {crf}", values)


def _harmed_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """What it costs when a fifth of the frames is missing, and another is grey."""
    progress("scroll, frames lost")
    costs = {}
    with tempfile.TemporaryDirectory() as name_of_folder:
        folder = Path(name_of_folder)
        for name, sound in sounds.items():
            film = encode_film(sound)
            unharmed = _opinion(sound, "scroll", 23, folder)
            costs[name] = unharmed - _mos(sound, _through(_harmed(film), 23, folder))
    title = "MOS lost, scroll, CRF 23, 1 frame in 5 cut out, another grey"
    yield Figure(title, costs, 0.05, at_most=True)


def _harmed(film: Film) -> Film:
    """Some frames lost and some grey, and the rest closed up."""
    drawn = [frame.pixels for frame in film.frames()]
    kept = [
        np.full_like(pixels, 128) if index % _OF == _GREY else pixels
        for index, pixels in enumerate(drawn)
        if index % _OF != _GONE
    ]
    return Film(DrawnFrames(lambda: kept, len(kept), film.fps), film.facts)


def stereo_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """Opinion of stereo scrolls, and how true their image is."""
    progress("scroll, stereo")
    coherence, outer = {}, {}
    for name, sound in sounds.items():
        with tempfile.TemporaryDirectory() as folder:
            decoded = _through(encode_film(sound), 23, Path(folder))
        coherence[name] = coherence_error(sound.samples, decoded.samples)
        seen = views(decoded.samples)
        outer[name] = fmean(
            mos(view, seen[which], sound.rate)
            for which, view in views(sound.samples).items()
            if which != "side"
        )
    yield Figure("coherence error, stereo scroll, CRF 23", coherence, 0.06, at_most=True)
    yield Figure("MOS of left, right and middle, stereo scroll, CRF 23", outer)


def lossless_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """How many samples an untouched film gives back otherwise than they were."""
    progress("scroll, FFV1")
    different = {}
    for name, sound in sounds.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "film.mkv"
            encode_film(sound).save(path)
            decoded = decode_film(Film.load(path))
        same = decoded.samples.shape == sound.samples.shape
        different[name] = np.sum(decoded.samples != sound.samples) if same else np.inf
    title = "samples that differ, untouched MKV (FFV1)"
    yield Figure(title, different, 0, at_most=True, digits=0)


def speed_figures(sounds: dict[str, Sound]) -> Iterator[Figure]:
    """How fast a long stereo sound, and its middle, are written and read, as an artist would."""
    (sound,) = sounds.values()
    mono = Sound(sound.samples.mean(axis=0), sound.rate)
    instants = encode_film(_beginning(mono), "instants", size=_SIZES["instants"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        yield from _speeds("mono scroll, 512², 30 fps", encode_film(mono), 4, path)
        yield from _speeds("stereo scroll, 512², 30 fps", encode_film(sound), 4, path)
        yield from _speeds("mono instants, 1024², 60 fps", instants, None, path)


def _speeds(name: str, film: Film, target: float | None, path: Path) -> Iterator[Figure]:
    progress(f"speed of {name}")
    frames = [frame.pixels for frame in film.frames()]
    ready = Film(DrawnFrames(lambda: frames, len(frames), film.fps))
    bare = seconds(lambda: ready.save(path, overwrite=True))
    written = seconds(lambda: film.save(path, overwrite=True))
    read = seconds(lambda: decode_film(Film.load(path), use_track=False))
    yield _speed(f"encode {name}, H.264 (× real time)", film.seconds / written, target)
    title = "the same, time ÷ bare H.264 of the same frames"
    yield Figure(title, {"": written / bare}, digits=2, at_most=True)
    yield _speed(f"decode {name}, `standard` (× real time)", film.seconds / read, target)


def _speed(name: str, times: float, target: float | None) -> Figure:
    return Figure(name, {"": times}, target, digits=1)


def _opinion(sound: Sound, kind: Kind, crf: int, folder: Path) -> float:
    return _mos(sound, _through(encode_film(sound, kind, size=_SIZES[kind]), crf, folder))


def _through(film: Film, crf: int, folder: Path) -> Sound:
    """The sound of ``film`` once it has been written and read."""
    path = folder / "film.mp4"
    film.save(path, crf=crf, overwrite=True)
    return decode_film(Film.load(path), use_track=False)


def _coded_as_usual(film: Film, crf: int) -> DrawnFrames:
    """The frames of ``film`` after H.264 as a program would use it that knows nothing of sound."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=film.fps, options={"crf": str(crf)})
        stream.pix_fmt = "yuv420p"
        stream.width = stream.height = _SIZES["scroll"]
        for frame in film.frames():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame.pixels)))
        container.mux(stream.encode())
    file.seek(0)
    with av.open(file) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return DrawnFrames(lambda: frames, len(frames), Fraction(film.fps))


#: What is measured on mono sounds.
OF_MONO: tuple[Callable[[dict[str, Sound]], Iterator[Figure]], ...] = (
    *(partial(_opinion_figures, kind, crf) for kind in _TARGETS for crf in _TARGETS[kind]),
    _usual_figures,
    *(partial(_forgetful_figures, crf) for crf in (18, 28)),
    _harmed_figures,
)


def _mos(sound: Sound, decoded: Sound) -> float:
    return mos(sound.samples[0], decoded.samples[0], sound.rate)
