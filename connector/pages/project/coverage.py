"""Who can work without the agency: exit coverage and the objectives by rung, as the page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connector.pages.terms import COVERAGE_NAMES, RUNG_WORDS
from connector.text import day, percent
from mappings.measure.model.engagement import RUNGS, Objective
from mappings.measure.people.standing import ObjectiveFigures, PeopleFigures
from mappings.translation import Texts, gettext, mark

HOLDERS: Mapping[str, int] = {"covered": 2, "single holder": 1, "not covered": 0}
# Other languages may prefer digits, since such a word changes with its noun.
NUMERALS: Mapping[int, str] = Texts(
    {
        0: mark("no"), 1: mark("one"), 2: mark("two"), 3: mark("three"), 4: mark("four"), 5: mark("five"),
        6: mark("six"), 7: mark("seven"), 8: mark("eight"), 9: mark("nine"), 10: mark("ten"), 11: mark("eleven"),
        12: mark("twelve"),
    }
)  # fmt: skip


@dataclass(frozen=True)
class RungCell:
    """How many people stand on a rung: its text, how full the tint is, "" for nobody, and its whole words."""

    text: str
    tint: str
    label: str


@dataclass(frozen=True)
class CoverageRow:
    """A row of the objectives; `cells` are None where the viewer may see none."""

    key: str
    name: str
    note: str
    cells: tuple[RungCell, ...] | None
    holders: int
    coverage: str
    due: str


def coverage_rows(
    objectives: Sequence[Objective], people: PeopleFigures, notes: Mapping[str, str] | None = None, *, counts: bool
) -> list[CoverageRow]:
    """Return the objectives by rung: coverage always, counts where the viewer may see them and the group is large.

    `notes` say by objective who is enrolled.
    """
    by_key = {figures.key: figures for figures in people.objectives}
    known = [objective for objective in objectives if objective.key in by_key]
    return [
        _coverage_row(objective, by_key[objective.key], (notes or {}).get(objective.key, ""), counts=counts)
        for objective in known
    ]


def _coverage_row(objective: Objective, figures: ObjectiveFigures, note: str, *, counts: bool) -> CoverageRow:
    due = day(objective.by) if objective.by else "–"
    coverage = figures.coverage
    cells = _cells(figures) if counts else None
    return CoverageRow(objective.key, objective.name, note, cells, HOLDERS[coverage], COVERAGE_NAMES[coverage], due)


def _cells(figures: ObjectiveFigures) -> tuple[RungCell, ...] | None:
    # None where the group is too small to be shown (measurement (f)).
    if figures.people_at_rung is None:
        return None
    stale = figures.stale_at_rung or {}
    return tuple(_cell(rung, figures.people_at_rung.get(rung, 0), stale.get(rung, 0)) for rung in RUNGS)


def _cell(rung: str, people: int, stale: int) -> RungCell:
    if not people:
        return RungCell("–", "", gettext("nobody %(rung)s", rung=RUNG_WORDS[rung]))
    label = gettext("%(people)s %(rung)s", people=people, rung=RUNG_WORDS[rung])
    if not stale:
        return RungCell(str(people), "t2" if people > 1 else "t1", label)
    text = gettext("%(stale)s stale", stale=stale)
    if stale != people:
        text = gettext("%(people)s, %(stale)s stale", people=people, stale=stale)
    return RungCell(text, "stale", gettext("%(people)s, %(stale)s of them stale", people=label, stale=stale))


def counted_day(counted: date, last: date, *, runs: bool) -> str:
    """Return as of which day people were counted: a Monday while a period runs, else its last (measurement (f))."""
    return day(counted if runs else last)


def exit_sentence(people: PeopleFigures, agency: str, counted: str = "") -> str:
    """Return what would be left without the agency; `counted` is the day on which people were counted, "" for today."""
    states = [objective.coverage for objective in people.objectives]
    when = gettext("If %(agency)s left today", agency=agency)
    if counted:
        when = gettext("If %(agency)s left, as of %(day)s", agency=agency, day=counted)
    return carried_sentence(states, when)


def carried_sentence(states: Sequence[str], when: str) -> str:
    """Return what would be left without the agency; `when` begins it, such as "If Acme left today"."""
    nobody, single, whole = states.count("not covered"), states.count("single holder"), len(states)
    if not whole:
        return ""
    places = {"when": when, "whole": numeral(whole), "single": numeral(single), "nobody": numeral(nobody)}
    if not nobody and not single:
        return _carried_by_two(whole, places)
    if nobody == whole:
        return _carried_by_nobody(whole, places)
    if single == whole:
        return _carried_by_one(whole, places)
    if not nobody:
        return gettext("%(when)s, %(single)s of %(whole)s objectives could be carried by one person only.", **places)
    if not single:
        return gettext("%(when)s, %(nobody)s of %(whole)s objectives could be carried by nobody.", **places)
    if single == 1:
        return gettext(
            "%(when)s, %(nobody)s of %(whole)s objectives could be carried by nobody, and another by one person only.",
            **places,
        )
    return gettext(
        "%(when)s, %(nobody)s of %(whole)s objectives could be carried by nobody, "
        "and %(single)s others by one person only.",
        **places,
    )


def _carried_by_two(objectives: int, places: Mapping[str, str]) -> str:
    if objectives == 1:
        return gettext("%(when)s, at least two people could carry the one objective alone.", **places)
    return gettext(
        "%(when)s, each of the %(whole)s objectives could be carried alone by at least two people.", **places
    )


def _carried_by_nobody(objectives: int, places: Mapping[str, str]) -> str:
    if objectives == 1:
        return gettext("%(when)s, nobody could carry the one objective alone.", **places)
    return gettext("%(when)s, nobody could carry any of the %(whole)s objectives alone.", **places)


def _carried_by_one(objectives: int, places: Mapping[str, str]) -> str:
    if objectives == 1:
        return gettext("%(when)s, the one objective could be carried by one person only.", **places)
    if objectives == 2:
        return gettext("%(when)s, both objectives could be carried by one person only.", **places)
    return gettext("%(when)s, all %(whole)s objectives could be carried by one person only.", **places)


def numeral(n: int) -> str:
    return NUMERALS[n] if n < len(NUMERALS) else str(n)


def exit_number(people: PeopleFigures | None) -> dict[str, object]:
    """Return exit coverage for the page, or why there is none (measurement (d))."""
    if people is None:
        return {"published": False, "reason": gettext("Not measured yet.")}
    # Demand of 90 days is the base: without it there is no share.
    if people.exit_two is None or people.exit_one is None:
        reason = gettext("No ticket with an objective was finished in the 90 days before.")
        return {"published": False, "reason": reason}
    one_holder, two_holders = percent(people.exit_one), percent(people.exit_two)
    return {
        "published": True,
        "value": two_holders,
        "full": round(100 * people.exit_two, 2),
        "half": round(100 * people.exit_one, 2),
        "title": gettext(
            "%(two)s of the work has two holders, %(one)s has at least one", two=two_holders, one=one_holder
        ),
        "one": one_holder,
    }
