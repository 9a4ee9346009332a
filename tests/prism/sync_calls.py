"""A whole sync through Prism: history, what changed, nights, the full pass, worklogs, lost webhooks, mirror, report.

`python -m tests.prism.sync_calls SPECIFICATION 5000` does it with as many tickets as are named.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from connector.config import Settings
from connector.jira.client import JiraClient, JiraError, Signature
from connector.jira.endpoint import Endpoint
from connector.jira.rate_limits import CallPolicy
from connector.jira.session import LimitedSession
from connector.jobs.registry import JOBS
from mappings.records.facts.reread_queue import save_rereads
from mappings.records.operations.issue_properties import Choice, save_choice
from mappings.records.sql.engine import open_engine, upgrade
from tests.jira.apps.signed_calls import an_app
from tests.jira.model import Installed
from tests.jira.server import serve
from tests.jira.site import Site
from tests.prism.proxy import SPECIFICATION, prism_before
from tests.webhooks.site import VAULT, PlayedStory, SiteTenant, add_site_tenant, own_story

HOUR = 3600 * 1_000_000
DAY = 24 * HOUR
TICKETS = 200
PAST = {
    "/rest/api/3/issue/properties/multi": "Atlassian's document refuses its own example of a bulk property write",
    "/rest/atlassian-connect/latest/report-accounts": "Atlassian's document of REST v3 does not have it",
}
"""What goes past Prism, and why."""
ASKED = (
    "search/jql", "search/approximate-count", "status", r"project/[A-Z]+", r"project/\d+", "project/search",
    r"issue/\d+/changelog", r"issue/\d+/comment", r"issue/\d+/worklog", "issue/bulkfetch", "worklog/updated",
    "worklog/deleted", "worklog/list", "webhook/failed", "mypermissions", r"task/\d+",
)  # fmt: skip
"""What a whole sync asks for at least: one that does not is no judgement of it."""
PROBLEM = "application/problem+json"


class UpstreamAdapter(HTTPAdapter):
    """Carries a call to the stand-in itself instead of to Prism."""

    def __init__(self, address: str, upstream: str) -> None:
        super().__init__()
        self._address, self._upstream = address, upstream

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        request.url = (request.url or "").replace(self._address, self._upstream, 1)
        return super().send(request, *args, **options)


@dataclass
class ComplaintRecorder(CallPolicy):
    """Hears what Prism says of each call."""

    complaints: set[str] = field(default_factory=set)
    heard: int = 0

    def read(self, asked: Endpoint, answer: requests.Response) -> JiraError | None:
        """Keep what Prism has against a request or its answer; what Jira itself refuses is the sync's to bear."""
        self.heard += 1
        violations = answer.headers.get("sl-violations")
        if violations or PROBLEM in answer.headers.get("Content-Type", ""):
            self.complaints.add(f"{asked.scope}: {answer.status_code} {violations or answer.text[:600]}")
        return super().read(asked, answer)


class PrismClient(JiraClient):
    """Jira behind Prism, but for what goes past it."""

    upstream = ""

    def _open(self, session: LimitedSession) -> Any:
        for path in PAST:
            session.mount(self._base_url + path, UpstreamAdapter(self._base_url, self.upstream))
        return super()._open(session)


