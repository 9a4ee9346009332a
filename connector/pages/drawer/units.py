"""Behind a figure: its rule, its inputs, the tickets with their part, and what would move it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.drawer.date_ranges import read_quarter, read_span
from connector.pages.drawer.marks import Marks, select_marks
from connector.pages.ticket_text import METHODS
from connector.pages.visibility import find_view, refuse, visible_tickets
from connector.text import EVIDENCE_NAMES, amount, count, days, percent, unit_name, units
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.formats.explain.model import covers
from mappings.formats.explain.rule_texts import FOR_AGENCY, RULES, SHADOW, of_objective, worded
from mappings.formats.explain.rule_texts import Rule as FigureRule
from mappings.formats.report.source import calendar_of
from mappings.measure.period.figures import Figures, Share, figures_of
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.entries import PeriodEntry, select_period
from mappings.records.sql.scope import Scope

blueprint = Blueprint("figures", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"figures.show": SHARED}

SHOWN = 50


@dataclass(frozen=True)
class Question:
    """Which figure of which engagement and days is asked for; `objective` narrows it to the tickets that carry it."""

    view: EngagementView
    figure: str
    rule: FigureRule
    first: date
    last: date
    objective: str | None
    everything: bool
    marks: Marks

    @property
    def by(self) -> str:
        """What a ticket counts in this engagement."""
        return self.view.stored.engagement.units.by

    @property
    def agency(self) -> str:
        """The agency's name."""
        return self.view.stored.engagement.agency_name


@dataclass(frozen=True)
class Line:
    """A ticket behind a figure, as its viewer may see it."""

    key: str
    summary: str
    why: str
    part: str
    evidence: str


@dataclass(frozen=True)
class Hidden:
    """What a viewer may not browse: how many tickets, and their part of the figure."""

    count: str
    part: str


@blueprint.get("/pages/figure")
def show() -> str:
    """Open a figure into its tickets."""
    with container().reader.connect() as connection:
        question, found, labels = select_drawer(connection)
    seen, reason = visible_tickets(question.view, labels)
    shown = answer(question, found, labels, seen)
    return render_template("drawer/units.html", figure=shown | {"reason": reason}, site=tenant().display_url)


def select_drawer(connection: Connection) -> tuple[Question, list[PeriodEntry], dict[int, IssueLabel]]:
    """Return what is asked for, the entries behind it, and their tickets."""
    asked = read_question(connection)
    entries = select_asked(connection, asked)
    question = replace(asked, marks=select_marks(connection, asked.view, entries) if entries else asked.marks)
    found = behind(question, entries)
    return question, found, select_labels(connection, caller().tenant_id, {one.issue_id for one in found})


def read_question(connection: Connection) -> Question:
    """Read what is asked for; an engagement or figure that the caller may not open is not found."""
    found, figure = find_view(connection), request.args.get("figure", "")
    if found is None or figure not in (FOR_AGENCY if found.agency else RULES):
        refuse(404, "No such figure of an engagement of yours.")
    view = found.as_shown
    objective = request.args.get("objective")
    first, last = read_span() if objective is None else read_quarter()
    if objective not in (None, *(one.key for one in view.engagement.objectives)):
        refuse(404, "No such objective of this engagement.")
    return Question(
        view, figure, RULES[figure], first, last, objective, "all" in request.args, Marks(calendar_of(view.engagement))
    )


def select_asked(connection: Connection, question: Question) -> list[PeriodEntry]:
    """Return the ledger entries of the days asked for."""
    stored = question.view.stored
    if stored.generation is None:
        return []
    calendar = question.marks.calendar
    start, end = calendar.midnight(question.first), calendar.midnight(question.last + timedelta(days=1))
    return select_period(Scope(connection, caller().tenant_id, stored.engagement.key, stored.generation), start, end)


