"""Who reads the Gatekeeping tab, by which rules, and how times and values are written for them."""

from dataclasses import dataclass

from connector.text import THIN, clock_time, day, number
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ruleset import Ruleset
from mappings.translation import gettext


@dataclass(frozen=True)
class Viewer:
    """Who reads it: the name of their team, "" where it has none; `rules` are those that the figures go by.

    `status` names the statuses of a gatekeeper, `back` those by which a ticket comes back; `passes` says what passes.
    """

    team: str
    calendar: Calendar
    rules: Ruleset
    now: Instant
    status: str
    back: str
    passes: str

    @property
    def team_name(self) -> str:
        """The team where a sentence begins."""
        return self.team or gettext("A gatekeeper")

    @property
    def team_within(self) -> str:
        """The team within a sentence."""
        return self.team or gettext("a gatekeeper")

    @property
    def limit(self) -> str:
        return f"{self.rules.review_hours}{THIN}h"

    def when(self, instant: Instant) -> str:
        text = day(self.calendar.day(instant))
        # In works-council mode rows have no clock times (measurement (f)).
        if self.rules.works_council:
            return text
        return gettext("%(day)s, %(time)s", day=text, time=clock_time(instant, self.calendar.zone))


def answer_words(viewer: Viewer, took: int) -> str:
    # In works-council mode an answer is only in time or late (measurement (f)).
    if viewer.rules.works_council:
        return gettext("in time") if took <= viewer.rules.review_hours * HOUR else gettext("late")
    return f"{number(took / HOUR)}{THIN}h"


def began_words(viewer: Viewer, began: Instant | None) -> str:
    if began is None:
        return gettext("not started: nothing is held up yet")
    return gettext("worked on since %(day)s", day=day(viewer.calendar.day(began)))
