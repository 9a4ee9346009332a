"""Who touched a ticket when, and the ticket as the dimensions look at it (measurement (h), first lines)."""

from dataclasses import dataclass
from fractions import Fraction

from tests.derivation.business_hours import DAY
from tests.derivation.engagement import Agreed, first_active, project_at, track_status
from tests.derivation.entries import Entry, family
from tests.derivation.jira_json import Change, Issue

Window = tuple[int, int]
Count = tuple[Fraction, int]
"""(x, n)"""


@dataclass
class EngagementFacts:
    """Everything an engagement knows, with the window and the instant that a report speaks of."""

    agreed: Agreed
    entries: list[Entry]
    as_of: int
    end: int
    left_out: frozenset[int] = frozenset()
    """Tickets on which nothing is counted."""

    def window(self, days: int | None = None) -> Window:
        length = (days or self.agreed.rules.window_days) * DAY
        return (max(self.agreed.starts, self.end - length), self.end)

    def holds(self, at: int, days: int | None = None) -> bool:
        start, end = self.window(days)
        return start <= at < end and at <= self.as_of

    def standing(self, days: int | None = None) -> list[Entry]:
        """The done tickets of the window: done inside it, and not taken back inside it."""
        return [
            entry
            for entry in self.entries
            if self.holds(entry.when, days)
            and not (entry.gone is not None and self.holds(entry.gone, days))
            and entry.issue.number not in self.left_out
        ]

    def led(self) -> list[Entry]:
        return [entry for entry in self.standing() if entry.shares.get("agency", 0) >= Fraction(1, 2)]

    def issues(self) -> list[Issue]:
        this_issues = (issue for issue in self.agreed.jira.issues if self.agreed.counts(issue))
        return [issue for issue in this_issues if issue.number not in self.left_out]

    def belongs(self, issue: Issue, at: int) -> bool:
        """Whether what happens on a ticket at an instant is the engagement's."""
        return project_at(issue, at) in self.agreed.projects and self.agreed.starts <= at < self.agreed.ends


def touches(agreed: Agreed, issue: Issue, side: str, *, until: int) -> list[int]:
    """The instants at which a side created, changed, commented on or logged time on a ticket, in order."""
    rows = [(issue.creator, issue.created)]
    rows += [(change.by, change.at) for change in issue.changes]
    for part in family(issue):
        rows += [(comment.by, comment.at) for comment in part.comments]
        rows += [(log.by, log.started) for log in part.worklogs]
    return sorted(at for account, at in rows if at <= until and agreed.people.side(account, at) == side)


def status_changes(agreed: Agreed, issue: Issue, kind: str) -> list[Change]:
    """Entries into a kind of status, from one that is another status."""
    return [change for change, status in track_status(issue).changes if agreed.kinds[status] == kind]


def began_by(agreed: Agreed, entry: Entry) -> int | None:
    """The first active instant, if it came before the ticket was done."""
    began = first_active(agreed, entry.issue)
    return began if began is not None and began <= entry.at else None


def estimate_ids(agreed: Agreed) -> set[str]:
    """The fields that say how large a ticket is."""
    named = agreed.file.get("units", {}).get("field")
    return {"timeoriginalestimate", *([named] if named else [])}


def scope_changes(agreed: Agreed, entry: Entry, side: str, *, summary: bool) -> list[Change]:
    """Changes of description or estimate (and summary) by a side after work began and until it was done."""
    fields = {"description", *estimate_ids(agreed), *(["summary"] if summary else [])}
    return [
        change
        for change in entry.issue.changes
        if change.field_id in fields
        and entry.began < change.at <= entry.at
        and agreed.people.side(change.by, change.at) == side
    ]
