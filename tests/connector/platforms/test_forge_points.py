"""Forge: what a busy hour of events costs of Jira's points."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from connector.config import QUOTA
from connector.jira.quota import SHARES
from connector.jobs.runner import JobRunner
from mappings.records.operations.jira_quota import select_spent
from mappings.records.operations.jobs import save_due
from tests.connector.platforms.forge_site import ForgeSite, forge_site
from tests.jira.site import Site
from tests.jira.story.people import account_of
from tests.jira.story_site import open_story_site

ACME = "growth-acme"
MINUTE, HOUR = 60_000_000, 3_600_000_000
EVENTS = 1000
PEOPLE = tuple(map(account_of, ("Maren Vogt", "Priya Raman", "Callum Rhodes")))


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[ForgeSite]:
    """A site whose history is read, at the beginning of an hour."""
    with open_story_site(f"sqlite:///{tmp_path / 'connect.db'}", tickets=40) as story_site:
        story_site.tell()
        story_site.clock.at = (story_site.story.end // HOUR + 2) * HOUR
        with forge_site(story_site, f"sqlite:///{tmp_path / 'forge.db'}") as opened:
            opened.agree(ACME)
            opened.read("sync")
            story_site.clock.at += HOUR
            story_site.site.faults.calls.clear()
            yield opened


def test_a_thousand_events_an_hour_leave_the_most_of_the_points(busy: ForgeSite) -> None:
    chance, site, clock = Random(3), busy.story_site.site, busy.story_site.clock
    issues = [row[0] for row in busy.rows("SELECT issue_id FROM issue WHERE key LIKE 'GROW-%'")]
    runner = JobRunner(busy.container)
    runner.insert_missing()
    started, replies = clock.now(), len(busy.forge.replies)
    for minute in range(1, 61):
        while len(busy.forge.replies) - replies + busy.forge.waiting < EVENTS * minute // 60:
            happen(site, chance, chance.choice(issues), clock.now())
        busy.forge.settle()
        busy.drain()
        clock.at += MINUTE
        run_job(busy, runner, "reread")
    clock.at -= 1
    assert busy.forge.tick().status == 202
    for job in ("reread", "reconcile"):
        run_job(busy, runner, job)
    assert len(busy.forge.replies) - replies > EVENTS
    assert busy.forge.lost == 0
    assert busy.rows("SELECT count(*) FROM reread") == [(0,)]
    with busy.container.reader.connect() as connection:
        spent = select_spent(connection, started // HOUR)
    print(f"{spent.work} points, {len(site.faults.calls)} calls")
    assert spent.work <= QUOTA * SHARES["work"] // 100 // 5


def happen(site: Site, chance: Random, issue_id: int, at: int) -> None:
    """One thing of an ordinary day."""
    who = chance.choice(PEOPLE)
    kind = chance.randrange(3)
    if kind == 0:
        site.edit(issue_id, by=who, at=at, assignee=chance.choice(PEOPLE))
    elif kind == 1:
        site.add_comment(issue_id, by=who, at=at, text="Shown to the team")
    else:
        site.add_worklog(issue_id, by=who, at=at, started=at - HOUR, seconds=1800)


def run_job(busy: ForgeSite, runner: JobRunner, name: str) -> None:
    with busy.container.engine.begin() as connection:
        save_due(connection, busy.tenant_id, name, busy.story_site.clock.now())
    while (done := runner.run_now(busy.tenant_id, name)) is not None and done.due_at <= busy.story_site.clock.now():
        assert done.message is None, done
