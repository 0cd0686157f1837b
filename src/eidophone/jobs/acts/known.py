"""All acts, by their names."""

from __future__ import annotations

from pathlib import Path

from eidophone.base.errors import NotThereError
from eidophone.base.options import shown
from eidophone.jobs.acts.compose import COMPOSE
from eidophone.jobs.acts.film import FILM
from eidophone.jobs.acts.fundamentals import FUNDAMENTALS
from eidophone.jobs.acts.generate import GENERATE
from eidophone.jobs.acts.learn import LEARN
from eidophone.jobs.acts.looking import EXPLORE, REPORT
from eidophone.jobs.acts.model import Act
from eidophone.jobs.acts.morph import MORPH, MORPHS
from eidophone.jobs.acts.picture import PICTURE, SQUARES
from eidophone.jobs.acts.play import PLAY
from eidophone.jobs.acts.render import RENDER
from eidophone.jobs.acts.score import DRAW, READ
from eidophone.jobs.acts.slide import SLIDE
from eidophone.jobs.acts.sound import FILM_SOUND, SOUND
from eidophone.jobs.acts.style import STYLE
from eidophone.jobs.acts.tell import TELL
from eidophone.jobs.acts.tradition import TRADITION
from eidophone.jobs.acts.transcribe import TRANSCRIBE
from eidophone.jobs.acts.translate import TRANSLATE
from eidophone.jobs.workspace.facts import kind_of_item

ACTS = {
    one.name: one
    for one in (
        *(PICTURE, SQUARES, FILM, SOUND, FILM_SOUND, STYLE, MORPH, MORPHS, TELL, RENDER),
        *(LEARN, SLIDE, TRANSLATE, GENERATE, EXPLORE, REPORT, TRANSCRIBE, PLAY),
        *(DRAW, READ, TRADITION, COMPOSE, FUNDAMENTALS),
    )
}


def act_for(name: str, of: tuple[Path, ...]) -> Act:
    """The act called ``name``, for items with the files ``of``.

    Raises:
        NotThereError: there is none.
    """
    if name not in ACTS:
        raise NotThereError(f"there is no act {shown(name)}: use {', '.join(ACTS)}")
    if ACTS[name] is SOUND and of and kind_of_item(of[0]) == "film":
        return FILM_SOUND
    return ACTS[name]
