"""What the pages say is so: code runs, links lead somewhere, figures are right."""

import ast
import contextlib
import gc
import hashlib
import inspect
import io
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

import eidophone
from docs.commands import blocks, commands, needed
from eidophone import PRESETS, Picture, Sound
from eidophone.base.options import described
from eidophone.bridge.networks import conventions
from eidophone.bridge.settings import KEEPS, Passage
from eidophone.faces import cli
from eidophone.files.image import max_side
from eidophone.files.kinds import PICTURE_FORMATS
from eidophone.files.video import video_suffixes
from eidophone.film import settings
from eidophone.jobs import drawing
from eidophone.jobs.dataset import plan
from eidophone.morphing.settings import Morphing
from eidophone.picture import features
from eidophone.picture.ink import step_db
from eidophone.picture.settings import ROUNDS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "eidophone"
DOCS = ROOT / "docs"
GUIDES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
PAGES = [
    *GUIDES,
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "sounds" / "PROVENANCE.md",
]


#: Libraries that trainers use.
LOADERS = {"datasets", "webdataset"}

#: As long as models need of each sound.
LEARNT_SECONDS = 3


def pages_with(find) -> list:
    return [pytest.param(page, id=page.name) for page in GUIDES if find(page)]


def learnt(page: Path) -> set[str]:
    """Sounds that a page has learnt from."""
    lines = re.findall(r"^(?:eidophone learn|cp) .*$", page.read_text("utf-8"), re.MULTILINE)
    return set(re.findall(r"sounds/\w+\.flac", " ".join(lines)))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """What a fresh clone has for the pages to work on, but short and small."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("sounds", "demo", "docs/images"):
        (folder / name).mkdir(parents=True)
    for path in sorted((ROOT / "sounds").glob("*.flac")):
        sound = Sound.load(path)
        Sound(sound.samples[:, : sound.rate // 4], sound.rate).save(folder / "sounds" / path.name)
    Sound.load(folder / "sounds" / "ambi_choir.flac").save(folder / "demo" / "ambi_choir.wav")
    shutil.copytree(ROOT / "examples", folder / "examples")
    (folder / "tests" / "foreign").mkdir(parents=True)
    for path in ROOT.glob("tests/foreign/*.png"):
        shutil.copy(path, folder / "tests" / "foreign")
    for path in [*ROOT.glob("examples/**/*.jpg"), DOCS / "images" / "guitar.jpg"]:
        image = Image.open(path)
        image.crop((0, 0, image.height // 8, image.height)).save(folder / path.relative_to(ROOT))
    return folder


@pytest.fixture
def workshop(small, tmp_path, monkeypatch, request):
    """A `small` clone of a page's own."""
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    for place in learnt(request.node.callspec.params["page"]):  # as long as that takes
        sound = Sound.load(ROOT / place)
        part = Sound(sound.samples[:1, : LEARNT_SECONDS * sound.rate], sound.rate)
        part.save(tmp_path / place, overwrite=True)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.filterwarnings("ignore:unclosed file.*tar:ResourceWarning")  # by webdataset
@pytest.mark.parametrize("page", pages_with(lambda page: blocks(page, "python")))
def test_python_in_the_pages_runs(page, workshop, monkeypatch):
    if page.name == "datasets.md":  # they load what the commands make
        run_commands(page)
        if find_spec("datasets"):  # which would remember the folders of another run
            monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", workshop / "remembered")
    names = {}
    for number, block in enumerate(blocks(page, "python")):
        if not all(map(find_spec, LOADERS & needed(block))):
            continue
        exec(compile(block, f"{page.name} block {number}", "exec"), names)
    names.clear()
    gc.collect()
    for made in workshop.glob("*.wav"):
        assert Sound.load(made).sample_count > 0


@pytest.mark.parametrize("page", pages_with(commands))
def test_commands_in_the_pages_run(page, workshop):
    run_commands(page)


def run_commands(page: Path) -> None:
    for line in commands(page):
        program, *arguments = shlex.split(line)
        if "--network" in arguments and not find_spec("onnxruntime"):
            continue
        if arguments[0] == "report":  # takes a minute: see test_learning_report
            continue
        if program != "eidophone":
            program = sys.executable if program == "python" else program
            subprocess.run([program, *arguments], check=True)
            continue
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            assert cli.main(arguments + added(arguments)) == 0, f"{line}: {errors.getvalue()}"
        place = {"learn": 1, "translate": 3}.get(arguments[0], 2)
        for made in map(Path, arguments[place : place + 1]):  # it may be numbered
            assert made.exists() or made.with_stem(f"{made.stem}-001").exists(), line


def added(arguments: list[str]) -> list[str]:
    """Options that keep a command from working in the background, for long, or for ever."""
    if arguments[0] == "watch":
        return ["--once", "--interval", "0.05"]
    is_slow = arguments[0] in ("decode", "translate", "generate") and "--quality" not in arguments
    is_slow = is_slow and not arguments[-1].endswith(".mid")
    quick = ["--quality", "preview"] if is_slow else []
    if arguments[0] == "generate":  # of as many places as the page says
        quick += ["--seconds", "3"]
    return quick + (["--jobs", "1"] if Path(arguments[1]).is_dir() else [])


