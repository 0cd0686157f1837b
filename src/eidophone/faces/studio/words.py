"""Words: what the library says, as a page says it: with the labels of controls."""

from __future__ import annotations

import re
from typing import Any

from eidophone.base.options import Described
from eidophone.jobs.acts.known import ACTS
from eidophone.jobs.acts.sound import FILM_SOUND, SOUND

#: Arguments of the library in its messages.
_ARGUMENT = re.compile(r"`([a-z_]+)`")

#: Controls that are called otherwise than their fields.
_LABELS = {
    "reference": "original",
    "as_drawn": "however loud",
    "hz": "frequencies",
    "crf": "compression",
    "fps": "frames a second",
}


def label_of(argument: str) -> str:
    """What the control of ``argument`` is called."""
    return _LABELS.get(argument, argument.replace("_", " "))


def in_our_words(text: str) -> str:
    """``text`` with labels where it speaks of `arguments`."""
    return _ARGUMENT.sub(lambda found: f"“{label_of(found[1])}”", text)


def settles(note: str, act: str) -> list[str]:
    """The fields of the form of ``act`` that would settle what ``note`` says was guessed.

    The sound of films has a form of its own, of which pages show what is in it.
    """
    if act not in ACTS:
        return []
    offered = ACTS[act].offered + (FILM_SOUND.offered if ACTS[act] is SOUND else ())
    return [one for one in dict.fromkeys(_ARGUMENT.findall(note)) if one in offered]


def form_field(field: Described) -> dict[str, Any]:
    """A field of a form, with its label."""
    return {**field.as_json(), "label": label_of(field.name)}
