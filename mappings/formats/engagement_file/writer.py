"""The writer of engagement files."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from mappings.events.types import Instant
from mappings.formats.engagement_file.schema import DAYS
from mappings.formats.engagement_file.validation import STATUS_LISTS
from mappings.measure.model.engagement import Affiliation, Engagement, GroupRule, Hours, Objective, Signals, TicketRule
from mappings.translation import Texts, mark

Written = dict[str, Any]

_SIDES: Mapping[str, str] = {"other": "agency", "unknown": "none"}
_RULE = ("labels", "components", "types", "epics")


def write_engagement(engagement: Engagement) -> str:
    """Return the engagement as YAML that reads back equal, without empty fields."""
    return dump(engagement_document(engagement))


def engagement_document(engagement: Engagement) -> Written:
    """Return the values of an engagement's file, without empty fields; days are dates."""
    body = _filled(
        {
            "engagement": _head(engagement),
            "agency": {"key": engagement.agency, "name": engagement.agency_name},
            "groups": [_group(rule) for rule in engagement.groups],
            "leads": _lists(engagement.leads),
            "workflow": _workflow(engagement),
            "units": _filled({"by": engagement.units.by, "field": engagement.units.field}),
            "attribution": engagement.attribution,
            "objectives": [_objective(objective) for objective in engagement.objectives],
            "signals": _signals(engagement.signals),
            "checks": _checks(engagement),
            "on_call": _hours(engagement.on_call) if engagement.on_call else None,
            "ruleset": engagement.ruleset,
        }
    )
    # An engagement may have no people yet, but the file must say so.
    whole = {"engagement": body.pop("engagement"), "agency": body.pop("agency"), "people": _people(engagement)}
    return whole | body


def dump(body: Mapping[str, Any]) -> str:
    """Return plain YAML in the given order, each person and list on its own line."""
    return yaml.dump(dict(body), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)


class _Plain(yaml.SafeDumper):
    # A value that occurs twice is written twice, as people do.
    def ignore_aliases(self, data: object) -> bool:
        return True


def _filled(values: Mapping[str, Any]) -> Written:
    return {name: value for name, value in values.items() if value not in (None, "", {}, [], ())}


def _lists(values: Mapping[str, tuple[str, ...]]) -> Written:
    return {name: list(texts) for name, texts in values.items()}


def _head(engagement: Engagement) -> Written:
    head = {
        "key": engagement.key,
        "name": engagement.name,
        "timezone": engagement.zone,
        "starts": engagement.starts,
        "ends": engagement.ends,
    }
    return head | _filled({"projects": list(engagement.projects), "model": engagement.model})


def _people(engagement: Engagement) -> list[Written]:
    return [person_line(person, engagement) for person in engagement.people]


def _group(rule: GroupRule) -> Written:
    return {"group": rule.group, "side": rule.side} | _filled({"agency": rule.agency, "team": rule.team})


def person_line(person: Affiliation, engagement: Engagement) -> Written:
    zone = ZoneInfo(engagement.zone)
    line: Written = {"account": person.account, "side": _SIDES.get(person.side, person.side)}
    if person.side == "other":
        line["agency"] = person.org
    elif person.side not in {"agency", "unknown", person.org}:
        line["team"] = person.org
    line["from"] = _day(person.start, zone)
    return line | _filled({"to": None if person.end is None else _day(person.end, zone), "name": person.name})


def _day(instant: Instant, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(instant // 1_000_000, UTC).astimezone(zone).date()


def _workflow(engagement: Engagement) -> Written:
    lists = {name: list(getattr(engagement.workflow, name)) for name in STATUS_LISTS}
    return _filled(lists) | {"business_hours": _hours(engagement.workflow.hours)}


def _hours(hours: Hours) -> Written:
    days = [DAYS[day - 1] for day in hours.days]
    return {"days": days, "from": _time(hours.start), "to": _time(hours.end), "holidays": list(hours.holidays)}


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _objective(objective: Objective) -> Written:
    target = _filled({"people": objective.people, "rung": objective.rung, "by": objective.by})
    head = {"key": objective.key, "name": objective.name, "target": target}
    more = {"learners": list(objective.learners), "agreed": dict(objective.agreed), "min_size": objective.min_size}
    return head | _filled(more) | _filled({"tickets": dict(objective.tickets)}) | {"mapping": _rule(objective.mapping)}


def _rule(rule: TicketRule) -> Written:
    return _filled({name: list(getattr(rule, name)) for name in _RULE} | {"fields": _lists(rule.fields)})


_RULE_NAMES = Texts(
    {"labels": mark("labels"), "components": mark("components"), "types": mark("types"), "epics": mark("epics")}
)


def rule_text(rule: TicketRule) -> str:
    """Return a mapping in one line, such as labels ab-design; components Experiment design."""
    named = [(_RULE_NAMES[name], getattr(rule, name)) for name in _RULE] + list(rule.fields.items())
    return "; ".join(f"{name} {', '.join(texts)}" for name, texts in named if texts)


def _signals(signals: Signals) -> Written:
    named = {name: _lists(getattr(signals, name)) for name in ("proposals", "incidents", "gatekeeper", "experiments")}
    if signals.incident_review:
        named["incidents"]["review"] = _lists(signals.incident_review)
    return _filled(named)


def _checks(engagement: Engagement) -> Written:
    checks = engagement.checks
    listed = _filled({"required_fields": list(checks.required_fields), "links": list(checks.links)})
    return listed | ({"sprint": True} if checks.sprint else {})
