"""The command line as people use it: files in, files out, exit codes, one line when it fails."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from eidophone import Picture, Sound
from eidophone.base.claims import claimed
from eidophone.faces.cli import main
from eidophone.files.image import max_side
from eidophone.jobs import drawing

RATE = 44_100


def size_of(path):
    with Image.open(path) as image:
        return image.size


def tone(path, seconds=0.5, hz=440.0, channels=1, rate=RATE, level=0.3):
    time = np.arange(int(seconds * rate)) / rate
    wave = level * np.sin(2 * np.pi * hz * time)
    soundfile.write(path, np.stack([wave] * channels, axis=1), rate, subtype="PCM_16")
    return path


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fails(capsys, *arguments):
    """The one line that a failing command prints."""
    assert main(list(arguments)) == 1
    shown = capsys.readouterr().err.strip().splitlines()
    errors = [line for line in shown if line.startswith("eidophone: ")]
    assert len(errors) == 1, shown
    return errors[0]


def misunderstood(capsys, *arguments):
    """The one line that is said of what is not understood."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def program(*arguments, **options):
    """What the program prints, both ways, as a process of its own."""
    command = [sys.executable, "-m", "eidophone", *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, **options
    )


def test_what_libraries_print_is_not_seen(here):
    tone("a.wav", seconds=2.0)
    samples, rate = soundfile.read("a.wav")
    soundfile.write("a.mp3", samples, rate)
    data = bytearray(Path("a.mp3").read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3000] = bytes(range(250)) * 12
    Path("a.mp3").write_bytes(data)
    assert (
        b"libmpg123"
        in subprocess.run(  # so does the library, when it is not hushed
            [sys.executable, "-c", "import eidophone; eidophone.Sound.load('a.mp3')"],
            check=True,
            capture_output=True,
            timeout=60,
        ).stderr
    )
    ran = program("info", "a.mp3")
    assert ran.returncode == 0
    assert all(line.startswith("note: a.mp3 is ") for line in ran.stderr.splitlines())
    assert program("info", "b.mp3").stderr.startswith("eidophone: cannot read 'b.mp3'")


def test_there_and_back(here, capsys):
    tone("a.wav")
    assert main(["encode", "a.wav", "a.png"]) == 0
    assert main(["decode", "a.png", "b.wav"]) == 0
    assert capsys.readouterr().out.split() == ["a.png", "b.wav"]
    a, b = Sound.load("a.wav"), Sound.load("b.wav")
    assert (b.channels, b.sample_count, b.rate) == (a.channels, a.sample_count, a.rate)
    power = [np.abs(np.fft.rfft(sound.samples[0])) ** 2 for sound in (a, b)]
    assert power[1].argmax() == power[0].argmax()
    assert power[1].max() == pytest.approx(power[0].max(), rel=0.1)


@pytest.mark.parametrize(
    ("form", "suffix", "dtype"),
    [
        ("png16", ".png", "uint16"),
        ("jpeg", ".jpg", "uint8"),
        ("webp", ".webp", "uint8"),
        ("webp-lossy", ".webp", "uint8"),
        ("tiff16", ".tif", "uint16"),
        ("tiff32", ".tif", "float32"),
        ("bmp", ".bmp", "uint8"),
        ("exr", ".exr", "float32"),
    ],
)
def test_every_format_is_written_and_read_back(here, form, suffix, dtype):
    if form == "exr":
        pytest.importorskip("OpenEXR")
    tone("a.wav", 0.2)
    assert main(["encode", "a.wav", f"a{suffix}", "--format", form]) == 0
    assert Picture.load(f"a{suffix}").pixels.dtype == dtype
    assert main(["decode", f"a{suffix}", "b.wav", "--quality", "preview"]) == 0
    assert Sound.load("b.wav").samples.any()


def test_a_format_that_the_name_contradicts_is_refused(here, capsys):
    tone("a.wav", 0.1)
    assert "named .png" in fails(capsys, "encode", "a.wav", "a.jpg", "--format", "png16")
    assert ".xyz" in fails(capsys, "encode", "a.wav", "a.xyz")
    assert "xyz" in misunderstood(capsys, "encode", "a.wav", "a.png", "--recipe", "xyz")
    assert not list(here.glob("a.[!w]*"))


