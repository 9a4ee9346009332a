"""The work after the story: it goes on in the same way, faster than life, for as long as somebody watches."""

import heapq
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from tests.jira.story.actions import Action
from tests.jira.story.clock import SECOND
from tests.jira.story.context import Scene, SceneWriter
from tests.jira.story.people import Directory
from tests.jira.story.scenes_paths import reopened_soon, waited_for_agency, waited_for_client, with_sub_tasks
from tests.jira.story.scenes_signals import experiment_won, incident, legal_early, proposal_adopted
from tests.jira.story.scenes_teaching import ORDINARY

if TYPE_CHECKING:
    from tests.jira.story.story import Plan

FOREVER = 1 << 62
TICKETS_A_DAY = 5
SPEED = 600
SHORTEST, LONGEST = 0.2, 4.0
NOW_AND_THEN: tuple[Scene, ...] = (
    reopened_soon,
    waited_for_agency,
    waited_for_client,
    with_sub_tasks,
    experiment_won,
    incident,
    legal_early,
    proposal_adopted,
)


def weights_at(phase: float) -> list[float]:
    """How likely each ordinary scene is, between its three weights."""
    eased = phase * phase * (3 - 2 * phase)
    first, late = (0, eased * 2) if eased < 0.5 else (1, eased * 2 - 1)
    return [weights[first] + (weights[first + 1] - weights[first]) * late for weights in ORDINARY.values()]


def ordinary_scene(writer: SceneWriter, at: int) -> Scene:
    """An everyday scene that suits the time."""
    return writer.rng.choices(list(ORDINARY), weights_at(writer.phase(at)))[0]


def live(
    site: Any, plan: "Plan", seed: int = 1, *, clock: Callable[[], int] | None = None
) -> Iterator[tuple[float, Action]]:
    """Yield (seconds to wait, action) without end, from where `site` stands, or else from the story's end.

    600 times as fast as life, at most four seconds between two actions; nights and weekends go by in one step. With
    a `clock` no action lies in its future: once the story has caught up, work goes on at life's own pace.
    """
    begin = max(plan.end, site.now())
    for before, action in _pairs(_days(plan, begin, seed), begin):
        delay = min(LONGEST, max(SHORTEST, (action.at - before) / SECOND / SPEED))
        yield (max(delay, (action.at - clock()) / SECOND) if clock else delay), action


def _pairs(actions: Iterator[Action], begin: int) -> Iterator[tuple[int, Action]]:
    before = begin
    for action in actions:
        yield before, action
        before = action.at


def _days(plan: "Plan", begin: int, seed: int) -> Iterator[Action]:
    first = plan.clock.day(begin)
    directory = Directory(plan.people, plan.clock)
    rng = Random(f"{seed} {first}")
    writer = SceneWriter(rng, plan.clock, directory, plan.dates, end=FOREVER, prefix=f"live-{first:%Y%m%d}-")
    writer.epics = plan.epics
    writer.taught = list(plan.taught)
    waiting: list[tuple[int, int, Action]] = []
    numbers = count()
    for day in _working_days(plan, first + timedelta(days=1)):
        opens, _ = plan.clock.window(day)
        while waiting and waiting[0][0] < opens:
            yield heapq.heappop(waiting)[2]
        for action in _tickets_of(writer, day):
            heapq.heappush(waiting, (action.at, next(numbers), action))


def _working_days(plan: "Plan", first: date) -> Iterator[date]:
    return (day for days in count() if plan.clock.is_working(day := first + timedelta(days=days)))


def _tickets_of(writer: SceneWriter, day: date) -> list[Action]:
    for _ in range(writer.rng.randint(TICKETS_A_DAY - 2, TICKETS_A_DAY + 2)):
        at = writer.morning(day)
        scene = writer.rng.choice(NOW_AND_THEN) if writer.rng.random() < 0.2 else ordinary_scene(writer, at)
        writer.play_scene(scene.__name__, scene, at)
    new, writer.actions = writer.actions, []
    return new
