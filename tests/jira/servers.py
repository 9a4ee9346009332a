"""A stand-in with Teachback behind it, both under real addresses of this machine: for the demo and for page tests.

with raised(Stack.make(folder, a_plan, clock)) as stack:
    stack.host_url, stack.tell()
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import Fernet
from flask import Flask

from connector.app import create_app
from connector.config import Settings
from connector.container import EXTENSION, Container
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.records.agreement.engagements import save_engagement
from mappings.records.operations.tenants import select_tenants
from tests.jira.apps.forge import ForgeOnSite
from tests.jira.apps.forge_host import serve_shell
from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.transport import over_http
from tests.jira.delivery import Deliverer
from tests.jira.host.app import Host, host_pages
from tests.jira.model import Instant
from tests.jira.rest.app import create_app as create_site
from tests.jira.server import Running, answer_at
from tests.jira.site import Site
from tests.jira.story.engagements import LEADS
from tests.jira.story.objectives import AGENCIES
from tests.jira.story.people import Directory, account_of
from tests.jira.story.story import Plan, engagement_file, populate
from tests.rsgi import serve_front
from tests.upgraded import upgrade_copy
from webhooks.inbox import open_intake
from webhooks.worker import step

NAME = "Growth"
ACCEPTED = 202
LEAD = account_of("Maren Vogt")
FORGE_APP = "ari:cloud:ecosystem::app/3a0b6c1e-5d3f-4b7a-9c39-7f0c2d1e8a11"
FORM = "application/x-www-form-urlencoded"


class StoryClock:
    """The one clock of both: an instant of the story while `at` is set, else the wall's."""

    def __init__(self, at: Instant | None = None) -> None:
        self.at = at

    def __call__(self) -> Instant:
        return time.time_ns() // 1000 if self.at is None else self.at

    def seconds(self) -> float:
        return self() / 1_000_000


class NotTaken(Exception):
    """Teachback refused what the stand-in did to it."""


@dataclass(repr=False)
class Stack:
    """Both sides while they run. `host_url` is where a person enters."""

    site: Site
    plan: Plan
    clock: StoryClock
    app: AppOnSite
    post: Deliverer
    teachback: Flask
    servers: list[Running]
    host: Host
    keys: KeyHost
    ends: list[Callable[[], None]] = field(default_factory=list)

    @property
    def host_url(self) -> str:
        return self.servers[0].url

    @property
    def container(self) -> Container:
        container: Container = self.teachback.extensions[EXTENSION]
        return container

    @property
    def tenant_id(self) -> int:
        with self.container.reader.connect() as connection:
            return select_tenants(connection)[0].tenant_id

    def step(self) -> bool:
        """Do a little of all that waits in Teachback; False where nothing does."""
        return step(self.container.engine, self.container.vault, self.clock)

    def settle(self) -> None:
        """Deliver what the site emitted, and let all of it become figures."""
        self.deliver()
        while self.step():
            pass

    def deliver(self) -> None:
        """Deliver what the site emitted, by the app that it has."""
        if self.host.forge is None:
            self.post.settle()
            self.post.attempts.clear()
        else:
            self.host.forge.settle()
            self.host.forge.replies.clear()

    def move_to_forge(self) -> None:
        """Give the site the Forge app, and take the Connect app away where it has it: its frames are Forge's now."""
        shell = serve_shell(lambda: self.host_url)
        self.ends.append(shell.stop)
        forge = ForgeOnSite(self.site, self.keys, over_http(self.servers[1].url), FORGE_APP, self.site.base_url)
        reply = forge.install()
        if reply.status != ACCEPTED:
            raise NotTaken(f"installing the Forge app: {reply.status} {reply.body[:200]!r}")
        self.host.forge, self.host.shell_url = forge, shell.url
        if self.app.key in self.site.apps:
            self.app.uninstall(by=LEAD)

    def apply_engagements(self) -> None:
        """Both files of the story, as `teachback engagement apply` does."""
        for key in AGENCIES:
            this_engagement = read_engagement(engagement_file(self.plan, key))
            with self.container.engine.begin() as connection:
                named = engagement_hash(this_engagement)
                save_engagement(connection, self.tenant_id, this_engagement, named, now=self.clock(), by=None)

    def panel(self, act: str, account: str, issue_id: int, given: dict[str, str], form: dict[str, str]) -> None:
        """What `account` does in the issue panel, through its own route. Raises NotTaken."""
        issue = self.site.issue(issue_id)
        context = {"issue.id": issue.id, "project.id": self.site.projects[issue.project_id].id}
        self._press(account, f"/pages/panel/{act}?{urlencode({'issue': issue.id, **given})}", form, **context)

    def agree_to_be_named(self, account: str, engagement: str) -> None:
        """What a learner does on their own ladder, so that leads can sign for them. Raises NotTaken."""
        self._press(account, f"/pages/learning/consent?{urlencode({'engagement': engagement})}", {"kind": "named"})

    def _press(self, account: str, path: str, form: dict[str, str], **context: int) -> None:
        headers = {"Authorization": f"JWT {self.app.context_token(account, context)}", "Content-Type": FORM}
        reply = self.app.send("POST", path, headers, urlencode(form).encode())
        if reply.status != 200:
            raise NotTaken(f"{path}: {reply.status} {reply.body[:200]!r}")

    def stop(self) -> None:
        """End what runs, newest first."""
        for end in reversed(self.ends):
            end()
        self.ends.clear()