def test_squares_of_a_size_and_the_whole_sound_again(here):
    tone("a.wav", 4.0)
    assert main(["encode", "a.wav", "squares/", "--size", "256", "--overlap", "0.1"]) == 0
    names = sorted(path.name for path in Path("squares").iterdir())
    assert names == ["a-001.png", "a-002.png"]
    assert all(size_of(path) == (256, 256) for path in Path("squares").iterdir())
    assert main(["decode", "squares/", "b.wav", "--quality", "preview"]) == 0
    assert Sound.load("b.wav").sample_count == 4 * RATE


def test_squares_with_a_strip_are_as_large_and_survive_the_loss_of_metadata(here):
    tone("a.wav", 4.0)
    assert main(["encode", "a.wav", "squares/", "--size", "512", "--strip"]) == 0
    for path in Path("squares").iterdir():
        assert size_of(path) == (512, 512)
        with Image.open(path) as image:
            pixels = np.asarray(image)
        Image.fromarray(pixels).save(path)  # no metadata
    assert main(["decode", "squares/", "b.wav", "--quality", "preview"]) == 0
    assert Sound.load("b.wav").sample_count == 4 * RATE


def test_an_original_is_carried_bit_for_bit(here):
    rng = np.random.default_rng(0)
    soundfile.write("a.flac", rng.uniform(-0.5, 0.5, (20_000, 2)), 48_000, subtype="PCM_24")
    assert main(["encode", "a.flac", "a.png", "--carry-original"]) == 0
    assert main(["decode", "a.png", "b.flac"]) == 0
    assert Path("b.flac").read_bytes() == Path("a.flac").read_bytes()
    assert main(["decode", "a.png", "b.wav"]) == 0  # another format: the same samples
    np.testing.assert_array_equal(Sound.load("b.wav").samples, Sound.load("a.flac").samples)


def test_an_altered_picture_keeps_the_original_where_it_was_not_altered(here):
    rng = np.random.default_rng(1)
    soundfile.write("a.wav", rng.uniform(-0.3, 0.3, 2 * RATE), RATE, subtype="PCM_16")
    assert main(["encode", "a.wav", "a.png"]) == 0
    with Image.open("a.png") as image:
        pixels = np.array(image)
    pixels[:, :100] = 0
    Image.fromarray(pixels).save("edited.png")
    assert main(["decode", "edited.png", "b.wav", "--reference", "a.wav"]) == 0
    a, b = Sound.load("a.wav").samples[0], Sound.load("b.wav").samples[0]
    rest = slice(int(0.7 * RATE), None)
    noise = np.sum((a[rest] - b[rest]) ** 2) / np.sum(a[rest] ** 2)
    assert 10 * np.log10(noise) < -60
    assert np.abs(b[: int(0.5 * RATE)]).max() < 0.01


def test_a_tool_that_does_nothing_gives_the_original_back(here):
    rng = np.random.default_rng(2)
    soundfile.write("a.wav", rng.uniform(-0.3, 0.3, RATE), RATE, subtype="PCM_16")
    assert main(["encode", "a.wav", "a.png"]) == 0
    with Image.open("a.png") as image:
        image.resize((90, 250)).save("before.jpg", quality=60)  # what the tool does to anything
        image.resize((90, 250)).save("after.jpg", quality=60)
    arguments = ["--reference", "a.wav", "--reference-picture", "before.jpg"]
    assert main(["decode", "after.jpg", "b.wav", *arguments]) == 0
    a, b = Sound.load("a.wav").samples[0], Sound.load("b.wav").samples[0]
    n = min(len(a), len(b))
    assert 10 * np.log10(np.sum((a[:n] - b[:n]) ** 2) / np.sum(a**2)) < -60


def test_a_reference_picture_needs_its_sound(here, capsys):
    tone("a.wav", 0.2)
    main(["encode", "a.wav", "a.png"])
    line = fails(capsys, "decode", "a.png", "b.wav", "--reference-picture", "a.png")
    assert "reference" in line


def test_whole_folders_there_and_back_and_what_is_done_is_not_done_again(here, capsys):
    Path("sounds/deep er").mkdir(parents=True)
    tone("sounds/one.wav", 0.3)
    tone("sounds/deep er/zwö 二.wav", 0.3, channels=2)
    Path("sounds/notes.txt").write_text("no sound")
    assert main(["encode", "sounds/", "pictures/", "--jobs", "2"]) == 0
    found = sorted(str(path) for path in Path("pictures").rglob("*.png"))
    assert found == ["pictures/deep er/zwö 二.png", "pictures/one.png"]
    before = Path("pictures/one.png").stat().st_mtime_ns
    Path("pictures/deep er/zwö 二.png").unlink()
    assert main(["encode", "sounds/", "pictures/", "--jobs", "1"]) == 0
    assert Path("pictures/one.png").stat().st_mtime_ns == before
    assert Path("pictures/deep er/zwö 二.png").exists()
    assert main(["decode", "pictures/", "again/", "--jobs", "1", "--quality", "preview"]) == 0
    assert Sound.load("again/deep er/zwö 二.wav").channels == 2
    assert "2 of 2 done, in again\n" in capsys.readouterr().out


