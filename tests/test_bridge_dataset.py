import io
import json
import shutil
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from signals import music

from eidophone import PRESETS, Picture, Sound, decode, encode
from eidophone.base.errors import (
    EidophoneError,
    EidophoneWarning,
    OutputError,
    PictureError,
    SoundError,
)
from eidophone.jobs.dataset import parts as dataset_parts
from eidophone.jobs.dataset.altered import AlteredSound, alterations
from eidophone.jobs.dataset.making import make_dataset
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.jobs.dataset.sources import gather, safe_name
from eidophone.jobs.dataset.squares import is_silent, squares
from eidophone.jobs.folder import decode_tasks
from eidophone.jobs.pictures import decode_files
from eidophone.jobs.settings import Decoding
from eidophone.picture.ink import power_of_pixels
from eidophone.picture.sequence import Cut
from eidophone.sound.loudness import loudness_of

RATE = 16_000
SMALL = DatasetPlan(size=64)

#: Sounds of each of three labels.
EACH = 4
SQUARE = PRESETS["standard"].square_seconds


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Three labels, of which one has folders in it; sounds of less and of more than a square."""
    root = tmp_path_factory.mktemp("library") / "library"
    for number in range(EACH):
        for label, seconds in ("drums", 0.5), ("voices/old", 4.0), ("a label", 3.5):
            (root / label).mkdir(parents=True, exist_ok=True)
            sound = music(seconds, 2 if label == "drums" else 1, rate=RATE, seed=number)
            sound.save(root / label / f"sound {number}.wav")
    return root


def make(library, target, plan=SMALL, **options):
    return make_dataset([library], target, plan, **({"jobs": 1} | options))


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".eidophone" not in path.parts
    }


def records_of(folder):
    lines = (folder / "metadata.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


# what a dataset is made of


def loudest_db(pixels):
    return 10 * np.log10(power_of_pixels(pixels, PRESETS["standard"], 3).max())


def put(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    return path


def test_labels_are_the_folders_below_the_one_given(tmp_path):
    for name in ("top.wav", "dogs/a.wav", "dogs/deep/b.flac", "cats/c.mp3", "cats/notes.txt"):
        put(tmp_path / "zoo" / name)
    put(tmp_path / "birds" / "d.wav")
    sounds = gather([tmp_path / "zoo", tmp_path / "birds" / "d.wav"], tmp_path / "out", SMALL)
    assert {sound.identity: sound.label for sound in sounds} == {
        "birds/d.wav": "birds",
        "zoo/cats/c.mp3": "cats",
        "zoo/dogs/a.wav": "dogs",
        "zoo/dogs/deep/b.flac": "dogs",
        "zoo/top.wav": "zoo",
    }


def test_no_name_leaves_its_folder_and_none_is_given_twice(tmp_path):
    for name in ("a b/x.wav", "a_b/x.wav", "a_b/X.flac", "a_b/x..wav", "b../-.wav", "a b/é.wav"):
        put(tmp_path / "in" / name)
    sounds = gather([tmp_path / "in"], tmp_path / "out", SMALL)
    places = [f"{sound.label}/{sound.name}".casefold() for sound in sounds]
    assert len(set(places)) == len(sounds) == 6
    assert len({sound.label.casefold() for sound in sounds}) == 3
    assert all(place.replace("/", "", 1).replace("_", "").isalnum() for place in places)


@pytest.mark.parametrize("text", ["../../etc", "/", "..", "con. ", "a:b\\c", "\n", "", "日" * 300])
def test_safe_names(text):
    name = safe_name(text)
    assert name
    assert not set(name) & set('/\\.:*?"<>| \n')
    assert len(f"{name}+99-0001.png".encode()) < 255


def test_a_sound_given_twice_counts_once_and_the_target_is_no_source(tmp_path):
    one = put(tmp_path / "in" / "a" / "one.wav")
    put(tmp_path / "in" / "out" / "train" / "two.wav")
    (tmp_path / "in" / "a" / "same.wav").symlink_to(one)
    sounds = gather([tmp_path / "in", one], tmp_path / "in" / "out", SMALL)
    assert [sound.path.name for sound in sounds] == ["one.wav"]


def test_splits_follow_their_weights_and_stay_when_others_come(tmp_path):
    for number in range(300):
        put(tmp_path / "in" / f"{number}.wav")
    plan = replace(SMALL, splits=(2, 1, 1))
    before = {sound.identity: sound.split for sound in gather([tmp_path / "in"], tmp_path, plan)}
    counts = [list(before.values()).count(name) for name in ("train", "validation", "test")]
    assert counts == pytest.approx([150, 75, 75], abs=30)
    for number in range(300):
        put(tmp_path / "in" / f"{number}.flac")  # the same sound in another format
    after = {sound.identity: sound.split for sound in gather([tmp_path / "in"], tmp_path, plan)}
    assert before.items() <= after.items()
    assert all(after[f"in/{n}.wav"] == after[f"in/{n}.flac"] for n in range(300))
    other = gather([tmp_path / "in"], tmp_path, replace(plan, seed=1))
    assert {sound.identity: sound.split for sound in other} != after


def test_without_sounds(tmp_path):
    with pytest.raises(SoundError, match="there are no sounds in"):
        gather([tmp_path], tmp_path / "out", SMALL)
    with pytest.raises(SoundError, match=r"there is no sound .*missing\.wav"):
        gather([tmp_path / "missing.wav"], tmp_path / "out", SMALL)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"size": 8}, "`size` is 8: it must be 16"),
        ({"size": 500, "layout": "stylegan"}, "power of two of pixels, not 500: use 512"),
        ({"layout": "tfrecord"}, "'tfrecord': it must be one of imagefolder, stylegan, webdataset"),
        ({"format": "gif"}, "`format` is 'gif'"),
        ({"augment": ("flip",)}, "'flip': it must be one of shift, gain, pitch"),
        ({"overlap": 1.0}, "`overlap` is 1.0"),
        ({"splits": ()}, "splits of nothing"),
        ({"splits": (0.0, 0.0)}, "splits of 0.0 0.0"),
        ({"splits": (1.0, float("nan"))}, "`splits` is nan"),
        ({"splits": (1, 1, 1, 1)}, "splits of 1 1 1 1"),
        ({"copies": 0}, "`copies` is 0"),
        ({"loudness": float("nan")}, "`loudness` is nan"),
        ({"silence_db": 3}, "`silence_db` is 3"),
    ],
)
def test_plans_that_make_no_sense(values, words):
    with pytest.raises(PictureError, match=words):
        DatasetPlan(**values)


# squares


@pytest.mark.parametrize("columns", [1, 63, 64, 65, 127, 128, 129, 1000])
@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.9])
def test_squares_cover_a_sound_and_only_short_ones_are_padded(columns, overlap):
    first = [where.first for where in Cut.squares(64, overlap).places(columns)]
    assert first[0] == 0
    assert first == sorted(set(first))
    assert first[-1] + 64 == max(columns, 64)
    assert np.diff(first).max(initial=0) <= round(64 * (1 - overlap))


@pytest.mark.parametrize("seconds", [0.3, 2.0, 10.0])
@pytest.mark.parametrize("begin", [0, 17])
def test_squares_are_what_encode_draws(seconds, begin):
    sound = music(seconds, 2, rate=8000)
    recipe = PRESETS["standard"].with_rows(64)
    whole = encode(sound, recipe).pixels
    begin = begin if whole.shape[1] > 64 else 0
    first = [where.first for where in Cut.squares(64, 0.25).places(whole.shape[1], begin)]
    drawn = list(squares(sound, recipe, first))
    assert [column for column, _ in drawn] == first
    for column, pixels in drawn:
        expected = whole[:, column : column + 64]
        np.testing.assert_array_equal(pixels[:, : expected.shape[1]], expected)
        assert not pixels[:, expected.shape[1] :].any()
        assert pixels.shape == (64, 64, 3)


def tone(hz, seconds=1.0, rate=22_050):
    return Sound(0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate), rate)


@pytest.mark.parametrize("semitones", [-3, 2.5])
def test_pitch_is_a_shift_by_whole_rows_on_the_octaves_axis(semitones):
    recipe, sound = PRESETS["octaves"], music(1, 2, rate=22_050)
    (_, plain), *_ = squares(sound, recipe, [0])
    (_, moved), *_ = squares(sound, recipe, [0], semitones)
    rows = round(4 * semitones)
    below_nyquist = np.roll(plain, -rows, axis=0)[120:-20].astype(int)
    difference = np.abs(moved[120:-20] - below_nyquist)
    assert difference.mean() < 0.1
    assert difference.max() <= 8


@pytest.mark.parametrize("name", ["standard", "linear", "octaves"])
@pytest.mark.parametrize("semitones", [-3.0, 1.7])
def test_a_tone_moved_up_is_where_the_higher_tone_is(name, semitones):
    recipe = PRESETS[name]
    (_, moved), *_ = squares(tone(1000), recipe, [0], semitones)
    (_, higher), *_ = squares(tone(1000 * 2 ** (semitones / 12)), recipe, [0])
    column = 80
    assert abs(int(moved[:, column, 1].argmax()) - int(higher[:, column, 1].argmax())) <= 1
    assert int(moved[:, column].max()) == pytest.approx(int(higher[:, column].max()), abs=3)


def test_pitch_leaves_time_as_it_is():
    click = np.zeros(22_050)
    click[11_025] = 1.0
    recipe = PRESETS["standard"]
    (_, plain), *_ = squares(Sound(click, 22_050), recipe, [0])
    (_, moved), *_ = squares(Sound(click, 22_050), recipe, [0], 3.0)
    energy = [pixels[:, :, 1].sum(axis=0, dtype=int) for pixels in (plain, moved)]
    assert energy[0].argmax() == pytest.approx(energy[1].argmax(), abs=1)


def test_silence_is_what_is_nowhere_louder_than_the_threshold():
    recipe = PRESETS["standard"]
    quiet = Sound(0.001 * tone(1000).samples, 22_050)  # -66 dB
    (_, pixels), *_ = squares(quiet, recipe, [0])
    assert is_silent(pixels, recipe, -60)
    assert not is_silent(pixels, recipe, -72)
    assert is_silent(np.zeros_like(pixels), recipe, -200)


# altered copies and loudness


def joined(sound, size=1000):
    return np.concatenate(list(sound.blocks(size)), axis=1)


@pytest.mark.parametrize("delay", [0, 777])
def test_an_altered_sound_is_later_and_louder(delay):
    sound = music(0.2, 2, rate=RATE)
    altered = AlteredSound(sound, -6.0, delay)
    samples = joined(altered)
    assert samples.shape == (2, altered.sample_count) == (2, sound.sample_count + delay)
    expected = np.pad(sound.samples, ((0, 0), (delay, 0)))
    np.testing.assert_allclose(samples, expected * 10 ** (-6 / 20), atol=1e-7)


def test_copies_are_drawn_by_seed_within_their_ranges(library, tmp_path):
    sounds = gather([library], tmp_path, SMALL)
    plan = replace(SMALL, augment=("shift", "gain", "pitch"), copies=20)
    drawn = [copy for sound in sounds for copy in alterations(sound, plan)[1:]]
    assert all(0 <= copy.shift < 1 for copy in drawn)
    assert all(0 < abs(copy.gain_db) <= 6 for copy in drawn)
    assert max(copy.gain_db for copy in drawn) > 5
    assert min(copy.semitones for copy in drawn) == pytest.approx(-3, abs=0.2)
    gains = [copy.gain_db for copy in alterations(sounds[0], plan)]
    only = [copy.gain_db for copy in alterations(sounds[0], replace(plan, augment=("gain",)))]
    assert gains == only
    assert gains != [copy.gain_db for copy in alterations(sounds[0], replace(plan, seed=1))]
    assert len(alterations(sounds[0], SMALL)) == 1


@pytest.mark.parametrize("rate", [8000, 44_100, 48_000, 192_000])
def test_loudness_of_the_sine_of_the_standard(rate):
    sine = 2 * tone(997, 3.0, rate).samples
    assert loudness_of(Sound(sine, rate)) == pytest.approx(-3.01, abs=0.05)
    assert loudness_of(Sound(0.1 * sine, rate)) == pytest.approx(-23.01, abs=0.05)
    assert loudness_of(Sound(np.concatenate([sine, sine]), rate)) == pytest.approx(0, abs=0.05)


def test_loudness_leaves_silence_out_and_hears_bass_less():
    sine = 2 * tone(997, 3.0, 48_000).samples
    quiet = np.concatenate([sine, 0.001 * sine, np.zeros_like(sine)], axis=1)
    assert loudness_of(Sound(quiet, 48_000)) == pytest.approx(-3.01, abs=0.3)
    assert loudness_of(tone(30, 3.0, 48_000)) < loudness_of(tone(997, 3.0, 48_000)) - 4
    assert loudness_of(Sound(np.zeros(48_000), 48_000)) == -np.inf


# datasets


def test_an_image_folder(library, tmp_path):
    report = make(library, tmp_path / "out")
    out = tmp_path / "out"
    assert report.labels == ["a_label", "drums", "voices"]
    assert report.sounds == 3 * EACH
    assert report.failures == report.notes == []
    assert json.loads((out / "labels.json").read_text()) == {"a_label": 0, "drums": 1, "voices": 2}
    splits = {}
    for split, count in report.pictures.items():
        records = records_of(out / split)
        files = {path.relative_to(out / split).as_posix() for path in (out / split).rglob("*.png")}
        assert {record["file_name"] for record in records} == files
        assert len(records) == len(files) == count
        for record in records:
            assert record["file_name"].startswith(f"{record['label']}/")
            splits.setdefault(record["source"], set()).add(split)
    assert set(report.pictures) == {"train", "validation"}
    assert len(splits) == 3 * EACH
    assert all(len(of_one) == 1 for of_one in splits.values())


def test_records_say_where_a_picture_is_from(library, tmp_path):
    make(library, tmp_path / "out", replace(SMALL, splits=(1,), overlap=0.5))
    recipe = SMALL.sized_recipe
    for record in records_of(tmp_path / "out" / "train"):
        sound = Sound.load(library.parent / record["source"])
        assert (record["rate"], record["channels"]) == (sound.rate, sound.channels)
        first = round(record["start_seconds"] / recipe.hop_seconds)
        expected = encode(sound, recipe).pixels[:, first : first + 64]
        pixels = np.asarray(Image.open(tmp_path / "out" / "train" / record["file_name"]))
        assert pixels.shape == (64, 64, 3)
        np.testing.assert_array_equal(pixels[:, : expected.shape[1]], expected)


def stylegan_reader(path):
    """Pictures and labels as StyleGAN's training loop finds them in a zip file."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert all(member.compress_type == zipfile.ZIP_STORED for member in archive.infolist())
        numbers = dict(json.loads(archive.read("dataset.json"))["labels"])
        known = Image.registered_extensions()
        for name in sorted(name for name in names if Path(name).suffix.lower() in known):
            image = np.asarray(Image.open(io.BytesIO(archive.read(name))))
            yield image.transpose(2, 0, 1), numbers[name]


