"""``python -m bench.morph.mosaics``: voices told by animals, beside trivial methods."""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
import scipy.signal
import soxr

from bench.morph import likeness
from bench.morph.likeness import RATE
from bench.morph.words import WORDS, Listener
from bench.progress import progress
from bench.sounds import fetched
from eidophone import Sound, decode, encode
from eidophone.base.errors import EidophoneWarning
from eidophone.morphing.looping import looped
from eidophone.morphing.methods.vocoder import vocoded
from eidophone.morphing.pictured import articulated_picture
from eidophone.morphing.settings import Telling
from eidophone.morphing.styling import styled
from eidophone.morphing.telling.told import Turn, told

_VOICE = "asterisk-core-sounds-en-g722", "asterisk/sounds/en_US_f_Allison"
_PHRASES = (
    "digits/3",
    "digits/7",
    "digits/1",
    "digits/5",
    "all-circuits-busy-now",
    "conf-onlyperson",
)
_SECONDS = 6.0

_TUX, _STAMPS = "tuxpaint-stamps-default", "tuxpaint/stamps/animals"

#: Substances: package, file, second at which they begin, and how long they are. Nothing was tuned
#: on those after the first three.
SUBSTANCES = {
    "elephant": (_TUX, f"{_STAMPS}/mammals/elephant.ogg", 0, 30),
    "lion": (_TUX, f"{_STAMPS}/mammals/cats/lion.ogg", 0, 30),
    "bee": (_TUX, f"{_STAMPS}/insects/bee.ogg", 0, 30),
    "blackbird": (_TUX, f"{_STAMPS}/birds/blackbird.ogg", 0, 30),
    "whale": (_TUX, f"{_STAMPS}/mammals/aquatic/whale.ogg", 0, 30),
    "orchestra": ("hyperrogue-music", "hyperrogue/music/hr3-hell.ogg", 30, 13),
    "rooster": (_TUX, f"{_STAMPS}/birds/rooster.ogg", 0, 30),
    "cello": (_TUX, "tuxpaint/stamps/hobbies/music/string/cello.ogg", 0, 30),
    "washing machine": (_TUX, "tuxpaint/stamps/household/Washing-machine.ogg", 0, 30),
}

#: Contents that are music.
MUSIC = {
    "caves": ("hyperrogue-music", "hyperrogue/music/hr3-caves.ogg", 30, 6),
    "icy land": ("hyperrogue-music", "hyperrogue/music/hr3-icyland.ogg", 30, 6),
}

#: Voices at other rates.
VOICES = {
    "French, 8 kHz": (
        "asterisk-core-sounds-fr-wav", "asterisk/sounds/fr_CA_f_June/demo-congrats.wav", 5, 6,
    ),
    "Russian, 8 kHz": (
        "asterisk-core-sounds-ru-wav", "asterisk/sounds/ru_RU_f_IvrvoiceRU/vm-intro.wav", 0, 6,
    ),
    "Dutch, 44.1 kHz": (
        "fillets-ng-data-nl", "games/fillets-ng/sound/atlantis/nl/sp-v-vratit1.ogg", 0, 6,
    ),
}  # fmt: skip


def limited(samples):
    """``samples`` between 50 and 7000 Hz, at a mean level of .08."""
    band = scipy.signal.butter(8, [50, 7000], "band", fs=RATE, output="sos")
    samples = scipy.signal.sosfiltfilt(band, samples - samples.mean())
    return samples / max(1e-9, np.sqrt((samples**2).mean())) * 0.08


def spoken(names):
    """Recordings of the English voice."""
    import av  # noqa: PLC0415

    package, folder = _VOICE
    for path in fetched(package, tuple(f"{folder}/{name}.g722" for name in names)):
        with av.open(str(path), format="g722") as file:
            parts = [frame.to_ndarray().ravel() for frame in file.decode(audio=0)]
        yield np.concatenate(parts).astype(np.float64) / 32768


