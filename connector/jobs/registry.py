"""The table of background jobs: how often each runs, for whom, and the function that does one step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from connector.actions.engagement_setup import DRAFT_DAYS
from connector.container import Container
from connector.jobs.forge import end_silent_installations
from connector.jobs.issue_properties import mirror
from connector.jobs.privacy import keep_retention, purge_uninstalled, report_accounts
from connector.jobs.snapshots import freeze
from connector.jobs.weekly_people import compute_week
from connector.sync.steps import full_pass, nightly, read_failed_webhooks, reconcile, reread, sync_step
from mappings.events.times import DAY, HOUR, MINUTE
from mappings.events.types import Instant
from mappings.records.agreement.drafts import delete_old_drafts
from mappings.records.operations.dead_letters import delete_old_dead_letters
from mappings.records.operations.jira_quota import delete_expired_retry_after, delete_old_hours
from mappings.records.operations.tenants import select_tenants

# Does one step for a tenant (0: for the installation) at an instant; returns when to go on, or None when through.
#
# A step is short: what it asks of Jira is at most some dozen calls, and it keeps what it has before it asks for more,
# since it may be put off or end in the middle at any time, and is then begun again. It lets JiraError and StoreError
# pass, never sleeps, and asks Jira in no open transaction (`container.jira(tenant_id, background=True)`).
Step: TypeAlias = Callable[[Container, int, Instant], Instant | None]


@dataclass(frozen=True, slots=True)
class Job:
    """A step every so many µs. `per`: once, for each site, or for each site whose Jira can be asked.

    Tenants are spread over `interval` by hash, or over `window` µs from `start` after midnight (UTC).
    `jitter` delays a slot by chance; `at_once` runs it for a new tenant without waiting for its first slot. A step that
    takes longer than `lease` is given to another worker.
    """

    step: Step
    interval: int
    per: Literal["installation", "site", "jira"] = "site"
    jitter: int = 2 * MINUTE
    start: int = 0
    window: int = 0
    at_once: bool = False
    lease: int = 10 * MINUTE


# Dead letters and counts of calls are kept for a time only.
def sweep(container: Container, _: int, now: Instant) -> None:
    with container.engine.begin() as connection:
        delete_old_dead_letters(connection, now)
        delete_old_hours(connection, (now - 30 * DAY) // HOUR)
        delete_expired_retry_after(connection, now)
        for tenant in select_tenants(connection):
            delete_old_drafts(connection, tenant.tenant_id, now - DRAFT_DAYS * DAY)


# By name, as the command and the page show them.
JOBS: Mapping[str, Job] = {
    "sweep": Job(sweep, interval=HOUR, per="installation", at_once=True),
    "report-accounts": Job(report_accounts, interval=DAY, per="jira"),
    "retention": Job(keep_retention, interval=DAY),
    "forge installations": Job(end_silent_installations, interval=DAY, per="installation"),
    "purge": Job(purge_uninstalled, interval=DAY, per="installation"),
    "snapshots": Job(freeze, interval=10 * MINUTE),
    "weekly-people": Job(compute_week, interval=HOUR),
    "sync": Job(sync_step, interval=5 * MINUTE, per="jira", at_once=True),
    "reconcile": Job(reconcile, interval=HOUR, per="jira"),
    "nightly": Job(nightly, interval=DAY, per="jira", window=5 * HOUR),
    "full pass": Job(full_pass, interval=HOUR, per="jira"),
    "reread": Job(reread, interval=MINUTE, per="jira", jitter=0),
    "mirror": Job(mirror, interval=5 * MINUTE, per="jira"),
    "failed webhooks": Job(read_failed_webhooks, interval=HOUR, per="jira"),
}