def behind(question: Question, entries: Sequence[PeriodEntry]) -> list[PeriodEntry]:
    """Return those of the entries that count for the figure, newest first."""
    chosen = [one for one in entries if question.objective in (None, *one.stored.entry.objectives)]
    if question.figure in SHARES:
        return [one for one in reversed(chosen) if one.stored.entry.parts[0]]
    return [one for one in reversed(chosen) if question.figure in WHOLE or part_of(question, one)]


SHARES = frozenset({"taught_share"})
"""Figures that are a ratio: every ticket with an agency part stands behind them."""
WHOLE = frozenset({"total"})
"""Figures that list tickets which give them nothing, too: those without a size."""


def part_of(question: Question, one: PeriodEntry) -> int:
    """Return what an entry gives the figure, signed, in billionths; for one objective its equal part."""
    counted = of_objective(one.stored, question.objective) if question.objective is not None else one.stored
    return question.rule.part(counted) * counted.entry.sign


def answer(
    question: Question, found: Sequence[PeriodEntry], labels: Mapping[int, IssueLabel], seen: frozenset[int]
) -> dict[str, object]:
    """Return the drawer's content; what the viewer may not browse is one row, so that the rows add up."""
    shown = [one for one in found if one.issue_id in seen]
    kept = shown if question.everything else shown[:SHOWN]
    hidden = [one for one in found if one.issue_id not in seen]
    rest = [one for one in shown if one not in kept] if len(kept) < len(shown) else []
    total = sum(part_of(question, one) for one in found)
    rows = [line(question, one, labels[one.issue_id]) for one in kept]
    entries = count(len(found), "ledger entry", "ledger entries")
    return {
        "title": f"{question.rule.title}, {days(question.first, question.last)}",
        "rule": worded(question.rule.sentence, question.agency, question.view.stored.rules),
        "rule_id": question.rule.rule_id,
        "hash": question.view.stored.hash[:19] + "…",
        "rows": rows,
        "hidden": hidden_row(question, hidden),
        "caption": f"{entries}, newest first, in {unit_name(question.by, 0)}.",
        "rest": rest_row(question, rest),
        "part_name": question.rule.column,
        "sum": units(total),
        "more": more_address(question) if rest else None,
        "total": count(len(shown), "ticket"),
        **value_of(question, found, total),
    }


def value_of(question: Question, found: Sequence[PeriodEntry], total: int) -> dict[str, object]:
    """Return value, inputs and what would move it, as the figure asked for is said."""
    return VALUES.get(question.figure, plain_value)(question, found, total)


def rest_row(question: Question, rest: Sequence[PeriodEntry]) -> Hidden | None:
    """Return the row for what is not listed yet, so that the rows add up, or None."""
    return Hidden(f"{len(rest):,} more", units(sum(part_of(question, one) for one in rest))) if rest else None


def hidden_row(question: Question, hidden: Sequence[PeriodEntry]) -> Hidden | None:
    """Return the row for what the viewer may not browse, or None."""
    if not hidden:
        return None
    return Hidden(
        count(len({one.issue_id for one in hidden}), "ticket"), units(sum(part_of(question, o) for o in hidden))
    )


def line(question: Question, one: PeriodEntry, label: IssueLabel) -> Line:
    """Return the row of a ticket."""
    query = {"engagement": question.view.stored.engagement.key, "issue": str(one.issue_id)}
    address = f"/pages/evidence?{urlencode(query)}"
    return Line(label.key, label.summary, why(question, one), units(part_of(question, one)), address)


def why(question: Question, one: PeriodEntry) -> str:
    """Say why a ticket counts as it does: its reopening, its evidence, or what it lacks."""
    return ", ".join([counted_as(question, one), *question.marks.words(one.issue_id, one.stored.entry)])


def counted_as(question: Question, one: PeriodEntry) -> str:
    """Say when a ticket was done or reopened, and by which evidence it counts."""
    entry = one.stored.entry
    day = question.marks.calendar.day(entry.at)
    when = f"{day.day} {day:%b}"
    if entry.sign < 0:
        return f"reopened {when}: takes back what it gave"
    if not entry.objectives:
        return f"done {when}, no learning objective"
    kinds = ", ".join(EVIDENCE_NAMES[kind] for kind in entry.kinds)
    return f"done {when}, {kinds or 'no in-house trace'}"


