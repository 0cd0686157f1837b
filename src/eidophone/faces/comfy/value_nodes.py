"""The nodes that make what other nodes take: recipes and references."""

from __future__ import annotations

from typing import get_args

from comfy_api.latest import io

from eidophone.faces.comfy.reference import BatchReference
from eidophone.faces.comfy.sockets import CATEGORY, RecipeType, ReferenceType
from eidophone.faces.comfy.tensors import Audio, sounds_of
from eidophone.picture.recipe import PRESETS, AxisName, Recipe

_STANDARD = PRESETS["standard"]


class RecipeNode(io.ComfyNode):
    """A recipe of one's own."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return io.Schema(
            node_id="EidophoneRecipe",
            display_name="Recipe",
            category=CATEGORY,
            description="A mapping between sound and picture of your own. Use the same one both "
            "ways.",
            inputs=[
                io.Combo.Input(
                    "axis",
                    options=list(get_args(AxisName)),
                    default=_STANDARD.axis,
                    tooltip="How rows map to Hz: mel as the ear hears, octaves as music is "
                    "written (min_hz must be above 1), or linear.",
                ),
                io.Int.Input(
                    "rows",
                    default=_STANDARD.rows,
                    min=16,
                    max=8192,
                    tooltip="Height of the picture.",
                ),
                _hz_input("min_hz", _STANDARD.min_hz, "Frequency at the bottom, in Hz."),
                _hz_input("max_hz", _STANDARD.max_hz, "Frequency at the top, in Hz."),
                _ms_input(
                    "hop_ms", _STANDARD.hop_seconds, 250, "From one column to the next, in ms."
                ),
                _ms_input(
                    "window_ms",
                    _STANDARD.window_seconds,
                    500,
                    "Length of the window, in ms: long ones tell pitches apart, short ones times.",
                ),
                _db_input("top_db", _STANDARD.top_db, -60, 60, "Level of full brightness, in dB."),
                _db_input(
                    "range_db", _STANDARD.range_db, 12, 200, "From full brightness to black, in dB."
                ),
            ],
            outputs=[RecipeType.Output("recipe")],
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
            )
        )


class SoundReference(io.ComfyNode):
    """The original of pictures that come from elsewhere."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return io.Schema(
            node_id="EidophoneSoundReference",
            display_name="Sound Reference",
            category=CATEGORY,
            description="The sound that pictures or a film were made of, for Picture to Sound "
            "and Film to Sound, when these come from files. Sound to Picture and Sound to Film "
            "give a reference of their own that knows more.",
            inputs=[io.Audio.Input("audio", tooltip="The original sound.")],
            outputs=[ReferenceType.Output("reference")],
        )

    @classmethod
    def execute(cls, audio: Audio | None) -> io.NodeOutput:
        """Take the sounds of ``audio``."""
        return io.NodeOutput(BatchReference(sounds_of(audio)))


def _hz_input(name: str, default: float, tooltip: str) -> io.Input:
    return io.Float.Input(name, default=default, min=0.0, max=400_000.0, step=0.01, tooltip=tooltip)


def _ms_input(name: str, seconds: float, most: float, tooltip: str) -> io.Input:
    return io.Float.Input(
        name, default=round(1000 * seconds, 4), min=0.1, max=most, step=0.0001, tooltip=tooltip
    )


def _db_input(name: str, default: float, low: float, high: float, tooltip: str) -> io.Input:
    return io.Float.Input(name, default=default, min=low, max=high, step=0.1, tooltip=tooltip)