@dataclass(frozen=True)
class StackOptions:
    """Where a stack stands: its folder, the ports (0: any) and the host's way to act for visitors."""

    folder: Path
    jira_port: int = 0
    app_port: int = 0
    act: Callable[[Site, str, dict[str, Any]], Any] | None = None


def build(options: StackOptions, plan: Plan, clock: StoryClock) -> Stack:
    """Start both sides; the site has its people and nothing else, and nothing is installed. OSError: port taken."""
    site = Site(NAME, "http://127.0.0.1", seed=plan.seed)
    site.recording, site.wall = False, clock.seconds
    populate(site, plan)
    site.admins.add(LEAD)
    keys = KeyHost()
    app = AppOnSite(site, keys, over_http("http://127.0.0.1"))
    host = Host(app, LEAD, **({"act": options.act} if options.act else {}))
    servers: list[Running] = []
    ends: list[Callable[[], None]] = []
    try:
        servers.append(answer_at(options.jira_port, create_site(site, [host_pages(host)])))
        ends.append(servers[0].stop)
        site.base_url = servers[0].url
        key_host = keys.serve()
        ends.append(key_host.stop)
        closed = Flask("closed")
        app_server = answer_at(options.app_port, closed)
        servers.append(app_server)
        ends.append(app_server.stop)
        teachback, wsgi, close = open_teachback(options.folder, app_server.url, site.base_url, key_host.url, clock)
    except BaseException:
        for end in reversed(ends):
            end()
        raise
    ends.append(close)
    app_server.server.app = wsgi
    app.send = over_http(app_server.url)
    return Stack(site, plan, clock, app, Deliverer(app), teachback, servers, host, keys, ends)


def open_teachback(
    folder: Path, address: str, jira: str, keys: str, clock: StoryClock
) -> tuple[Flask, Any, Callable[[], None]]:
    """Teachback's web process on the folder's database, with the stand-in as its only Jira."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'teachback.db'}"
    upgrade_copy(url)
    settings = Settings(
        base_url=address,
        database_url=url,
        secret_keys=(key_of(folder),),
        connect_key_hosts=(keys,),
        jira_hosts=(jira,),
        connect_script=f"{jira}/connect/all.js",
        forge_app_id=FORGE_APP,
        forge_jwks_url=f"{keys}/.well-known/jwks.json",
        forge_api_url=jira,
    )
    teachback = create_app(settings, clock=clock)
    container: Container = teachback.extensions[EXTENSION]
    intake = open_intake(container.engine)

    def close() -> None:
        intake.close()
        container.engine.dispose()
        container.reader.dispose()

    return teachback, serve_front(teachback, intake), close


def key_of(folder: Path) -> str:
    """The folder's own key, made once."""
    path = folder / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(Fernet.generate_key().decode())
    return path.read_text()


def load(stack: Stack, on_progress: Callable[[str], None] = lambda _: None) -> dict[str, int]:
    """Let the whole story happen, each act at its instant, through Teachback's own routes; returns the story's ids.

    In steps that end where somebody uses the issue panel, since that act happens on what was until then.
    """
    plan, ids = stack.plan, {}
    stack.clock.at = plan.start - 7 * 24 * 3600 * 1_000_000
    stack.app.install(by=LEAD)
    stack.apply_engagements()
    waiting = iter(plan.actions)
    action = next(waiting, None)
    for until, deeds in moments(plan):
        while action is not None and action.at <= until:
            action.apply(stack.site, ids)
            action = next(waiting, None)
        stack.clock.at = until
        stack.settle()
        for act, account, ref, given, form in deeds:
            stack.panel(act, account, ids[ref], given, form)
        on_progress(f"{datetime.fromtimestamp(until / 1_000_000, UTC):%-d %B %Y}: {len(stack.site.issues)} tickets")
    for account, engagement in learners_of(plan):
        stack.agree_to_be_named(account, engagement)
    return ids


def learners_of(plan: Plan) -> list[tuple[str, str]]:
    """Who is enrolled in which engagement and in-house at the story's end: all of them agree to be named."""
    directory, learners = Directory(plan.people, plan.clock), []
    for key, (agency, *_) in AGENCIES.items():
        goals = read_engagement(engagement_file(plan, key)).objectives
        enrolled = sorted({who for goal in goals for who in goal.learners})
        learners += [(who, key) for who in enrolled if directory.side_at(who, plan.end, agency) == "inhouse"]
    return learners


Deed = tuple[str, str, str, dict[str, str], dict[str, str]]
WEEK: Instant = 14 * 24 * 3600 * 1_000_000


def moments(plan: Plan) -> Iterable[tuple[Instant, list[Deed]]]:
    """The instants at which loading halts, in order: every other week, and whenever somebody uses the panel."""
    halts: dict[Instant, list[Deed]] = {at: [] for at in range(plan.start, plan.end, WEEK)}
    for role in plan.roles:
        given = {"engagement": "growth-acme", "role": role.role}
        halts.setdefault(role.at, []).append(("role", LEAD, role.ref, given, {"account": role.account}))
    directory = Directory(plan.people, plan.clock)
    for tag in plan.tags:
        given = {"engagement": tag.engagement}
        side = directory.side_at(tag.by, tag.at, AGENCIES[tag.engagement][0])
        by = account_of(LEADS[tag.engagement]) if side == "agency" else tag.by  # of an agency only its lead may
        halts.setdefault(tag.at, []).append(("tag", by, tag.ref, given, {"objective": tag.objective}))
    halts.setdefault(plan.end, [])
    return sorted(halts.items())
