"""Turn every sound of sounds/ into a picture and back, and print what was lost.

One of them also goes the way of a picture on the internet: JPEG at quality 85, no metadata.
All files are left in demo/, to be looked at and listened to.
"""

from __future__ import annotations

import time
import warnings
from pathlib import Path

from PIL import Image

import eidophone

ROOT = Path(__file__).resolve().parent.parent
SOUNDS = ROOT / "sounds"
DEMO = ROOT / "demo"
TRAVELLER = "guit_em9"


def main() -> None:
    """Run the whole demonstration."""
    DEMO.mkdir(exist_ok=True)
    warnings.simplefilter("ignore", eidophone.EidophoneWarning)  # they are for single sounds
    print(f"{'sound':<22}{'seconds':>8}{'pixels':>12}{'kB':>7}{'encode':>9}{'decode':>9}{'MOS':>7}")
    for path in sorted(SOUNDS.glob("*.flac")):
        sound = eidophone.Sound.load(path)
        picture_path = DEMO / f"{path.stem}.png"
        started = time.perf_counter()
        eidophone.encode(sound).save(picture_path, overwrite=True)
        decode_and_report(path.stem, sound, picture_path, time.perf_counter() - started)
    sound = eidophone.Sound.load(SOUNDS / f"{TRAVELLER}.flac")
    picture_path = DEMO / f"{TRAVELLER}-jpeg85.jpg"
    Image.open(DEMO / f"{TRAVELLER}.png").save(picture_path, quality=85)  # forgets the metadata
    decode_and_report(picture_path.stem, sound, picture_path)
    print(
        "\nencode and decode are in seconds. MOS is how like the original it sounds, by Zimtohrli:"
        "\n5 = no difference can be heard. Of stereo it is the worse channel's."
        f"\n\nOpen {DEMO / TRAVELLER}.png, then listen to {TRAVELLER}.wav beside it."
    )


def decode_and_report(
    name: str, original: eidophone.Sound, picture_path: Path, encode_seconds: float | None = None
) -> None:
    """Decode the picture file, save the sound beside it, and print one line of the table."""
    started = time.perf_counter()
    picture = eidophone.Picture.load(picture_path)
    sound = eidophone.decode(picture)
    decode_seconds = time.perf_counter() - started
    sound.save(picture_path.with_suffix(".wav"), overwrite=True)
    print(
        f"{name:<22}{original.duration_seconds:8.2f}"
        f"{f'{picture.width} x {picture.height}':>12}{picture_path.stat().st_size / 1000:7.0f}"
        f"{'' if encode_seconds is None else format(encode_seconds, '.2f'):>9}"
        f"{decode_seconds:9.2f}{mos(original, sound):>7}"
    )


def mos(original: eidophone.Sound, decoded: eidophone.Sound) -> str:
    """Mean opinion score of the worse channel, 1 to 5; a dash where Zimtohrli is not installed."""
    try:
        from zimtohrli import mos_from_signals
    except ImportError:
        return "-"
    sample_count = min(original.sample_count, decoded.sample_count)
    both = (sound.resampled(48_000).samples[:, :sample_count] for sound in (original, decoded))
    return f"{min(mos_from_signals(*pair) for pair in zip(*both, strict=True)):.3f}"


if __name__ == "__main__":
    main()
