"""The figures of the Agency tab: the client's readiness at the size of the plan, and the agency's own scorecard."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.figures.scores import select_score
from connector.pages.agency.lifts import Lift, lifts_of
from connector.pages.drawer.marks import select_disputed_share
from connector.pages.periods import Period
from connector.pages.project.score_text import (
    Owner,
    owners_of,
    score_number,
    start_value,
)
from connector.pages.project.score_window import change_text, since_text, window_days, window_note
from connector.pages.project.scorecard import Selection, share_values
from connector.pages.tabs import frame_address
from connector.pages.together.viewer import Viewer
from connector.text import unit_name
from mappings.formats.explain.model import covers
from mappings.formats.explain.pulses import counted_names
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.figures import figures
from mappings.measure.score.window import Scored
from mappings.records.figures.day_sums import select_sums
from mappings.records.sql.scope import Scope


@dataclass(frozen=True)
class AgencyFigures:
    """`client` and `score` are None, and `own` is empty, for who sees no scores. `own`: the agency's and the joint.

    `window_note` says of which days the parts are, `window_days` has them alone, `earlier_days` the window before, and
    `since` their first while they run. `lifts` are for the agency, while the period runs.
    """

    share: dict[str, object]
    share_address: str
    score: dict[str, object] | None
    client: Owner | None
    own: tuple[Owner, ...]
    rules: Ruleset
    address: Callable[[str], str]
    window_note: str = ""
    window_days: str = ""
    earlier_days: str = ""
    since: str = ""
    lifts: tuple[Lift, ...] = ()

    @property
    def covers(self) -> str:
        return covers(self.rules)

    @property
    def start_value(self) -> dict[str, str]:
        return start_value(self.rules)


def select_agency_figures(viewer: Viewer, period: Period, people: PeopleFigures) -> AgencyFigures:
    """Return the figures of a period, the same as on the overview, to the digit."""
    view = viewer.view

    def address(figure: str) -> str:
        days: dict[str, Any] = {"from": str(period.first), "to": str(period.last)}
        return url_for("figures.show", engagement=viewer.key, figure=figure, **days)

    share = _select_share(viewer.connection, viewer, period, viewer.prepared.calendar.day(viewer.now))
    rules = view.stored.rules
    if "scores" not in view.sees:
        return AgencyFigures(share, address("taught_share"), None, None, (), rules, address)
    end = period.last + timedelta(days=1)
    scope = (viewer.connection, viewer.tenant_id, view.stored)
    scores = select_score(*scope, viewer.prepared, end=end, as_of=viewer.now)
    before = scores.before if scores.before.score.published else None
    pulses = counted_names(view.engagement, scores.window)
    agency, client, joint = owners_of(scores.now, before, rules, is_of_few=people.suppressed, pulses=pulses)
    calendar, unit = viewer.prepared.calendar, unit_name(view.engagement.units.by, 0)
    score = score_number(scores, rules) | {"note": change_text(scores, calendar)}
    return AgencyFigures(
        share,
        address("taught_share"),
        score,
        client,
        (agency, joint),
        rules,
        address,
        window_note(scores, calendar, period, unit),
        window_days(scores.window, calendar),
        window_days(scores.earlier, calendar) if scores.earlier else "",
        since_text(scores.window, calendar),
        _lifts(viewer, period, scores.now, is_of_few=people.suppressed),
    )


def _lifts(viewer: Viewer, period: Period, scored: Scored, *, is_of_few: bool) -> tuple[Lift, ...]:
    view = viewer.view
    if not view.agency or not period.runs:
        return ()
    open_tickets = frame_address("tickets", view.engagement, period.key, show="open")
    return lifts_of(scored, view.engagement, view.stored.rules, is_of_few=is_of_few, open_tickets=open_tickets)


def _select_share(connection: Connection, viewer: Viewer, period: Period, today: date) -> dict[str, object]:
    view: EngagementView = viewer.view
    generation = view.stored.generation
    assert generation is not None
    sums = select_sums(Scope(connection, viewer.tenant_id, viewer.key, generation), period.first, period.last)
    days, rows = (period.first, period.last), sums.get("", ())
    period_figures = figures(rows, *days, view.stored.rules)
    engagement, rules = view.stored.engagement, view.stored.rules
    selection = Selection(engagement, view.stored.hash, period, "week", today, view.agency, rules)
    return share_values(selection, period_figures) | {"disputed": select_disputed_share(connection, view, days, rows)}