def test_a_stylegan_zip_holds_the_same_pictures(library, tmp_path):
    folder = make(library, tmp_path / "folder")
    report = make(library, tmp_path / "zip", replace(SMALL, layout="stylegan"))
    assert report == folder
    for split, count in report.pictures.items():
        read = list(stylegan_reader(tmp_path / "zip" / f"{split}.zip"))
        records = records_of(tmp_path / "folder" / split)
        assert len(read) == count
        for (pixels, label), record in zip(read, records, strict=True):
            path = tmp_path / "folder" / split / record["file_name"]
            np.testing.assert_array_equal(pixels.transpose(1, 2, 0), Image.open(path))
            assert report.labels[label] == record["label"]


def test_of_two_that_make_the_same_part_the_faster_one_counts(library, tmp_path, monkeypatch):
    sound = gather([library], tmp_path, SMALL)[0]
    draw = dataset_parts._drawn

    def slowly(*arguments):
        monkeypatch.setattr(dataset_parts, "_drawn", draw)
        dataset_parts.make_part(sound, SMALL, tmp_path)
        return draw(*arguments)

    monkeypatch.setattr(dataset_parts, "_drawn", slowly)
    dataset_parts.make_part(sound, SMALL, tmp_path)
    assert [one.name for one in tmp_path.iterdir() if one.is_dir()] == [sound.key]


