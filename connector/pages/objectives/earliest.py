"""The first day on which an objective could be reached by tickets, where that is later than it is due."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import Connection

from connector.actions.policy import SIGN
from connector.auth.access import EngagementView
from connector.figures.teaching import select_ways
from connector.pages.act import may_act
from connector.pages.objectives.due import Due, fresh_at, reached_people
from connector.pages.tabs import frame_address
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.engagement import RUNGS, Objective
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.exit_plan import Shortfall, least_days
from mappings.measure.people.standing import ObjectiveFigures, PeopleFigures
from mappings.measure.ticket.prepared import PreparedEngagement


def with_earliest(
    connection: Connection, view: EngagementView, prepared: PreparedEngagement, dues: Sequence[Due], *, now: Instant
) -> list[Due]:
    """Return the objectives with the first day on which each could be reached by tickets, where that is too late.

    It is told to whoever may see counts of people, as how many are reached is.
    """
    if not any(_may_be_late(due, prepared.rules_of(due.key)) for due in dues):
        return list(dues)
    ways = select_ways(connection, caller().tenant_id, view.stored, prepared, now=now)
    today = prepared.calendar.day(now)
    return [
        replace(due, earliest=earliest_of(ways[due.key].tickets, due, prepared.rules_of(due.key), today))
        if due.key in ways and due.reached is not None
        else due
        for due in dues
    ]


def _may_be_late(due: Due, rules: Ruleset) -> bool:
    # Whether it is needs what each learner lacks, which is read for no objective that has time enough.
    return due.reached is not None and due.days is not None and due.days < rules.span_days


def signing_address(
    view: EngagementView,
    period: str,
    keys: Sequence[str],
    people: PeopleFigures,
    *,
    learners: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return where the first of some objectives is signed that signatures can reach before tickets do.

    "" without one, and for who signs none or may see no counts of people. The form opens with the objective's one of
    `learners`, where signatures for them alone can reach it.
    """
    may_sign = may_act(view, SIGN) and not view.stored.rules.works_council and "cells" in view.sees
    known = {figures.key: figures for figures in people.objectives}
    missing = {
        item.key: signatures_missing(item, known[item.key])
        for item in view.engagement.objectives
        if item.key in keys and item.key in known
    }
    key = next((key for key in keys if missing.get(key)), "")
    if not key or not may_sign:
        return ""
    learner = learners.get(key, "") if missing[key] == 1 else ""
    asked = {"learner": learner} if learner else {}
    return frame_address("learning", view.engagement, period, objective=key, **asked)


def signatures_missing(objective: Objective, figures: ObjectiveFigures) -> int:
    """Return for how many people signatures would reach an objective; 0 where they cannot.

    A signature lifts by one rung, so it takes as many fresh people one rung below as are missing.
    """
    reached, rung = reached_people(objective, figures), RUNGS.index(objective.rung)
    if reached is None or not rung:
        return 0
    missing = max(objective.people - reached, 0)
    return missing if fresh_at(figures, RUNGS[rung - 1]) >= missing else 0


def earliest_of(way: Shortfall, due: Due, rules: Ruleset, today: date) -> date | None:
    """Return the first day on which somebody on a way can be there by tickets; None where that is in time."""
    least = least_days(way, rules)
    day_there = today + timedelta(days=least)
    return day_there if least and due.by and due.days is not None and day_there > due.by else None
