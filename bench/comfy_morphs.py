"""Sounds that become sounds in ComfyUI: what must be true of them, and what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from bench.comfy_server import ComfyUI, Graph, GraphError, Node
from bench.morph import likeness
from bench.progress import progress
from eidophone import Sound

#: Whether it is true of a, of b, which is shorter, and of what came back.
Claim = Callable[[Sound, Sound, list[Sound]], bool]

_SHORTER_SECONDS = 3.0
_AUDIBLE = 1e-2


@dataclass(frozen=True)
class _Trial:
    """A graph, and what must be true of what comes back: ``claim``, which is ``holds`` in words."""

    graph: Callable[[Graph], Node]
    holds: str
    claim: Claim


def morph_lines(server: ComfyUI, sound: Sound, other: Sound, only: str) -> Iterator[str]:
    """A table: what came of a, the ``sound``, and b, the beginning of the ``other``.

    Of the graphs, those whose names have ``only`` in them.
    """
    b = other.resampled(sound.rate).samples[:, : round(_SHORTER_SECONDS * sound.rate)]
    server.give("a.wav", sound)
    server.give("b.wav", Sound(b, sound.rate))
    first, second = (_as_saved(server, one) for one in "ab")
    yield from ("", "| morph | must be | is it? | seconds | took | said |")
    yield "|---|---|---|---|---|---|"
    for name, trial in _TRIALS.items():
        if only in name:
            progress(name)
            yield f"| {name} | {trial.holds} | {_tried(server, trial, first, second)} |"
    yield from ("", "| refused | said |", "|---|---|")
    for name, graph in _REFUSED.items():
        if only in name:
            yield f"| {name} | {server.refused(graph)} |"


def _as_saved(server: ComfyUI, name: str) -> Sound:
    """What ComfyUI saves of a sound that nothing is done to: 0.3.64 saves mono as stereo."""
    graph = server.graph()
    saved = graph("SaveAudio", audio=_loaded(graph, name))
    (shown,) = server.run(graph)[saved.name]["audio"]
    return server.sound(shown)


def _tried(server: ComfyUI, trial: _Trial, first: Sound, second: Sound) -> str:
    began, graph = perf_counter(), server.graph()
    try:
        last = trial.graph(graph)
        saved = graph("SaveAudio", audio=last[0])
        shown = server.run(graph)
    except GraphError as error:
        return f"**failed** | | | {error}"
    found = [server.sound(one) for one in shown[saved.name]["audio"]]
    true = "yes" if trial.claim(first, second, found) else "**no**"
    seconds = ", ".join(f"{one.duration_seconds:.2f}" for one in found)
    said = "; ".join(" ".join(shown[last.name]["text"]).splitlines())
    return f"{true} | {seconds} | {perf_counter() - began:.1f} s | {said}"


def _loaded(graph: Graph, name: str) -> list[Any]:
    return graph("LoadAudio", audio=f"{name}.wav")[0]


def _twice(graph: Graph, name: str) -> list[Any]:
    """A batch of the same sound, two times: as two seeds give it."""
    drawn = graph("EidophoneSoundToPicture", audio=_loaded(graph, name))
    both = graph("RepeatImageBatch", image=drawn[0], amount=2)
    return graph("EidophonePictureToSound", image=both[0], reference=drawn[1])[0]


def _morph(**how: Any) -> Callable[[Graph], Node]:
    def drawing(graph: Graph) -> Node:
        return graph("EidophoneMorph", a=_loaded(graph, "a"), b=_loaded(graph, "b"), **how)

    return drawing


def _style(**how: Any) -> Callable[[Graph], Node]:
    def drawing(graph: Graph) -> Node:
        sounds = {"audio": _loaded(graph, "a"), "substance": _loaded(graph, "b")}
        return graph("EidophoneStyleSound", **sounds | how)

    return drawing


def _with_batch(kind: str, entry: str, other: str, **how: Any) -> Callable[[Graph], Node]:
    """A batch of two of a at ``entry`` of the node ``kind``, and b at the ``other``."""

    def drawing(graph: Graph) -> Node:
        return graph(kind, **{entry: _twice(graph, "a"), other: _loaded(graph, "b")}, **how)

    return drawing


def _of_three(graph: Graph) -> Node:
    sounds = {"a": _loaded(graph, "a"), "b": _loaded(graph, "b"), "c": _loaded(graph, "a")}
    return graph("EidophoneMorph", method="mosaic", **sounds)


def _without_b(graph: Graph) -> Node:
    return graph("EidophoneMorph", a=_loaded(graph, "a"))


def _of_a_mute_film(graph: Graph) -> Node:
    drawn = graph("EidophoneSoundToFilm", audio=_loaded(graph, "a"))
    video = graph("CreateVideo", images=drawn[0], fps=drawn[1])
    mute = graph("GetVideoComponents", video=video[0])
    return graph("EidophoneMorph", a=_loaded(graph, "a"), b=mute[1])


def _same(one: Sound, *others: Sound) -> bool:
    return all(np.array_equal(one.samples, other.samples) for other in others)


def _sounds(*found: Sound) -> bool:
    return all(abs(one.samples).max() > _AUDIBLE for one in found)


def _told(content: Sound, *found: Sound) -> bool:
    """Whether all are as long as ``content``, and as loud from moment to moment."""
    heard = [one.resampled(likeness.RATE).samples.mean(axis=0) for one in (content, *found)]
    return all(one.sample_count == content.sample_count for one in found) and all(
        likeness.env(one, heard[0]) > _LEAST_ENV for one in heard[1:]
    )


#: What a mosaic at full strength is held to, as in bench.morph.
_LEAST_ENV = 0.95

_SOUNDING = "one sound, as long as a or b or between, audible, neither of them"


def _is_new(a: Sound, b: Sound, found: list[Sound]) -> bool:
    (one,) = found
    between = b.sample_count <= one.sample_count <= a.sample_count
    return between and _sounds(one) and not _same(one, a) and not _same(one, b)


_AS_TOLD = "as long as a, and as loud from moment to moment"

_TRIALS = {
    "morph by split, 0.5": _Trial(_morph(mix="0.5"), _SOUNDING, _is_new),
    "morph by transport, even": _Trial(_morph(method="transport"), _SOUNDING, _is_new),
    "morph by split, 0": _Trial(
        _morph(mix="0"), "a, sample for sample", lambda a, _, found: _same(a, *found)
    ),
    "morph by split, 1": _Trial(
        _morph(mix="1"), "b, sample for sample", lambda _, b, found: _same(b, *found)
    ),
    "morph by split, 0:1 in 2 s": _Trial(
        _morph(mix="0:1", seconds=2.0),
        "2 s long, audible",
        lambda a, _, found: _sounds(*found) and found[0].sample_count == 2 * a.rate,
    ),
    "morph by mosaic": _Trial(
        _morph(method="mosaic"), _AS_TOLD, lambda a, _, found: _told(a, *found)
    ),
    "morph by split, 0, two of a with one b": _Trial(
        _with_batch("EidophoneMorph", "a", "b", mix="0"),
        "a, sample for sample, twice",
        lambda a, _, found: len(found) == 2 and _same(a, *found),
    ),
    "style": _Trial(_style(), _AS_TOLD, lambda a, _, found: _told(a, *found)),
    "style, strength 0": _Trial(
        _style(strength=0.0), "a, sample for sample", lambda a, _, found: _same(a, *found)
    ),
    "style, two of a": _Trial(
        _with_batch("EidophoneStyleSound", "audio", "substance"),
        f"two that are the same, each {_AS_TOLD}",
        lambda a, _, found: len(found) == 2 and _same(*found) and _told(a, *found),
    ),
    "style, by a batch of two": _Trial(
        _with_batch("EidophoneStyleSound", "substance", "audio"),
        "one, as long as b, and as loud from moment to moment",
        lambda _, b, found: len(found) == 1 and _told(b, *found),
    ),
}

_REFUSED = {
    "morph, no sound at b": _without_b,
    "morph, b of a film that has no sound": _of_a_mute_film,
    "morph, mix lots": _morph(mix="lots"),
    "morph, mix 2": _morph(mix="2"),
    "morph, a mosaic of three": _of_three,
}
