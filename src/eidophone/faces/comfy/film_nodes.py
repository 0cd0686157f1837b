"""The nodes between sounds and films."""

from __future__ import annotations

import torch
from comfy.model_management import get_free_memory
from comfy_api.latest import io

from eidophone.base.errors import FilmError
from eidophone.faces.comfy.pictures import UNCHANGED, is_same
from eidophone.faces.comfy.progress import counted
from eidophone.faces.comfy.reference import BatchReference
from eidophone.faces.comfy.showing import film_preview, saying, shown, sound_preview
from eidophone.faces.comfy.sockets import (
    NONE,
    ReferenceType,
    chosen,
    lean_input,
    level_inputs,
    number_or_word,
    player_input,
    recipe_inputs,
    schema,
    socket,
)
from eidophone.faces.comfy.tensors import Audio, audio_of, only_sound_of, pixels_of, seconds_of
from eidophone.film.codec import decode_film, encode_film
from eidophone.film.film import Film
from eidophone.film.settings import Kind, Reading
from eidophone.jobs.settings import FilmDecoding, FilmEncoding
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import Quality


class SoundToFilm(io.ComfyNode):
    """A sound as the frames of a film."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Sound to Film",
            node_id="EidophoneSoundToFilm",
            is_output_node=True,
            description="Draws a sound as a film that lasts as long: a scroll through its "
            "picture, page after page, or moment by moment on a spiral.",
            inputs=[
                io.Audio.Input("audio", tooltip="Mono or stereo, of any rate."),
                socket(FilmEncoding, "kind"),
                *recipe_inputs(),
                socket(FilmEncoding, "fps"),
                socket(FilmEncoding, "size"),
                socket(FilmEncoding, "overlap", "Of pages only."),
                socket(FilmEncoding, "look", "Such a film cannot become sound again."),
                socket(FilmEncoding, "width"),
                socket(FilmEncoding, "exposure"),
            ],
            outputs=[
                io.Image.Output("frames", display_name="frames", tooltip="In a batch."),
                io.Float.Output("film_fps", display_name="fps", tooltip="Frames per second."),
                ReferenceType.Output(
                    "reference",
                    display_name="reference",
                    tooltip="The sound, and how it was drawn: for Film to Sound.",
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        audio: Audio | None,
        kind: Kind,
        recipe: str,
        fps: float,
        size: int,
        overlap: float,
        look: str,
        width: int,
        exposure: str,
        custom_recipe: Recipe | None = None,
    ) -> io.NodeOutput:
        """Draw the sound of ``audio``."""
        with saying() as said:
            sound = only_sound_of(audio)
            film = encode_film(
                sound,
                kind,
                recipe=chosen(recipe, custom_recipe),
                exposure=number_or_word(exposure),
                fps=fps or None,
                size=size,
                width=width or None,
                overlap=overlap,
                look="" if look == NONE else look,
            )
            frames, rate = _frames_of(film), float(film.fps)
            said.append(f"{len(frames)} frames, {rate:g} a second")
        reference = BatchReference((sound,), film=film.facts)
        preview = film_preview(cls, frames, rate)
        return shown(cls, frames, rate, reference, said=said, preview=preview)


class FilmToSound(io.ComfyNode):
    """The frames of a film as sound."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Film to Sound",
            node_id="EidophoneFilmToSound",
            is_output_node=True,
            description="Plays any film as sound: films of Sound to Film as what they were drawn "
            "of, and others as pictures that turn into each other.",
            inputs=[
                io.Image.Input("frames", tooltip="The frames of the film, in a batch."),
                io.Float.Input(
                    "fps",
                    default=30.0,
                    min=0.01,
                    max=240.0,
                    step=0.001,
                    tooltip="Frames per second: from Sound to Film, or from the video.",
                ),
                socket(FilmDecoding, "read"),
                socket(FilmDecoding, "seconds"),
                *recipe_inputs(),
                socket(FilmDecoding, "quality"),
                lean_input(),
                *level_inputs(FilmDecoding),
                ReferenceType.Input(
                    "reference",
                    optional=True,
                    tooltip="The original, from Sound to Film or Sound Reference. The former also "
                    "knows the recipe; what is chosen here is not used then.",
                ),
                player_input(),
            ],
            outputs=[io.Audio.Output("audio", display_name="audio")],
        )

    @classmethod
    def execute(
        cls,
        frames: torch.Tensor,
        fps: float,
        read: Reading,
        seconds: float,
        recipe: str,
        quality: Quality,
        lean: bool,
        gain: float,
        as_drawn: bool,
        custom_recipe: Recipe | None = None,
        reference: BatchReference | None = None,
        audioUI: object = None,  # noqa: ARG003, N803 (the page sends it)
    ) -> io.NodeOutput:
        """Play the film of ``frames``."""
        film = Film.of(pixels_of(frames), fps)
        original = None
        if reference is not None and reference.film is not None:
            film.facts, film.track = reference.film, reference.sounds[0]
        elif reference is not None and lean:
            original = reference.sounds[0]
        with saying() as said:
            sound = decode_film(
                film,
                read=read,
                seconds=seconds or None,
                quality=quality,
                recipe=None if film.facts else chosen(recipe, custom_recipe),
                reference=original,
                use_track=lean,
                gain=gain or None,
                as_drawn=as_drawn,
            )
            told = None if reference is None else reference.sounds[0]
            if told is not None and is_same(told, sound):
                said.append(UNCHANGED)
            audio = audio_of([sound])
            said.append(seconds_of(audio))
        return shown(cls, audio, said=said, preview=sound_preview(cls, audio))


def _frames_of(film: Film) -> torch.Tensor:
    """The frames as an IMAGE.

    Raises:
        FilmError: there is no memory for them.
    """
    first = next(film.frames()).pixels
    needed = film.frame_count * first.size * 4
    free = get_free_memory(torch.device("cpu"))
    if needed > free:
        raise FilmError(
            f"{film.frame_count} frames of {first.shape[1]} x {first.shape[0]} take "
            f"{needed / 2**30:.1f} GiB, and {free / 2**30:.1f} are free: use a shorter sound, a "
            f"smaller size or fewer frames per second"
        )
    image = torch.empty(film.frame_count, *first.shape)
    for number, frame in enumerate(counted(film.frames(), film.frame_count)):
        image[number] = torch.from_numpy(frame.pixels)
    return image.div_(255)