def test_a_folder_of_squares_becomes_one_sound_for_each(here):
    Path("sounds").mkdir()
    tone("sounds/a.wav", 4.0)
    tone("sounds/b.wav", 1.0)
    assert main(["encode", "sounds/", "squares/", "--size", "128", "--jobs", "1"]) == 0
    assert len(list(Path("squares").iterdir())) == 3
    assert main(["decode", "squares/", "again/", "--quality", "preview", "--jobs", "1"]) == 0
    assert sorted(path.name for path in Path("again").iterdir()) == ["a.wav", "b-001.wav"]
    assert Sound.load("again/a.wav").sample_count == 4 * RATE


def test_one_bad_file_does_not_stop_the_others(here, capsys):
    Path("sounds").mkdir()
    tone("sounds/good.wav", 0.2)
    Path("sounds/bad.wav").write_bytes(b"not a sound at all")
    line = fails(capsys, "encode", "sounds/", "pictures/", "--jobs", "1")
    assert "bad.wav" in line
    assert [path.name for path in Path("pictures").iterdir()] == ["good.png"]


def test_sounds_of_one_name_and_two_formats_become_two_pictures(here):
    Path("sounds").mkdir()
    tone("sounds/a.wav", 0.1)
    tone("sounds/a.flac", 0.1)
    assert main(["encode", "sounds/", "pictures/", "--jobs", "1"]) == 0
    names = sorted(path.name for path in Path("pictures").iterdir())
    assert names == ["a.flac.png", "a.wav.png"]


def test_nothing_is_overwritten_unasked(here, capsys):
    tone("a.wav", 0.2)
    Path("a.png").write_bytes(b"precious")
    assert "--force" in fails(capsys, "encode", "a.wav", "a.png")
    assert Path("a.png").read_bytes() == b"precious"
    assert main(["encode", "a.wav", "a.png", "--force"]) == 0
    Path("b.wav").write_bytes(b"precious")
    assert "--force" in fails(capsys, "decode", "a.png", "b.wav")
    assert Path("b.wav").read_bytes() == b"precious"


def test_a_picture_too_wide_for_its_format_becomes_several_and_says_so(here, capsys, monkeypatch):
    monkeypatch.setattr(drawing, "max_side", lambda path: max_side(path) // 10)
    # 72 seconds of near silence at 8 kHz: 12,404 columns, and a tenth of what JPEG holds is 6,553.
    soundfile.write("long.wav", np.full(72 * 8000, 0.01), 8000, subtype="PCM_16")
    assert main(["encode", "long.wav", "long.jpg"]) == 0
    assert "it becomes 2 pictures, long-001.jpg to long-002.jpg" in capsys.readouterr().err
    pictures = sorted(Path().glob("long-*.jpg"))
    assert len(pictures) == 2
    assert sum(size_of(path)[0] for path in pictures) == 12_404
    assert main(["decode", "long.jpg", "back.wav", "--quality", "preview"]) == 0
    assert Sound.load("back.wav").sample_count == 72 * 8000


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.wav", b""), ("zip.wav", b"PK\x03\x04" + bytes(100)), ("text.wav", b"hello")],
)
def test_what_is_not_a_sound_gets_one_line(here, capsys, name, content):
    Path(name).write_bytes(content)
    assert name in fails(capsys, "encode", name, "x.png")
    assert not Path("x.png").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.png", b""), ("zip.png", b"PK\x03\x04" + bytes(100)), ("text.jpg", b"hello")],
)
def test_what_is_not_a_picture_gets_one_line(here, capsys, name, content):
    Path(name).write_bytes(content)
    assert name in fails(capsys, "decode", name, "x.wav")
    assert name in fails(capsys, "info", name)
    assert not Path("x.wav").exists()