def test_webdataset_shards_hold_every_picture_once(library, tmp_path):
    make(library, tmp_path / "folder")
    report = make(library, tmp_path / "tar", replace(SMALL, layout="webdataset"))
    for split, count in report.pictures.items():
        samples = {}
        shards = sorted((tmp_path / "tar").glob(f"{split}-*.tar"))
        assert len(shards) == min(8, count)  # so that several loaders can share them
        for shard in shards:
            with tarfile.open(shard) as archive:
                for member in archive:
                    key, _, kind = member.name.partition(".")  # as WebDataset does
                    assert kind not in samples.setdefault(key, {})
                    samples[key][kind] = archive.extractfile(member).read()
        assert len(samples) == count
        for record in records_of(tmp_path / "folder" / split):
            sample = samples[record["file_name"].removesuffix(".png")]
            picture = tmp_path / "folder" / split / record.pop("file_name")
            assert sample["png"] == picture.read_bytes()
            assert json.loads(sample["json"]) == record
            assert report.labels[int(sample["cls"])] == record["label"]


@pytest.mark.parametrize("layout", ["imagefolder", "stylegan", "webdataset"])
def test_the_same_bytes_every_time(library, tmp_path, layout):
    plan = replace(SMALL, layout=layout, augment=("shift", "gain", "pitch"))
    make(library, tmp_path / "one" / "out", plan)
    shutil.copytree(library, tmp_path / "elsewhere" / "library")
    make_dataset([tmp_path / "elsewhere" / "library"], tmp_path / "two" / "out", plan, jobs=1)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_processes_make_what_one_makes(library, tmp_path):
    told = []
    plan = replace(SMALL, augment=("gain",))
    one = make(library / "drums", tmp_path / "one" / "out", plan)
    two = make(library / "drums", tmp_path / "two" / "out", plan, jobs=2, tell=told.append)
    assert one == two
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert told == sorted(told)
    assert told[-1] == 1


