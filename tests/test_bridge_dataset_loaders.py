"""Datasets as the libraries that trainers use load them, and on a Ray cluster."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from signals import music

from eidophone.jobs.dataset.making import make_dataset
from eidophone.jobs.dataset.plan import DatasetPlan

RATE = 16_000


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Labels and names that loaders like to take for splits."""
    root = tmp_path_factory.mktemp("library") / "test library"
    for number in range(8):
        for label in "train", "test":
            (root / label).mkdir(parents=True, exist_ok=True)
            sound = music(4, rate=RATE, seed=number)
            sound.save(root / label / f"validation-{number}.wav")
    return root


def run(script, *arguments, timeout=240):
    """Run a script by itself: such libraries warn, and begin threads and processes of their own."""
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "disabled",
    }
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["imagefolder", "webdataset"])
def test_hugging_face_datasets(library, tmp_path, layout):
    pytest.importorskip("datasets")
    plan = DatasetPlan(size=64, layout=layout)
    report = make_dataset([library], tmp_path / "out", plan, jobs=1)
    script = """
        import sys
        from datasets import load_dataset
        loaded = load_dataset(sys.argv[1], cache_dir=sys.argv[2])
        for split, rows in loaded.items():
            for row in rows:
                picture, about = row.get("image", row.get("png")), row.get("json", row)
                print(split, len(rows), *picture.size, picture.mode, about["label"])
    """
    lines = [line.split() for line in run(script, tmp_path / "out", tmp_path / "cache")]
    assert {line[0]: int(line[1]) for line in lines} == report.pictures
    assert len(lines) == sum(report.pictures.values()) == 32
    assert {tuple(line[2:5]) for line in lines} == {("64", "64", "RGB")}
    assert {line[5] for line in lines} == {"train", "test"} == set(report.labels)


def test_webdataset(library, tmp_path):
    pytest.importorskip("webdataset")
    report = make_dataset(
        [library], tmp_path / "out", DatasetPlan(size=64, layout="webdataset"), jobs=1
    )
    script = """
        import sys
        import numpy, webdataset
        dataset = webdataset.WebDataset(sys.argv[1], shardshuffle=100).shuffle(1000).decode("rgb8")
        for picture, label, about in dataset.to_tuple("png", "cls", "json"):
            print(*picture.shape, picture.sum(), label, about["label"], about["start_seconds"])
    """
    shards = tmp_path / "out" / "train-{000000..000007}.tar"
    lines = [line.split() for line in run(script, shards)]
    assert len(lines) == report.pictures["train"]
    assert all(line[:3] == ["64", "64", "3"] and int(line[3]) > 0 for line in lines)
    assert all(report.labels[int(line[4])] == line[5] for line in lines)
    assert len({float(line[6]) for line in lines}) == 2


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the workers in /proc")
def test_a_cluster_loses_nothing_when_a_worker_dies(library, tmp_path):
    pytest.importorskip("ray.exceptions")  # not just any folder of that name
    plan = DatasetPlan(size=64, layout="webdataset", augment=("gain", "shift"), copies=20)
    here = make_dataset([library], tmp_path / "here" / "out", plan, jobs=1)
    script = """
        import os, signal, sys, threading, time
        from pathlib import Path
        from eidophone import DatasetPlan, make_dataset

        library, target = map(Path, sys.argv[1:])
        killed = []

        def parent_of(process):
            stat = Path(f"/proc/{process}/stat").read_text()
            return int(stat.rpartition(")")[2].split()[1])

        def is_ours(process):
            while process not in (0, 1, os.getpid()):
                process = parent_of(process)
            return process == os.getpid()

        def busy_workers():
            for folder in Path("/proc").glob("[0-9]*"):
                try:
                    if (folder / "cmdline").read_bytes().startswith(b"ray::eidophone"):
                        if is_ours(int(folder.name)):
                            yield int(folder.name)
                except OSError:  # it has ended
                    pass

        def kill_one():
            while not killed:
                drawing = list(target.glob(".eidophone/parts/.*/*.png"))
                for worker in busy_workers() if drawing else ():
                    os.kill(worker, signal.SIGKILL)
                    killed.append(worker)
                    break
                time.sleep(0.01)

        threading.Thread(target=kill_one, daemon=True).start()
        plan = DatasetPlan(size=64, layout="webdataset", augment=("gain", "shift"), copies=20)
        report = make_dataset([library], target, plan, ray="local")
        print(report)
        print(len(killed))
    """
    *_, there, killed = run(script, library, tmp_path / "there" / "out")
    assert there == str(here)
    assert killed == "1"
    shards = sorted(path.name for path in (tmp_path / "here" / "out").glob("*.tar"))
    assert shards == sorted(path.name for path in (tmp_path / "there" / "out").glob("*.tar"))
    for name in shards:
        one, other = ((tmp_path / side / "out" / name).read_bytes() for side in ("here", "there"))
        assert one == other


@pytest.mark.parametrize("address", ["127.0.0.1:9", "ray://127.0.0.1:9"])
def test_a_cluster_that_is_not_there(library, tmp_path, address):
    pytest.importorskip("ray.exceptions")  # not just any folder of that name
    script = """
        import sys
        from eidophone import make_dataset
        from eidophone.base.errors import EidophoneError
        try:
            make_dataset([sys.argv[1]], sys.argv[2], ray=sys.argv[3])
        except EidophoneError as error:
            print(error)
    """
    (line,) = run(script, library, tmp_path / "out", address)
    assert line.startswith(f"there is no Ray cluster at '{address}': ")