def more_address(question: Question) -> str:
    """Return the address of the same figure with all of its tickets."""
    query = {"engagement": question.view.stored.engagement.key, "figure": question.figure}
    query |= {"from": str(question.first), "to": str(question.last), "all": "1"}
    return f"/pages/figure?{urlencode(query | ({'objective': question.objective} if question.objective else {}))}"


Value = Callable[[Question, Sequence[PeriodEntry], int], dict[str, object]]


def plain_value(question: Question, found: Sequence[PeriodEntry], total: int) -> dict[str, object]:
    """Return value, inputs and what would move a figure that is a sum of parts."""
    return {
        "value": amount(total, question.by),
        "small": "",
        "inputs": [
            *common_inputs(question),
            ("Tickets", str(len({one.issue_id for one in found}))),
            *question.marks.without(found, lambda rest: amount(sum(part_of(question, o) for o in rest), question.by)),
        ],
        "moves": [worded(question.rule.move, question.agency, question.view.stored.rules)],
    }


def share_value(question: Question, found: Sequence[PeriodEntry], total: int) -> dict[str, object]:
    """Return value, inputs and what would move the taught share."""
    rules, figures = question.view.stored.rules, figures_from(question, found)
    share, sums = figures.taught_share, figures.sums
    inputs = [
        ("Taught", amount(sums.taught, question.by)),
        (f"Delivered by {question.agency}", amount(sums.agency, question.by)),
        *common_inputs(question),
        ("Evidence", f"{count(share.n, 'ticket')}; published from {rules.prior_weight / 2:g}"),
        *question.marks.without(found, lambda rest: said_of(figures_from(question, rest).taught_share)),
    ]
    small = ""
    if share.low is not None and share.high is not None:
        small = f"{covers(rules)} interval {percent(share.low)} to {percent(share.high)}, "
        small += f"{share.n_eff:.1f} effective tickets"
    return {"value": said_of(share), "small": small if share.published else share.why or "", "inputs": inputs,
            "moves": share_moves(question, figures)}  # fmt: skip


def said_of(share: Share) -> str:
    """Say a taught share, where it is published."""
    return percent(share.value) if share.published and share.value is not None else "not published"


def figures_from(question: Question, found: Sequence[PeriodEntry]) -> Figures:
    """Return the figures that entries make in the days asked for."""
    pairs = [(one.stored.entry, one.stored.handed) for one in found]
    calendar, rules = question.marks.calendar, question.view.stored.rules
    return figures_of(pairs, calendar, first=question.first, last=question.last, ruleset=rules)


def share_moves(question: Question, figures: Figures) -> list[str]:
    """Say what one more ticket of the usual size would do, taught through and not."""
    share, sums = figures.taught_share, figures.sums
    if not share.published or share.n == 0:
        missing = math.ceil(question.view.stored.rules.prior_weight / 2) - share.n
        return [f"{count(max(0, missing), 'more finished ticket')} with a part of {question.agency}."]
    usual = sums.w // share.n
    size = amount(usual, question.by)
    return [
        f"One more ticket of {size} taught through: {percent((sums.taught + usual) / (sums.agency + usual))}.",
        f"One more ticket of {size} done only: {percent(sums.taught / (sums.agency + usual))}.",
        SHADOW,
    ]


def common_inputs(question: Question) -> list[tuple[str, str]]:
    """Return the inputs that every figure has."""
    engagement = question.view.stored.engagement
    return [
        ("Days", f"{days(question.first, question.last)}, {engagement.zone}"),
        ("Attribution", METHODS[engagement.attribution]),
    ]


VALUES: dict[str, Value] = {"taught_share": share_value}
