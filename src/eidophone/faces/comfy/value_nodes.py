"""The nodes that make what other nodes take: recipes, references, and who drew pictures."""

from __future__ import annotations

from typing import cast

from comfy_api.latest import io

from eidophone.base.errors import PictureError
from eidophone.base.options import described, shown
from eidophone.faces.comfy.reference import BatchReference
from eidophone.faces.comfy.sockets import (
    NONE,
    DrawnByType,
    RecipeType,
    ReferenceType,
    schema,
    socket,
)
from eidophone.faces.comfy.tensors import Audio, sounds_of
from eidophone.jobs.settings import Decoding
from eidophone.picture.foreign.model import DrawnBy
from eidophone.picture.recipe import AxisName, Recipe


class RecipeNode(io.ComfyNode):
    """A recipe of one's own."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Recipe",
            node_id="EidophoneRecipe",
            description="A mapping between sound and picture of your own. Use the same one both "
            "ways.",
            inputs=[
                socket(Recipe, "axis"),
                socket(Recipe, "rows"),
                socket(Recipe, "min_hz"),
                socket(Recipe, "max_hz"),
                socket(Recipe, "hop_seconds"),
                socket(Recipe, "window_seconds"),
                socket(Recipe, "top_db"),
                socket(Recipe, "range_db"),
                socket(Recipe, "gamma"),
            ],
            outputs=[RecipeType.Output("recipe", display_name="recipe")],
        )

    @classmethod
    def execute(
        cls,
        axis: AxisName,
        rows: int,
        min_hz: float,
        max_hz: float,
        hop_ms: float,
        window_ms: float,
        top_db: float,
        range_db: float,
        gamma: float,
    ) -> io.NodeOutput:
        """Put the values together."""
        return io.NodeOutput(
            Recipe(
                axis=axis,
                rows=rows,
                min_hz=min_hz,
                max_hz=max_hz,
                hop_seconds=hop_ms / 1000,
                window_seconds=window_ms / 1000,
                top_db=top_db,
                range_db=range_db,
                gamma=gamma,
            )
        )


class SoundReference(io.ComfyNode):
    """The original of pictures that come from elsewhere."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Sound Reference",
            node_id="EidophoneSoundReference",
            description="The sound that pictures or a film were made of, for Picture to Sound "
            "and Film to Sound, when these come from files. Sound to Picture and Sound to Film "
            "give a reference of their own that knows more.",
            inputs=[io.Audio.Input("audio", tooltip="The original sound.")],
            outputs=[ReferenceType.Output("reference", display_name="reference")],
        )

    @classmethod
    def execute(cls, audio: Audio | None) -> io.NodeOutput:
        """Take the sounds of ``audio``."""
        return io.NodeOutput(BatchReference(sounds_of(audio)))


class DrawnByNode(io.ComfyNode):
    """What people say of pictures that other programs drew."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Drawn by",
            node_id="EidophoneDrawnBy",
            description="Who drew a spectrogram that is not one of ours, and what its axes mean, "
            "for Picture to Sound: where its own numbers and colours do not say it.",
            inputs=[socket(Decoding, name) for name in ("drawn_by", "scale", "hz", "decibels")],
            outputs=[DrawnByType.Output("hints", display_name="hints")],
        )

    @classmethod
    def execute(cls, drawn_by: DrawnBy, scale: str, hz: str, decibels: float) -> io.NodeOutput:
        """Put the values together."""
        (one,) = (one for one in described(Decoding) if one.name == "hz")
        try:
            ends = tuple(map(float, one.parts(hz))) if hz.strip() else None
        except ValueError:
            raise PictureError(
                f"`hz` is {shown(hz)}: it must be the lowest and the highest frequency, as 0,22050"
            ) from None
        how = Decoding(
            drawn_by=drawn_by,
            scale=None if scale == NONE else cast("AxisName", scale),
            hz=ends,
            decibels=decibels or None,
        )
        return io.NodeOutput(how.hints)
