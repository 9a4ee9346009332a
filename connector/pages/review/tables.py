"""The tables of the review: numbers as text, each amount rounded alone, as on all other pages."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from connector.pages.review.weeks_chart import KINDS
from connector.pages.terms import COVERAGE_NAMES, NOT_WHOLE, TOO_LITTLE, coverage_word, difference_text
from connector.text import count, day, full_day, number, percent, short_month
from mappings.measure.model.engagement import RUNGS
from mappings.measure.model.quarters import quarter_start
from mappings.measure.period.rounding import adds_up, shown
from mappings.translation import Texts, decimal_text, gettext, mark, ngettext

Pack = Mapping[str, Any]
Rows = list[tuple[str, tuple[str, ...]]]
NONE = "–"
KIND_NAMES: Mapping[str, str] = Texts(
    {
        "taught": mark("Taught"),
        "done_only": mark("Done only"),
        "handed_over": mark("Handed over"),
        "inhouse_own": mark("Own"),
        "other": mark("Other agency"),
        "gatekeeper": mark("Gatekeeper"),
        "rest": mark("Others"),
        "unknown": mark("Unknown"),
        "conflict": mark("In conflict"),
    }
)
OWNER_NAMES: Mapping[str, str] = Texts({"agency": mark("agency"), "client": mark("client"), "joint": mark("joint")})
TERMS: tuple[tuple[str, str], ...] = (
    (mark("Taught"), mark("agency work on which somebody in-house shadowed, or drove with help")),
    (mark("Done only"), mark("agency work without that")),
    (mark("Handed over"), mark("in-house work done alone after being taught")),
    (mark("Own"), mark("all other in-house work")),
)
# What a review's first words mean, for whoever reads it without the pages.
WORDS: tuple[tuple[str, str], ...] = (
    (mark("Taught"), mark("agency work on which somebody in-house shadowed, or drove with help")),
    (mark("Assisted"), mark("somebody in-house drove tickets of an objective with help: the rung before alone")),
    (mark("Holder"), mark("somebody in-house who can carry an objective alone")),
    (mark("Covered"), mark("an objective with two holders; exit coverage is of what was finished in 90 days")),
    (mark("Integration"), mark("how well both sides work together over half a year, of 100")),
)


def months_table(pack: Pack) -> tuple[tuple[str, ...], Rows]:
    """Return the months' names with the whole period's last, and a row for each kind, all, and the taught share."""
    columns = _columns(pack)
    cells = [_shown_kinds(column) for column in columns]
    rows = [(KIND_NAMES[kind], tuple(_cell(column[kind]) for column in cells)) for kind in _kinds(columns)]
    rows.append((gettext("All"), tuple(number(column["total"]) for column in columns)))
    names = tuple(short_month(date.fromisoformat(month["from"])) for month in pack["by_month"])
    return (*names, pack["quarter"]), rows


def shown_months(pack: Pack) -> list[dict[str, Decimal]]:
    """Return the kinds of each month as shown, each rounded alone."""
    return [_shown_kinds(month) for month in pack["by_month"]]


def _columns(pack: Pack) -> list[Mapping[str, Any]]:
    # Each month, and the whole period.
    return [*pack["by_month"], pack["units"]]


def _kinds(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    return [kind for kind in KINDS if any(column.get(kind) for column in columns)]


def _shown_kinds(column: Mapping[str, Any]) -> dict[str, Decimal]:
    return {kind: shown(column.get(kind, 0.0)) for kind in KINDS}


def _cell(amount: Decimal) -> str:
    return decimal_text(amount) if amount else NONE


def is_off_by_month(pack: Pack) -> bool:
    """Return whether a month, the period, or a row over the months adds up to another sum as printed."""
    columns = [[column.get(kind, 0.0) for kind in KINDS] for column in _columns(pack)]
    rows = [[month.get(kind, 0.0) for month in pack["by_month"]] for kind in (*KINDS, "total")]
    return not all(map(adds_up, (*columns, *rows)))


def objectives_table(pack: Pack) -> Rows:
    """Return tickets, units, taught units and taught share of the agency's work by objective, and of all of it."""
    share, whole = pack["taught_share"], pack["units"]
    return [
        *((_objective_name(row), _objective_cells(row, row["tickets"], row)) for row in pack["by_objective"]),
        (gettext("All"), _objective_cells(whole, share["n"], share)),
    ]


def _objective_cells(units: Mapping[str, Any], tickets: int, share: Mapping[str, Any]) -> tuple[str, ...]:
    return number(tickets), number(units["agency"]), number(units["taught"]), _share(share)


def is_off_by_objective(pack: Pack) -> bool:
    """Return whether the objectives' amounts add up to another sum as printed."""
    return not all(adds_up([row[name] for row in pack["by_objective"]]) for name in ("agency", "taught"))


