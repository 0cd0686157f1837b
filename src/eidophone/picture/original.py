"""The original sound file that a picture carries."""

from __future__ import annotations

import warnings

from eidophone.base.atomic import scratch
from eidophone.base.errors import EidophoneWarning, SoundError
from eidophone.sound.choice import Choice
from eidophone.sound.sound import Sound


def sound_of_bytes(file: bytes, choice: Choice) -> Sound:
    """The sound in the bytes of a sound file, or what is chosen of it.

    Raises:
        SoundError: it is not a sound.
    """
    with scratch() as folder:
        path = folder / "original"
        path.write_bytes(file)
        channels, track, downmix = choice.channels, choice.track, choice.downmix
        try:
            with warnings.catch_warnings():
                # What there is to say of it was said when it was drawn.
                warnings.simplefilter("ignore", EidophoneWarning)
                return Sound.load(path, channels, track=track, downmix=downmix)
        except SoundError as error:
            said = str(error).replace(str(path), "the original sound in the picture")
            raise SoundError(said) from None