@dataclass
class Round:
    """One tenant, its jobs, and a site that changes between them."""

    site_tenant: SiteTenant
    site: Site
    container: Any
    complaints: list[str] = field(default_factory=list)

    def run(self, *names: str) -> None:
        """Do jobs until they are through; what they could not bear is a complaint."""
        for name in names:
            left = 20_000
            try:
                while (
                    left
                    and JOBS[name].step(self.container, self.site_tenant.tenant_id, self.site_tenant.now) is not None
                ):
                    self.site_tenant.now += 10_000_000
                    left -= 1
            except JiraError as error:
                self.complaints.append(f"{name}: Jira {error}: {error.__cause__}")

    def whole(self) -> None:
        """All that a sync does, in the order of its days."""
        self.run("sync")
        self.site.changelog_limit, self.site.comment_limit = 8, 2
        self.happen()
        self.site_tenant.now += HOUR
        self.run("reconcile", "reread", "failed webhooks", "report-accounts")
        self.site_tenant.now += DAY
        self.run("nightly", "reread", "mirror")
        self.site_tenant.now += 31 * DAY
        self.run("full pass", "report-accounts")
        self.site_tenant.now += 29 * DAY
        self.run("full pass")
        self.trash()
        self.site_tenant.now += DAY
        self.run("reconcile", "nightly", "mirror")

    def happen(self) -> None:
        """What webhooks did not tell: edits, words, hours, a deletion, a move, and deliveries given up."""
        at, alone = self.site_tenant.now // 1000 * 1000, self.free()
        gone, moved, marked, *others = alone
        by = self.site.issue(marked).creator
        for issue in others[:5]:
            for n in range(24):
                self.site.add_worklog(issue, by=by, at=at + n * 1000, started=at, seconds=60)
                self.site.add_comment(issue, by=by, at=at + n * 1000, text="Said later")
                self.site.edit(issue, by=by, at=at + n * 1000, labels=(f"label{n}",))
        self.log_unseen(others[-1], by, at)
        lost = next(iter(self.site.issue(others[0]).worklogs))
        self.site.delete_worklog(lost, by=by, at=at + 60_000)
        project_key = self.site.projects[self.site.issue(moved).project_id].key
        other = next(project.key for project in self.site.projects.values() if project.key != project_key)
        self.site.move_issue(moved, other, by=by, at=at)
        self.site.delete_issue(gone, by=by, at=at)
        failed = {"id": "lost-1", "body": '{"webhookEvent":"x"}', "url": "https://x", "failureTime": at // 1000}
        self.site.failed_webhooks.append(failed)
        with self.site_tenant.engine.begin() as connection:
            save_rereads(connection, self.site_tenant.tenant_id, {marked: at}, "told by an event")

    def log_unseen(self, issue: int, by: str, at: int) -> None:
        """Hours on an issue that is not changed by them, so that they come by their own list alone."""
        before = self.site.issue(issue).updated
        self.site.add_worklog(issue, by=by, at=at, started=at, seconds=60)
        self.site.issue(issue).updated = before

    def free(self) -> list[int]:
        """Issues that nothing hangs on but their own."""
        issues = sorted(self.site.issues.values(), key=lambda each: each.id)
        bare = [issue for issue in issues if issue.parent is None]
        return [
            ticket.id for ticket in bare if not self.site.children_of(ticket.id) and not self.site.links_of(ticket.id)
        ]

    def trash(self) -> None:
        project = list(self.site.projects.values())[-1]
        self.site.trash_project(project.key, by=project.lead, at=self.site_tenant.now // 1000 * 1000)


def judge_sync(specification: Path, tickets: int = TICKETS) -> tuple[list[str], int]:
    """What Prism says against a whole sync, and of how many calls."""
    story = own_story(tickets)
    running = serve(story.site)
    app = full_app(story.site)
    ear = ComplaintRecorder()
    try:
        with prism_before(running.url, specification) as address, round_of(story, app, address, ear) as app_round:
            PrismClient.upstream = running.url
            app_round.whole()
            app_round.complaints += unasked(story.site) + asleep(app_round, ear)
    finally:
        running.stop()
    past = sum(call.path in PAST for call in story.site.faults.calls)
    return [*sorted(ear.complaints), *app_round.complaints], len(story.site.faults.calls) - past


def asleep(this_round: Round, ear: ComplaintRecorder) -> list[str]:
    """A judge who lets a wrong request pass judges nothing."""
    before = set(ear.complaints)
    with suppress(JiraError):
        this_round.container.jira().fetch_page(7)
    heard, ear.complaints = ear.complaints - before, before
    return [] if heard else ["Prism let a search by a number pass"]


def full_app(site: Site) -> Installed:
    """An installation with all scopes of our own descriptor."""
    descriptor = json.loads((Path(__file__).parents[2] / "atlassian-connect.json").read_bytes())
    app = an_app(site)
    site.apps[app.key] = app = replace(app, descriptor=descriptor | {"key": app.key})
    return app


@contextmanager
def round_of(story: PlayedStory, app: Installed, address: str, ear: ComplaintRecorder) -> Iterator[Round]:
    """A database with one tenant whose Jira is at an address."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/teachback.db"
        upgrade(url)
        engine = open_engine(url)
        site_tenant = add_site_tenant(engine, story.story.end + HOUR)
        story.site.wall, story.site.clock = time.time, lambda: site_tenant.now
        story.site.faults.clear()
        signature = Signature(address, app.key, app.secret, lambda: time.time_ns() // 1000)
        jira = PrismClient(address, signature, (address,), policy=ear)
        forget: Callable[..., None] = lambda *_: None  # noqa: E731 nobody's name was fetched
        container = SimpleNamespace(
            engine=engine, reader=engine, vault=VAULT, clock=lambda: site_tenant.now, jira=lambda *_, **__: jira,
            names=SimpleNamespace(forget=forget), settings=Settings(),
        )  # fmt: skip
        site_tenant.agree(*story.engagements())
        with engine.begin() as connection:
            for project in story.site.projects.values():
                # Two agencies work in them: an admin has to say that objectives are shown.
                save_choice(connection, site_tenant.tenant_id, Choice(project.key, objectives=True), site_tenant.now)
        yield Round(site_tenant, story.site, container)
        engine.dispose()


def unasked(site: Site) -> list[str]:
    """What the sync was to ask and did not; what goes past Prism has to be among it."""
    paths = [*ASKED, *(path.rpartition("/rest/")[2] for path in PAST)]
    return [f"{path} was never asked for" for path in paths if not site.faults.calls_of(path=f"/{path}$")]


def main() -> int:
    specification = Path(sys.argv[1]) if len(sys.argv) > 1 else SPECIFICATION
    began = time.monotonic()
    complaints, count = judge_sync(specification, int(sys.argv[2]) if len(sys.argv) > 2 else TICKETS)
    print("\n".join(complaints) or f"Prism has nothing against {count} calls of a whole sync.")
    print(f"{time.monotonic() - began:.0f} s; past Prism: {'; '.join(PAST.values())}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