def test_a_run_that_was_interrupted_goes_on(library, tmp_path, monkeypatch):
    made, attempt = [], dataset_parts.make_part

    def dying(sound, plan, parts):
        if len(made) == 7:
            raise KeyboardInterrupt
        made.append(sound.identity)
        attempt(sound, plan, parts)

    monkeypatch.setattr(dataset_parts, "make_part", dying)
    with pytest.raises(KeyboardInterrupt):
        make(library, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".eidophone"]

    def counting(sound, plan, parts):
        made.append(sound.identity)
        attempt(sound, plan, parts)

    monkeypatch.setattr(dataset_parts, "make_part", counting)
    report = make(library, tmp_path / "out")
    assert len(made) == len(set(made)) == 3 * EACH
    make(library, tmp_path / "at once" / "out")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "at once" / "out")
    assert len(made) == 6 * EACH
    assert make(library, tmp_path / "out") == report
    assert len(made) == 6 * EACH


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"sounds": 5}',
        '{"sounds": "", "report": {}}',
        '{"sounds": "", "report": {"pictures": {"a": ""}, "labels": [], "sounds": 0, "silent": 0, '
        '"failures": [], "notes": []}}',
        '{"sounds": "", "report": {"pictures": {}, "labels": [5], "sounds": 0, "silent": 0, '
        '"failures": [], "notes": []}}',
        "[" * 100_000,
        "\x00\xff",
    ],
)
def test_a_damaged_report_is_named(library, tmp_path, text):
    make(library / "drums", tmp_path / "out")
    report = tmp_path / "out" / ".eidophone" / "report.json"
    report.write_text(text, encoding="latin-1")
    with pytest.raises(OutputError, match=r"report.json is damaged: delete it"):
        make(library / "drums", tmp_path / "out")
    (tmp_path / "out" / ".eidophone" / "plan.json").write_bytes(b"\xff")
    with pytest.raises(OutputError, match="begun with other settings"):
        make(library / "drums", tmp_path / "out")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"samples": [5]}', '{"samples": [], "rate": ""}']
)
def test_a_damaged_part_is_named(library, tmp_path, monkeypatch, text):
    monkeypatch.setattr("eidophone.jobs.dataset.making._lay_out", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(library / "drums", tmp_path / "out")
    part = next((tmp_path / "out" / ".eidophone" / "parts").glob("*/part.json"))
    part.write_text(text)
    with pytest.raises(OutputError, match="is damaged: delete it") as error:
        make(library / "drums", tmp_path / "out")
    assert str(part.parent) in str(error.value)


def test_a_run_that_was_killed_before_it_wrote_its_plan_goes_on(library, tmp_path):
    (tmp_path / "out" / ".eidophone" / "parts").mkdir(parents=True)
    assert make(library / "drums", tmp_path / "out").sounds == EACH


def test_a_finished_run_that_was_killed_while_it_cleaned_up_is_cleaned_up(library, tmp_path):
    report = make(library / "drums", tmp_path / "out")
    journal = tmp_path / "out" / ".eidophone"
    for name in ("staging", "replaced", "parts"):
        (journal / name).mkdir()
        (journal / name / "left").write_bytes(b"")
    assert make(library / "drums", tmp_path / "out") == report
    assert sorted(path.name for path in journal.iterdir()) == ["plan.json", "report.json"]


def test_what_an_interrupted_layout_left_is_replaced(library, tmp_path, monkeypatch):
    replace_path = Path.replace

    def dying(path, target):
        if Path(target).name == "validation":
            raise KeyboardInterrupt
        return replace_path(path, target)

    monkeypatch.setattr(Path, "replace", dying)
    with pytest.raises(KeyboardInterrupt):
        make(library, tmp_path / "out")
    monkeypatch.undo()
    assert (tmp_path / "out" / "train").is_dir()
    make(library, tmp_path / "out")
    make(library, tmp_path / "at once" / "out")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "at once" / "out")
    assert not (tmp_path / "out" / ".eidophone" / "parts").exists()


