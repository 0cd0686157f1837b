"""Eidophone as a node pack: ComfyUI loads this file when the repository is in its custom_nodes."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))
if __name__ == "eidophone":  # named after its folder, this file would hide the package
    del sys.modules[__name__]

from eidophone.faces.comfy import comfy_entrypoint

__all__ = ["comfy_entrypoint"]
