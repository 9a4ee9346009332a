"""How long figures hold while nothing is measured: until a day is over, or what was open becomes known."""

from collections.abc import Mapping
from datetime import timedelta

from mappings.events.types import Instant
from mappings.measure.score.feedback import feedback_acted_on
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.feedback import select_site_feedback
from mappings.records.figures.known_times import select_next_known
from mappings.records.sql.scope import SiteScope


def select_ends(site: SiteScope, rules: Mapping[str, PreparedEngagement], now: Instant) -> dict[str, Instant]:
    """Return by engagement until when what is counted as of an instant holds, at most for the rest of its day.

    Windows, quarters and weeks begin and end with a day; within it what is counted changes as outcomes become known.
    """
    midnights = {key: _next_midnight(prepared, now) for key, prepared in rules.items()}
    known = select_next_known(site, now, max(midnights.values()))
    filed = select_site_feedback(site, start=0, end=now)
    outcomes = {
        key: [feedback_acted_on(item.at, item.action_at, rules[key].ruleset).known for item in items]
        for key, items in filed.items()
    }
    return {
        key: min([midnight, known.get(key, midnight), *(at for at in outcomes.get(key, ()) if at > now)])
        for key, midnight in midnights.items()
    }


def _next_midnight(prepared: PreparedEngagement, now: Instant) -> Instant:
    return prepared.calendar.midnight(prepared.calendar.day(now) + timedelta(days=1))