def test_what_is_not_there_gets_one_line(here, capsys):
    assert "nothing.wav" in fails(capsys, "encode", "nothing.wav", "x.png")
    assert "nothing.png" in fails(capsys, "decode", "nothing.png", "x.wav")
    assert "nothing" in fails(capsys, "info", "nothing")
    Path("empty").mkdir()
    assert "empty" in fails(capsys, "encode", "empty/", "x/")
    assert "empty" in fails(capsys, "decode", "empty/", "x.wav")


def test_arguments_in_the_wrong_order_are_put_right(here, capsys):
    tone("a.wav", 0.1)
    main(["encode", "a.wav", "a.png"])
    capsys.readouterr()
    said = fails(capsys, "encode", "a.png", "b.wav")
    assert said == "eidophone: a.png is a picture: to hear it, 'eidophone decode a.png b.wav'"
    said = fails(capsys, "decode", "a.wav", "a.png")
    assert said == "eidophone: a.wav is a sound: to draw it, 'eidophone encode a.wav a.png'"
    assert sorted(path.name for path in here.iterdir()) == ["a.png", "a.wav"]


def test_a_carried_original_over_full_scale_is_told(here, capsys):
    loud = np.sin(np.arange(4410) / 10).astype(np.float32) * 4
    Sound(loud[np.newaxis], RATE).save("a.wav")
    assert main(["encode", "a.wav", "a.tif", "--format", "tiff32", "--carry-original"]) == 0
    assert "louder parts were cut" not in capsys.readouterr().err
    assert main(["encode", "a.wav", "b.png", "--carry-original"]) == 0
    assert "use a float picture (--format tiff32 or exr)" in capsys.readouterr().err
    assert main(["decode", "a.tif", "b.wav"]) == 0
    (note,) = capsys.readouterr().err.splitlines()
    assert note.startswith("note: the sound peaks at +12.0 dBFS")
    assert Path("b.wav").read_bytes() == Path("a.wav").read_bytes()


def test_a_folder_cannot_become_a_file(here, capsys):
    Path("sounds").mkdir()
    tone("sounds/a.wav", 0.1)
    assert "sounds" in fails(capsys, "encode", "sounds/", "x.png")


def test_a_bomb_is_refused_and_the_limit_can_be_raised(here, capsys):
    Image.new("RGB", (600, 600)).save("big.png")
    assert "raise --max-pixels" in fails(
        capsys, "decode", "big.png", "x.wav", "--max-pixels", "1000"
    )
    arguments = ["decode", "big.png", "x.wav", "--max-pixels", "0", "--quality", "preview"]
    assert main(arguments) == 0


def test_info_tells_pictures_sounds_and_recipes(here, capsys):
    tone("a.wav", 1.0, channels=2, rate=96_000)
    main(["encode", "a.wav", "a.png"])
    Image.fromarray(np.zeros((100, 200, 3), np.uint8)).save("foreign.jpg")
    Path("r.json").write_text(Picture.load("a.png").recipe.to_json())
    capsys.readouterr()
    for name, words in [
        ("a.wav", ["96000 Hz", "stereo", "1.000 s", "48000 Hz", "extended"]),
        ("a.png", ["untouched", "standard", "mel", "96000 Hz", "1.000 s"]),
        ("foreign.jpg", ["guessed", "standard", "5.944 s", "mono"]),
        ("r.json", ["standard", "512", "48000"]),
    ]:
        assert main(["info", name]) == 0
        shown = capsys.readouterr().out
        for word in words:
            assert word in shown, (name, word, shown)


def test_quiet_says_nothing(here, capfd):
    tone("a.wav", 0.1)
    assert main(["encode", "a.wav", "a.png", "--quiet"]) == 0
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--quiet"], "eidophone: a command or a file is missing ("),
        (["song.mp3"], "eidophone: there is no file 'song.mp3' ("),
        (["encode"], "eidophone: SOUND|SONG.mid|FOLDER/ is missing ("),
        (["process", "a.wav"], "eidophone: OUT is missing ("),
        (["encode", "a", "b", "--size"], "--size needs a value after it"),
        (["encode", "a", "b", "--exposure", "bright"], "'bright' is no number, nor auto"),
        (["encode", "a", "b", "--jobs", "0"], "--jobs"),
        (["encode", "a", "b", "--sise", "5"], "--sise"),
        (["encode", "a", "-o", "b"], "eidophone: there is no option -o ("),
        (["encode", "a", "b", "--size", "5"], "--size: 5 is out of range"),
        (["encode", "a", "b", "--size", "x"], "'x'"),
        (["encode", "a", "b", "--overlap", "nan"], "--overlap: nan"),
        (["encode", "a", "b", "--channels", "0,x"], "'0,x'"),
        (["encode", "a", "b", "--channels", "-1"], "--channels"),
        (["encode", "a", "b", "--recipe", "none.json"], "none.json"),
        (["decode", "a", "b", "--quality", "good"], "'good'"),
        (["dataset", "a", "b", "--augment", "shift", "--augment", "loud"], "'loud'"),
        (["process", "a", "b", "--strength", "60"], "0 to 1"),
        (["nonsense"], "nonsense"),
    ],
)
def test_what_is_not_understood_is_said_in_one_line_and_exits_with_2(arguments, said, here, capsys):
    assert said in misunderstood(capsys, *arguments)


