"""What somebody has to do on a site, gathered from all parts of the administrators' page."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from msgspec import Struct

from connector.pages.admin.engagements import EngagementRow
from connector.pages.project.coverage import numeral
from mappings.translation import gettext, ngettext

# So many of one part are named; more are counted.
NAMED = 5
# Of so many engagements the page takes along how many people have no side: it stands in an address.
MOST_CARRIED = 50
Need = tuple[str, str]


class Undecided(Struct, frozen=True):
    """How many people have no side: of the whole site, each once, and of the engagements that have most."""

    people: int
    by_engagement: Mapping[str, int] = {}

    @property
    def text(self) -> str:
        """What the page takes along: the number, and those of engagements by key."""
        return " ".join([str(self.people), *(f"{key}:{number}" for key, number in self.by_engagement.items())])


def read_undecided() -> Undecided | None:
    """Return how many people have no side, as the page was told when it counted them; None before."""
    # To count them reads all tickets: it is done once, after the page, which says how many there were from then on.
    whole, *parts = request.values.get("undecided", "").split(" ")
    if _number(whole) is None:
        return None
    numbers = {key: _number(text) for key, _, text in (part.rpartition(":") for part in parts[:MOST_CARRIED])}
    return Undecided(int(whole), {key: number for key, number in numbers.items() if number})


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def needs_of(values: Mapping[str, Any], undecided: Undecided | None) -> list[Need]:
    """Return what is to do, each with the part of the page where it stands; not what resolves itself."""
    return [
        *_first(values),
        *_histories(values),
        *_jobs(values),
        *(("health", f"{item.name}: {item.text}") for item in values["findings"] if item.hint),
        *_engagements(values),
        *([("people", _people(undecided, values["engagements"]))] if undecided and undecided.people else []),
    ]


def place_of_people(undecided: Undecided | None, rows: Sequence[EngagementRow]) -> EngagementRow | None:
    """Return the engagement whose settings give people a side, where it is a single one."""
    keys = list(undecided.by_engagement) if undecided else []
    return next((row for row in rows if keys == [row.key]), None)


def _first(values: Mapping[str, Any]) -> list[Need]:
    """Return that an engagement is to be begun, where the site has none: nothing is read or measured before."""
    is_begun = values["engagements"] or values["drafts"] or values["is_agency"]
    return [] if is_begun else [("engagements", gettext("begin the first engagement"))]


def _people(undecided: Undecided, rows: Sequence[EngagementRow]) -> str:
    """Return how many people have no side, and in how many engagements, where several count the same ones."""
    number, counted = undecided.people, list(undecided.by_engagement.values())
    people = ngettext("%(num)s person needs a side", "%(num)s people need a side", number)
    # Of more than are carried nobody knows in how many these are.
    if not 2 <= len(counted) < MOST_CARRIED or any(own != number for own in counted):
        return people
    running = sum(not row.is_over or row.key in undecided.by_engagement for row in rows)
    if len(counted) < running:
        places = {"number": numeral(len(counted)), "all": numeral(running)}
        return gettext("%(people)s, in %(number)s of %(all)s engagements", people=people, **places)
    if len(counted) == 2:
        return gettext("%(people)s, in both engagements", people=people)
    return gettext("%(people)s, in each of %(number)s engagements", people=people, number=len(counted))


def _histories(values: Mapping[str, Any]) -> list[Need]:
    rows = [item for item in values["histories"] if item.waits_for_somebody]
    texts = [f"{item.key} {gettext(item.state_text.name)}" for item in rows]
    counted = ngettext("%(num)s project is not read", "%(num)s projects are not read", len(texts))
    return _bounded("histories", texts, counted)


def _jobs(values: Mapping[str, Any]) -> list[Need]:
    needs = [("jobs", gettext("due jobs are not taken"))] if values["standstill"] else []
    failed = [line.title for line in values["lines"] if line.failed and line.error and line.error.hint]
    if failed:
        needs.append(("jobs", ngettext("“%(job)s” failed", "%(num)s jobs failed", len(failed), job=failed[0])))
    paused = [line.title for line in values["lines"] if line.paused]
    if paused:
        needs.append(("jobs", ngettext("“%(job)s” is paused", "%(num)s jobs are paused", len(paused), job=paused[0])))
    return needs


def _engagements(values: Mapping[str, Any]) -> list[Need]:
    # What waits for the leads is theirs to do, and people without a side stand in their own part.
    waiting = [(row.name, row.needs) for row in values["engagements"] if row.needs]
    waiting += [(row.told_apart, row.waits_text) for row in values["drafts"]]
    texts = [gettext("%(name)s: %(waits)s", name=name, waits=waits) for name, waits in waiting]
    counted = ngettext(
        "%(num)s engagement or draft waits for something",
        "%(num)s engagements and drafts wait for something",
        len(texts),
    )
    return _bounded("engagements", texts, counted)


def _bounded(part: str, texts: Sequence[str], counted: str) -> list[Need]:
    return [(part, text) for text in texts] if len(texts) <= NAMED else [(part, counted)]
