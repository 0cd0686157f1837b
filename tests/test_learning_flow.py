"""The flow learns, goes on after a kill as if nothing had been, and draws what was asked for."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

from eidophone.base.errors import LearnError, MissingExtraError, noted
from eidophone.learning.flow import sampling, training
from eidophone.learning.flow.courses import Courses
from eidophone.learning.flow.extra import torch
from eidophone.learning.flow.flow import Flow
from eidophone.learning.flow.network import Network
from eidophone.learning.flow.sampling import sampled, translated
from eidophone.learning.flow.settings import FlowRecipe, FlowSettings
from eidophone.learning.flow.training import train

SMALL = FlowSettings(steps=40, width=16, layers=1, heads=2, window=16, batch=4, device="cpu")
FIRST, SECOND = np.array([1, 0], np.float32), np.array([0, 1], np.float32)


def courses_made(seed: int = 0) -> Courses:
    """One collection lies above 0, the other below; in each, some runs are near, and some far."""
    rng = np.random.default_rng(seed)

    def run(middle: float) -> np.ndarray:
        return (middle + 0.1 * rng.standard_normal((100, 4))).astype(np.float16)

    learnt = tuple(tuple(run(side * far) for far in (0.5, 2)) for side in (1, -1))
    held = tuple(tuple(run(side * far) for far in (0.5, 2)) for side in (1, -1))
    return Courses(("high", "low"), learnt, held, np.zeros(4, np.float32), np.ones(4, np.float32))


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    monkeypatch.setenv("EIDOPHONE_THREADS", "1")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def flow():
    os.environ["EIDOPHONE_THREADS"] = "1"
    torch.set_num_threads(1)
    return train(courses_made(), replace(SMALL, steps=200, batch=16))


def test_it_learns_what_it_has_not_seen(flow):
    losses = [held for _, _, held in flow.recipe.losses]
    assert min(losses) < 0.8 * losses[0]
    assert flow.recipe.step in [step for step, _, held in flow.recipe.losses if held == min(losses)]


def test_what_is_drawn_is_of_the_collection_asked_for(flow):
    high, low = (sampled(flow, 60, one, 1) for one in (FIRST, SECOND))
    assert high.shape == (60, 4)
    assert high.mean() > 0.4
    assert low.mean() < -0.4


def test_the_same_seed_draws_the_same(flow):
    once, again, other = (sampled(flow, 20, FIRST, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(once, again)
    assert np.abs(once - other).max() > 0.1


def test_a_path_leads_from_one_collection_to_the_other(flow):
    path = np.stack([np.linspace(1, 0, 100), np.linspace(0, 1, 100)], 1).astype(np.float32)
    drawn = sampled(flow, 100, path, 3)
    assert drawn[:20].mean() > 0.3
    assert drawn[-20:].mean() < -0.3


def test_what_is_known_stays_and_the_rest_goes_with_it(flow):
    known = np.arange(24) < 12

    def gone_on(middle: float) -> float:
        before = np.full((24, 4), middle, np.float32)
        drawn = sampled(flow, 24, FIRST, 5, known=(before, known))
        np.testing.assert_allclose(drawn[known], before[known], atol=1e-5)
        return drawn[~known].mean()

    assert gone_on(2) > gone_on(0.5) + 0.1


def test_a_loop_comes_round_without_a_seam(flow):
    drawn = [sampled(flow, 50, FIRST, seed, loop=True) for seed in range(4)]
    seams = np.mean([np.abs(one[0] - one[-1]).mean() for one in drawn])
    inside = np.mean([np.abs(np.diff(one, axis=0)).mean() for one in drawn])
    assert seams < 1.6 * inside


def test_all_blocks_of_a_loop_are_seen_alike(flow):
    """Turned noise makes a turned loop, if windows begin anywhere alike."""
    places, fades = sampling._windows(64, 16, loop=True)
    seen = np.zeros(64)
    np.add.at(seen, places.numpy().ravel(), fades.numpy().ravel())
    np.testing.assert_allclose(seen, seen[0])


def test_a_translation_keeps_what_it_can(flow):
    source = courses_made(9).held[0][0][:64].astype(np.float32)
    same = translated(flow, source, FIRST, FIRST, guidance=1.0)
    there = translated(flow, source, FIRST, SECOND)
    assert np.abs(same - source).mean() < 0.15
    assert there.mean() < -0.5
    unknown = translated(flow, source, None, SECOND)
    assert unknown.mean() < -0.3


def test_a_flow_goes_through_a_file(flow):
    recipe = FlowRecipe.of(flow.recipe.json())
    assert recipe == flow.recipe
    arrays = {name: one.copy() for name, one in flow.arrays.items()}
    again = Flow(recipe, arrays)
    np.testing.assert_array_equal(sampled(again, 10, FIRST, 1), sampled(flow, 10, FIRST, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"width": 10**9},
        {"layers": -1},
        {"layers": 2.0},
        {"heads": 3},
        {"names": []},
        {"names": None},
        {"losses": [1]},
    ],
)
def test_strange_recipes_are_refused(flow, change):
    said = json.loads(flow.recipe.json()) | change
    with pytest.raises(LearnError, match="no recipe of a flow"):
        FlowRecipe.of(json.dumps(said))


def test_weights_that_do_not_fit_are_refused(flow):
    name = next(iter(flow.arrays))
    for strange in (flow.arrays[name][:1], np.full_like(flow.arrays[name], np.nan)):
        with pytest.raises(LearnError, match="damaged"):
            _ = Flow(flow.recipe, flow.arrays | {name: strange}).network


# A kill in the middle, and what comes after


TRAINER = """
import json, os, sys
from pathlib import Path
import numpy as np
sys.path.insert(0, sys.argv[1])
from test_learning_flow import SMALL, courses_made
from eidophone.learning.flow import training
training._SAVE_SECONDS = 0.05
step = training._Run._step

