"""Guesses: what was found out about a film that says nothing, in one line, and what settles it."""

from __future__ import annotations

from typing import Literal

from eidophone.base.errors import tell
from eidophone.film.facts import FilmFacts
from eidophone.film.framing import Lost
from eidophone.film.pages import Pages
from eidophone.film.settings import Kind

#: How a picture that the film turns is read.
Walk = Literal["cycle", "sweep"]

#: A film that is so many times as long as it was is slower.
_SLOWED = 1.25

_SHARES = "this film does not say what its pages share: each fades into the next; `overlap` says it"


def tell_guess(found: FilmFacts | Pages | Walk, seconds: float) -> None:
    """Say what a film that says nothing is taken for: a sound of so many ``seconds``."""
    if isinstance(found, FilmFacts):
        a_film, more = f"a film of the kind {found.kind}, {seconds:.3f} s long", ""
    elif isinstance(found, Pages):
        a_film, more = _pages_in_words(found, seconds), ", `overlap`"
    else:
        a_film, more = "a picture that the film turns, and read round and round", ""
    tell(
        f"this film does not say how it was made, and is taken for {a_film}: `read`{more}, "
        f"`recipe` and `seconds` say otherwise"
    )


def tell_speed(facts: FilmFacts, seconds: float) -> None:
    """Say that a film lasts longer than it did, ``seconds``, and is heard at its own pace."""
    if seconds > _SLOWED * float(facts.frame_count / facts.fps):
        tell(
            f"this film lasts {seconds:.2f} s, and was made of {facts.seconds:.2f} s of sound: it "
            f"is heard at its first pace; `seconds` {seconds:.2f} is as slow as the film"
        )


def tell_lie(kind: Kind, was: str) -> None:
    """Say that the frames of a film of this ``kind`` were turned, and are set right."""
    if kind == "scroll" and was == "mirrored":
        tell(
            "the picture of this film moves to the right: it was mirrored, or runs backwards; it "
            "is heard in the order in which it is shown"
        )
    else:
        tell(f"the frames of this film were {was}, as they show, and are heard as they were made")


def tell_lost(lost: Lost) -> None:
    """Say what frames have lost at their edges."""
    tell(
        f"the frames of this film were cut by {100 * lost.down:.2g} % above and below and by "
        f"{100 * lost.across:.2g} % beside, as its sound track shows: what is left keeps its pitch"
    )


def tell_unrelated(pages: Pages) -> None:
    """Say that ``pages`` do not show what they share."""
    if pages.count > 1 and not pages.are_ours:
        tell(_SHARES)


def _pages_in_words(pages: Pages, seconds: float) -> str:
    shared = round(100 * (1 - pages.step / pages.width))
    share = f"share {shared} %" if shared else "share nothing"
    if not pages.are_ours:
        share = f"fade into each other over {shared} %"
    if pages.count == 1:
        return f"1 page, {seconds:.3f} s long"
    return f"{pages.count} pages that {share}, {seconds:.3f} s in all"
