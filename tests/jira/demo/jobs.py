"""Teachback's jobs in the demo, which lives some weeks behind the wall's clock: one at a time with what happens there.

A read tells Teachback what there is at the wall's time. Were somebody to comment while it is read, dated weeks ago by
the demo's time, that comment would look older than the read that does not name it, and be taken as gone. So nothing
happens on the site while a step runs, and none runs while something happens.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock

from connector.container import Container
from connector.jobs.registry import JOBS, Job, Step
from connector.jobs.runner import JobRunner
from connector.jobs.scheduler import Scheduler
from mappings.records.operations.issue_properties import delete_mirrored, save_all_marked
from tests.jira.model import Instant
from tests.jira.servers import Stack

FREEZING = "snapshots"


def ticker_of(stack: Stack, turn: Lock) -> Scheduler:
    """What `serve` runs beside the web, for this stack."""
    return Scheduler(JobRunner(stack.container, jobs_of(turn, stack.site.now)))


def jobs_of(turn: Lock, site_time: Callable[[], Instant]) -> Mapping[str, Job]:
    """All jobs, each step of them in its turn. What is frozen is what is over on the site, not what will be."""
    jobs = {name: replace(job, step=in_turn(job.step, turn)) for name, job in JOBS.items()}
    freeze = JOBS[FREEZING].step
    late = in_turn(lambda container, tenant_id, now: freeze(container, tenant_id, min(now, site_time())), turn)
    return jobs | {FREEZING: replace(JOBS[FREEZING], step=late)}


def in_turn(step: Step, turn: Lock) -> Step:
    def wait_and_step(container: Container, tenant_id: int, now: Instant) -> Instant | None:
        with turn:
            return step(container, tenant_id, now)

    return wait_and_step


def forget_mirror(stack: Stack) -> None:
    """A site that is played again holds nothing that Teachback wrote on it: it has to write it once more."""
    with stack.container.engine.begin() as connection:
        delete_mirrored(connection, stack.tenant_id, stack.site.issues.keys())
        save_all_marked(connection, stack.tenant_id, stack.clock())
