"""The nodes between sounds and sounds."""

from __future__ import annotations

from comfy_api.latest import io

from eidophone.base.errors import MorphError
from eidophone.faces.comfy.showing import made_sounds
from eidophone.faces.comfy.sockets import level_inputs, player_input, schema, socket
from eidophone.faces.comfy.tensors import Audio, sounds_of
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.morph import morphed
from eidophone.morphing.settings import (
    EVEN,
    Align,
    ContentKind,
    Curve,
    MethodName,
    Morphing,
    Telling,
)
from eidophone.morphing.styling import styled
from eidophone.picture.settings import Quality
from eidophone.sound.sound import Sound

_TELLING = ", ".join(name for name, one in METHODS.items() if one.tells)
_OF_SEVERAL = ", ".join(name for name, one in METHODS.items() if one.most > 2)


class Morph(io.ComfyNode):
    """Two to four sounds as one new sound."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Morph Sounds",
            node_id="EidophoneMorph",
            is_output_node=True,
            description="Two to four sounds become one new sound, at one mix or along a path of "
            "them. With mix 0 it is a, with mix 1 it is b.",
            inputs=[
                io.Audio.Input("a", tooltip=f"The first sound: by {_TELLING}, what is told."),
                io.Audio.Input("b", tooltip=f"The second sound: by {_TELLING}, what tells it."),
                io.Combo.Input(
                    "method",
                    options=list(METHODS),
                    default="split",
                    tooltip=" ".join(
                        f"{name}: {one.sentence[0].lower()}{one.sentence[1:]}"
                        for name, one in METHODS.items()
                    ),
                ),
                socket(Morphing, "mix", f"{EVEN}: as much of each."),
                socket(Morphing, "align"),
                socket(Morphing, "seconds"),
                socket(Morphing, "articulation"),
                socket(Morphing, "curve"),
                socket(Morphing, "quality"),
                *level_inputs(Morphing),
                io.Audio.Input("c", optional=True, tooltip=f"A third sound, for {_OF_SEVERAL}."),
                io.Audio.Input("d", optional=True, tooltip=f"A fourth sound, for {_OF_SEVERAL}."),
                player_input(),
            ],
            outputs=[io.Audio.Output("audio", display_name="audio")],
        )

    @classmethod
    def execute(
        cls,
        a: Audio | None,
        b: Audio | None,
        method: MethodName,
        mix: str,
        align: Align,
        seconds: float,
        articulation: float,
        curve: Curve,
        quality: Quality,
        gain: float = 0.0,
        as_drawn: bool = False,
        c: Audio | None = None,
        d: Audio | None = None,
        audioUI: object = None,  # noqa: ARG003, N803 (the page sends it)
    ) -> io.NodeOutput:
        """Morph the sounds of ``a`` with those of ``b``, and of ``c`` and ``d``."""
        how = Morphing(
            method=method,
            mix=mix,
            align=align,
            seconds=seconds or None,
            articulation=articulation,
            curve=curve,
            quality=quality,
            gain=gain or None,
            as_drawn=as_drawn,
        )
        batches = [sounds_of(one) for one in (a, b, *(one for one in (c, d) if one is not None))]
        return made_sounds(cls, (morphed(sounds, how) for sounds in _together(batches)), how)


class Style(io.ComfyNode):
    """A sound told by others."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """What ComfyUI shows of this node."""
        return schema(
            "Style Sound",
            node_id="EidophoneStyleSound",
            is_output_node=True,
            description="One sound tells what another says: a voice made of elephants, with "
            "nothing of the voice itself in it.",
            inputs=[
                io.Audio.Input("audio", tooltip="What is told: a voice, or music."),
                io.Audio.Input(
                    "substance",
                    tooltip="What it is made of then; of a batch, all sounds, the more the better.",
                ),
                socket(Telling, "articulation"),
                socket(Telling, "strength"),
                socket(Telling, "content"),
                *level_inputs(Telling),
                player_input(),
            ],
            outputs=[io.Audio.Output("result", display_name="result")],
        )

    @classmethod
    def execute(
        cls,
        audio: Audio | None,
        substance: Audio | None,
        articulation: float,
        strength: float,
        content: ContentKind,
        gain: float = 0.0,
        as_drawn: bool = False,
        audioUI: object = None,  # noqa: ARG003, N803 (the page sends it)
    ) -> io.NodeOutput:
        """Let the sounds of ``substance`` tell each of ``audio``."""
        how = Telling(
            articulation=articulation,
            strength=strength,
            content=content,
            gain=gain or None,
            as_drawn=as_drawn,
        )
        made_of = sounds_of(substance)
        return made_sounds(cls, (styled(one, made_of, how) for one in sounds_of(audio)), how)


def _together(batches: list[tuple[Sound, ...]]) -> list[tuple[Sound, ...]]:
    """The first of each batch, the second of each, and so on; one alone goes with all of them."""
    count = max(map(len, batches))
    if any(len(one) not in (1, count) for one in batches):
        counts = ", ".join(str(len(one)) for one in batches)
        raise MorphError(f"the batches have {counts} sounds: give as many of each, or one")
    return list(zip(*(one * (count // len(one)) for one in batches), strict=True))
