"""Workers: what becomes of items, in this process and in others."""

import os

import pytest

from eidophone.base import processes
from eidophone.base.processes import start_worker, stop_workers
from eidophone.jobs.workers import ONE_THREAD, results


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_item_has_its_result(jobs):
    items = [-3, 2, -1, 0]
    assert sorted(results(abs, items, jobs)) == sorted((item, abs(item)) for item in items)
    assert list(results(abs, [], jobs)) == []


def test_workers_share_the_cores():
    assert dict(results(os.getenv, ["EIDOPHONE_THREADS", "PATH"], 2))["EIDOPHONE_THREADS"] == "1"


def test_items_whose_process_dies_have_no_result():
    assert sorted(results(os._exit, [1, 2, 3], 2)) == [(1, None), (2, None), (3, None)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_task_raises_is_raised(jobs):
    with pytest.raises(ValueError, match="invalid literal"):
        list(results(int, ["1", "x", "2"], jobs))


def test_one_process_does_an_item_when_it_is_asked_for():
    done = []
    waiting = results(done.append, [1, 2, 3], 1)
    next(waiting)
    assert done == [1]


def test_where_there_are_no_signals_workers_end_with_what_they_read(monkeypatch):
    monkeypatch.setattr(processes, "_CAN_ASK", False)
    worker = start_worker("eidophone.jobs.worker", ONE_THREAD)
    stop_workers([worker])
    assert worker.wait(60) == 0
    worker.stdout.close()
