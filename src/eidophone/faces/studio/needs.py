"""Needs: whether the studio is here with all that it stands on; nothing of it is imported."""

from __future__ import annotations

from importlib.util import find_spec

#: What brings it.
INSTALL = "pip install 'eidophone[studio]'"


def is_installed() -> bool:
    """Whether FastAPI and uvicorn are here."""
    return all(map(find_spec, ("fastapi", "uvicorn")))