def content():
    """Six seconds of English: digits and sentences."""
    whole = np.concatenate(list(spoken(_PHRASES)))
    return limited(whole[: round(_SECONDS * RATE)])


def whole(package, file, start, seconds):
    """Part of a recording in one channel, at its own rate."""
    (path,) = fetched(package, (file,))
    sound = Sound.load(path)
    first = round(start * sound.rate)
    return Sound(sound.samples.mean(axis=0)[first:][: round(seconds * sound.rate)], sound.rate)


def narrow(sound):
    """``sound`` as it is measured."""
    return limited(soxr.resample(sound.samples[0].astype(np.float64), sound.rate, RATE))


def substance(name):
    """One of `SUBSTANCES`."""
    return narrow(whole(*SUBSTANCES[name]))


def listener():
    """One who understands the words, or None, with a word of why."""
    try:
        recordings = spoken([f"digits/{name}" for name in WORDS])
        return Listener(
            {word: limited(one) for word, one in zip(WORDS.values(), recordings, strict=True)}
        )
    except ImportError as error:
        progress(f"without words: {error}")
        return None


def loop(heard, other):
    """The substance as long as the content."""
    return looped(other[None].astype(np.float32), len(heard), RATE)[0]


def _joined(blocks):
    return np.concatenate(list(blocks), axis=1)[0]


def _two(heard, other):
    return heard[None].astype(np.float32), loop(heard, other)[None]


def _vocoder(heard, other):
    return _joined(vocoded(*_two(heard, other), RATE))


def _under_its_loudness(heard, other):
    def still(moments):
        one, nothing = np.ones(len(moments), np.float32), np.zeros(len(moments), np.float32)
        return Turn(own=nothing, told=one, movement=nothing, mean=one, loudness=nothing)

    return _joined(told(*_two(heard, other), RATE, still))


def _crossfade(heard, other):
    mixed = heard + loop(heard, other)
    return _under_its_loudness(heard, mixed)


def _vocoder_mixed(heard, other):
    """The vocoder with as much of the loop as makes its texture that of the mosaic."""
    goal = likeness.distance(_articulated(0.75)(heard, other), heard, other)
    voice, plain = (
        _rms(one) for one in (_vocoder(heard, other), _under_its_loudness(heard, other))
    )
    low, high = 0.0, 1.0
    for _ in range(7):
        share = (low + high) / 2
        made = np.cos(share * np.pi / 2) * voice + np.sin(share * np.pi / 2) * plain
        low, high = (share, high) if likeness.distance(made, heard, other) > goal else (low, share)
    return made


def _articulated(articulation, content="speech"):
    how = Telling(articulation=articulation, content=content)

    def make(heard, other):
        return styled(Sound(heard, RATE), [Sound(other, RATE)], how).sound(how).samples[0]

    return make


def _pictured(heard, other):
    """The mosaic as something done to pictures, at full articulation."""
    sounds = Sound(heard, RATE), Sound(loop(heard, other), RATE)
    drawn = [encode(one, dtype=np.float32) for one in sounds]
    made = articulated_picture(*drawn, 1.0)
    return decode(made, reference=sounds[1], reference_picture=drawn[1]).samples[0]


def _rms(samples):
    return samples / max(1e-9, np.sqrt((samples**2).mean())) * 0.08


METHODS = {
    "loop x envelope": _under_its_loudness,
    "crossfade x envelope": _crossfade,
    "vocoder": _vocoder,
    "vocoder + loop": _vocoder_mixed,
    "mosaic, articulation .5": _articulated(0.5),
    "mosaic, articulation .75": _articulated(0.75),
    "mosaic, articulation 1": _articulated(1.0),
    "pictures, articulation 1": _pictured,
}

#: Of contents that are music.
MUSIC_METHODS = {
    "loop x envelope": _under_its_loudness,
    "crossfade x envelope": _crossfade,
    "vocoder": _vocoder,
    "mosaic as of speech": _articulated(0.75),
    "mosaic, articulation .5": _articulated(0.5, "music"),
    "mosaic, articulation .75": _articulated(0.75, "music"),
    "mosaic, articulation 1": _articulated(1.0, "music"),
}

