"""Sockets: the types that only these nodes know, and the inputs that several of them have."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from comfy_api.latest import io

from eidophone.base.options import described
from eidophone.bridge.settings import Passage
from eidophone.picture.recipe import PRESETS, Recipe

CATEGORY = "eidophone"

#: Stands for no choice where there are names to choose from.
NONE = "none"

_STEPS = {"Hz": 0.01, "dB": 0.1, "ms": 0.0001}

#: Of fractions, by the highest: overlaps are sixteenths, as the pixels of pictures are.
_FRACTIONS = {1: 0.01, 0.9: 1 / 16}

#: What people look for who do not know our words.
_ALIASES = ["spectrogram", "audio", "audio to image", "image to audio", "sonification"]

#: Carries a `Recipe`.
RecipeType = io.Custom("EIDOPHONE_RECIPE")

#: Carries a `BatchReference`.
ReferenceType = io.Custom("EIDOPHONE_REFERENCE")


#: Carries a `Model`.
ModelType = io.Custom("EIDOPHONE_MODEL")

#: Carries `Hints`.
DrawnByType = io.Custom("EIDOPHONE_DRAWN_BY")


def schema(title: str, **about: Any) -> io.Schema:
    """What ComfyUI shows of a node that has this ``title``, and how it is found.

    Where a ComfyUI knows no aliases, it looks for words in titles alone.
    """
    if "search_aliases" in {one.name for one in fields(io.Schema)}:
        about["search_aliases"] = _ALIASES
    else:
        title += " (audio spectrogram)"
    return io.Schema(display_name=title, category=CATEGORY, hidden=[io.Hidden.unique_id], **about)


def player_input() -> io.Input:
    """No input, but where ComfyUI's page puts a player: it knows it by this name and type."""
    return io.Custom("AUDIO_UI").Input("audioUI", optional=True, tooltip="The sound, to listen to.")


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

    Where nothing need be chosen, 0 or ``NONE`` is nothing. Times of less than a second are in ms.
    """
    (one,) = (one for one in described(settings) if one.name == name)
    option, unset, unit, scale = one.option, one.default is None, one.option.unit, 1
    if unit == "seconds" and option.high is not None and option.high < 1:
        name, unit, scale = name.replace("_seconds", "_ms"), "ms", 1000
    what, *rest = option.explained.split(";", 1)
    words = ";".join([f"{what}{f', in {unit}' if unit else ''}", *rest])
    tooltip = f"{words[0].upper()}{words[1:]}."
    if unset:
        tooltip += f" {NONE if option.choices else 0}: {option.usual}."
    tooltip = f"{tooltip} {more}".strip()
    if option.choices:
        options = [NONE, *option.choices] if unset else list(option.choices)
        default = one.default or NONE
        return io.Combo.Input(name, options=options, default=default, tooltip=tooltip)
    if one.many:
        return io.String.Input(name, default="", tooltip=tooltip.replace(" 0:", " Empty:"))
    if option.words or one.kind is str:
        typed = (one.default or "") if one.kind is str else f"{one.default:g}"
        return io.String.Input(name, default=typed, tooltip=tooltip)
    if one.kind is bool:
        return io.Boolean.Input(name, default=one.default, tooltip=tooltip)
    number = int if one.kind is int else float  # JSON knows no fractions
    how = {
        "default": round(number(one.default or 0) * scale, 4),
        "min": min(0, option.low or 0) if unset else (option.low or 0) * scale,
        "max": (option.high or 0) * scale,
        "tooltip": tooltip,
    }
    if one.kind is int:
        return io.Int.Input(name, step=8 if unit == "pixels" else 1, **how)
    step = _STEPS.get(unit) or _FRACTIONS.get(option.high or 0, 0.001)
    return io.Float.Input(name, step=step, round=step, **how)


def overlap_input(more: str) -> io.Input:
    """``overlap`` of pictures, by one default wherever it is asked for."""
    return socket(Passage, "overlap", f"{more} In steps of 1/16; .125 may show as .13.")


def number_or_word(text: str) -> Any:
    """What was typed into the input of an option that has words: a number, or as it stands."""
    try:
        return float(text)
    except ValueError:
        return text.strip()


def lean_input() -> io.Input:
    """``lean``: whether to use the original of a reference."""
    return io.Boolean.Input(
        "lean",
        default=True,
        tooltip="With a reference: keep phase and detail of the original wherever the picture "
        "still agrees with it. Pictures that nobody altered give the original itself.",
    )


def level_inputs(settings: Any) -> tuple[io.Input, io.Input]:
    """``gain`` and ``as_drawn`` of ``settings``."""
    return socket(settings, "gain"), socket(settings, "as_drawn")


def chosen(recipe: str, custom_recipe: Recipe | None) -> Recipe:
    """The recipe that the two inputs of `recipe_inputs` mean."""
    return custom_recipe or Recipe.named(recipe)