def run(name):
    place, log = Path(name + ".training"), open(name + ".log", "a", buffering=1)
    def logged(run):
        step(run)
        log.write(json.dumps([run.standing.step, run.standing.loss]) + "\\n")
    training._Run._step = logged
    flow = training.train(courses_made(), SMALL, checkpoint=place, resume=True)
    np.savez(name, **flow.arrays)
    os._exit(0)

for name in sys.stdin:  # each in a process of its own, without loading PyTorch again
    child = os.fork()
    if not child:
        run(name.strip())
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are made otherwise here")
def test_after_a_kill_it_goes_on_as_if_nothing_had_been(tmp_path):
    log = tmp_path / "killed.log"
    with subprocess.Popen(
        [sys.executable, "-c", TRAINER, str(Path(__file__).parent)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as trainer:

        def started(name: str) -> int:
            trainer.stdin.write(f"{name}\n")
            trainer.stdin.flush()
            return int(trainer.stdout.readline())

        def code() -> int:
            return int(trainer.stdout.readline())

        started("whole")
        assert code() == 0
        killed = started("killed")
        deadline = time.monotonic() + 60
        while not (log.exists() and log.read_text().count("\n") > 15):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.kill(killed, signal.SIGKILL)
        assert code() == -signal.SIGKILL
        done = log.read_text().count("\n")
        assert done < SMALL.steps
        started("killed")
        assert code() == 0
        trainer.stdin.close()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    resumed = lines[done:]
    assert 1 < resumed[0][0] <= done + 1, "it began anew"
    whole = dict(map(json.loads, (tmp_path / "whole.log").read_text().splitlines()))
    assert [step for step, _ in resumed] == list(range(resumed[0][0], SMALL.steps + 1))
    assert all(loss == whole[step] for step, loss in lines)
    with np.load(tmp_path / "whole.npz") as one, np.load(tmp_path / "killed.npz") as other:
        assert all((one[name] == other[name]).all() for name in one.files)


def test_a_full_disk_leaves_the_last_checkpoint_whole(tmp_path, monkeypatch):
    place = tmp_path / "a.training"
    monkeypatch.setattr(training, "_SAVE_SECONDS", 0.0)
    write, count = Path.write_bytes, []

    def full(path, data):
        count.append(path)
        if len(count) > 2:
            write(path, data[:1000])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with noted() as notes:
        flow = train(courses_made(), SMALL, checkpoint=place)
    assert len(count) > 3
    (note,) = notes
    assert "No space left" in note
    assert "still there" in note
    assert [one.name for one in tmp_path.iterdir()] == ["a.training"]
    monkeypatch.undo()
    again = train(courses_made(), SMALL, checkpoint=place, resume=True)
    assert again.recipe.losses == flow.recipe.losses


def test_checkpoints_of_others_are_refused(tmp_path):
    place = tmp_path / "a.training"
    train(courses_made(), replace(SMALL, steps=2), checkpoint=place)
    whole = place.read_bytes()
    for courses, settings in (
        (courses_made(1), SMALL),
        (courses_made(), replace(SMALL, width=32)),
        (courses_made(), replace(SMALL, seed=1)),
    ):
        with pytest.raises(LearnError, match="other sounds or settings"):
            train(courses, settings, checkpoint=place, resume=True)
    for strange in (
        b"",
        b"\xff" * 100,
        whole[:-100],
        whole[:300],
        whole.replace(b"mean.", b"maen."),
    ):
        place.write_bytes(strange)
        with pytest.raises(LearnError, match=r"no checkpoint|damaged"):
            train(courses_made(), SMALL, checkpoint=place, resume=True)


def test_more_time_goes_on_from_what_is_done(tmp_path):
    place = tmp_path / "a.training"
    first = train(courses_made(), replace(SMALL, steps=20), checkpoint=place)
    more = train(courses_made(), SMALL, checkpoint=place, resume=True)
    assert more.recipe.losses[0] == first.recipe.losses[0]
    assert more.recipe.losses[-1][0] == SMALL.steps


# Memory, time, and what is told meanwhile


def test_too_little_memory_makes_smaller_parts_of_the_same_step(monkeypatch):
    forward, sizes = Network.forward, []

    def narrow(network, blocks, *told):
        sizes.append(len(blocks))
        if len(blocks) > 2 and torch.is_grad_enabled():
            raise RuntimeError(
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9"
            )
        return forward(network, blocks, *told)

    wanted = train(courses_made(), SMALL)
    monkeypatch.setattr(Network, "forward", narrow)
    with noted() as notes:
        flow = train(courses_made(), SMALL)
    assert notes == ["there is little memory: each step is made in 2 parts, more slowly"]
    for name, one in wanted.arrays.items():
        np.testing.assert_allclose(flow.arrays[name], one, atol=2e-3)


def test_far_too_little_memory_is_said(monkeypatch):
    def none(*_):
        raise MemoryError

    monkeypatch.setattr(Network, "forward", none)
    with noted(), pytest.raises(LearnError, match="too little memory"):
        train(courses_made(), SMALL)


def test_other_errors_are_not_taken_for_it(monkeypatch):
    def broken(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr(Network, "forward", broken)
    with pytest.raises(RuntimeError, match="something else"):
        train(courses_made(), SMALL)


@pytest.fixture
def clock(monkeypatch):
    """A step takes a tenth of a second, whatever the machine does; later three tenths."""
    seconds, step = [100.0], training._Run._step

    def slowly(run):
        step(run)
        seconds[0] += 0.1 if seconds[0] < 104 else 0.3

    monkeypatch.setattr(training._Run, "_step", slowly)
    monkeypatch.setattr(training, "choose_threads", lambda _: (0.1, 0.1))
    monkeypatch.setattr(training, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    return seconds


TIMED = replace(SMALL, steps=None, minutes=12 / 60)


def test_it_keeps_to_its_time_and_tells_how_it_goes(clock, monkeypatch):
    monkeypatch.setattr(training, "_LISTEN_SECONDS", 3.5)
    monkeypatch.setattr(training, "_LOOK_STEPS", 10)
    monkeypatch.setattr(training, "_PATIENCE", 1)
    told, heard = [], []
    flow = train(
        courses_made(),
        TIMED,
        progress=told.append,
        listen=lambda name, one: heard.append((name, one.shape)),
    )
    assert clock[0] - 100 == pytest.approx(12, abs=0.31)
    assert flow.recipe.seconds == pytest.approx(12, abs=0.31)
    assert told[0].seconds_left == pytest.approx(11)
    assert told[-1].seconds_left == 0
    assert 0.3 < told[3].share < 0.4, "as if all steps were as fast"
    assert told[-1].share > 0.85
    assert all(one.share < two.share for one, two in pairwise(told))
    assert told[-1].best <= told[-1].held
    assert heard == 2 * [("high", (16, 4)), ("low", (16, 4))]


def test_a_kill_costs_no_more_than_what_was_not_kept(clock, tmp_path):
    place = tmp_path / "a.training"

    def stopped(moment):
        if moment.step == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(courses_made(), TIMED, checkpoint=place, progress=stopped)
    clock[0] = 100.0 + 1000
    told = []
    train(courses_made(), TIMED, checkpoint=place, resume=True, progress=told.append)
    assert told[0].step == 30
    assert clock[0] - 1100 == pytest.approx(10, abs=0.31)


@pytest.mark.usefixtures("clock")
def test_it_stops_early_where_nothing_more_is_learnt_for_others(monkeypatch):
    told = []
    monkeypatch.setattr(training, "_LOOK_STEPS", 5)
    losses = iter([1.0, 0.5, *[0.9] * 1000])
    monkeypatch.setattr(training._Run, "_held_loss_now", lambda run: next(losses))
    flow = train(courses_made(), TIMED, progress=told.append)
    assert flow.recipe.step == 10
    assert told[-1].share < 0.6


def test_with_nothing_held_out_the_end_is_the_best():
    courses = replace(courses_made(), held=((), ()))
    flow = train(courses, SMALL)
    assert flow.recipe.step == SMALL.steps
    assert {held for _, _, held in flow.recipe.losses} == {-1.0}


def test_devices_that_are_not_there_are_refused():
    with pytest.raises(LearnError, match=r"no device 'abacus' here: choose of .*cpu"):
        train(courses_made(), replace(SMALL, device="abacus"))


def test_missing_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "eidophone.learning.flow.extra")
    with pytest.raises(MissingExtraError, match=r"eidophone\[learn\]"):
        import eidophone.learning.flow.extra  # noqa: F401


TOGETHER = """
import json, sys
sys.path.insert(0, sys.argv[1])
from dataclasses import replace
from test_learning_flow import SMALL, courses_made
from eidophone.learning.flow.training import train
losses = []
def told(moment):
    losses.append([moment.step, moment.loss, moment.held])
train(courses_made(), replace(SMALL, batch=int(sys.argv[2])), progress=told)
print(json.dumps(losses))
"""


@pytest.mark.slow
def test_two_processes_learn_as_one_with_twice_the_batch():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def started(batch: int, number: int, count: int) -> subprocess.Popen:
        environment = os.environ | {
            "EIDOPHONE_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "RANK": str(number),
            "LOCAL_RANK": str(number),
            "WORLD_SIZE": str(count),
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": port,
        }
        arguments = [sys.executable, "-c", TOGETHER, str(Path(__file__).parent), str(batch)]
        return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True)

    both = [started(4, number, 2) for number in range(2)]
    first, second = (json.loads(one.communicate(timeout=120)[0]) for one in both)
    alone = json.loads(started(8, 0, 1).communicate(timeout=120)[0])
    assert second == []
    assert len(first) == len(alone) == 5
    one, other = (np.array(losses, np.float64) for losses in (first, alone))  # None is no number
    np.testing.assert_allclose(one, other, rtol=1e-3)
    assert np.isfinite(one[-1]).all()
