"""Orders: what a job is for the process that makes things; and jobs whose items are renamed."""

from __future__ import annotations

from pathlib import Path

from eidophone.base.errors import NotThereError
from eidophone.jobs.acts.choosing import chosen, renamed
from eidophone.jobs.acts.known import ACTS, act_for
from eidophone.jobs.acts.model import Act
from eidophone.jobs.queue.job import Job
from eidophone.jobs.queue.worker import Order
from eidophone.jobs.workspace.folder import Workspace
from eidophone.jobs.workspace.made import Made
from eidophone.jobs.workspace.names import divided, safe


def order_of(job: Job, workspace: Workspace, folder: Path) -> Order:
    """What is to be made for ``job``, of the files that its items have now.

    Args:
        job: what was asked for.
        workspace: whose items it is made of.
        folder: where all jobs write, each into a folder of its own.

    Raises:
        EidophoneError: it cannot be done so.
    """
    paths, others = tuple(workspace.paths_of(job.of)), dict[str, Path]()
    act = act_for(job.act, paths)
    if not paths and not act.beside:
        raise NotThereError("nothing was chosen: choose an item")

    def lookup(wanted: str) -> Path:
        found = workspace.collections.find(wanted)
        others[wanted] = found or workspace.path_of(wanted)
        return others[wanted]

    chosen(act, job.settings, lookup)
    stem = _stem_of(act, [one.name for one in paths], job.name)
    return Order(job.act, paths, folder / job.id, stem, job.settings, others)


def follow(asked: Job | Made, before: str, now: str) -> bool:
    """Let what was ``asked`` for, or was made so, speak of the item ``before`` as ``now``.

    Returns:
        Whether it spoke of it.
    """
    act = ACTS.get(asked.act)
    of = [now if one == before else one for one in asked.of]
    settings = asked.settings if act is None else renamed(act, asked.settings, before, now)
    is_other = (of, settings) != (asked.of, asked.settings)
    asked.of, asked.settings = of, settings
    return is_other


def _stem_of(act: Act, names: list[str], name: str | None) -> str:
    """What results of the items with these ``names`` are called, without an ending."""
    if name or not names:
        return safe(name or act.called)
    stems, called = [divided(one)[0] for one in names], act.called
    added = called.removeprefix("{}")
    if added and stems[0].endswith(added):
        return safe(stems[0])
    return safe(called.format(stems[0], all=" and ".join(stems)))
