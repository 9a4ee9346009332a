"""An engagement as the file that reads back as the same engagement."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from mappings.events.types import Instant
from mappings.formats.engagement_file.schema import DAYS
from mappings.formats.engagement_file.validation import STATUS_LISTS
from mappings.measure.model.engagement import Affiliation, Engagement, Hours, Objective, Signals, TicketRule

Written = dict[str, Any]

_RULE = ("labels", "components", "types", "epics")


def write_engagement(engagement: Engagement) -> str:
    """Return the engagement as YAML, in the order of product.md's "Engagement as code"; what is empty is left out."""
    body = _filled(
        {
            "engagement": _head(engagement),
            "agency": {"key": engagement.agency, "name": engagement.agency_name},
            "leads": _lists(engagement.leads),
            "workflow": _workflow(engagement),
            "units": _filled({"by": engagement.units.by, "field": engagement.units.field}),
            "attribution": engagement.attribution,
            "objectives": [_objective(one) for one in engagement.objectives],
            "signals": _signals(engagement.signals),
            "checks": _checks(engagement),
            "on_call": _hours(engagement.on_call) if engagement.on_call else None,
            "ruleset": engagement.ruleset,
        }
    )
    # An engagement may have no people yet, but the file must say so.
    whole = {"engagement": body.pop("engagement"), "agency": body.pop("agency"), "people": _people(engagement)}
    return dump(whole | body)


def dump(body: Mapping[str, Any]) -> str:
    """Return plain YAML in the order given, each person and list on a line of its own."""
    return yaml.dump(dict(body), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)


class _Plain(yaml.SafeDumper):
    """Writes a value that occurs twice twice, as people do, and texts that YAML might take for more in quotes."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _filled(values: Mapping[str, Any]) -> Written:
    return {name: value for name, value in values.items() if value not in (None, "", {}, [], ())}


def _lists(values: Mapping[str, tuple[str, ...]]) -> Written:
    return {name: list(texts) for name, texts in values.items()}


def _head(one: Engagement) -> Written:
    head = {"key": one.key, "name": one.name, "timezone": one.zone, "starts": one.starts, "ends": one.ends}
    return head | _filled({"projects": list(one.projects), "model": one.model})


def _people(engagement: Engagement) -> list[Written]:
    return [person_line(person, engagement) for person in engagement.people]


def person_line(person: Affiliation, engagement: Engagement) -> Written:
    """Return a person's line in the engagement's file."""
    zone = ZoneInfo(engagement.zone)
    line: Written = {"account": person.account, "side": "agency" if person.side == "other" else person.side}
    if person.side == "other":
        line["agency"] = person.org
    elif person.side not in {"agency", person.org}:
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


def _objective(one: Objective) -> Written:
    target = _filled({"people": one.people, "rung": one.rung, "by": one.by})
    head = {"key": one.key, "name": one.name, "target": target}
    more = {"learners": list(one.learners), "agreed": dict(one.agreed), "min_size": one.min_size}
    return head | _filled(more) | _filled({"tickets": dict(one.tickets)}) | {"mapping": _rule(one.mapping)}


def _rule(rule: TicketRule) -> Written:
    return _filled({name: list(getattr(rule, name)) for name in _RULE} | {"fields": _lists(rule.fields)})


def rule_text(rule: TicketRule) -> str:
    """Return a mapping in one line, such as labels ab-design; components Experiment design."""
    named = [(name, getattr(rule, name)) for name in _RULE] + list(rule.fields.items())
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
