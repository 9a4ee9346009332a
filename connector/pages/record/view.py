"""Whose view of a ticket's record it is, and what its reader may tell apart."""

from dataclasses import dataclass

from connector.pages.ticket_reason import AGENCY, INHOUSE, WORKED
from connector.pages.ticket_text import Naming
from connector.text import THIN, number
from mappings.events.types import Instant
from mappings.measure.model.ticket import Entry
from mappings.measure.ticket.evidence_kinds import reaches
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.work_shares import OTHER
from mappings.translation import gettext, mark

YOU = mark("you")
# The sides of agencies, whose part in a ticket is help for whoever drives it.
AGENCIES = {"agency", "other"}


@dataclass(frozen=True)
class Recorded:
    """One thing that was recorded; `account` did it, None where that is not known."""

    at: Instant
    account: str | None
    what: str
    counts: str


@dataclass(frozen=True)
class RecordView:
    """Whose view of a ticket's record it is. Nobody but the viewer is told from the others of a side.

    `entry` is what the ticket counts as, or would were it finished now; None where it counts as nothing.
    """

    prepared: PreparedEngagement
    naming: Naming
    viewer: str
    now: Instant
    entry: Entry | None = None

    @property
    def may_be_shadowed(self) -> bool:
        """Whether agencies have as much of the work as shadowing takes (measurement (c)), or may come to have it."""
        if self.entry is None or self.entry.method not in WORKED:
            return True
        weights, total = self.entry.weights, sum(self.entry.weights)
        # To an agency's people no other agency is told from the others.
        agencies = total - weights[INHOUSE] if self.naming.as_agency else weights[AGENCY] + weights[OTHER]
        return reaches(agencies, total, self.prepared.ruleset.leads)

    @property
    def is_logged(self) -> bool:
        """Whether the work on the ticket is what was logged (measurement (g) 8)."""
        return self.entry is not None and self.entry.method == "worklog"

    def side(self, account: str | None, at: Instant) -> str:
        affiliation = self.prepared.affiliations.at(account, at)
        return self.naming.sides.get(affiliation.side, gettext("unknown")) if affiliation else gettext("an app")

    def who(self, account: str | None, at: Instant) -> str:
        return gettext(YOU) if account and account == self.viewer else self.side(account, at)

    def is_inhouse(self, account: str | None, at: Instant) -> bool:
        return self.prepared.affiliations.is_inhouse(account, at)

    def is_of_agency(self, account: str | None, at: Instant) -> bool:
        """Tell whether somebody was of an agency; to an agency's people no other agency is told from the others."""
        affiliation = self.prepared.affiliations.at(account, at)
        known = {"agency"} if self.naming.as_agency else AGENCIES
        return affiliation is not None and affiliation.side in known

    def work_text(self, account: str | None, at: Instant) -> str:
        """Return what work of somebody counts towards."""
        side = self.side(account, at)
        if self.is_of_agency(account, at):
            return gettext("%(side)s: work, and so help", side=side)
        return gettext("%(side)s: work", side=side)

    def hours(self, hours: float) -> str:
        # In works-council mode no hours of anybody's work are shown (measurement (f)).
        return "" if self.naming.untimed else f", {number(hours)}{THIN}h"
