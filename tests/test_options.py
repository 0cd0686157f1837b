"""Options: described once on the settings, and refused by what is described."""

import ast
import json
import re
from dataclasses import MISSING, dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pytest

import eidophone
from eidophone.base.errors import EidophoneError, PictureError
from eidophone.base.options import Option, check, described
from eidophone.bridge.settings import Passage, Running
from eidophone.faces.cli import parser
from eidophone.faces.cli.options import in_our_words, option_of
from eidophone.files.kinds import FILM_FORMATS, PICTURE_FORMATS
from eidophone.files.video import video_suffixes
from eidophone.film.looks import look_of
from eidophone.film.settings import LOOKS
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.jobs.settings import Decoding, Encoding, FilmDecoding, FilmEncoding, Watching
from eidophone.morphing.settings import Morphing
from eidophone.picture.recipe import Recipe

PACKAGE = Path(eidophone.__file__).parent

SETTINGS = [
    Encoding, Decoding, FilmEncoding, FilmDecoding, Watching, Passage, Running, DatasetPlan,
]  # fmt: skip

NAMED = [
    pytest.param(settings, one, id=f"{settings.__name__}.{one.name}")
    for settings in SETTINGS
    for one in described(settings)
]


@dataclass(frozen=True, kw_only=True)
class Meal:
    dish: Annotated[Literal["soup", "pie"], Option(help="what to eat")] = "soup"
    spoons: Annotated[int, Option(help="of salt", unit="g", low=1, high=9)] = 1
    heat: Annotated[float | None, Option(help="how hot", usual="as it comes", low=0)] = None
    rate: Annotated[Fraction | None, Option(help="bites", high=240)] = None
    guests: Annotated[tuple[int, ...], Option(help="their ages", low=0)] = ()
    sides: Annotated[tuple[Literal["salad", "bread"], ...], Option(help="beside it")] = ()
    wines: Annotated[tuple[int, ...], Option(help="of which years", most=2)] = ()
    hurry: Annotated[bool, Option(help="eat fast")] = False
    table: Annotated[str | None, Option(help="where")] = None
    cook: object = None  # nobody's choice


def refused(**values):
    with pytest.raises(PictureError) as caught:
        check(Meal(**values), PictureError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"dish": "cake"}, "`dish` is 'cake': it must be one of soup, pie"),
        ({"spoons": 0}, "`spoons` is 0: it must be 1 to 9 g"),
        ({"guests": 3}, "`guests` is 3: it must be a tuple"),
        ({"guests": [3]}, "`guests` is [3]: it must be a tuple"),
        ({"spoons": 10}, "`spoons` is 10"),
        ({"spoons": 2.0}, "`spoons` is 2.0"),
        ({"spoons": True}, "`spoons` is True"),
        ({"spoons": None}, "`spoons` is None"),
        ({"heat": -1e-9}, "it must be at least 0"),
        ({"heat": float("nan")}, "`heat` is nan"),
        ({"heat": float("inf")}, "`heat` is inf"),
        ({"rate": float("-inf")}, "`rate` is -inf"),
        ({"rate": 10**400}, "000...: it must be at most 240"),
        ({"heat": "warm"}, "`heat` is 'warm'"),
        ({"table": b"?" * 10_000}, "???...: it must be a str"),
        ({"rate": Fraction(241)}, "at most 240"),
        ({"guests": (3, -1)}, "`guests` is -1"),
        ({"guests": 3.5}, "`guests` is 3.5"),
        ({"sides": ("salad", "jam")}, "`sides` is 'jam'"),
        ({"hurry": 1}, "`hurry` is 1: it must be a bool"),
        ({"table": 4}, "`table` is 4: it must be a str"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name_and_value(values, said):
    assert said in refused(**values)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"spoons": 1},
        {"spoons": 9},
        {"spoons": np.int64(3)},
        {"heat": 0},
        {"heat": np.float32(1)},
        {"rate": 240},
        {"rate": Fraction(-1, 3)},
        {"guests": (0, 9)},
        {"sides": ("salad", "bread")},
        {"cook": 5},
    ],
)
def test_what_can_be_is_not_refused(values):
    check(Meal(**values), PictureError)


