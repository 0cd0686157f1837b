"""Commands as tools: what they may write, what may go wrong, and going on after that."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from signals import wait_until

from eidophone.base.errors import EidophoneWarning, OutputError, ToolError
from eidophone.bridge.programs import running
from eidophone.bridge.programs.command import CommandTool
from eidophone.files.image import read_image

posix_only = pytest.mark.skipif(os.name == "nt", reason="process groups and scripts of POSIX")


@pytest.fixture
def program(tmp_path):
    """Makes a command that runs Python code; ``given`` and ``wanted`` are its two paths."""

    def make(code, *, places="{in} {out}", name="tool.py"):
        path = tmp_path / "a tool's place" / name
        path.parent.mkdir(exist_ok=True)
        head = (
            "import os, shutil, sys, time\n"
            "from pathlib import Path\n"
            "given, wanted = Path(sys.argv[1]), Path(sys.argv[2])\n"
        )
        path.write_text(head + code)
        return f"{shlex.quote(sys.executable)} -S {shlex.quote(str(path))} {places}"

    return make


#: Imaging programs need their packages.
def imaging(command):
    return command.replace(" -S ", " ")


COPY = "shutil.copy(given, wanted)\n"
COPY_ALL = "for path in sorted(given.iterdir()): shutil.copy(path, wanted)\n"


def some_pictures(count, size=16, seed=0):
    rng = np.random.default_rng(seed)
    return list(rng.integers(0, 256, (count, size, size, 3), dtype=np.uint8))


def same(one, other):
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# --- what comes back ---


@pytest.mark.parametrize("per", ["picture", "folder"])
def test_what_a_tool_copies_comes_back_as_it_was(program, per):
    pictures = some_pictures(3)
    copied = CommandTool(program(COPY if per == "picture" else COPY_ALL), per=per)(pictures)
    assert same(copied, pictures)


def test_no_pictures_need_no_run(program):
    assert CommandTool(program("sys.exit(1)"))([]) == []
    assert CommandTool(program("sys.exit(1)"), per="folder")([]) == []


def test_pictures_of_16_bits_stay_so(program):
    picture = np.arange(16 * 16 * 3, dtype=np.uint16).reshape(16, 16, 3) * 85
    assert same(CommandTool(program(COPY))([picture]), [picture])


def test_another_size_format_and_mode_are_understood(program):
    code = (
        "from PIL import Image\n"
        "image = Image.open(given).resize((24, 32)).convert('L')\n"
        "image.save(wanted.with_suffix('.jpg'), quality=95)\n"
    )
    (result,) = CommandTool(imaging(program(code)))([np.full((16, 16, 3), 200, np.uint8)])
    assert result.shape == (32, 24, 3)
    assert result.dtype == np.uint8
    assert np.abs(result.astype(int) - 200).max() <= 2


def test_alpha_lies_over_black(program):
    code = (
        "from PIL import Image\nimage = Image.open(given)\nimage.putalpha(0)\nimage.save(wanted)\n"
    )
    (result,) = CommandTool(imaging(program(code)))([np.full((16, 16, 3), 200, np.uint8)])
    assert result.shape == (16, 16, 3)
    assert not result.any()


def test_a_tool_that_adds_to_the_name_is_understood(program):
    pictures = some_pictures(2)
    code = "shutil.copy(given, wanted.with_name(wanted.stem + '_out.png'))\n"
    assert same(CommandTool(program(code))(pictures), pictures)


def test_other_files_beside_the_picture_are_left_aside(program):
    pictures = some_pictures(1)
    code = (
        "wanted.with_suffix('.json').write_text('{}')\n"
        "shutil.copy(given, wanted.with_suffix('.webp'))\n"
        "wanted.with_name('a.txt').write_text('note')\n"
    )
    assert same(CommandTool(program(code))(pictures), pictures)


def test_paths_with_spaces_and_braces_need_no_quotes(program, tmp_path):
    pictures = some_pictures(1)
    work = tmp_path / "my {out} 'work'; rm -rf \"$HOME\""
    assert same(CommandTool(program(COPY), work=work)(pictures), pictures)
    same_argument = program(
        "shutil.copy(sys.argv[3].split('=', 1)[1], sys.argv[4].split('=', 1)[1])\n",
        places="a b --in={in} --out={out}",
    )
    assert same(CommandTool(same_argument, work=work)(pictures), pictures)


def test_order_is_kept_when_many_run_at_a_time(program, tmp_path):
    pictures = some_pictures(6)
    code = (  # the first ends last
        f"done = Path({str(tmp_path)!r})\n"
        "while '000001' in given.name and len(list(done.glob('done-*'))) < 5: time.sleep(0.02)\n"
        f"{COPY}"
        "(done / f'done-{given.stem}').touch()\n"
    )
    assert same(CommandTool(program(code), jobs=3)(pictures), pictures)


# --- folders ---


def test_other_names_are_matched_in_natural_order(program):
    pictures = some_pictures(11)
    code = (
        "for number, path in enumerate(sorted(given.iterdir())):\n"
        "    shutil.copy(path, wanted / f'result {number + 1}.png')\n"
    )
    assert same(CommandTool(program(code), per="folder")(pictures), pictures)


def test_a_contact_sheet_beside_the_pictures_is_left_aside(program):
    pictures = some_pictures(3)
    code = COPY_ALL + "shutil.copy(path, wanted / '000000-all.png')\n"
    assert same(CommandTool(program(code), per="folder")(pictures), pictures)


def test_missing_pictures_are_named(program):
    code = COPY_ALL + "(wanted / '000002.png').unlink()\nshutil.copy(path, wanted / 'sheet.png')\n"
    with pytest.raises(ToolError, match=r"wrote 2 of 3 pictures: no 000002$"):
        CommandTool(program(code), per="folder")(some_pictures(3))


def test_an_empty_folder_names_the_first_of_the_missing(program):
    with pytest.raises(ToolError, match=r"0 of 9 pictures: no 000001, .*000005, \.\.\.$"):
        CommandTool(program(""), per="folder")(some_pictures(9))


def test_a_broken_picture_in_a_folder_is_named(program):
    code = COPY_ALL + "(wanted / '000002.png').write_bytes(b'nothing')\n"
    with pytest.raises(ToolError, match=r"wrote 000002.png, which cannot be read: it is not a PNG"):
        CommandTool(program(code), per="folder")(some_pictures(2))


def test_missing_pictures_of_a_folder_may_be_left_as_they_were(program):
    pictures = some_pictures(3)
    code = (
        "from PIL import Image, ImageOps\n"
        "for path in given.iterdir():\n"
        "    if path.stem != '000002': ImageOps.invert(Image.open(path)).save(wanted / path.name)\n"
    )
    command = CommandTool(imaging(program(code)), per="folder", skip_failed=True)
    with pytest.warns(EidophoneWarning, match="no 000002"):
        result = command(pictures)
    assert same(result, [255 - pictures[0], pictures[1], 255 - pictures[2]])


# --- what may go wrong ---


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise ValueError('no style today')", "exit code 1: .*ValueError: no style today$"),
        ("sys.exit(7)", "exit code 7, and said nothing$"),
        ("print('only here'); sys.exit(2)", "exit code 2: only here$"),
        ("", r"wrote nothing, and 000001-[0-9a-f]{12}\.png was asked for$"),
        ("wanted.with_name('log.txt').touch()", "wrote only log.txt, and 0"),
        ("wanted.touch()", r"wrote 000001-\w+\.png, which cannot be read: it is empty$"),
        ("wanted.mkdir()", "wrote nothing"),
        ("wanted.write_bytes(given.read_bytes()[:200])", "which cannot be read: "),
        ("os.symlink(given.parent / 'x', wanted)", "wrote nothing"),
    ],
)
def test_failures_say_why_in_one_line(program, code, message):
    with pytest.raises(ToolError, match=f"^picture 1: the tool .*{message}") as caught:
        CommandTool(program(code))(some_pictures(1))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_picture_that_is_a_bomb_is_refused(program):
    head = bytes.fromhex("89504e470d0a1a0a0000000d49484452")
    size = (60_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    code = (
        "import zlib\n"
        f"data = {head!r} + {size!r}\n"
        "data += zlib.crc32(data[12:]).to_bytes(4, 'big')\n"
        "wanted.write_bytes(data + bytes(8))\n"
    )
    with pytest.raises(ToolError, match=r"60000 x 60000 pixels, over the limit"):
        CommandTool(program(code))(some_pictures(1))


def test_a_megabyte_of_talk_is_no_trouble(program):
    pictures = some_pictures(1)
    talk = "print('x' * 99 * 10**4); print('y' * 10**6, file=sys.stderr)\n"
    assert same(CommandTool(program(talk + COPY))(pictures), pictures)
    last = "print('\\x1b[31mlast\\x07 words\\r', file=sys.stderr); sys.exit(3)"
    with pytest.raises(ToolError, match=r"exit code 3: \.\.\.y+ \| last words$"):
        CommandTool(program(talk + last))(some_pictures(1))


def test_a_tool_that_reads_finds_nothing_to_read(program):
    pictures = some_pictures(1)
    assert same(CommandTool(program("assert sys.stdin.read() == ''\n" + COPY))(pictures), pictures)


def test_the_environment_and_the_folder_are_ours(program, monkeypatch, tmp_path):
    monkeypatch.setenv("MY_SETTING", "as it is")
    monkeypatch.chdir(tmp_path)
    code = f"assert os.environ['MY_SETTING'] == 'as it is' and os.getcwd() == {str(tmp_path)!r}\n"
    pictures = some_pictures(1)
    assert same(CommandTool(program(code + COPY))(pictures), pictures)


def is_alive(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process_id}/stat")  # dead, but nobody asked yet
    return not state.exists() or state.read_text().rsplit(")")[-1].split()[0] != "Z"


def children_named_in(path):
    wait_until(lambda: path.exists() and len(path.read_text().split()) == 2)
    return [int(number) for number in path.read_text().split()]


#: Starts a child, notes the numbers of both, and never ends.
HANG = (
    "import subprocess\n"
    "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'])\n"
    "print('at work', flush=True)\n"
    "Path({note!r}).write_text(f'{{os.getpid()}} {{child.pid}}')\n"
    "time.sleep(600)\n"
)


@posix_only
def test_a_tool_that_hangs_is_stopped_with_its_children(program, tmp_path, monkeypatch):
    note = tmp_path / "note"
    ends = subprocess.Popen.wait

    def wait(process, timeout=None):
        if timeout is None:  # it is killed
            return ends(process)
        assert timeout == 1
        children_named_in(note)  # the limit is reached when it is at work, not before
        raise subprocess.TimeoutExpired(process.args, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", wait)
    monkeypatch.setattr(running, "_LAST_WORDS_SECONDS", 300.0)
    with pytest.raises(ToolError, match=r"stopped after 1 seconds: at work$"):
        CommandTool(program(HANG.format(note=str(note))), timeout_seconds=1)(some_pictures(1))
    for number in children_named_in(note):
        wait_until(lambda number=number: not is_alive(number))


@posix_only
def test_ctrl_c_stops_the_tool_and_its_children(program, tmp_path):
    note = tmp_path / "note"
    code = (
        "import signal, sys, numpy\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # even in the background
        "from eidophone.bridge.programs.command import CommandTool\n"
        "CommandTool(sys.argv[1])([numpy.zeros((16, 16, 3), numpy.uint8)] * 2)\n"
    )
    ours = subprocess.Popen(
        [sys.executable, "-c", code, program(HANG.format(note=str(note)))],
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    numbers = children_named_in(note)
    assert all(map(is_alive, numbers))
    ours.send_signal(signal.SIGINT)
    _, errors = ours.communicate(timeout=300)
    assert b"KeyboardInterrupt" in errors
    for number in numbers:
        wait_until(lambda number=number: not is_alive(number))
    assert not list(tmp_path.glob(".eidophone-*"))


@posix_only
def test_a_child_that_a_tool_leaves_behind_ends_with_it(program, tmp_path):
    note = tmp_path / "note"
    code = (
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'])\n"
        f"Path({str(note)!r}).write_text(str(child.pid))\n"
    )
    pictures = some_pictures(1)
    assert same(CommandTool(program(code + COPY))(pictures), pictures)
    child = int(note.read_text())
    wait_until(lambda: not is_alive(child))


# --- commands that cannot be ---


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("tool {out}", r"has no \{in\}"),
        ("tool {in}", r"has no \{out\}"),
        ("", r"has no \{in\}"),
        ("no-such-tool-anywhere {in} {out}", "no program 'no-such-tool-anywhere': install it"),
        ("./no/such/tool {in} {out}", "no program"),
        ("cp '{in} {out}", "cannot be understood: No closing quotation"),
        ("{in} {out}", "no program"),
    ],
)
def test_commands_that_cannot_be_are_refused_at_once(template, message):
    with pytest.raises(ToolError, match=message):
        CommandTool(template)


@posix_only
def test_a_file_that_is_no_program_is_refused(tmp_path):
    path = tmp_path / "tool"
    path.write_text("#!/bin/sh\n")
    with pytest.raises(ToolError, match=r"tool cannot be run: it is not executable$"):
        CommandTool(f"'{path}' {{in}} {{out}}")


@posix_only
def test_a_program_of_nonsense_cannot_be_started(tmp_path):
    path = tmp_path / "tool"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    with pytest.raises(ToolError, match="the tool cannot be started: "):
        CommandTool(f"'{path}' {{in}} {{out}}")(some_pictures(1))


@pytest.mark.parametrize(
    "options",
    [
        {"per": "film"},
        {"timeout_seconds": 0},
        {"timeout_seconds": float("nan")},
        {"attempts": 0},
        {"jobs": 0},
    ],
)
def test_options_out_of_range_are_refused(program, options):
    with pytest.raises(ToolError):
        CommandTool(program(COPY), **options)


# --- shells ---


@posix_only
def test_a_shell_has_to_be_asked_for(program, tmp_path):
    with pytest.raises(ToolError, match="wrote nothing"):
        CommandTool("echo {in} > {out}")(some_pictures(1))
    pictures = some_pictures(1)
    work = tmp_path / "a 'quoted' $HOME"
    for line in ("cat {in} > {out}", "cat '{in}' | cat > \"{out}\""):
        assert same(CommandTool(line, shell=True, work=work)(pictures), pictures)


@posix_only
@pytest.mark.parametrize(
    "name", ["$(touch x)", "`touch x`", "a'b; touch x; 'c", 'd" ; touch x #', "e\nf", "-g", "%s"]
)
def test_a_shell_never_reads_a_name_as_a_command(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    pictures = some_pictures(1)
    for index, line in enumerate(["cat {in} > {out}", "cat '{in}' | cat > \"{out}\""]):
        work = tmp_path / f"{index}" / name
        assert same(CommandTool(line, shell=True, work=work)(pictures), pictures)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "line",
    [
        "sh -c 'cp {in} {out}'",
        'sh -c "cp {in} {out}"',
        'cp {in} "to {out}"',
        "cp `echo {in}` {out}",
        "cat <<END > {out}\n{in}\nEND",
        'sh -c \'cp "{in}" "{out}"\'',
        'echo "$(cat "{in}")" > {out}',
    ],
)
def test_a_place_in_longer_quotes_is_refused(line):
    with pytest.raises(ToolError, match=r"write \{in\} and \{out\} without quotes"):
        CommandTool(line, shell=True)


# --- trying again, and leaving out ---


def test_what_fails_once_may_be_tried_again(program, tmp_path):
    pictures = some_pictures(2)
    code = (
        f"mark = Path({str(tmp_path)!r}) / given.name\n"
        "first = not mark.exists()\n"
        "mark.touch()\n"
        "if first: sys.exit('not yet')\n"
    )
    with pytest.raises(ToolError, match=r"picture 1: .*not yet$"):
        CommandTool(program(code + COPY))(pictures[:1])
    assert same(CommandTool(program(code + COPY), attempts=2)(pictures), pictures)


def test_what_fails_may_be_left_as_it_was(program):
    pictures = some_pictures(3)
    code = "if '000002' in given.name: sys.exit('not this one')\n" + COPY
    command = CommandTool(program(code), skip_failed=True)
    with pytest.warns(EidophoneWarning, match="left as it was: picture 2: .*not this one") as notes:
        assert same(command(pictures), pictures)
    assert len(notes) == 1


# --- going on ---


def counted(code, tally):
    return f"with open({str(tally)!r}, 'a') as file: file.write('x')\n" + code


@pytest.mark.parametrize("per", ["picture", "folder"])
def test_what_is_finished_is_not_made_again(program, tmp_path, per):
    pictures, tally, work = some_pictures(3), tmp_path / "tally", tmp_path / "work"
    tool = program(counted(COPY if per == "picture" else COPY_ALL, tally))
    assert same(CommandTool(tool, per=per, work=work)(pictures), pictures)
    runs = len(tally.read_text())
    kept = files(work)
    assert same(CommandTool(tool, per=per, work=work)(pictures), pictures)
    assert len(tally.read_text()) == runs
    assert files(work) == kept
    assert len(kept) == 6


def test_a_run_goes_on_where_it_was_interrupted(program, tmp_path):
    pictures, tally, work = some_pictures(4), tmp_path / "tally", tmp_path / "work"
    stop = (
        f"if '000003' in given.name and not Path({str(tmp_path / 'go')!r}).exists(): sys.exit(1)\n"
    )
    tool = program(stop + counted(COPY, tally))
    with pytest.raises(ToolError, match="picture 3"):
        CommandTool(tool, work=work, jobs=1)(pictures)
    assert len(tally.read_text()) == 2
    (tmp_path / "go").touch()
    assert same(CommandTool(tool, work=work)(pictures), pictures)
    assert len(tally.read_text()) == 4
    assert [name for name in files(work) if ".eidophone" in name] == []


def test_numbers_go_on_from_call_to_call(program, tmp_path):
    pictures, work = some_pictures(4), tmp_path / "work"
    command = CommandTool(program(COPY), work=work)
    assert same(command(pictures[:2]) + command(pictures[2:]), pictures)
    numbers = [path.name[:6] for path in sorted((work / "out").iterdir())]
    assert numbers == ["000001", "000002", "000003", "000004"]


@pytest.mark.parametrize("per", ["picture", "folder"])
def test_nothing_is_taken_for_the_answer_to_something_else(program, tmp_path, per):
    work = tmp_path / "work"
    tool = program(COPY if per == "picture" else COPY_ALL)
    code = "for path in given.iterdir():" if per == "folder" else "if path := given:"
    inverting = (
        "from PIL import Image, ImageOps\n"
        f"{code}\n"
        "    goal = wanted / path.name if wanted.is_dir() else wanted\n"
        "    ImageOps.invert(Image.open(path)).save(goal)\n"
    )
    inverts = imaging(program(inverting, name="other.py"))
    for pictures in (some_pictures(2), some_pictures(2, seed=1)):
        assert same(CommandTool(tool, per=per, work=work)(pictures), pictures)
        negatives = [255 - picture for picture in pictures]
        assert same(CommandTool(inverts, per=per, work=work)(pictures), negatives)


def test_a_tool_that_was_changed_is_run_again(program, tmp_path):
    pictures, work, style = some_pictures(1), tmp_path / "work", tmp_path / "style of mine.txt"
    style.write_text("one")
    code = f"open({str(tmp_path / 'tally')!r}, 'a').write(Path(sys.argv[3][4:]).read_text())\n"
    tool = program(code + COPY, places=f"{{in}} {{out}} '--s={style}'")
    for text in ("one", "one", "other", "other"):
        if style.read_text() != text:
            style.write_text(text)
        CommandTool(tool, work=work)(pictures)
    assert (tmp_path / "tally").read_text() == "oneother"
    CommandTool(program("\n" + code + COPY, places=f"{{in}} {{out}} '--s={style}'"), work=work)(
        pictures
    )
    assert (tmp_path / "tally").read_text() == "oneotherother"


@posix_only
def test_what_a_shell_makes_is_not_taken_for_what_the_program_makes(tmp_path):
    pictures, work = some_pictures(1), tmp_path / "work"
    line = "cp {in} {out} || exit 3"
    assert same(CommandTool(line, work=work, shell=True)(pictures), pictures)
    with pytest.raises(ToolError, match="exit code 1"):  # cp knows no folder called 3
        CommandTool(line, work=work)(pictures)


@pytest.mark.parametrize("per", ["picture", "folder"])
def test_what_was_kept_and_is_broken_is_made_again(program, tmp_path, per):
    pictures, work = some_pictures(2), tmp_path / "work"
    tool = program(COPY if per == "picture" else COPY_ALL)
    CommandTool(tool, per=per, work=work)(pictures)
    broken = next(iter(sorted(work.rglob("out/000002*"))))
    broken.write_bytes(broken.read_bytes()[:100])
    assert same(CommandTool(tool, per=per, work=work)(pictures), pictures)
    assert np.array_equal(read_image(broken).pixels, pictures[1])


def test_a_folder_that_cannot_be_worked_in_is_refused(program, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        CommandTool(program(COPY), work=tmp_path / "file" / "work")(some_pictures(1))


def test_nothing_stays_behind_without_a_folder_to_keep(program, tmp_path, monkeypatch):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    CommandTool(program(COPY))(some_pictures(2))
    with pytest.raises(ToolError):
        CommandTool(program("sys.exit(1)"))(some_pictures(2))
    assert list(place.iterdir()) == []


# --- films ---


@pytest.fixture
def film(tmp_path):
    pytest.importorskip("av")
    from eidophone import Sound, encode_film

    sound = Sound(np.zeros((1, 8000), np.float32), 8000)
    path = tmp_path / "a film.gif"
    encode_film(sound, "pages", size=64).save(path)
    return path


def test_a_film_goes_through_a_program(program, tmp_path, film):
    made = CommandTool(program(COPY)).run_on_film(film, tmp_path / "out.gif")
    assert made == tmp_path / "out.gif"
    assert made.read_bytes() == film.read_bytes()


def test_a_film_may_come_back_in_another_format(program, tmp_path, film):
    code = "shutil.copy(given, wanted.with_suffix('.mkv'))\n"
    made = CommandTool(program(code)).run_on_film(film, tmp_path / "out.gif")
    assert made == tmp_path / "out.mkv"
    assert files(tmp_path / "a tool's place") == ["tool.py"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("sys.exit('no film')", "exit code 1: no film"),
        ("", "wrote nothing, and out.gif was asked for"),
        ("wanted.write_bytes(b'no film')", "wrote out.gif, which cannot be read"),
    ],
)
def test_films_fail_in_one_line_and_leave_nothing(program, tmp_path, film, code, message):
    with pytest.raises(ToolError, match=f"^the tool .*{message}"):
        CommandTool(program(code), attempts=2).run_on_film(film, tmp_path / "out.gif")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a film.gif", "a tool's place"]


def test_a_film_is_tried_again(program, tmp_path, film):
    mark = tmp_path / "mark"
    code = f"if not Path({str(mark)!r}).exists(): Path({str(mark)!r}).touch(); sys.exit(1)\n"
    assert (
        CommandTool(program(code + COPY), attempts=2).run_on_film(film, tmp_path / "o.gif").exists()
    )
