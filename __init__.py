"""Eidophone as a node pack: ComfyUI loads this file when the repository is in its custom_nodes."""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "src"))
if __name__ == "eidophone":  # named after its folder, this file would hide the package
    del sys.modules[__name__]

__all__ = ["comfy_entrypoint"]


async def comfy_entrypoint() -> Any:
    """The extension that ComfyUI loads.

    Raises:
        ModuleNotFoundError: not all requirements are installed; one line says how to.
    """
    try:
        from eidophone.faces.comfy import comfy_entrypoint as ours  # noqa: PLC0415

        return await ours()
    except ModuleNotFoundError as error:
        name = str(error.name).partition(".")[0]
        raise ModuleNotFoundError(
            f"Eidophone needs {name}. Install what it needs, and start ComfyUI again: "
            f'"{sys.executable}" -m pip install -r "{ROOT / "requirements.txt"}"',
            name=name,
        ) from None
