"""Trials: what is done with an input of each kind, and what is wrong with how that ends."""

from __future__ import annotations

import json
import shutil
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch
from zlib import crc32

import numpy as np

from eidophone import Recipe, Sound, encode
from eidophone.base.errors import EidophoneError, EidophoneWarning
from eidophone.bridge.networks import isolated, opening
from eidophone.bridge.networks.isolated import IsolatedNetwork
from eidophone.bridge.networks.messages import Message
from eidophone.bridge.programs.template import Template
from eidophone.jobs.dataset.making import make_dataset
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.jobs.films import decode_film_file
from eidophone.jobs.hot.watch import watch
from eidophone.jobs.info import describe
from eidophone.jobs.notes import decode_notes_files
from eidophone.jobs.pictures import decode_files, encode_file
from eidophone.jobs.settings import Decoding, Encoding, FilmDecoding
from eidophone.learning.about import about
from eidophone.learning.generate import generate
from eidophone.learning.grains.exploring import Map
from eidophone.learning.model import Model
from eidophone.learning.parts import grains_in
from eidophone.learning.slide import sliders_of
from eidophone.learning.translate import translate
from eidophone.notes.midi import read_midi, write_midi
from eidophone.notes.pictures.codec import decode_notes, encode_notes
from eidophone.notes.pictures.settings import ReadingNotes
from eidophone.notes.playing.play import play
from eidophone.notes.traditions.collection import collection_of
from eidophone.notes.traditions.compose import compose
from eidophone.notes.traditions.model import Model as TuneModel
from fuzz.seeds import OF_THE_SOUNDS, make_set

#: A line of ours is no longer than this.
_MOST_CHARACTERS = 1000

#: Of work that goes on and on as it should: a picture may well be an hour of sound.
_ENOUGH_SECONDS = 0.3


#: Songs that are drawn and played: of longer ones nothing else is learnt.
_FEW_SECONDS = 30.0


class _EnoughError(EidophoneError):
    """It works, and goes on; more of it says nothing more about reading."""


class _Patience:
    """Progress that ends the work when there was enough of it."""

    def __init__(self) -> None:
        self._end = time.process_time() + _ENOUGH_SECONDS

    def __call__(self, _: float) -> None:
        if time.process_time() > self._end:
            raise _EnoughError


def _sound(path: Path, folder: Path) -> None:
    _tried(path, lambda: describe(path))
    encode_file(path, folder / "out.png", Encoding(overwrite=True), _Patience())


def _picture(path: Path, folder: Path) -> None:
    _tried(path, lambda: describe(path))
    how = Decoding(quality="preview", overwrite=True)
    decode_files([path], folder / "out.wav", how, _Patience())


def _strip(path: Path, folder: Path) -> None:
    """What follows on reading the strip is that of other pictures, and takes longer."""
    if crc32(path.read_bytes()) % 8:
        describe(path)
    else:
        _picture(path, folder)


def _film(path: Path, folder: Path) -> None:
    _tried(path, lambda: describe(path))
    how = FilmDecoding(quality="preview", overwrite=True)
    _tried(path, lambda: decode_film_file(path, folder / "out.wav", how, _Patience()))
    encode_file(path, folder / "out.png", Encoding(overwrite=True), _Patience())


def _recipe(path: Path, folder: Path) -> None:  # noqa: ARG001
    _tried(path, lambda: describe(path))
    wave = np.sin(np.arange(1000, dtype=np.float32))[None]
    encode(Sound(wave, 16_000), Recipe.named(str(path)))


def _journal(path: Path, folder: Path) -> None:
    hot = folder / "hot"
    for name in ("sounds-in", "pictures-out", "pictures-in", "sounds-out"):
        (hot / name).mkdir(parents=True)
    (hot / "pictures-in" / "a-001.png").write_bytes(b"no picture")
    shutil.copyfile(path, hot / ".eidophone-watch.json")
    watch(hot, interval_seconds=0.001, once=True, tell=_check_line)
    shutil.rmtree(hot)


def _dataset(path: Path, folder: Path) -> None:
    name = "plan.json" if path.name.startswith("plan") else "report.json"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = make_set(folder / "data")
    journal = made / ".eidophone"
    digest = json.loads((journal / "report.json").read_bytes())["sounds"]
    data = path.read_bytes().replace(OF_THE_SOUNDS.encode(), digest.encode())
    (journal / name).write_bytes(data)
    try:
        make_dataset([made.parent / "sounds"], made, DatasetPlan(size=64), jobs=1)
    finally:
        shutil.rmtree(folder / "data")


