"""Words understood: 43 English words, and a recogniser that knows no others.

PocketSphinx 5 (PyPI `pocketsphinx`, its US English model inside) with a grammar of these words.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from bench.morph.likeness import RATE

_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

#: Names of the recordings, and the words in them.
WORDS = {
    **{str(number): word for number, word in enumerate(_NUMBERS)},
    **{f"day-{number}": word for number, word in enumerate(_DAYS)},
    **{f"mon-{number}": word for number, word in enumerate(_MONTHS)},
    **{word: word for word in ("today", "tomorrow", "yesterday")},
}

_GAP = RATE // 4
_EARLY, _LATE = RATE // 40, RATE // 20


class Listener:
    """Understands words.

    Args:
        spoken: samples ``[n]`` at 16 kHz of each word.

    Attributes:
        content: all words, with a quarter of a second between them.
    """

    def __init__(self, spoken):
        from pocketsphinx import Config, Decoder, get_model_path  # noqa: PLC0415

        grammar = f"#JSGF V1.0;\ngrammar g;\npublic <w> = {' | '.join(spoken)};\n"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "words.jsgf"
            path.write_text(grammar, encoding="utf-8")
            model = get_model_path("en-us/en-us"), get_model_path("en-us/cmudict-en-us.dict")
            self._decoder = Decoder(
                Config(hmm=model[0], dict=model[1], jsgf=str(path), loglevel="FATAL",
                       remove_noise=True)
            )  # fmt: skip
        parts, self._places, at = [np.zeros(_GAP)], [], _GAP
        for word, samples in spoken.items():
            self._places.append((word, at, at + len(samples)))
            parts += [samples, np.zeros(_GAP)]
            at += len(samples) + _GAP
        self.content = np.concatenate(parts)

    def share(self, made):
        """Which share of the words of ``made``, a content told otherwise, is understood."""
        heard = [
            self._word(made[max(0, first - _EARLY) : last + _LATE]) == word
            for word, first, last in self._places
        ]
        return float(np.mean(heard))

    def _word(self, samples):
        level = np.sqrt((samples**2).mean())
        whole = np.pad(samples / max(1e-9, level) * 0.1, _GAP)
        whole += 1e-4 * np.random.RandomState(0).randn(len(whole))
        self._decoder.start_utt()
        self._decoder.process_raw(
            (whole.clip(-1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True
        )
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return found.hypstr.strip() if found else ""
