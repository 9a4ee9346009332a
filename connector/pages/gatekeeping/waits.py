"""What waits for a gatekeeper now, in all of their engagements; Jira is asked once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import Container
from connector.figures.gatekeepers.lists import select_waiting
from connector.figures.gatekeepers.ticket import Waits
from connector.figures.prepared import select_all_prepared
from connector.jira.client import JiraError
from connector.pages.visibility import has_open_project, select_gatekept
from connector.web.gate import caller, sample, tenant
from mappings.events.types import Instant
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.sql.scope import Scope

# Tickets that wait, at most: more than that nobody reads.
MOST = 50


@dataclass(frozen=True)
class Gatekept:
    """An engagement in which the viewer is a gatekeeper, with its rules."""

    view: EngagementView
    prepared: PreparedEngagement
    scope: Scope

    @property
    def projects(self) -> frozenset[str]:
        return frozenset(self.view.engagement.projects)

    @property
    def clause(self) -> str:
        """What Jira is asked for: what is in a gatekeeper's status of a project of it; "" where there is no status."""
        statuses = sorted(status for status, kind in self.prepared.statuses.kinds.items() if kind == "gatekeeper")
        keys = ", ".join(f'"{key}"' for key in sorted(self.projects))
        return f"(project in ({keys}) AND status in ({', '.join(statuses)}))" if statuses else ""


def select_all_gatekept(connection: Connection, own: EngagementView) -> list[Gatekept]:
    """Return an engagement of the gatekeeper, then their others: measured, and with a project that they may browse."""
    views = [view.as_shown for view in select_gatekept(connection) if view.engagement.key != own.engagement.key]
    measured = [view for view in views if view.stored.generation is not None]
    return gatekept_of(connection, [own, *(view for view in measured if has_open_project(connection, view.engagement))])


def gatekept_of(connection: Connection, views: Sequence[EngagementView]) -> list[Gatekept]:
    # The site's statuses and names are read once for all.
    prepared = select_all_prepared(connection, caller().tenant_id, [view.stored for view in views])
    return [
        Gatekept(
            view,
            rules,
            # Also of what is not measured yet, of which there is no row.
            Scope(connection, caller().tenant_id, view.engagement.key, view.stored.shown_generation),
        )
        for view, rules in zip(views, prepared, strict=True)
    ]


def select_all_waiting(
    connection: Connection, app: Container, engagements: Sequence[Gatekept], now: Instant
) -> list[list[Waits]] | None:
    """Return by engagement what is with a gatekeeper now; None where Jira, which is asked for it, does not answer."""
    clauses = [gatekept.clause for gatekept in engagements if gatekept.clause]
    if not clauses or sample() is not None:
        return [[] for _ in engagements]
    # Jira knows by index which tickets are in a status now; since when, and whether still, is what is stored here.
    jql = f"{' OR '.join(clauses)} ORDER BY updated ASC"
    try:
        ids = next(iter(app.client(tenant()).fetch_ids(jql)), [])[:MOST]
    except JiraError:
        return None
    if not ids:
        return [[] for _ in engagements]
    labels = select_labels(connection, caller().tenant_id, set(ids))
    return [_select_waiting(gatekept, labels, now) for gatekept in engagements]


def _select_waiting(gatekept: Gatekept, labels: Mapping[int, IssueLabel], now: Instant) -> list[Waits]:
    ids = [issue_id for issue_id, label in labels.items() if label.key.rpartition("-")[0] in gatekept.projects]
    return select_waiting(gatekept.scope, gatekept.prepared, ids, now) if ids else []
