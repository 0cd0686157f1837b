"""The nodes between sounds and pictures."""

from __future__ import annotations

from itertools import chain

import torch
from comfy_api.latest import io

from eidophone.bridge.settings import Keep, Passage
from eidophone.faces.comfy.pictures import (
    DecodeSettings,
    draw,
    sounds_of_any,
    sounds_of_drawn,
    tell_unused,
)
from eidophone.faces.comfy.progress import counted, heard
from eidophone.faces.comfy.reference import BatchReference, EncodeSettings
from eidophone.faces.comfy.showing import pictures_preview, saying, shown, sound_preview
from eidophone.faces.comfy.sockets import (
    DrawnByType,
    ReferenceType,
    chosen,
    lean_input,
    level_inputs,
    number_or_word,
    overlap_input,
    player_input,
    recipe_inputs,
    schema,
    socket,
)
from eidophone.faces.comfy.tensors import (
    Audio,
    audio_of,
    image_of,
    pixels_of,
    seconds_of,
    sounds_of,
)
from eidophone.jobs.settings import Decoding
from eidophone.picture.exposure import exposed
from eidophone.picture.foreign.model import AUTO, Hints
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import Quality


class SoundToPicture(io.ComfyNode):
    """Sounds as pictures: one for each, or squares."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Sound to Picture",
            node_id="EidophoneSoundToPicture",
            is_output_node=True,
            description="Draws a sound: time left to right, low to high from bottom to top, "
            "black is silence; red, green and blue are left, middle and right.",
            inputs=[
                io.Audio.Input("audio", tooltip="Mono or stereo, of any rate and length."),
                *recipe_inputs(),
                io.Combo.Input(
                    "shape",
                    options=["squares", "whole"],
                    default="squares",
                    tooltip="Squares, one after the other in a batch, as networks want them; or "
                    "the whole sound as one wide picture.",
                ),
                socket(
                    Passage,
                    "size",
                    "Of squares: one lasts as long at any size, 3 s with the standard recipe. "
                    "Whole pictures are as high as the recipe says.",
                ),
                overlap_input("Of squares: they fade into each other."),
                socket(Passage, "exposure", "Several sounds of a batch have one."),
            ],
            outputs=[
                io.Image.Output("image", display_name="image", tooltip="Pictures in a batch."),
                ReferenceType.Output(
                    "reference",
                    display_name="reference",
                    tooltip="The sound, and how it was drawn: for Picture to Sound, whatever "
                    "happens to the pictures on the way.",
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        audio: Audio | None,
        recipe: str,
        shape: str,
        size: int,
        overlap: float,
        exposure: str,
        custom_recipe: Recipe | None = None,
    ) -> io.NodeOutput:
        """Draw the sounds of ``audio``, one after the other."""
        sounds = sounds_of(audio)
        meant, more = chosen(recipe, custom_recipe), number_or_word(exposure)
        meant = max((exposed(meant, one, more) for one in sounds), key=lambda one: one.top_db)
        drawing = EncodeSettings(meant, size if shape == "squares" else None, overlap)
        count = sum(map(drawing.count_of, sounds))
        drawn = chain.from_iterable(draw(sound, drawing) for sound in sounds)
        with saying() as said:
            image = image_of(list(counted(drawn, count)))
            said.append(f"{count} of {image.shape[2]} x {image.shape[1]}")
        reference = BatchReference(sounds, drawn=drawing)
        return shown(cls, image, reference, said=said, preview=pictures_preview(cls, image))


class PictureToSound(io.ComfyNode):
    """Pictures as sounds: all of a batch as one, or as many as were drawn."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Picture to Sound",
            node_id="EidophonePictureToSound",
            is_output_node=True,
            description="Plays pictures, of any size and whoever made them, one after the other. "
            "With the reference of Sound to Picture, they become as long as the original, in "
            "their places.",
            inputs=[
                io.Image.Input("image", tooltip="Pictures in a batch: they follow each other."),
                *recipe_inputs(),
                overlap_input(
                    "Where pictures do not show it, nor a reference tells; 0 for one after the "
                    "other."
                ),
                socket(Decoding, "quality"),
                lean_input(),
                socket(Passage, "keep", "With the reference of Sound to Picture."),
                socket(Passage, "strength", "With the reference of Sound to Picture."),
                socket(Decoding, "seconds", "Without the reference of Sound to Picture."),
                socket(Decoding, "rate", "Without a reference."),
                *level_inputs(Decoding),
                ReferenceType.Input(
                    "reference",
                    optional=True,
                    tooltip="The original, from Sound to Picture or Sound Reference. The former "
                    "also knows recipe and overlap; what is chosen here is not used then.",
                ),
                io.Image.Input(
                    "unaltered",
                    optional=True,
                    tooltip="The pictures of Sound to Picture, sent through the same nodes "
                    "without the effect (a VAE and back, for example): only what differs between "
                    "the two is done to the original. Needs a reference.",
                ),
                DrawnByType.Input(
                    "drawn_by",
                    optional=True,
                    tooltip="From a Drawn by node: which other program drew the pictures, and what "
                    "they show. Figures that say it themselves do not need it.",
                ),
                player_input(),
            ],
            outputs=[io.Audio.Output("audio", display_name="audio")],
        )

    @classmethod
    def execute(
        cls,
        image: torch.Tensor,
        recipe: str,
        overlap: float,
        quality: Quality,
        lean: bool,
        keep: Keep,
        strength: float,
        seconds: float = 0.0,
        rate: int = 0,
        gain: float = 0.0,
        as_drawn: bool = False,
        custom_recipe: Recipe | None = None,
        reference: BatchReference | None = None,
        unaltered: torch.Tensor | None = None,
        drawn_by: Hints | None = None,
        audioUI: object = None,  # noqa: ARG003, N803 (the page sends it)
    ) -> io.NodeOutput:
        """Play the pictures of ``image``."""
        how = DecodeSettings(
            recipe=chosen(recipe, custom_recipe),
            hints=drawn_by or AUTO,
            overlap=overlap,
            quality=quality,
            lean=lean,
            keep=keep,
            strength=strength,
            seconds=seconds or None,
            rate=rate or None,
            gain=gain or None,
            as_drawn=as_drawn,
        )
        with saying() as said:
            pixels = pixels_of(image)
            before = None if unaltered is None else pixels_of(unaltered)
            if reference is not None and reference.drawn is not None:
                tell_unused(how, "the reference knows how the pictures were drawn")
                made = sounds_of_drawn(
                    pixels, reference, reference.drawn, how, before, heard, said.append
                )
            else:
                sounds = () if reference is None else reference.sounds
                made = sounds_of_any(pixels, how, sounds, before, heard, said.append)
            audio = audio_of(made)
            said.append(seconds_of(audio))
        return shown(cls, audio, said=said, preview=sound_preview(cls, audio))
