"""Pictures that other programs drew, against their own sounds: ``python -m bench.foreign``.

Draws with those of riffusion's transforms (torchaudio), Matplotlib, librosa, SoX and FFmpeg that
are there, reads what they drew, and prints the MOS. Each is compared with its sound as far as the
picture can show it: below the highest frequency of its axis. Beside it is what the default recipe
makes of the same picture, as it is and turned negative.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.signal import firwin, oaconvolve

from bench.metrics import Floats, mos
from bench.sounds import RATE, gather
from eidophone import Picture, Sound, decode
from eidophone.base.errors import EidophoneWarning
from eidophone.picture.axis import hz_of_row
from eidophone.picture.foreign.model import Hints

Draw = Callable[[Sound, Path, Path], None]


def riffusion(sound: Sound, _wav: Path, png: Path) -> None:
    """As ``SpectrogramImageConverter`` does, with the same transforms."""
    import torch  # noqa: PLC0415
    import torchaudio  # noqa: PLC0415

    wave = torch.from_numpy(sound.samples[:1] * 32_767)
    spectrum = torchaudio.transforms.Spectrogram(
        17_640, win_length=4410, hop_length=441, power=None
    )
    triangles = torchaudio.transforms.MelScale(512, RATE, 0, 10_000, 8821, None, "htk")
    mel = triangles(spectrum(wave).abs())[0].numpy()
    ink = (255 - 255 * (mel / mel.max()) ** 0.25).astype(np.uint8)[::-1]
    Image.fromarray(ink).convert("RGB").save(png)


def _specgram(**how: object) -> Draw:
    def draw(sound: Sound, _wav: Path, png: Path) -> None:
        import matplotlib  # noqa: PLC0415

        matplotlib.use("Agg")
        from matplotlib import pyplot  # noqa: PLC0415

        figure = pyplot.figure()
        pyplot.specgram(sound.samples[0] + 1e-7, Fs=RATE, **how)
        if how:
            pyplot.colorbar()
        figure.savefig(png)
        pyplot.close(figure)

    return draw


def _specshow(scale: str) -> Draw:
    def draw(_sound: Sound, wav: Path, png: Path) -> None:
        import librosa  # noqa: PLC0415
        import librosa.display  # noqa: PLC0415
        import matplotlib  # noqa: PLC0415

        matplotlib.use("Agg")
        from matplotlib import pyplot  # noqa: PLC0415

        samples, rate = librosa.load(wav)
        if scale == "mel":
            mel = librosa.feature.melspectrogram(y=samples, sr=rate)
            level = librosa.power_to_db(mel, ref=np.max)
        else:
            level = librosa.amplitude_to_db(np.abs(librosa.stft(samples)), ref=np.max)
        figure, axes = pyplot.subplots()
        shown = librosa.display.specshow(level, x_axis="time", y_axis=scale, sr=rate, ax=axes)
        figure.colorbar(shown, ax=axes, format="%+2.0f dB")
        figure.savefig(png)
        pyplot.close(figure)

    return draw


def _sox(*how: str) -> Draw:
    def draw(_sound: Sound, wav: Path, png: Path) -> None:
        program = shutil.which("sox")
        if program is None:
            raise ImportError("there is no sox")
        subprocess.run([program, wav, "-n", "spectrogram", *how, "-o", png], check=True)

    return draw


def _ffmpeg(how: str) -> Draw:
    def draw(_sound: Sound, wav: Path, png: Path) -> None:
        program = shutil.which("ffmpeg")
        if program is None:
            raise ImportError("there is no ffmpeg")
        filters = f"showspectrumpic={how}"
        command = [program, "-v", "error", "-y", "-i", wav, "-lavfi", filters, png]
        subprocess.run(command, check=True)

    return draw


#: By name: who draws, and what has to be said of it.
DRAWINGS: dict[str, tuple[Draw, Hints]] = {
    "riffusion": (riffusion, Hints("riffusion")),
    "matplotlib specgram": (_specgram(), Hints()),
    "matplotlib specgram, 1024, colour bar": (_specgram(NFFT=1024, noverlap=768), Hints()),
    "librosa specshow, linear": (_specshow("linear"), Hints()),
    "librosa specshow, log": (_specshow("log"), Hints()),
    "librosa specshow, mel": (_specshow("mel"), Hints()),
    "sox": (_sox(), Hints()),
    "sox, light background": (_sox("-l"), Hints()),
    "ffmpeg": (_ffmpeg("s=1024x512"), Hints()),
    "ffmpeg, log": (_ffmpeg("s=1024x512:fscale=log"), Hints()),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.foreign", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each sound")
    parser.add_argument("--only", default="", help="drawings whose names have this in them")
    options = parser.parse_args()
    warnings.simplefilter("ignore", EidophoneWarning)
    sounds = {
        name: Sound(sound.samples[:, : round(options.seconds * RATE)], RATE)
        for name, sound in gather().mono.items()
        if name in ("orchestra", "piano", "Dutch voice", "drums")
    }
    print("| drawn by | to kHz | MOS | best possible | by default | negative |")
    print("|---|---|---|---|---|---|")
    for name, (draw, hints) in DRAWINGS.items():
        if options.only not in name:
            continue
        try:
            rows = [scores(sound, draw, hints) for sound in sounds.values()]
        except ImportError as error:
            print(f"| {name} | {error} |")
            continue
        top, *means = np.mean(rows, axis=0)
        print(f"| {name} | {top / 1000:.1f} |", " | ".join(f"{one:.2f}" for one in means), "|")


def scores(sound: Sound, draw: Draw, hints: Hints) -> list[float]:
    """The highest frequency, and MOS: as read, of the band alone, by default, and negative."""
    with tempfile.TemporaryDirectory() as folder:
        wav, png = Path(folder) / "a.wav", Path(folder) / "a.png"
        sound.save(wav)
        draw(sound, wav, png)
        read = Picture.load(png, hints=hints)
        with Image.open(png) as image:
            pixels = np.asarray(image.convert("RGB"))
    top = float(hz_of_row(read.recipe.rows - 1, read.recipe))
    whole = sound.samples[0]
    shown = below(whole, top)
    seconds = sound.duration_seconds
    heard = [
        decode(replace(read, source=None)).samples[0],
        decode(Picture(pixels), seconds=seconds).samples[0],
        decode(Picture(255 - pixels), seconds=seconds).samples[0],
    ]
    own, *default = (mos(shown, matched(shown, one), RATE) for one in heard)
    return [top, own, mos(whole, shown, RATE), *default]


def below(samples: Floats, hz: float) -> Floats:
    """What of ``samples`` lies below ``hz``."""
    if hz > 0.48 * RATE:
        return samples
    return oaconvolve(samples, firwin(1023, hz, fs=RATE), mode="same")


def matched(wanted: Floats, samples: Floats) -> Floats:
    """``samples`` as loud as ``wanted``, and in step with it to a few milliseconds."""
    count = min(len(wanted), len(samples))
    loud = samples * np.sqrt(
        (wanted[:count] ** 2).mean() / max((samples[:count] ** 2).mean(), 1e-12)
    )
    one, other = (np.abs(x[:count]) - np.abs(x[:count]).mean() for x in (wanted, loud))
    size = 2 * count
    likeness = np.fft.irfft(np.fft.rfft(one, size).conj() * np.fft.rfft(other, size), size)
    most = round(0.06 * RATE)
    lag = int(np.argmax(np.concatenate([likeness[-most:], likeness[:most]]))) - most
    return np.concatenate([np.zeros(max(0, -lag)), loud[max(0, lag) :]])


if __name__ == "__main__":
    main()
