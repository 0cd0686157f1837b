"""Make what the page on other programs' pictures shows: ``python docs/make_foreign.py``."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import librosa
import numpy as np
from librosa.display import specshow
from make_pictures import DOCS, cut, heard_of, image_of, sheet_of
from make_sounds import save
from matplotlib.figure import Figure
from PIL import Image

from eidophone import EidophoneWarning, Picture, Sound, decode, encode
from eidophone.picture.foreign.drawing import RiffusionDrawing
from eidophone.picture.foreign.model import Hints


def main() -> None:
    """Draw a guitar as other programs do, and hear it, as one of ours and as one of theirs."""
    warnings.simplefilter("ignore", EidophoneWarning)
    stereo = cut("guit_em9", 0, 3)
    sound = Sound(stereo.samples.mean(axis=0, keepdims=True), stereo.rate)
    rows = []
    for name, came in {"librosa": as_librosa(sound), "riffusion": as_riffusion(sound)}.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "figure.png"
            came.save(path)
            heard = decode(Picture.load(path, hints=Hints("auto" if name == "librosa" else name)))
        save(f"foreign-{name}-as-ours", decode(Picture(np.asarray(came))))
        save(f"foreign-{name}", heard)
        ours, theirs = heard_of(came), image_of(encode(heard))
        row = [(name, came), ("heard as one of ours", ours), ("heard as what it is", theirs)]
        rows.append([(caption, image.resize((340, 300))) for caption, image in row])
    save("foreign-sound", sound)
    sheet_of(rows).save(DOCS / "images" / "foreign.jpg", quality=85, subsampling=0)


def as_librosa(sound: Sound) -> Image.Image:
    """Its figure of a mel spectrogram, as its own pages show how to make one."""
    mel = librosa.feature.melspectrogram(y=sound.samples[0], sr=sound.rate)
    figure = Figure(layout="constrained")
    axes = figure.subplots()
    level = librosa.power_to_db(mel, ref=np.max)
    shown = specshow(level, x_axis="time", y_axis="mel", sr=sound.rate, ax=axes)
    figure.colorbar(shown, ax=axes, format="%+2.0f dB")
    with tempfile.TemporaryDirectory() as folder:
        figure.savefig(Path(folder) / "figure.png")
        return Image.open(Path(folder) / "figure.png").convert("RGB")


def as_riffusion(sound: Sound) -> Image.Image:
    """Its picture, without the tags."""
    return Image.fromarray(np.concatenate(list(RiffusionDrawing(sound).blocks()), axis=1))


if __name__ == "__main__":
    main()
