"""Sockets: the types that only these nodes know, and the inputs that several of them have."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io

from eidophone.base.options import described
from eidophone.picture.recipe import PRESETS, Recipe

CATEGORY = "eidophone"

#: Stands for no choice where there are names to choose from.
NONE = "none"

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


def socket(settings: Any, name: str, more: str = "") -> io.Input:
    """The input for ``name`` of ``settings``, and ``more`` to say of it.

    Where nothing need be chosen, 0 or ``NONE`` is nothing.
    """
    (one,) = (one for one in described(settings) if one.name == name)
    option, unset = one.option, one.default is None
    tooltip = f"{option.help[0].upper()}{option.help[1:]}."
    if unset:
        tooltip += f" {NONE if option.choices else 0}: {option.usual}."
    how = {"default": one.default, "tooltip": f"{tooltip} {more}".strip()}
    if option.choices:
        options = [NONE, *option.choices] if unset else list(option.choices)
        return io.Combo.Input(name, options=options, **how | {"default": one.default or NONE})
    if one.kind is bool:
        return io.Boolean.Input(name, **how)
    limits = {"min": 0 if unset else option.low, "max": option.high}
    if one.kind is int:
        how |= {"default": one.default or 0, "step": 8 if option.unit == "pixels" else 1}
        return io.Int.Input(name, **how, **limits)
    how |= {"default": float(one.default or 0), "step": 0.01 if option.high == 1 else 0.001}
    return io.Float.Input(name, **how, **limits)


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
