"""Morphing: its methods."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from eidophone.morphing.methods.known import METHODS

router = APIRouter(prefix="/morph")


@router.get("/methods")
def methods() -> list[dict[str, Any]]:
    """All methods, in the order in which an artist meets them."""
    return [
        {
            "name": one.name,
            "sentence": one.sentence,
            "most": one.most,
            "articulates": one.articulates,
            "tells": one.tells,
        }
        for one in METHODS.values()
    ]
