"""Choice: what of a file is heard, where it has more than one sound or many channels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What of a file is heard.

    Attributes:
        channels: one or two of its channels, counted from 0; None: all, of which there are two.
        track: which of its sound tracks, counted from 0; None: the default one.
        downmix: more than two channels are mixed to two.
    """

    channels: tuple[int, ...] | None = None
    track: int | None = None
    downmix: bool = False


NO_CHOICE = Choice()