def test_a_full_disk_is_not_the_fault_of_a_sound(library, tmp_path, monkeypatch):
    def full(picture, path, **options):
        raise OutputError(f"cannot write {path}: no space left on device")

    monkeypatch.setattr(Picture, "save", full)
    with pytest.raises(OutputError, match=r"12 of 12 sounds are not done.*no space left"):
        make(library, tmp_path / "out")
    monkeypatch.undo()
    assert make(library, tmp_path / "out").failures == []


def test_a_failure_that_may_pass_is_tried_again(library, tmp_path, monkeypatch):
    attempt = dataset_parts.make_part

    def failing(sound, plan, parts):
        if "sound 3" in sound.identity:
            raise OSError("the disk is full")
        attempt(sound, plan, parts)

    monkeypatch.setattr(dataset_parts, "make_part", failing)
    with pytest.raises(OutputError, match=r"3 of 12 sounds are not done.*the disk is full"):
        make(library, tmp_path / "out")
    monkeypatch.undo()
    assert make(library, tmp_path / "out").sounds == 3 * EACH


def test_sounds_that_cannot_be_read_are_named_and_left_out(library, tmp_path):
    shutil.copytree(library / "drums", tmp_path / "in" / "drums")
    (tmp_path / "in" / "drums" / "broken.wav").write_bytes(b"RIFF of nothing")
    Sound(np.zeros(RATE), RATE).save(tmp_path / "in" / "drums" / "silent.wav")
    report = make(tmp_path / "in", tmp_path / "out")
    assert (report.sounds, report.silent) == (EACH, 1)
    assert len(report.failures) == 1
    assert report.failures[0].startswith("in/drums/broken.wav: ")
    assert make(tmp_path / "in", tmp_path / "out") == report


