"""The nodes of models: they are loaded, and translate and generate sounds."""

from __future__ import annotations

from pathlib import Path

import folder_paths
from comfy_api.latest import io

from eidophone.base.errors import LearnError
from eidophone.base.options import shown as quoted
from eidophone.faces.comfy.showing import made_sounds
from eidophone.faces.comfy.sockets import ModelType, level_inputs, player_input, schema, socket
from eidophone.faces.comfy.tensors import Audio, sounds_of
from eidophone.learning.generate import generated
from eidophone.learning.model import Model
from eidophone.learning.settings import Generating, Translating
from eidophone.learning.storing import SUFFIX
from eidophone.learning.translate import translated
from eidophone.picture.settings import Quality

#: The folder of models among those of ComfyUI, besides its folder for input.
_FOLDER = "eidophone"


def _places() -> list[Path]:
    return [Path(folder_paths.models_dir) / _FOLDER, Path(folder_paths.get_input_directory())]


def _found() -> dict[str, Path]:
    """All models, by their names; those of the models folder first."""
    found: dict[str, Path] = {}
    for place in _places():
        for path in sorted(place.glob(f"*{SUFFIX}")):
            found.setdefault(path.name, path)
    return found


def _sliders_input() -> io.Input:
    return io.String.Input(
        "sliders",
        default="",
        tooltip="level, brightness, tonality, noisiness, onsets, as in brightness=+1.5, onsets=-1. "
        "Empty: as it was learnt.",
    )


def _sliders(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


class LoadModel(io.ComfyNode):
    """What was learnt, from a file."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Load Sound Model",
            node_id="EidophoneLoadModel",
            description="What Eidophone has learnt of folders of sounds, by its studio or its "
            f"command line. Put the {SUFFIX} file into models/{_FOLDER}, or into input.",
            inputs=[
                io.Combo.Input(
                    "file",
                    options=list(_found()),
                    tooltip=f"A {SUFFIX} file in models/{_FOLDER}, or in input.",
                )
            ],
            outputs=[ModelType.Output("model", display_name="model")],
        )

    @classmethod
    def fingerprint_inputs(cls, file: str) -> str:
        """What changes when the file does."""
        path = _found().get(file)
        return "" if path is None else f"{path}/{path.stat().st_mtime_ns}"

    @classmethod
    def execute(cls, file: str) -> io.NodeOutput:
        """Load the file of that name."""
        found = _found()
        if file not in found:
            raise LearnError(
                f"there is no model {quoted(file)}: put it into models/{_FOLDER}, or into input"
            )
        return io.NodeOutput(Model.load(found[file]))


class Translate(io.ComfyNode):
    """A sound told with the character of collections."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Translate Sound",
            node_id="EidophoneTranslate",
            is_output_node=True,
            description="A sound told in the manner of what a model has learnt.",
            inputs=[
                ModelType.Input("model", tooltip="From Load Sound Model."),
                io.Audio.Input("audio", tooltip="What is told."),
                socket(Translating, "to", "A name alone is all of that one."),
                socket(Translating, "keep"),
                socket(Translating, "strength"),
                socket(Translating, "quality"),
                *level_inputs(Translating),
                _sliders_input(),
                player_input(),
            ],
            outputs=[io.Audio.Output("result", display_name="result")],
        )

    @classmethod
    def execute(
        cls,
        model: Model,
        audio: Audio | None,
        to: str,
        keep: float,
        strength: float,
        quality: Quality,
        gain: float = 0.0,
        as_drawn: bool = False,
        sliders: str = "",
        audioUI: object = None,  # noqa: ARG003, N803 (the page sends it)
    ) -> io.NodeOutput:
        """Tell each sound of ``audio``."""
        how = Translating(
            to=to.strip(),
            keep=keep,
            strength=strength,
            set=_sliders(sliders),
            quality=quality,
            gain=gain or None,
            as_drawn=as_drawn,
        )
        return made_sounds(cls, (translated(model, one, how) for one in sounds_of(audio)), how)


class Generate(io.ComfyNode):
    """New sounds of what was learnt."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Generate Sound",
            node_id="EidophoneGenerate",
            is_output_node=True,
            description="New sounds between the collections that a model has learnt.",
            inputs=[
                ModelType.Input("model", tooltip="From Load Sound Model."),
                socket(Generating, "mix"),
                socket(Generating, "seconds"),
                socket(Generating, "count"),
                socket(Generating, "seed"),
                _sliders_input(),
                socket(Generating, "loop"),
                socket(Generating, "quality"),
                *level_inputs(Generating),
                io.Audio.Input("like", optional=True, tooltip="Variations of this sound."),
                io.Audio.Input("after", optional=True, tooltip="What comes after this sound."),
                player_input(),
            ],
            outputs=[io.Audio.Output("audio", display_name="audio")],
        )

    @classmethod
    def execute(
        cls,
        model: Model,
        mix: str,
        seconds: float,
        count: int,
        seed: int,
        sliders: str,
        loop: bool,
        quality: Quality,
        gain: float = 0.0,
        as_drawn: bool = False,
        like: Audio | None = None,
        after: Audio | None = None,
        audioUI: object = None,  # noqa: ARG003, N803 (the page sends it)
    ) -> io.NodeOutput:
        """Make as many as are wanted, as one batch."""
        how = Generating(
            mix=mix.strip(),
            seconds=seconds,
            count=count,
            seed=seed,
            set=_sliders(sliders),
            loop=loop,
            quality=quality,
            gain=gain or None,
            as_drawn=as_drawn,
        )
        given = [None if one is None else sounds_of(one)[0] for one in (like, after)]
        return made_sounds(cls, generated(model, how, like=given[0], after=given[1]), how)
