"""The schema of an engagement file: required fields, types and allowed values."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from mappings.translation import gettext, mark

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A day outside these years is a typing error, such as 0026-05-25.
FIRST_YEAR, LAST_YEAR = 1970, 2100
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")


class Shape(Schema):
    class Meta:
        """Reject unknown keys: a misspelt one must not be ignored."""

        unknown = RAISE


class Day(fields.Field[date]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        day = value if isinstance(value, date) and not isinstance(value, datetime) else self._read(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            places = {"first": FIRST_YEAR, "last": LAST_YEAR, "year": f"{day.year:04}"}
            raise ValidationError(
                gettext("must be a day from %(first)s to %(last)s, not in the year %(year)s", **places)
            )
        return day

    def _read(self, value: Any) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError) as cause:
            raise ValidationError(mark("must be a day such as 2026-01-05")) from cause


class Minutes(fields.Field[int]):
    """A time of day as minutes from 0 to 1440; YAML reads an unquoted 17:00 as 1020, which is the same."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        minutes = value if isinstance(value, int) and not isinstance(value, bool) else self._read(value)
        if not 0 <= minutes <= 1440:
            raise ValidationError(mark('must be a time from "00:00" to "24:00"'))
        return minutes

    def _read(self, value: Any) -> int:
        match = _TIME.fullmatch(value) if isinstance(value, str) else None
        if match is None or int(match[2]) > 59:
            raise ValidationError(mark('must be a time such as "09:00"'))
        return int(match[1]) * 60 + int(match[2])


class Text(fields.Field[str]):
    """A text; a number becomes its digits, since keys and labels may look like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, (bool, float)) or not isinstance(value, (str, int)):
            raise ValidationError(mark("must be a text"))
        if not str(value).strip():
            raise ValidationError(mark("must not be empty"))
        return str(value).strip()


class OneOf(validate.OneOf):
    """A check whose message is made when it refuses: in the reader's language."""

    def _format_error(self, value: Any) -> str:
        return gettext("must be one of %(words)s", words=", ".join(self.choices))


def one_of(*words: str) -> validate.OneOf:
    """Return the check that a value is one of the given words."""
    return OneOf(words)


def check_key(value: str) -> None:
    if not _KEY.fullmatch(value):
        raise ValidationError(mark("must be lower case letters, digits and hyphens, at most 64"))


def check_zone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
        raise ValidationError(mark("must be a time zone such as Europe/Berlin")) from cause


def texts(**more: Any) -> fields.List[str]:
    return fields.List(Text(), **more)


class HoursShape(Shape):
    days = fields.List(fields.String(validate=one_of(*DAYS)))
    start = Minutes(data_key="from")
    end = Minutes(data_key="to")
    holidays = fields.List(Day())


class HeadShape(Shape):
    key = Text(required=True, validate=check_key)
    name = Text(required=True)
    timezone = Text(required=True, validate=check_zone)
    starts = Day(required=True)
    ends = Day(allow_none=True)
    projects = texts(required=True, validate=validate.Length(min=1, error=mark("must name a project")))
    model = fields.String(validate=one_of("full_service", "hybrid", "embedded", "insourced"), allow_none=True)


class AgencyShape(Shape):
    key = Text(required=True, validate=check_key)
    name = Text()


class PersonShape(Shape):
    account = Text(required=True)
    side = fields.String(required=True, validate=one_of("agency", "inhouse", "gatekeeper", "none"))
    agency = Text()
    team = Text()
    start = Day(data_key="from")
    end = Day(data_key="to", allow_none=True)
    name = Text()


class GroupShape(Shape):
    """The side that is proposed to whoever is in a Jira group."""

    group = Text(required=True, validate=validate.Length(max=255, error=mark("has at most 255 characters")))
    side = fields.String(required=True, validate=one_of("agency", "inhouse", "gatekeeper"))
    agency = Text()
    team = Text()


class LeadsShape(Shape):
    inhouse = texts()
    agency = texts()
    sponsor = texts()


class WorkflowShape(Shape):
    active = texts(required=True, validate=validate.Length(min=1, error=mark("must name a status")))
    done = texts(required=True, validate=validate.Length(min=1, error=mark("must name a status")))
    review = texts()
    paused_on_client = texts()
    paused_on_agency = texts()
    gatekeeper = texts()
    business_hours = fields.Nested(HoursShape)


class UnitsShape(Shape):
    """How a finished ticket is counted."""

    by = fields.String(required=True, validate=one_of("count", "story_points", "hours"))
    field = Text()


class TargetShape(Shape):
    people = fields.Integer(strict=True, validate=validate.Range(min=1, error=mark("must be 1 or more")))
    rung = fields.String(validate=one_of("exposed", "shadowed", "assisted", "independent", "teaches"))
    by = Day(allow_none=True)


class AgreedShape(Shape):
    inhouse = Day()
    agency = Day()


class TicketsShape(Shape):
    """How many tickets each rung takes, where it differs from the ruleset."""

    exposed, shadowed, assisted, independent, teaches = (
        fields.Integer(strict=True, validate=validate.Range(min=1, error=mark("must be 1 or more"))) for _ in range(5)
    )


class RuleShape(Shape):
    labels = texts()
    components = texts()
    types = texts()
    epics = texts()
    fields_ = fields.Dict(keys=Text(), values=texts(), data_key="fields", attribute="fields")


class ObjectiveShape(Shape):
    key = Text(required=True, validate=check_key)
    name = Text(required=True)
    target = fields.Nested(TargetShape)
    learners = texts()
    agreed = fields.Nested(AgreedShape)
    mapping = fields.Nested(RuleShape, required=True)
    min_size = fields.Float(validate=validate.Range(min=0, error=mark("must not be negative")))
    tickets = fields.Nested(TicketsShape)


class SignalShape(Shape):
    """How tickets of one kind are recognised: any one match."""

    labels = texts()
    components = texts()
    types = texts()
    epics = texts()
    links = texts()


class ProposalsShape(SignalShape):
    """How proposals are recognised, and which statuses and resolutions decline one."""

    declined = texts()


class IncidentsShape(SignalShape):
    """How incidents and their reviews are recognised."""

    review = fields.Nested(SignalShape)


class ExperimentsShape(SignalShape):
    """How experiments are recognised, and which resolutions say how they ended."""

    won = texts()
    lost = texts()
    inconclusive = texts()


class SignalsShape(Shape):
    """How the tickets of the dimensions are recognised."""

    proposals = fields.Nested(ProposalsShape)
    incidents = fields.Nested(IncidentsShape)
    gatekeeper = fields.Nested(SignalShape)
    experiments = fields.Nested(ExperimentsShape)


class ChecksShape(Shape):
    required_fields = texts()
    links = texts()
    sprint = fields.Boolean(truthy={True}, falsy={False}, error_messages={"invalid": mark("must be true or false")})


class FileShape(Shape):
    engagement = fields.Nested(HeadShape, required=True)
    agency = fields.Nested(AgencyShape, required=True)
    people = fields.List(fields.Nested(PersonShape), required=True)
    groups = fields.List(fields.Nested(GroupShape))
    leads = fields.Nested(LeadsShape)
    workflow = fields.Nested(WorkflowShape, required=True)
    units = fields.Nested(UnitsShape)
    attribution = fields.String(validate=one_of("active_time", "worklog"))
    objectives = fields.List(fields.Nested(ObjectiveShape))
    signals = fields.Nested(SignalsShape)
    checks = fields.Nested(ChecksShape)
    on_call = fields.Nested(HoursShape)
    ruleset = Text()


# Made once: making a schema costs more than using it.
FILE: Final = FileShape()