def test_nothing_but_silence(tmp_path):
    (tmp_path / "in").mkdir()
    Sound(np.zeros(RATE), RATE).save(tmp_path / "in" / "silent.wav")
    with pytest.raises(SoundError, match="nothing to learn from in 1 sounds: they are silent"):
        make(tmp_path / "in", tmp_path / "out")


def test_a_folder_of_something_else_is_left_alone(library, tmp_path):
    make(library / "drums", tmp_path / "out")
    before = files_of(tmp_path / "out")
    with pytest.raises(OutputError, match="begun with other settings"):
        make(library / "drums", tmp_path / "out", replace(SMALL, seed=1))
    with pytest.raises(OutputError, match="made of other sounds"):
        make(library / "voices", tmp_path / "out")
    assert files_of(tmp_path / "out") == before
    put(tmp_path / "mine" / "thesis.txt")
    with pytest.raises(OutputError, match="exists already, and is not empty"):
        make(library, tmp_path / "mine")
    with pytest.raises(OutputError, match="exists already"):
        make(library, tmp_path / "mine" / "thesis.txt")
    assert (tmp_path / "mine" / "thesis.txt").read_bytes() == b"sound"


def test_copies_are_shifted_louder_and_higher(library, tmp_path):
    plan = DatasetPlan(splits=(1,), augment=("shift", "gain", "pitch"), copies=2)
    make(library / "drums", tmp_path / "out", plan)
    records = records_of(tmp_path / "out" / "train")
    assert [record["copy"] for record in records].count(0) == EACH
    for record in records:
        path = tmp_path / "out" / "train" / record["file_name"]
        picture = Picture.load(path)
        if record["copy"] == 0:
            assert record["gain_db"] == record["semitones"] == 0
            plain = picture.pixels
            continue
        delay = -record["start_seconds"]
        assert 0 <= delay <= SQUARE - 0.5
        lit = np.flatnonzero(picture.pixels.max(axis=(0, 2)) > 100)
        hop = picture.recipe.hop_seconds
        assert lit[0] * hop == pytest.approx(delay, abs=4 * hop)  # half a window
        change = loudest_db(picture.pixels) - loudest_db(plain)
        assert change == pytest.approx(record["gain_db"], abs=2)