def run(code, *arguments):
    """The modules that are imported when ``code`` has run, in a process of its own."""
    code = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


SLOW = {"numpy", "scipy", "numba", "soundfile", "soxr", "PIL", "tifffile", "rich", "av", "torch"}


@pytest.mark.parametrize(
    "arguments",
    [
        None,
        ["--version"],
        ["--help"],
        ["process", "--help"],
        ["encode", "a.wav", "b.png", "--size", "3"],
        ["encode", "a.wav", "b.png", "--nonsense"],
        [],
    ],
)
def test_nothing_slow_is_imported_to_understand_what_is_asked(arguments):
    ask = f"""
from eidophone.faces.cli import main
try:
    main({arguments})
except SystemExit:
    pass"""
    assert not run("import eidophone" if arguments is None else ask) & SLOW


@pytest.mark.parametrize(
    "command", ["encode", "decode", "process", "dataset", "watch", "info", "features"]
)
def test_help_shows_examples(command, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])
    assert exit_.value.code == 0
    assert f"  eidophone {command} " in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupted_run_leaves_no_half_file_and_goes_on_where_it_stopped(here):
    soundfile.write("long.wav", np.zeros(60 * RATE, np.int16), RATE)
    code = (
        "import os, signal, sys; from eidophone.faces.cli import main\n"
        "left = [3]\n"
        "def hook(event, arguments):\n"  # a file that is written gets its name
        "    if event == 'os.rename' and str(arguments[1]).endswith('.png'):\n"
        "        left[0] -= 1\n"
        "        if left[0] == 0:\n"
        "            os.kill(os.getpid(), signal.SIGTERM)\n"
        "sys.addaudithook(hook)\n"
        "sys.exit(main(['encode', 'long.wav', 'squares/', '--size', '512']))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 143
    done = list(Path("squares").iterdir())
    assert 2 <= len(done) < 20
    for path in done:
        assert path.suffix == ".png"
        with Image.open(path) as image:
            image.load()


@pytest.mark.skipif(os.name != "posix", reason="locks")
@pytest.mark.parametrize(
    ("command", "target"),
    [
        ("encode a.wav a.png", "a.png"),
        ("encode a.wav a.mp4", "a.mp4"),
        ("decode b.png b.wav", "b.wav"),
        ("encode sounds pictures/", "pictures"),
        ("dataset sounds pictures/ --size 64", "pictures"),
        ("features a.wav a.npz", "a.npz"),
        ("watch hot --once --interval 0.05", "hot"),
        ("process a.wav c.wav --size 64 --with 'cp {in} {out}'", "c.wav"),
        ("process a.wav c.wav --size 64 --with 'cp {in} {out}' --work hot/", "hot"),
    ],
)
def test_two_runs_do_not_write_one_target(here, capsys, command, target):
    (here / "sounds").mkdir()
    (here / "hot").mkdir()
    tone("sounds/s.wav")
    tone("a.wav")
    assert main(["encode", "a.wav", "b.png", "--quiet"]) == 0
    if target == "pictures":
        (here / "pictures").mkdir()
    with claimed(Path(target)):
        error = fails(capsys, *shlex.split(command))
    assert f"{target} is being written by another run" in error
    assert not list(here.rglob(".eidophone-*.lock"))


def test_of_many_channels_two_can_be_chosen(here, capsys):
    soundfile.write("six.wav", np.full((4000, 6), 0.1), RATE)
    assert "with --channels" in fails(capsys, "encode", "six.wav", "x.png")
    assert main(["encode", "six.wav", "x.png", "--channels", "4,5"]) == 0
    assert Picture.load("x.png").source.channels == 2
