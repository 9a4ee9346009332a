"""The program's review for its reader: the frozen quarter that they ask for, and what the two sides published of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request
from msgspec.structs import asdict
from sqlalchemy import Connection

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program.engagement_row import engagement_row
from connector.pages.program.quarter_names import local_day
from connector.pages.program.source import Program, require_program
from connector.pages.program.summary import Summary, summary_of
from connector.web.gate import caller
from mappings.measure.model.quarters import quarter_name
from mappings.records.agreement.asks import Ask, select_all_asks
from mappings.records.agreement.joint_statements import JointStatement, select_published_statements
from mappings.translation import gettext


@dataclass(frozen=True)
class AskRow:
    """How many asks an engagement's review has, by who asked; their words are for its own readers."""

    key: str
    name: str
    counts: Mapping[str, int]


class ProgramReview(Summary, frozen=True):
    """The frozen program of a quarter with its sums, and what the two sides published of it."""

    statements: Sequence[tuple[str, JointStatement, date]]
    asks: Sequence[AskRow]

    @property
    def name(self) -> str:
        return quarter_name(self.program.period.first)

    @property
    def recorded(self) -> Sequence[ProgramEngagement]:
        return [item for item in self.program.engagements if item.freeze is not None]

    @property
    def since(self) -> int:
        """The index of the first of the four quarters that was recorded: those before it are not printed."""
        return next(place for place, total in enumerate(self.sums) if total.engagements)

    @property
    def suppressed(self) -> Sequence[tuple[str, str]]:
        """What is not shown, each with why."""
        return [*_not_recorded(self), *self.not_shown]

    @property
    def not_shown(self) -> Sequence[tuple[str, str]]:
        """What is not shown of what was recorded."""
        return _not_shown(self)


def find_program_review(connection: Connection) -> ProgramReview | None:
    """Return the review that the call asks for; None where nothing of the quarter was recorded."""
    program = require_program(connection, recorded=True)
    if not is_recorded(program):
        return None
    first = program.period.first
    return ProgramReview(
        **asdict(summary_of(program)),
        statements=_statements(connection, program.engagements, first),
        asks=_asks(connection, program, first),
    )


def is_recorded(program: Program) -> bool:
    """Tell whether a report of the quarter that the call asks for is frozen; no other quarter takes its place."""
    asked = request.values.get("period", "")
    return asked in {"", program.period.key} and any(item.freeze is not None for item in program.engagements)


def _statements(
    connection: Connection, engagements: Sequence[ProgramEngagement], first: date
) -> list[tuple[str, JointStatement, date]]:
    published = select_published_statements(connection, caller().tenant_id, first)
    known = ((item.engagement, published.get(item.engagement.key)) for item in engagements)
    return [
        (engagement.key, statement, local_day(engagement.zone, max(sign.at for sign in statement.signed.values())))
        for engagement, statement in known
        if statement is not None
    ]


def _asks(connection: Connection, program: Program, first: date) -> list[AskRow]:
    asks: dict[str, list[Ask]] = {}
    for key, ask in select_all_asks(connection, caller().tenant_id, first):
        asks.setdefault(key, []).append(ask)
    return [
        AskRow(item.engagement.key, item.engagement.name, _ask_counts(asks.get(item.engagement.key, ()), program.today))
        for item in program.engagements
    ]


def _ask_counts(asks: Sequence[Ask], today: date) -> Counter[str]:
    counts = Counter(dict.fromkeys(("by_inhouse", "by_agency", "done", "open", "overdue"), 0))
    for ask in asks:
        counts[f"by_{ask.side}"] += 1
        counts["done" if ask.done_at is not None else "open"] += 1
        counts["overdue"] += ask.done_at is None and ask.due < today
    return counts


def _not_recorded(review: ProgramReview) -> list[tuple[str, str]]:
    return [(item.engagement.name, gettext("not recorded")) for item in review.program.missing]


def _not_shown(review: ProgramReview) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for item in review.recorded:
        row = engagement_row(item, "")
        figures = ((gettext("taught share"), row.share), (gettext("integration"), row.score))
        for figure, cell in (*figures, (gettext("exit coverage"), row.exit)):
            if cell.reason:
                rows.append((f"{item.engagement.name}, {figure}", cell.reason))
    few = [name for name, states in review.departments.items() if states[-1] == "few"]
    return [*rows, *((name, gettext("too few people: not told")) for name in few)]
