"""The nodes of notes: a sound becomes a picture of its notes, and such a picture a MIDI file."""

from __future__ import annotations

from pathlib import Path

import folder_paths
import torch
from comfy_api.latest import io

from eidophone.base.arrays import Pixels
from eidophone.base.errors import NotesError
from eidophone.faces.comfy.showing import pictures_preview, saying, shown
from eidophone.faces.comfy.sockets import schema, socket
from eidophone.faces.comfy.tensors import Audio, image_of, only_sound_of, pixels_of
from eidophone.notes.midi import write_midi
from eidophone.notes.pictures.codec import decode_notes, encode_notes
from eidophone.notes.pictures.picture import NotesPicture, guessed, looks_like_notes
from eidophone.notes.pictures.settings import LOOKS, DrawingNotes, NotesLook, ReadingNotes
from eidophone.notes.transcribing.settings import Instrument, Transcribing
from eidophone.notes.transcribing.transcribe import transcribed
from eidophone.picture.picture import to_depth
from eidophone.picture.strip import draw_strip


class SoundToNotes(io.ComfyNode):
    """The notes of a sound, drawn."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Sound to Notes Picture",
            node_id="EidophoneSoundToNotes",
            is_output_node=True,
            description="The notes of a sound, transcribed and drawn: a bar each. Paint them, and "
            "make MIDI of them with Notes Picture to MIDI.",
            inputs=[
                io.Audio.Input("audio", tooltip="What is transcribed."),
                socket(DrawingNotes, "notes"),
                socket(Transcribing, "instrument"),
                socket(Transcribing, "sensitivity"),
            ],
            outputs=[io.Image.Output("image", display_name="image")],
        )

    @classmethod
    def execute(
        cls, audio: Audio | None, notes: NotesLook, instrument: Instrument, sensitivity: float
    ) -> io.NodeOutput:
        """Transcribe ``audio`` and draw its notes, with a margin strip."""
        with saying() as said:
            how = Transcribing(instrument=instrument, sensitivity=sensitivity)
            score = transcribed(only_sound_of(audio), how)
            picture = encode_notes(score, notes, strip=True)
            pixels = draw_strip(picture.pixels, picture.facts.to_message())
            image = image_of([to_depth(pixels, "float32")])
            said.append(f"{len(score.notes)} notes, {score.seconds:.2f} s")
        return shown(cls, image, said=said, preview=pictures_preview(cls, image))


class NotesToMIDI(io.ComfyNode):
    """A picture of notes as a MIDI file."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Notes Picture to MIDI",
            node_id="EidophoneNotesToMIDI",
            is_output_node=True,
            description="Reads the notes of a picture, whatever was done to it, and writes them as "
            "a MIDI file into ComfyUI's folder for output: one of each picture.",
            inputs=[
                io.Image.Input("image", tooltip="From Sound to Notes Picture, or any of notes."),
                socket(ReadingNotes, "notes"),
                io.String.Input(
                    "filename_prefix", default="eidophone/notes", tooltip="Of the files' names."
                ),
            ],
            outputs=[io.String.Output("files", display_name="files")],
        )

    @classmethod
    def execute(cls, image: torch.Tensor, notes: str, filename_prefix: str) -> io.NodeOutput:
        """Read each picture of ``image``."""
        look = next((one for one in LOOKS if one == notes), None)
        folder, name, counter, _, _ = folder_paths.get_save_image_path(
            filename_prefix, folder_paths.get_output_directory()
        )
        while (Path(folder) / f"{name}_{counter:05}.mid").exists():  # it counts pictures alone
            counter += 1
        files = []
        with saying() as said:
            for number, pixels in enumerate(pixels_of(image), counter):
                score = decode_notes(_read(pixels, look))
                path = Path(folder) / f"{name}_{number:05}.mid"
                write_midi(path, score)
                files.append(str(path))
                said.append(f"{path.name}: {len(score.notes)} notes")
        return shown(cls, "\n".join(files), said=said, preview={})


def _read(pixels: Pixels, look: NotesLook | None) -> NotesPicture:
    found = NotesPicture.of_pixels(pixels, notes=look)
    if found is not None:
        return found
    likely = guessed(pixels, "exact")
    if not looks_like_notes(likely):
        raise NotesError(
            "nothing says that these pictures show notes: choose what they are with `notes`, or "
            "hear them with Picture to Sound"
        )
    return likely
