"""The extension: the nodes that ComfyUI is given.

The ids of nodes, and of their inputs and outputs, are part of saved workflows: never change them.
"""

from __future__ import annotations

from comfy_api.latest import ComfyExtension, io

from eidophone.faces.comfy.film_nodes import FilmToSound, SoundToFilm
from eidophone.faces.comfy.learn_nodes import Generate, LoadModel, Translate
from eidophone.faces.comfy.morph_nodes import Morph, Style
from eidophone.faces.comfy.notes_nodes import NotesToMIDI, SoundToNotes
from eidophone.faces.comfy.picture_nodes import PictureToSound, SoundToPicture
from eidophone.faces.comfy.value_nodes import DrawnByNode, RecipeNode, SoundReference


class EidophoneExtension(ComfyExtension):
    """The node pack."""

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        """All nodes, in the order of the menu."""
        return [
            SoundToPicture,
            PictureToSound,
            SoundToFilm,
            FilmToSound,
            Morph,
            Style,
            LoadModel,
            Translate,
            Generate,
            SoundToNotes,
            NotesToMIDI,
            SoundReference,
            RecipeNode,
            DrawnByNode,
        ]
