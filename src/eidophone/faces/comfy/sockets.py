"""Sockets: the types that only these nodes know, and the inputs that several of them have."""

from __future__ import annotations

from comfy_api.latest import io

from eidophone.picture.codec import ROUNDS
from eidophone.picture.recipe import PRESETS, Recipe

CATEGORY = "eidophone"

#: Carries a `Recipe`.
RecipeType = io.Custom("EIDOPHONE_RECIPE")

#: Carries a `BatchReference`.
ReferenceType = io.Custom("EIDOPHONE_REFERENCE")


def recipe_inputs() -> tuple[io.Input, io.Input]:
    """``recipe``, the name of a preset, and ``custom_recipe``, which may stand in its place."""
    preset = io.Combo.Input(
        "recipe",
        options=list(PRESETS),
        default="standard",
        tooltip="How sound is drawn: standard for everything; fine for twice the rows; compact "
        "for twice the time in a square; octaves for music, 4 rows a semitone; linear in Hz.",
    )
    custom = RecipeType.Input(
        "custom_recipe", optional=True, tooltip="From a Recipe node: used instead of the preset."
    )
    return preset, custom


def quality_input() -> io.Input:
    """``quality``, the work that goes into the phase."""
    return io.Combo.Input(
        "quality",
        options=list(ROUNDS),
        default="standard",
        tooltip="How much work goes into the phase: preview is fast, best takes four times "
        "as long as standard.",
    )


def overlap_input(of: str, default: float = 0.0) -> io.Input:
    """``overlap``, a fraction of what is named by ``of``."""
    return io.Float.Input(
        "overlap",
        default=default,
        min=0.0,
        max=0.9,
        step=0.025,
        tooltip=f"Fraction of {of} that it shares with the next; they fade into each other.",
    )


def lean_input() -> io.Input:
    """``lean``: whether to use the original of a reference."""
    return io.Boolean.Input(
        "lean",
        default=True,
        tooltip="With a reference: keep phase and detail of the original wherever the picture "
        "still agrees with it. Pictures that nobody altered give the original itself.",
    )


def chosen(recipe: str, custom_recipe: Recipe | None) -> Recipe:
    """The recipe that the two inputs of `recipe_inputs` mean."""
    return custom_recipe or Recipe.named(recipe)
