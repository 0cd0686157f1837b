"""Words: what the library says, as a page says it: labels of controls, and names of items."""

from __future__ import annotations

import re
from pathlib import Path


def label_of(argument: str) -> str:
    """What the control of ``argument`` is called."""
    return argument.replace("_", " ")


def in_our_words(text: str, workspace: Path) -> str:
    """``text`` without folders of this machine, and with labels where it speaks of `arguments`."""
    inside = rf"{re.escape(str(workspace))}/(?:\.studio/(?:[^\s/]+/)*)?"
    text = re.sub(inside, "", text).replace(str(workspace), workspace.name)
    return re.sub(r"`([a-z_]+)`", lambda found: f"“{label_of(found[1])}”", text)