def _objective_name(row: Mapping[str, Any]) -> str:
    return gettext("Without objective") if row["key"] == "without_objective" else str(row["name"])


def _share(share: Mapping[str, Any]) -> str:
    return percent(share["value"]) if share["published"] else NONE


def changes_table(compared: Mapping[str, Any], pack: Pack) -> Rows:
    """Return figure, before, now and change of a comparison."""
    unit, rows = pack["units"]["by"], {row["key"]: row for row in compared["figures"]}
    return [
        (_change_name(key, unit), (_amount(rows, key, "before"), _amount(rows, key, "now"), _change(row)))
        for key, row in rows.items()
    ]


def quarter_heading(compared: Mapping[str, Any]) -> str:
    """Return the quarter before, with the day on which the engagement began within it."""
    begins = date.fromisoformat(compared["from"])
    if begins == quarter_start(begins):
        return str(compared["quarter"])
    return gettext("%(quarter)s, from %(day)s", quarter=compared["quarter"], day=day(begins))


# Counts of decided experiments, as they are compared.
RATES = frozenset({"program.experiments.win_rate", "program.experiments.led_inhouse"})


def _amount(rows: Mapping[str, Mapping[str, Any]], key: str, side: str) -> str:
    value, decided = rows[key][side], rows.get("program.experiments.decided", {}).get(side)
    if key not in RATES or value is None or decided is None:
        return _value(rows[key], side)
    if not decided:
        return NONE
    # A rate of those decided: its number alone would tell otherwise than its change, and a per cent of one too much.
    part = round(value * decided) if isinstance(value, float) else value
    return gettext("%(part)s of %(whole)s", part=number(part), whole=number(decided))


def _change(row: Mapping[str, Any]) -> str:
    if row["verdict"] == "counted":
        return difference_text(row["now"], row["before"])
    if row["verdict"] == "not whole":
        return NOT_WHOLE
    return shown_verdict(row)


def shown_verdict(row: Mapping[str, Any]) -> str:
    """Return the word of a change that was tested, or counted of holders."""
    if row["key"].startswith("exit_coverage."):
        return coverage_word(row["verdict"], row["before"], row["now"])
    return row["verdict"] or TOO_LITTLE


CHANGE_NAMES: Mapping[str, str] = Texts(
    {
        "taught_share": mark("Taught share"),
        "exit_coverage.two_holders": mark("Exit coverage, two holders"),
        "exit_coverage.one_holder": mark("Exit coverage, at least one"),
        "program.experiments.decided": mark("Experiments decided"),
        "program.experiments.win_rate": mark("Experiments won"),
        "program.experiments.led_inhouse": mark("Experiments led in-house"),
        "program.proposals.adopted": mark("Proposals adopted"),
    }
)
# Those that count units, by what they count.
UNIT_CHANGE_NAMES: Mapping[tuple[str, str], str] = Texts(
    {
        ("units.agency", "story_points"): mark("Delivered by the agency, points"),
        ("units.agency", "count"): mark("Delivered by the agency, tickets"),
        ("units.agency", "hours"): mark("Delivered by the agency, hours"),
        ("units.handed_over", "story_points"): mark("Handed over, points"),
        ("units.handed_over", "count"): mark("Handed over, tickets"),
        ("units.handed_over", "hours"): mark("Handed over, hours"),
    }
)


def _change_name(key: str, unit: str) -> str:
    return UNIT_CHANGE_NAMES[key, unit] if key.startswith("units.") else CHANGE_NAMES[key]


def _value(row: Mapping[str, Any], side: str) -> str:
    value = row[side]
    if value is None:
        return NONE
    return percent(value) if isinstance(value, float) and not row["key"].startswith("units.") else number(value)


def stands_text(row: Mapping[str, Any]) -> str:
    """Return who carries an objective, and, as far as the reader may know, how many stand where it wants them."""
    coverage, target = COVERAGE_NAMES[row["coverage"]], row["target"]
    if row.get("people_at_rung") is None or row.get("burn_up") is None:
        return coverage
    there = sum(row["people_at_rung"][rung] for rung in RUNGS[RUNGS.index(target["rung"]) :])
    places = {"coverage": coverage, "share": percent(row["burn_up"])}
    if there > target["people"]:
        people = count(there, "person", "people")
        return gettext("%(coverage)s, %(people)s there, %(share)s of the way", people=people, **places)
    return ngettext(
        "%(coverage)s, %(part)s of %(num)s person there, %(share)s of the way",
        "%(coverage)s, %(part)s of %(num)s people there, %(share)s of the way",
        target["people"],
        part=there,
        **places,
    )


def due_text(due: str | None) -> str:
    return NONE if due is None else full_day(date.fromisoformat(due))
