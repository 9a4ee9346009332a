"""A site whose tickets are mirrored: the story on it, a tenant that knows all of it, and the job that writes."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from connector.jira.client import JiraClient, Signature
from connector.jobs.issue_properties import mirror
from mappings.events.issue_property import status_property
from mappings.events.rest import read_issue
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import select_engagements
from mappings.records.agreement.tags import insert_tag
from mappings.records.figures.entries import select_entries
from mappings.records.figures.open_tickets import select_open_objectives
from mappings.records.operations.counters import CounterKind, count_all
from mappings.records.sql.scope import AgreementScope, Scope
from tests.audit_log import select_acts
from tests.jira.apps.signed_calls import an_app
from tests.jira.model import Installed
from tests.jira.server import serve
from tests.jira.site import Site
from tests.jira.story.people import account_of
from tests.webhooks.site import PlayedStory, SiteTenant, open_site_tenants, played_story
from webhooks.measure import measure_issues

SECOND, HOUR = 1_000_000, 3_600_000_000
DESCRIPTOR = json.loads((Path(__file__).parents[3] / "atlassian-connect.json").read_bytes())
OTHER_APP = "557058:another"


@cache
def played() -> PlayedStory:
    """The small story on a site of its own, since here is written to it, and one more ticket that is open."""
    story = played_story.__wrapped__(30)
    story.site.create_issue("SHOP", "Task", "A letter", by=account_of("Petra Zielinski"), at=story.story.end)
    return story


@dataclass
class PropertySite:
    """A site, and the parts of a container that the job uses."""

    site_tenant: SiteTenant
    site: Site
    app: Installed
    container: Any

    def step(self) -> int | None:
        """One step of the job; returns when to go on."""
        due = mirror(self.container, self.site_tenant.tenant_id, self.container.clock())
        self.site_tenant.now += SECOND
        return due

    def run(self) -> list[int]:
        """Let the job go until it is through; returns which tickets were written, as often as each was."""
        before = len(self.site.events)
        while (due := self.step()) is not None:
            self.site_tenant.now = max(self.site_tenant.now, due)
        return self.written(before)

    def written(self, since: int = 0) -> list[int]:
        """The tickets of which the site says that the property was set, in order."""
        sets = [event for event in self.site.events[since:] if event.name == "issue_property_set"]
        return sorted(event.issue_id or 0 for event in sets if event.body["property"]["key"] == "teachback")

    def value(self, issue_id: int) -> Any:
        return self.site.issues[issue_id].properties.get("teachback")

    def status(self, issue_id: int) -> Any:
        """What Jira shows beside the title of the ticket's context."""
        return self.site.issues[issue_id].properties[status_property(self.app.key)]

    def shown(self, name: str = "objectives") -> dict[int, list[str]]:
        """What tickets show, those that show nothing left out."""
        held = {issue.id: issue.properties.get("teachback", {}) for issue in self.site.issues.values()}
        return {issue_id: value[name] for issue_id, value in held.items() if value.get(name)}

    def find(self, jql: str) -> set[int]:
        jira: JiraClient = self.container.jira(1)
        return {issue_id for page in jira.fetch_ids(f"{jql} ORDER BY key") for issue_id in page}

    def counted(self, *keys: str) -> dict[int, list[str]]:
        """The objectives of done and of open tickets, as figures of these engagements have them."""
        by_key: dict[int, set[str]] = {}
        with self.site_tenant.engine.connect() as connection:
            ids = [row[0] for row in self.site_tenant.rows("SELECT issue_id FROM issue WHERE tenant_id = :t")]
            for engagement in select_engagements(connection, self.site_tenant.tenant_id):
                if engagement.engagement.key not in keys or engagement.generation is None:
                    continue
                scope = Scope(connection, self.site_tenant.tenant_id, engagement.engagement.key, engagement.generation)
                for issue_id, entries in select_entries(scope, ids).items():
                    if entries[-1].entry.sign > 0:
                        by_key.setdefault(issue_id, set()).update(entries[-1].entry.objectives)
                for issue_id, open_now in select_open_objectives(scope, ids).items():
                    by_key.setdefault(issue_id, set()).update(open_now)
        return {issue_id: sorted(objectives) for issue_id, objectives in by_key.items() if objectives}

    def tag(self, issue_id: int, objective: str, engagement: str = "growth-acme") -> None:
        """Set an objective by hand, as the panel does."""
        with self.site_tenant.engine.begin() as connection:
            scope = AgreementScope(connection, self.site_tenant.tenant_id, engagement)
            assert insert_tag(scope, issue_id, objective=objective, at=self.site_tenant.now, by="ina")
            measure_issues(connection, self.site_tenant.tenant_id, [issue_id], self.site_tenant.now)

    def untagged(self, project: str = "GROW") -> int:
        """A ticket of a project that is not done and has no objective."""
        counted = self.counted("growth-acme", "growth-bolt")
        return min(
            issue.id
            for issue in self.site.issues.values()
            if issue.key.startswith(project)
            and issue.id not in counted
            and self.site.issue_types[issue.type_id].level == 0
            and self.site.statuses[issue.status_id].category != "done"
        )

    def overwrite(self, issue_id: int, value: Any = None) -> None:
        """Another app sets our property, or (None) takes it away."""
        if value is None:
            self.site.delete_property(issue_id, "teachback", by=OTHER_APP, at=self.site_tenant.now)
        else:
            self.site.set_property(issue_id, "teachback", value, by=OTHER_APP, at=self.site_tenant.now)

    def told_back(self) -> None:
        """Deliver what Jira says of properties: of ours, too."""
        bodies = [event.body for event in self.site.events if event.name.startswith("issue_property")]
        self.site.events.clear()
        self.site_tenant.keep(bodies, start=f"p{self.site_tenant.now} ")
        assert self.site_tenant.drain() == 0

    def read(self, *issue_ids: int) -> None:
        """Read tickets as a reconcile does."""
        jira: JiraClient = self.container.jira(1)
        started = self.site_tenant.now
        bodies = jira.fetch_issues(issue_ids)
        self.site_tenant.save([read_issue(body, self.site_tenant.digest()) for body in bodies], at=started)

    def noted(self) -> tuple[int, int]:
        """How many foreign values were counted, and how many stand in the audit."""
        with self.site_tenant.engine.connect() as connection:
            acts = [act for act in select_acts(connection, self.site_tenant.tenant_id, 1000) if "foreign" in act.act]
        return self.count("foreign property"), len(acts)

    def count(self, kind: CounterKind) -> int:
        with self.site_tenant.engine.connect() as connection:
            return count_all(connection, kind, self.site_tenant.tenant_id)


def agreements(*keys: str) -> list[Engagement]:
    return [engagement for engagement in played().engagements() if engagement.key in keys]


@contextmanager
def open_installed_app(url: str) -> Iterator[PropertySite]:
    story = played()
    site = story.site
    with open_site_tenants(url, now=story.story.end) as [site_tenant]:
        running = serve(site)
        site.wall, site.clock = time.time, lambda: site_tenant.now
        app = an_app(site)
        site.apps[app.key] = app = replace(app, descriptor=DESCRIPTOR | {"key": app.key})
        signature = Signature(running.url, app.key, app.secret, lambda: time.time_ns() // 1000)
        client = JiraClient(running.url, signature, (running.url,))
        container = SimpleNamespace(
            engine=site_tenant.engine,
            reader=site_tenant.engine,
            clock=lambda: site_tenant.now,
            jira=lambda *_, **__: client,
            settings=SimpleNamespace(app_key=app.key),
        )
        site_tenant.read_all(site)
        yield PropertySite(site_tenant, site, app, container)
        running.stop()
    for issue in site.issues.values():
        issue.properties.clear()
    for project in ("GROW", "SHOP"):
        site.grant(app.account, project, "EDIT_ISSUES")
    site.faults.clear()
    site.events.clear()
