"""A ticket in one engagement, as one viewer sees it at one instant."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from flask import url_for

from connector.actions.policy import TAG
from connector.auth.access import EngagementView
from connector.pages.act import may_act
from mappings.events.types import Instant
from mappings.measure.model.ticket import Tag, Ticket
from mappings.measure.people.teaching_opportunities import Reaches
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel


@dataclass(frozen=True)
class ToldOpenings:
    """The tickets, each with its objective, that a learner is to drive alone, and those that lift nobody enrolled.

    `helping` are those, each with its objective, that bring a learner further with the agency's help; None where that
    is not told.
    """

    alone: AbstractSet[tuple[int, str]] = frozenset()
    lifting_none: AbstractSet[int] = frozenset()
    helping: AbstractSet[tuple[int, str]] | None = None

    def is_told(self, issue_id: int, objective: str) -> bool:
        """Return whether a ticket is told to bring a learner of an objective further, or nobody; or no ticket is."""
        return self.helping is None or issue_id in self.lifting_none or (issue_id, objective) in self.helping


@dataclass(frozen=True)
class TicketContext:
    """Whose view of which ticket it is, and by which rules.

    `named` are those who agreed to be named, for whoever reads their names, and `reaches` how far tickets bring
    learners, where their group may be shown. `openings` are what an agency's reader without these is told by Overview.
    """

    view: EngagementView
    prepared: PreparedEngagement
    ticket: Ticket
    names: dict[str, str]
    viewer: str
    now: Instant
    tenant_id: int = 0
    named: frozenset[str] = frozenset()
    reaches: Reaches | None = None
    openings: ToldOpenings | None = None

    def url(self, action: str, **values: Any) -> str:
        query: dict[str, Any] = {"engagement": self.view.engagement.key, "issue": str(self.ticket.issue.issue_id)}
        return url_for(f"panel.{action}", **query, **values)

    @property
    def may_tag(self) -> bool:
        return may_act(self.view, TAG)

    @property
    def tags_by_hand(self) -> dict[str, Tag]:
        return {tag.objective: tag for tag in self.ticket.tags if tag.is_set}


def project_of(label: IssueLabel) -> str:
    """Return the key of a ticket's project."""
    return label.key.rpartition("-")[0]


def views_of(visible: Sequence[EngagementView], label: IssueLabel) -> list[EngagementView]:
    """Return the engagements of a ticket's project, of those that the viewer sees tickets of."""
    return [view for view in visible if project_of(label) in view.engagement.projects]
