"""The app's own calls of Jira, each through Prism: what JiraClient asks, Atlassian's OpenAPI has to know."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from connector.jira.client import JiraClient, JiraError, Signature
from tests.jira.apps.signed_calls import an_app
from tests.jira.model import Installed
from tests.jira.server import serve
from tests.jira.small_site import Sample, sample
from tests.prism.proxy import prism_before

Ask: TypeAlias = Callable[[JiraClient, Sample], Any]

CALLS: dict[str, Ask] = {
    "fetch_permissions": lambda jira, made: jira.fetch_permissions("bo", projects=[10000], issues=[made.issue, 9]),
    "fetch_may_browse": lambda jira, made: jira.fetch_may_browse(10000),
    "fetch_administers": lambda jira, made: jira.fetch_administers("ada"),
    "fetch_names": lambda jira, made: jira.fetch_names(["ada", "bo", "nobody"]),
    "fetch_issue": lambda jira, made: jira.fetch_issue(made.issue, expand="changelog"),
    "fetch_search": lambda jira, made: list(
        jira.fetch_search("project = GROW ORDER BY id", fields=["*all"], expand="changelog", page=1)
    ),
    "fetch_statuses": lambda jira, made: jira.fetch_statuses(),
    "fetch_changelog": lambda jira, made: list(jira.fetch_changelog(made.issue)),
    "fetch_project": lambda jira, made: jira.fetch_project("GROW"),
    "fetch_issues": lambda jira, made: jira.fetch_issues([made.issue, made.subtask]),
    "fetch_page": lambda jira, made: jira.fetch_page("project = GROW ORDER BY id"),
    "fetch_ids": lambda jira, made: list(jira.fetch_ids("project = GROW")),
    "fetch_count": lambda jira, made: jira.fetch_count("project = GROW"),
    "fetch_worklogs": lambda jira, made: list(jira.fetch_worklogs(made.issue)),
    "fetch_comments": lambda jira, made: list(jira.fetch_comments(made.issue)),
    "fetch_deleted_projects": lambda jira, made: jira.fetch_deleted_projects("GROW"),
    "fetch_worklogs_changed": lambda jira, made: [jira.fetch_worklogs_changed(0, gone=gone) for gone in (False, True)],
    "fetch_worklogs_of": lambda jira, made: jira.fetch_worklogs_of([made.worklog]),
    "fetch_failed_webhooks": lambda jira, made: jira.fetch_failed_webhooks(0),
    "fetch_deployment": lambda jira, made: jira.fetch_deployment(),
    "fetch_properties": lambda jira, made: jira.fetch_properties("teachback", [made.issue]),
    "fetch_fields": lambda jira, made: jira.fetch_fields(),
    "fetch_key_page": lambda jira, made: jira.fetch_key_page("project = GROW ORDER BY id"),
    "fetch_keys": lambda jira, made: jira.fetch_keys([made.issue, made.subtask, "GROW-1"]),
    "fetch_profiles": lambda jira, made: jira.fetch_profiles(["ada", "bo", "nobody"]),
    "fetch_groups": lambda jira, made: jira.fetch_groups("ada"),
    "fetch_groups_like": lambda jira, made: jira.fetch_groups_like("in-house"),
    "fetch_myself": lambda jira, made: jira.fetch_myself(),
    "fetch_task": lambda jira, made: jira.fetch_task(begin_task(made)) or "runs",
}


def judge_app(specification: Path) -> tuple[list[str], int]:
    """What Prism says against the calls and their answers, and of how many; a call that is not walked is said too."""
    made = sample()
    running = serve(made.site)
    app = an_app(made.site)
    rows: list[str | None] = [f"JiraClient.{name} is not walked" for name in calls_not_walked()]
    try:
        with prism_before(running.url, specification) as address:
            jira = client_at(address, app)
            rows += [complaint(name, ask, jira, made) for name, ask in CALLS.items()]
    finally:
        running.stop()
    return [each for each in rows if each], len(made.site.faults.calls)


def calls_not_walked() -> list[str]:
    asked = (name for name in dir(JiraClient) if name.startswith("fetch_"))
    return [name for name in asked if name not in CALLS]


def begin_task(made: Sample) -> str:
    """Set a property straight at the stand-in: what Atlassian's document says of its value refuses its own example."""
    jira = client_at(made.site.base_url, next(iter(made.site.apps.values())))
    return jira.save_properties({made.issue: {"teachback": {"objectives": ["deploys"]}}})


def client_at(address: str, app: Installed) -> JiraClient:
    signature = Signature(address, app.key, app.secret, lambda: time.time_ns() // 1000)
    return JiraClient(address, signature, (address,))


def complaint(name: str, ask: Ask, jira: JiraClient, made: Sample) -> str | None:
    """Prism refuses what is wrong on either side, so that the client sees an error; an empty answer is none either."""
    try:
        return None if ask(jira, made) is not None else f"{name}: nothing came back"
    except JiraError as error:
        return f"{name}: {error}: {error.__cause__}"
