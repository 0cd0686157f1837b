"""Showing: what a node shows of itself: a preview, and what there is to say.

A node that ComfyUI does not run, but a test, has no ``hidden``, and nobody to show anything to.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from comfy_api.latest import io, ui

from eidophone.base.errors import notes_of
from eidophone.faces.comfy.progress import heard
from eidophone.faces.comfy.tensors import Audio, audio_of, seconds_of
from eidophone.sound.level import Level
from eidophone.sound.making import Made
from eidophone.sound.making import sounds_of as finished

#: Of a film so many frames at most are shown, of so many pixels each way at most.
_FRAMES, _SIDE = 48, 256


@contextmanager
def saying() -> Iterator[list[str]]:
    """What is to be said on the node: what the block adds to the list, and its notes."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield said
    said += notes_of(caught)
    for one in caught:  # the console is told as well
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def shown(node: Any, *values: Any, said: list[str], preview: dict[str, Any]) -> io.NodeOutput:
    """The output of ``node``: its ``values``; a ``preview`` and what was ``said`` stand on it."""
    text = "\n".join(dict.fromkeys(said))
    if node.hidden is not None:
        from server import PromptServer  # noqa: PLC0415 (only there)

        PromptServer.instance.send_progress_text(text, node.hidden.unique_id)
    return io.NodeOutput(*values, ui={**preview, "text": [text]})


def pictures_preview(node: Any, image: torch.Tensor) -> dict[str, Any]:
    """The pictures of an IMAGE."""
    return {} if node.hidden is None else dict(ui.PreviewImage(image, cls=node).as_dict())


def sound_preview(node: Any, audio: Audio) -> dict[str, Any]:
    """A player; a node that shows one has `player_input`."""
    return {} if node.hidden is None else dict(ui.PreviewAudio(audio, cls=node).as_dict())


def film_preview(node: Any, frames: torch.Tensor, fps: float) -> dict[str, Any]:
    """Some of the ``frames``, small, at the speed of the film."""
    if node.hidden is None:
        return {}
    step, small = -(-len(frames) // _FRAMES), -(-max(frames.shape[1:3]) // _SIDE)
    saved = ui.ImageSaveHelper.save_animated_webp(
        frames[::step, ::small, ::small],
        filename_prefix="eidophone",
        folder_type=io.FolderType.temp,
        cls=None,
        fps=fps / step,
        lossless=False,
        quality=80,
        method=0,
    )
    return dict(ui.SavedImages([saved], is_animated=len(frames) > 1).as_dict())


def made_sounds(node: Any, made: Iterable[Made], level: Level) -> io.NodeOutput:
    """The sounds ``made``, finished, and shown on ``node``."""
    with saying() as said:
        counted = [replace(one, blocks=heard(one.blocks, one.target.sample_count)) for one in made]
        audio = audio_of(finished(counted, level))
        said.append(seconds_of(audio))
    return shown(node, audio, said=said, preview=sound_preview(node, audio))