def test_the_readme_shows_both_ways():
    verbs = {line.split()[1] for line in commands(ROOT / "README.md")}
    assert {"encode", "decode", "info"} <= verbs
    assert blocks(ROOT / "README.md", "python")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    targets += re.findall(r'(?:src|href|poster)="([^"]+)"', text)
    for target in targets:
        if not re.match(r"https?://|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_every_page_is_in_the_site():
    nav = set(re.findall(r"- ([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M))
    assert nav == {page.name for page in DOCS.glob("*.md")}


@pytest.mark.parametrize("name", eidophone.__all__)
def test_public_names_are_documented(name):
    thing = getattr(eidophone, name)
    assert f"::: eidophone.{name}\n" in (DOCS / "api.md").read_text("utf-8")
    if not inspect.isroutine(thing) and not inspect.isclass(thing):
        return
    assert len(inspect.getdoc(thing)) > 20
    for member, value in vars(thing).items() if inspect.isclass(thing) else ():
        if not member.startswith("_") and (inspect.isroutine(value) or isinstance(value, property)):
            assert value.__doc__, f"{name}.{member}"


@pytest.mark.parametrize(
    "path", re.findall(r"^::: (\S+)$", (DOCS / "api.md").read_text("utf-8"), re.M)
)
def test_the_reference_names_what_is_there(path):
    assert pkgutil.resolve_name(path) is not None


def test_the_picture_in_the_readme_says_what_it_is_made_of():
    """Pictures that were drawn earlier, as this one was, keep their meaning."""
    picture = Picture.load(DOCS / "images" / "guitar.jpg")
    assert not picture.guessed
    assert picture.source.rate == 44_100


def test_the_changelog_names_this_version():
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert headings[0] == eidophone.__version__


def test_the_command_line_page_has_every_option_and_no_other():
    page = (DOCS / "command-line.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(--[a-z-]+)", page, re.M))
    assert documented == options_of_all_commands()


def options_of_all_commands() -> set[str]:
    parser = cli.parser()
    (commands,) = (action for action in parser._actions if action.metavar == "COMMAND")
    actions = [action for one in (parser, *commands.choices.values()) for action in one._actions]
    names = {name for action in actions for name in action.option_strings}
    return {name for name in names if name.startswith("--")}


@pytest.mark.parametrize(
    "name",
    [
        *PRESETS,
        *PICTURE_FORMATS,
        *features.KINDS,
        *settings.KINDS,
        *settings.READINGS,
        *settings.LOOKS,
    ]
    + [*KEEPS, *plan.LAYOUTS, *plan.AUGMENTATIONS, *plan.FORMATS]
    + [*conventions.LAYOUTS, *conventions.PRESETS]
    + [suffix.lstrip(".") for suffix in video_suffixes()],
)
def test_the_command_line_page_has_every_choice(name):
    assert f"`{name}`" in (DOCS / "command-line.md").read_text("utf-8")


def test_the_command_line_page_says_what_a_clock_is_as_the_option_does():
    (align,) = (one.option for one in described(Morphing) if one.name == "align")
    (row,) = re.findall(r"^\| `--align .*", (DOCS / "command-line.md").read_text("utf-8"), re.M)
    for words in (align.help, *align.plain):
        assert words in row


HOUSES = [
    ".".join(init.parent.relative_to(PACKAGE.parent).parts)
    for init in sorted(PACKAGE.rglob("__init__.py"))
]


@pytest.mark.parametrize("house", HOUSES)
def test_the_house_is_as_it_is_drawn(house):
    folder = PACKAGE.parent / Path(*house.split("."))
    rooms = re.findall(r"^  (\w+)(?:\.py|/) ", drawing_of(folder), re.M)
    built = {path.stem for path in folder.glob("*.py")}
    built |= {path.parent.name for path in folder.glob("*/__init__.py")}
    assert set(rooms) == built - {"__init__", "__main__"}
    for position, room in enumerate(rooms):
        files = list((folder / room).rglob("*.py")) or [folder / f"{room}.py"]
        imported = {name for file in files for name in imports_of(file, house)}
        assert imported <= {"__version__", room, *rooms[:position]}, room


def drawing_of(folder: Path) -> str:
    page = (DOCS / "architecture.md").read_text("utf-8")
    (drawing,) = re.findall(rf"^{folder.relative_to(ROOT)}/\n(.*?)^```", page, re.DOTALL | re.M)
    return drawing


def imports_of(file: Path, house: str) -> set[str]:
    """What is imported of a room, anywhere in a file: also where it is needed only later."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == house:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{house}."):
            found.add(node.module.removeprefix(f"{house}.").split(".")[0])
    return found


def test_only_one_file_imports_pyav():
    knowing = [path for path in PACKAGE.rglob("*.py") if " import av " in path.read_text("utf-8")]
    assert knowing == [PACKAGE / "sound" / "ffmpeg.py"]


def test_figures_on_the_page_for_artists():
    page = " ".join((DOCS / "for-visual-artists.md").read_text("utf-8").split())
    standard = PRESETS["standard"]
    assert f"every {1000 * standard.hop_seconds:.1f} ms" in page
    assert f"a square lasts {standard.square_seconds:.2f} s" in page
    assert f"is {2 * standard.square_seconds:.2f} s" in page
    assert f"the 255 steps is {step_db('uint8', standard):.2f} dB" in page
    middle, above = ((value / 255) ** (1 / standard.gamma) for value in (127, 127 + 28))
    assert round((above - middle) * standard.range_db) == 10
    assert f"0 to {standard.max_hz:,.0f} Hz" in page
    assert f"`compact` ones last {PRESETS['compact'].square_seconds:.2f} s" in page
    assert f"`fine` ones {PRESETS['fine'].square_seconds:.2f} s" in page


def test_figures_on_the_pages_of_the_bridge():
    bridge, datasets = (
        " ".join((DOCS / f"{name}.md").read_text("utf-8").split())
        for name in ("bridge", "datasets")
    )
    seconds = {name: f"{recipe.square_seconds:.2f} s" for name, recipe in PRESETS.items()}
    assert f"pictures of {seconds['standard']} each, which overlap by an eighth" in bridge
    assert Passage(recipe=PRESETS["standard"]).overlap == 1 / 8
    assert f"A square lasts {seconds['standard']}" in datasets
    assert f"`--recipe compact` {seconds['compact']}, with `fine` {seconds['fine']}" in datasets
    usual = plan.DatasetPlan()
    assert f"You get squares of {usual.size} pixels" in datasets
    assert f"louder than −{-usual.silence_db:.0f} dB" in datasets


def test_the_page_of_comfyui_has_every_node_and_workflow():
    page = (DOCS / "comfyui.md").read_text("utf-8")
    nodes = {
        name
        for file in (PACKAGE / "faces" / "comfy").glob("*_nodes.py")
        for name in re.findall(r'schema\(\s*"(.+?)"', file.read_text("utf-8"))
    }
    assert set(re.findall(r"^\| ([A-Z][\w ]+) \|", page, re.M)) == nodes
    workflows = {path.stem for path in (ROOT / "example_workflows").glob("*.json")}
    assert set(re.findall(r"^- `(\w+)`:", page, re.M)) == workflows
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    oldest = project["tool"]["comfy"]["requires-comfyui"].removeprefix(">=")
    assert f"ComfyUI {oldest} or newer" in page


@pytest.mark.parametrize("page", ["command-line.md", "for-coders.md"])
def test_rounds_are_as_the_pages_say(page):
    preview, standard, best = ROUNDS.values()
    assert f"{preview}, {standard} or {best} rounds" in (DOCS / page).read_text("utf-8")
    method = (DOCS / "method.md").read_text("utf-8")
    assert f"{standard} for `standard`, {best} for `best`" in method


def test_figures_on_the_page_of_formats():
    page = " ".join((DOCS / "formats.md").read_text("utf-8").split())
    standard = PRESETS["standard"]
    columns = drawing._PICTURE_BYTES // (3 * standard.rows)
    assert f"{drawing._PICTURE_BYTES >> 20} MiB of pixels" in page
    assert f"{columns * standard.hop_seconds / 60:.1f} minutes of `standard`" in page
    webp = max_side("a.webp")
    assert f"{webp:,} columns, {webp * standard.hop_seconds / 60:.1f} minutes" in page


@pytest.mark.parametrize("suffix", video_suffixes())
def test_the_page_of_formats_has_every_film(suffix):
    films = (DOCS / "formats.md").read_text("utf-8").partition("## Films")[2]
    assert f"`{suffix}`" in films


def test_every_sound_is_as_its_provenance_says():
    page = (ROOT / "sounds" / "PROVENANCE.md").read_text("utf-8")
    said = {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", page, re.M)}
    files = sorted((ROOT / "sounds").glob("*.flac"))
    assert {path.name for path in files} == set(said)
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == said[path.name]
        assert f"| `{path.name}` |" in page
    assert sum(path.stat().st_size for path in files) < 3_000_000


@pytest.mark.parametrize(
    "target", ["demo", "test", "test-extras", "bench", "chaos", "docs", "clean"]
)
def test_make_knows_the_words(target):
    subprocess.run(["make", "-n", target], cwd=ROOT, check=True, capture_output=True)


def test_continuous_integration_makes_all_that_takes_minutes():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    made = re.findall(r"^make .*$", script.read_text("utf-8"), re.M)
    assert made == [
        "make test",
        "make web",
        "make demo",
        "make docs",
        "make test-extras",
        "make fuzz INPUTS=6000",
    ]