def test_copies_of_long_sounds_begin_later(library, tmp_path):
    plan = replace(SMALL, splits=(1,), augment=("shift",))
    make(library / "voices", tmp_path / "out", plan)
    records = records_of(tmp_path / "out" / "train")
    begins = [record["start_seconds"] for record in records if record["copy"]]
    assert len(begins) >= EACH
    assert min(begins) > 0
    assert max(begins) + SQUARE < 4.1
    assert len(set(begins)) >= EACH
    for record in records:  # columns of the sound, without a click where they begin
        sound = Sound.load(library / record["source"])
        first = round(record["start_seconds"] / plan.sized_recipe.hop_seconds)
        expected = encode(sound, plan.sized_recipe).pixels[:, first : first + 64]
        picture = Image.open(tmp_path / "out" / "train" / record["file_name"])
        np.testing.assert_array_equal(picture, expected)


def test_loudness_is_matched_when_asked_for(library, tmp_path):
    (tmp_path / "in").mkdir()
    sound = music(4.0, rate=RATE)
    for name, gain in ("loud", 1.0), ("quiet", 0.1):
        Sound(gain * sound.samples, RATE).save(tmp_path / "in" / f"{name}.wav")
    make(tmp_path / "in", tmp_path / "kept", replace(SMALL, splits=(1,), silence_db=-90))
    matched = replace(SMALL, splits=(1,), loudness=-23.0)
    make(tmp_path / "in", tmp_path / "matched", matched)

    def loudest(folder, name):
        picture = Image.open(tmp_path / folder / "train" / "in" / f"{name}-001.png")
        return loudest_db(np.asarray(picture))

    assert loudest("kept", "loud") - loudest("kept", "quiet") == pytest.approx(20, abs=0.5)
    assert loudest("matched", "loud") == pytest.approx(loudest("matched", "quiet"), abs=0.5)
    gains = {
        record["source"]: record["gain_db"] for record in records_of(tmp_path / "matched" / "train")
    }
    assert gains["in/quiet.wav"] - gains["in/loud.wav"] == pytest.approx(20, abs=0.01)
    assert gains["in/loud.wav"] == pytest.approx(-23 - loudness_of(sound), abs=0.01)