_HEADS = (
    *("substance", "method", "env", "onset", "MFCC", "tex", "tex2", "coherence", "words"),
    "x real time",
)


def row(name, method, heard, other, words):
    """A line of the table."""
    begun = time.perf_counter()
    made = _rms(METHODS[method](heard, other))
    speed = len(heard) / RATE / (time.perf_counter() - begun)
    understood = "-"
    if words is not None:
        understood = f"{words.share(METHODS[method](words.content, other)):.2f}"
    return [name, method, *figures(made, heard, other), understood, f"{speed:.0f}"]


def figures(made, heard, other):
    """What is measured of a mosaic, as text."""
    values = (
        likeness.env(made, heard),
        likeness.onset(made, heard),
        likeness.mfcc(made, heard),
        likeness.distance(made, heard, _rms(other), likeness.texture),
        likeness.distance(made, heard, _rms(other)),
        likeness.coherence(made, heard),
    )
    return [f"{value:.2f}" for value in values]


def table(substances, methods, words):
    """English told by substances."""
    heard = content()
    rows = (
        row(name, method, heard, substance(name), words)
        for name in substances
        for method in methods
    )
    return _in_markdown(_HEADS, rows)


def table_of_music(substances):
    """Music told by substances, by its notes; the vocoder and the mosaic for speech beside it."""
    return _in_markdown(
        ("music", "substance", "method", "chroma", "env", "tex2", "coherence"),
        (
            _musical_row(name, other, method)
            for name in MUSIC
            for other in substances
            for method in MUSIC_METHODS
        ),
    )


def _musical_row(name, other, method):
    heard, substances = narrow(whole(*MUSIC[name])), substance(other)
    made = _rms(MUSIC_METHODS[method](heard, substances))
    values = (
        likeness.chroma(made, heard),
        likeness.env(made, heard),
        likeness.distance(made, heard, _rms(substances)),
        likeness.coherence(made, heard),
    )
    return [name, other, method, *(f"{value:.2f}" for value in values)]


def table_of_voices(substances):
    """Voices at their own rates, told by substances at theirs; and what is above 7 kHz of each."""
    return _in_markdown(
        (*("voice", "substance", *_HEADS[2:8]), "above 7 kHz, voice, substance, told"),
        (_voice_row(name, other) for name in VOICES for other in substances),
    )


def _voice_row(name, other):
    voice, sound = whole(*VOICES[name]), whole(*SUBSTANCES[other])
    made = styled(voice, [sound], Telling(content="speech")).sound()
    high = " ".join(f"{_above(one):.0f} dB" for one in (voice, sound, made))
    return [name, other, *figures(narrow(made), narrow(voice), narrow(sound)), high]


def _above(sound):
    """Level of what is above 7 kHz, beside the whole."""
    power = np.abs(np.fft.rfft(sound.samples[0])) ** 2
    high = power[np.fft.rfftfreq(sound.sample_count, 1 / sound.rate) > 7000].sum()
    return 10 * np.log10(high / power.sum() + 1e-12)


def _in_markdown(heads, rows):
    lines = [list(heads), ["---"] * len(heads)]
    for line in rows:
        lines.append(line)
        progress(" ".join(line))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.morph.mosaics", description=__doc__)
    parser.add_argument("--substances", nargs="*", default=list(SUBSTANCES), choices=SUBSTANCES)
    parser.add_argument("--methods", nargs="*", default=list(METHODS), choices=METHODS)
    parser.add_argument("--quick", action="store_true", help="without words")
    options = parser.parse_args()
    warnings.simplefilter("ignore", EidophoneWarning)
    words = None if options.quick else listener()
    print(table(options.substances, options.methods, words))
    print("", table_of_voices(options.substances), sep="\n")
    print("", table_of_music(options.substances), sep="\n")


if __name__ == "__main__":
    main()
