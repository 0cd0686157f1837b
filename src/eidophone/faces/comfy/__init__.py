"""ComfyUI: sound as pictures and film among its nodes, and back.

`comfy_entrypoint` is what ComfyUI asks for; nothing here needs it before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comfy_api.latest import ComfyExtension

__all__ = ["comfy_entrypoint"]


async def comfy_entrypoint() -> ComfyExtension:
    """The extension that ComfyUI loads."""
    from eidophone.faces.comfy.extension import EidophoneExtension  # noqa: PLC0415 (only there)

    return EidophoneExtension()