def test_more_values_than_there_can_be_are_refused():
    check(Meal(wines=(1990, 2001)), PictureError)
    assert refused(wines=(1990, 2001, 2002)) == (
        "`wines` is (1990, 2001, 2002): there can be 2 at most"
    )


def test_a_form_can_be_made_of_a_description():
    told = json.loads(json.dumps([one.as_json() for one in described(Meal)]))
    assert [one["name"] for one in told] == [one.name for one in fields(Meal)][:-1]
    assert told[0]["choices"] == ["soup", "pie"]
    assert told[1] == {
        "name": "spoons", "type": "int", "many": False, "default": 1, "help": "of salt",
        "usual": "", "unit": "g", "low": 1, "high": 9, "choices": [], "plain": [],
        "words": [], "most": None,
    }  # fmt: skip
    assert told[2]["default"] is None
    assert told[4]["many"]
    assert described(Encoding)[0].as_json()["default"] == "standard"


def test_choices_are_explained_in_plain_words():
    (align,) = (one for one in described(Morphing) if one.name == "align")
    assert align.as_json()["plain"] == ["each at its own pace", "to one length", "event by event"]
    assert align.option.explained == (
        "how they are brought to one clock: none, each at its own pace; stretch, to one length; "
        "dtw, event by event"
    )


@pytest.mark.parametrize(("settings", "one"), NAMED)
def test_every_choice_is_well_described(settings, one):
    assert not one.option.plain or len(one.option.plain) == len(one.option.choices)
    assert re.fullmatch(r"\S.*[^.\s]", one.option.help)  # a phrase
    json.dumps(one.as_json())
    assert one.default is not MISSING
    if one.default is None:
        assert one.option.usual
    settings()  # every default is allowed


@pytest.mark.parametrize(("settings", "one"), NAMED)
def test_every_limit_is_kept(settings, one):
    wrong = ["nonsense"] if one.option.choices else []
    wrong += [limit - 1 for limit in [one.option.low] if limit is not None]
    wrong += [limit + 1 for limit in [one.option.high] if limit is not None]
    for value in map(one.kind, wrong):
        with pytest.raises(EidophoneError, match=f"`{one.name}` is "):
            settings(**{one.name: (value,) if one.many else value})


def messages():
    """Texts of the library that are no docstrings, and where they are."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "faces" in path.relative_to(PACKAGE).parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and id(node) not in docs:
                yield path.name, node.value


def test_the_library_does_not_speak_of_options():
    said = [one for one in messages() if re.search(r"(?<![\w-])--(?!no-deps)[a-z]", one[1])]
    assert [text for name, text in said if name != "card.py"] == []  # a card shows commands


def test_the_command_line_has_every_argument_that_a_message_names():
    (commands,) = (one for one in parser()._actions if one.dest == "command")
    known = {
        name
        for command in commands.choices.values()
        for action in command._actions
        for name in action.option_strings
    }
    named = {name for _, text in messages() for name in re.findall(r"`([a-z_]+)`", text)}
    assert {"overwrite", "seconds", "channels"} <= named
    assert {option_of(name) for name in named} <= known


def test_arguments_are_options_in_what_the_command_line_says():
    said = in_our_words("voice.png is there: `overwrite` it, or raise `max_pixels`")
    assert said == "voice.png is there: --force it, or raise --max-pixels"
    with pytest.raises(EidophoneError) as refused:  # a recipe in a file: there is no such option
        Recipe(rows=3)
    assert in_our_words(str(refused.value)).startswith("rows is 3: ")


def test_names_that_are_known_before_what_they_name_is_imported():
    assert {f".{name}" for name in FILM_FORMATS} == set(video_suffixes())
    for form in PICTURE_FORMATS.values():
        assert np.dtype(form.dtype).name == form.dtype
    for look in LOOKS:
        look_of(look)


def test_the_public_names_are_there_before_they_are_imported():
    assert set(eidophone.__all__) <= set(dir(eidophone))
    everything = {}
    exec("from eidophone import *", everything)
    assert set(eidophone.__all__) <= set(everything)
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    said = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith("eidophone.")
        for alias in node.names
    }
    assert set(said) == set(eidophone.__all__)
    for name, module in said.items():  # what type checkers believe is so
        assert getattr(__import__(module, fromlist=[name]), name) is everything[name]
    with pytest.raises(AttributeError, match="nonsense"):
        eidophone.nonsense  # noqa: B018
