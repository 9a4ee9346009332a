"""Objectives on the ticket: JQL finds them, each change is written once, and what others write there does not last."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from connector.jira import JiraClient, Signature
from connector.mirror import mirror
from mappings.measure.engagement import Engagement
from tests.jira.server import serve
from tests.jira.signed import an_app
from tests.jira.site import Site
from tests.webhooks.ground import Ground, ground_of, small, told

HOUR = 3_600_000_000
DESCRIPTOR = json.loads((Path(__file__).parents[2] / "atlassian-connect.json").read_bytes())
WRITES = "issue/properties/multi"


@dataclass
class Town:
    """A site with the story on it, a tenant that knows all of it, and as much of a house as the mirror asks for."""

    ground: Ground
    site: Site
    house: SimpleNamespace

    def run(self) -> int:
        """Let the job go until it is through; returns how many writes it took."""
        before = self.writes()
        while mirror(self.house, self.ground.tenant_id, self.house.clock()) is not None:
            self.ground.now += 1_000_000
        return self.writes() - before

    def writes(self) -> int:
        return sum(call.path.endswith(WRITES) for call in self.site.faults.calls)

    def shown(self) -> dict[int, list[str]]:
        """What tickets show, those that show nothing left out."""
        held = {issue.id: issue.properties.get("teachback", {}) for issue in self.site.issues.values()}
        return {issue_id: value["objectives"] for issue_id, value in held.items() if value.get("objectives")}

    def find(self, jql: str) -> set[int]:
        jira: JiraClient = self.house.jira(1)
        return {one for page in jira.fetch_ids(f"{jql} ORDER BY key") for one in page}

    def counted(self) -> dict[int, list[str]]:
        """The objectives of done and of open tickets, as figures have them."""
        place = (self.ground.engine, self.ground.tenant_id)
        assert place
        return _counted(self.ground)

    def told_back(self) -> None:
        """Deliver what Jira says of properties: of ours, too."""
        bodies = [one.body for one in self.site.events if one.name.startswith("issue_property")]
        self.site.events.clear()
        self.ground.keep(bodies, start=f"p{self.ground.now} ")
        assert self.ground.drain() == 0


def _counted(ground: Ground) -> dict[int, list[str]]:
    from mappings.records.engagements import select_engagements
    from mappings.records.entries import select_entries
    from mappings.records.open_tickets import select_open_objectives

    found: dict[int, set[str]] = {}
    with ground.engine.connect() as connection:
        ids = [row[0] for row in ground.rows("SELECT issue_id FROM issue WHERE tenant_id = :t")]
        for one in select_engagements(connection, ground.tenant_id):
            place = (connection, ground.tenant_id, one.engagement.key, one.generation, ids)
            for issue_id, entries in select_entries(*place).items():
                if entries[-1].entry.sign > 0:
                    found.setdefault(issue_id, set()).update(entries[-1].entry.objectives)
            for issue_id, keys in select_open_objectives(*place).items():
                found.setdefault(issue_id, set()).update(keys)
    return {issue_id: sorted(keys) for issue_id, keys in found.items() if keys}


def alone() -> list[Engagement]:
    return [one for one in small().engagements() if one.key == "growth-acme"]


@pytest.fixture
def town(migrated_url: str) -> Iterator[Town]:
    told.cache_clear()
    story = small()
    with ground_of(migrated_url, now=story.story.end) as [ground]:
        running = serve(story.site)
        story.site.wall, story.site.clock = time.time, None
        app = an_app(story.site)
        story.site.apps[app.key] = app = replace(app, descriptor=DESCRIPTOR | {"key": app.key})
        signature = Signature(running.url, app.key, app.secret, lambda: time.time_ns() // 1000)
        client = JiraClient(running.url, signature, (running.url,))
        house = SimpleNamespace(
            engine=ground.engine, reader=ground.engine, clock=lambda: ground.now, jira=lambda *_, **__: client
        )
        ground.read_all(story.site)
        story.site.faults.clear()
        story.site.events.clear()
        story.site.clock = lambda: ground.now
        yield Town(ground, story.site, house)
        running.stop()
    told.cache_clear()


def test_jql_finds_what_counts(town: Town) -> None:
    town.ground.agree(*alone())
    town.run()
    counted = town.counted()
    assert len(counted) > 10
    assert town.shown() == counted
    for key in {key for keys in counted.values() for key in keys}:
        assert town.find(f"teachbackObjective = {key}") == {i for i, keys in counted.items() if key in keys}