def test_all_pictures_have_one_axis_whatever_the_rate(tmp_path):
    (tmp_path / "in").mkdir()
    for rate in 8000, 96_000:
        tone(1000, 1.0, rate).save(tmp_path / "in" / f"{rate}.wav")
    make(tmp_path / "in", tmp_path / "out", replace(SMALL, splits=(1,)))
    low, high = (
        np.asarray(Image.open(tmp_path / "out" / "train" / "in" / f"{rate}-001.png"))
        for rate in (8000, 96_000)
    )
    assert low[:, 20, 1].argmax() == high[:, 20, 1].argmax()


@pytest.mark.parametrize("form", ["png", "jpeg"])
def test_what_a_network_makes_of_it_decodes(library, tmp_path, form):
    """A network gives back bare pixels; so do these, the metadata of which are lost."""
    plan = DatasetPlan(size=256, splits=(1,), format=form)
    make(library / "a label", tmp_path / "out", plan)
    (tmp_path / "generated").mkdir()
    for path in (tmp_path / "out" / "train").rglob(f"*{plan.suffix}"):
        Image.fromarray(np.array(Image.open(path))).save(
            tmp_path / "generated" / f"{path.stem}.png"
        )
    how = Decoding(quality="preview")
    tasks = decode_tasks([tmp_path / "generated"], tmp_path / "sounds", ".wav", how)
    assert len(tasks) == 2 * EACH
    (tmp_path / "sounds").mkdir()
    for task in tasks[:2]:
        with pytest.warns(EidophoneWarning, match="guessed"):
            decode_files(list(task.sources), task.target, how)
        sound = Sound.load(task.target)
        assert sound.duration_seconds == pytest.approx(SQUARE, abs=0.01)
        drawn = Picture.load(task.sources[0]).pixels
        again = encode(sound, plan.sized_recipe).pixels[:, : drawn.shape[1]]
        loud = drawn[:, : again.shape[1]] > 104
        difference = np.abs(again.astype(int) - drawn[:, : again.shape[1]])[loud]
        assert difference.mean() < 12


def test_squares_of_a_sound_join_to_it_again(library, tmp_path):
    make(library / "voices", tmp_path / "out", replace(SMALL, size=512, splits=(1,)))
    how = Decoding(quality="preview")
    pictures = tmp_path / "out" / "train" / "old"
    task = decode_tasks([pictures], tmp_path / "sounds", ".wav", how)[0]
    assert len(task.sources) == 2
    (tmp_path / "sounds").mkdir()
    decode_files(list(task.sources), task.target, how)
    sound = Sound.load(library / "voices" / "old" / "sound 0.wav")
    joined_again = Sound.load(task.target)
    assert (joined_again.sample_count, joined_again.rate) == (sound.sample_count, sound.rate)
    whole = decode(encode(sound), quality="preview")
    np.testing.assert_allclose(joined_again.samples, whole.samples, atol=1e-3)


def test_the_card_says_how_to_load_it(library, tmp_path):
    for layout, words in (
        ("imagefolder", "load_dataset("),
        ("stylegan", "--data out/train.zip"),
        ("webdataset", "train-{000000..000007}.tar"),
    ):
        plan = replace(SMALL, layout=layout, recipe=PRESETS["octaves"])
        make(library, tmp_path / layout / "out", plan)
        card = (tmp_path / layout / "out" / "README.md").read_text("utf-8")
        assert words in card
        assert "--recipe recipe.json" in card
        assert str(tmp_path) not in card


def test_a_cluster_that_is_not_there(library, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(EidophoneError, match=r"pip install 'eidophone\[scale\]'"):
        make(library, tmp_path / "out", ray="auto")