def _template(path: Path, folder: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    for shell in (False, True):
        _tried(path, partial(_fill, text, shell, folder))


def _fill(text: str, shell: bool, folder: Path) -> None:
    Template(text, shell=shell).filled(folder / "a", folder / "b")


class _Reused(IsolatedNetwork):
    """A network in a process that has loaded others: to start one takes a second."""

    _kept: ClassVar[dict[str, isolated._Process]] = {}

    def _loaded(self) -> tuple[isolated._Process, Mapping[str, Any]]:
        ending = self._path.suffix.lower()
        process = self._kept.get(ending)
        if process is None or process.has_ended:
            process = isolated._Process()
            process.ask(Message({"prepare": ending}), isolated._PREPARE_SECONDS)
            self._kept[ending] = process
        process.allow_further(self._most_bytes)
        said = process.ask(Message({"load": str(self._path)}), self._load_seconds)
        return process, said.words


def _network(path: Path, folder: Path) -> None:  # noqa: ARG001
    with patch.object(opening, "IsolatedNetwork", _Reused):
        tool = opening.open_network(path, trusted=True, timeout_seconds=5)
        tool([np.zeros((64, 64, 3), np.uint8)])


def _model(path: Path, folder: Path) -> None:
    _tried(path, lambda: about(path))
    model = Model.load(path)
    model.save(folder / "out.eido", overwrite=True)
    wave = np.sin(np.arange(16_000, dtype=np.float32) ** 1.3)[None]
    mix = ",".join(model.names)
    ways: tuple[Callable[[], object], ...] = (
        lambda: sliders_of(model),
        lambda: Map.of(grains_in(model).index).picture(),
        lambda: generate(model, mix=mix, seconds=2, quality="preview", set=("level=1",)),
        lambda: translate(model, Sound(wave, 16_000), to=model.names[0], quality="preview"),
        lambda: translate(model, Sound(wave, 16_000), to=mix, keep=0.2, quality="preview"),
    )
    for way in ways:
        _tried(path, way)


def _midi(path: Path, folder: Path) -> None:
    score = read_midi(path)
    score.sounding()
    write_midi(folder / "out.mid", score)
    if len(score.notes) and score.seconds < _FEW_SECONDS:
        _tried(path, lambda: decode_notes(encode_notes(score, "bold")))
        _tried(path, lambda: play(score))


def _notes(path: Path, folder: Path) -> None:
    _tried(path, lambda: describe(path))
    decode_notes_files([path], folder / "out.mid", ReadingNotes(notes="exact"))


def _tune(path: Path, folder: Path) -> None:  # noqa: ARG001
    collection_of("tunes", path)


def _tradition(path: Path, folder: Path) -> None:
    _tried(path, lambda: describe(path))
    model = TuneModel.load(path)
    model.save(folder / "out.tradition", overwrite=True)
    _tried(path, lambda: compose(model, bars=4))
    _tried(path, lambda: compose(model, bars=4, mix=model.names[0], scale="pentatonic"))


def _tried(path: Path, work: Callable[[], object]) -> None:
    """Do ``work``, and go on if it ends with an error of ours that is as it should be."""
    try:
        work()
    except EidophoneError as error:
        _check_error(error, path)


TRIALS: dict[str, Callable[[Path, Path], None]] = {
    "sound": _sound,
    "picture": _picture,
    "strip": _strip,
    "film": _film,
    "recipe": _recipe,
    "journal": _journal,
    "report": _dataset,
    "plan": _dataset,
    "template": _template,
    "network": _network,
    "torch": _network,
    "model": _model,
    "midi": _midi,
    "notes": _notes,
    "tune": _tune,
    "tradition": _tradition,
}


#: Kinds that are no files to those who gave them, or that are used for long after they are read.
_NAMELESS = ("template", "journal", "report", "plan", "model", "tradition")


class _UnclearError(Exception):
    """An error of ours, or a note, that is not as it should be."""


def _check_error(error: EidophoneError, path: Path) -> None:
    if isinstance(error, _EnoughError):
        return
    _check_line(str(error))
    if path.name not in str(error) and path.name.partition("-")[0] not in _NAMELESS:
        raise _UnclearError(f"it does not name the file: {error}")


def _check_line(text: str) -> None:
    if not text or len(text) > _MOST_CHARACTERS or not text.isprintable():
        raise _UnclearError(repr(text[:200]))


def problem_of(path: Path, folder: Path) -> str:
    """What is wrong with what becomes of the file at ``path``; "" if nothing is.

    Args:
        path: its name begins with its kind.
        folder: an empty one, to work in.
    """
    kind = path.name.partition("-")[0]
    said = StringIO()
    unraised: list[str] = []
    sys.unraisablehook = lambda problem: unraised.append(str(problem.exc_value))
    with (
        warnings.catch_warnings(record=True) as caught,
        redirect_stdout(said),
        redirect_stderr(said),
    ):
        warnings.simplefilter("error")
        warnings.simplefilter("always", EidophoneWarning)
        try:
            _tried(path, lambda: TRIALS[kind](path, folder))
            for warning in caught:
                _check_line(str(warning.message))
        except Exception as error:  # that is what is looked for
            return _where(error)
    if said.getvalue() or unraised:
        return f"printed: {(said.getvalue() or unraised[0]).strip().partition(chr(10))[0][:200]}"
    left = [one.name for one in folder.iterdir() if one.stem != "out"]
    return f"left behind: {', '.join(left)[:200]}" if left else ""


def _where(error: BaseException) -> str:
    """What was raised, and in which function of ours."""
    places = [
        f"{Path(frame.filename).name}:{frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "eidophone" in Path(frame.filename).parts
    ]
    return f"{type(error).__name__} in {places[-1] if places else 'fuzz'}: {str(error)[:200]!a}"
