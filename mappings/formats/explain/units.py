"""Explanations of units, buckets and tickets by their ledger entries."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from mappings.formats.explain.latest import ANY_OBJECTIVE, whole_of, with_earlier
from mappings.formats.explain.marks import mark_texts, units_without, zero_text
from mappings.formats.explain.model import METHODS, Explained, Line, day_of, move_of, sentence_of
from mappings.formats.explain.rule_texts import RULES, Rule, of_objective
from mappings.formats.explain.side_gaps import KINDS_OF, gap_moves, gap_texts
from mappings.formats.explain.words import RUNG_WORDS
from mappings.formats.export.figure import Value
from mappings.formats.export.numbers import amount_text, unit_name, units_of
from mappings.formats.report.source import ReportSource, Row, day_sums_of
from mappings.measure.model.engagement import RUNGS, SIDES, Side
from mappings.measure.model.ticket import TEACHING
from mappings.measure.period.printed_parts import printed_bucket, printed_parts, printed_shares
from mappings.translation import gettext, integer_text, mark, ngettext

# Units of the report that ledger entries add up to.
BUCKETS = ("total", *SIDES, "done_only", "taught", "handed_over", "inhouse_own")
# Sums of buckets, which some viewers see in their place; they are no keys of the report.
SUMMED = ("rest", "not_known")
# How many tickets have no size, which is in no sum.
UNSIZED = "unsized_issues"
TICKETS = mark("tickets")
# Numbers of finished tickets, and which of them each counts.
TICKET_COUNTS: Mapping[str, Callable[[Row], bool]] = {
    "tickets": lambda row: True,
    "unsized": lambda row: not row.entry.sized,
}
_NAMES = {"inhouse_own": "own"}
# The sides of whose work a bucket is, where they are not its name.
_SIDES_OF: Mapping[str, tuple[Side, ...]] = {
    "taught": ("agency",),
    "done_only": ("agency",),
    "inhouse_own": ("inhouse",),
    "handed_over": (),
    "rest": ("other", "unknown", "conflict"),
    "not_known": ("unknown", "conflict"),
}


# Of the in-house part alone: only that is told of all tickets with any objective.
WITH_OBJECTIVE = mark("The in-house part of every finished ticket with an objective: handed over and own together.")


def rule_of(name: str) -> Rule:
    return RULES[_NAMES.get(name, name)]


def explain_units(source: ReportSource, name: str, objective: str | None = None) -> Explained:
    # Explain a bucket: each entry gives its part, a reopening subtracts it; for one objective its equal part.
    rule, by = rule_of(name), source.engagement.units.by
    narrowed = rows_of(source, objective)
    # The total also lists tickets without a size: they give nothing, and somebody may size them.
    rows = [row for row in narrowed if name == "total" or rule.part(row)]
    whole = whole_of(source, name, objective)
    total = sum(row.entry.sign * rule.part(row) for row in rows) if whole is None else whole
    lines = [_bucket_line(source, row, name, units_of(row.entry.sign * rule.part(row))) for row in rows]
    without = units_without(rows, rule.part, by, total)
    return Explained(
        path=f"units.{name}",
        title=gettext(rule.title),
        value=Value(amount_text(total, by), units_of(total), unit=unit_of(source)),
        small="",
        rule=gettext(WITH_OBJECTIVE) if objective == ANY_OBJECTIVE else sentence_of(rule, source),
        rule_id=rule.rule_id,
        formula="",
        inputs=(*_tickets_input(source, rows, name, objective), *method_of(source), *without),
        unit=unit_of(source),
        number=units_of(total),
        lines=with_earlier(source, lines, units_of(total)),
        moves=gap_moves(name, rows, by, is_whole=whole is None) if name in KINDS_OF else (move_of(rule, source),),
        columns=("", rule.column),
    )


def rows_of(source: ReportSource, objective: str | None) -> Sequence[Row]:
    if objective is None:
        return source.rows
    if objective == ANY_OBJECTIVE:
        # Objectives share what a ticket gives: together they have all of it.
        return [row for row in source.rows if row.entry.objectives]
    return [_narrowed(row, objective) for row in source.rows if objective in row.entry.objectives]


def _narrowed(row: Row, objective: str) -> Row:
    part = of_objective(row, objective)
    return replace(row, entry=part.entry, handed=part.handed)


def _tickets_input(
    source: ReportSource, rows: Sequence[Row], name: str, objective: str | None
) -> tuple[tuple[str, str], ...]:
    """Return how many tickets count, and how many do not; sums of days know of those without a size alone."""
    if day_sums_of(source) is None:
        return ((gettext("Tickets"), _tickets_text(source, rows, name, objective)),)
    unsized = whole_of(source, "unsized", objective)
    if not unsized or name != "total":
        return ()
    return ((gettext("Without a size"), ngettext("%(num)s ticket counts 0", "%(num)s tickets count 0", unsized)),)


def count_unsized(source: ReportSource, name: str, objective: str | None = None) -> int:
    """Return how many tickets count 0 because they have no size, of those that would count for a bucket."""
    own = _finished(source, objective, lambda row: not row.entry.sized and _would_count(row, name))
    return sum(count for _, count in own.values())


def _would_count(row: Row, name: str) -> bool:
    # By whose work it was, as all its parts are 0. What would be handed over takes its size to tell.
    sides = _SIDES_OF.get(name, (name,))
    if name != "total" and not any(row.entry.weights[SIDES.index(side)] for side in sides):
        return False
    is_taught = bool(TEACHING & set(row.entry.kinds))
    return {"taught": is_taught, "done_only": not is_taught}.get(name, True)


def _tickets_text(source: ReportSource, rows: Sequence[Row], name: str, objective: str | None) -> str:
    finished: Counter[int] = Counter()
    for row in (row for row in rows if row.entry.sized):
        # A reopening of a ticket finished before the period takes no evidence back.
        inside = day_of(row.entry.done_at, source) >= source.start
        finished[row.issue_id] += row.entry.sign if inside else 0
    done = sum(net > 0 for net in finished.values())
    unsized = count_unsized(source, name, objective)
    return counted_text(done, len(finished) - done, unsized, lists_unsized=name == "total")


def counted_text(done: int, back: int, unsized: int, *, lists_unsized: bool = False) -> str:
    """Return how many tickets count, and how many were taken back or have no size: one line wherever it stands.

    Those that count and those taken back are listed; `lists_unsized`: so are those without a size.
    """
    if not back and not unsized:
        return ngettext("%(num)s ticket", "%(num)s tickets", done)
    texts = [ngettext("%(num)s ticket counts", "%(num)s tickets count", done)]
    if back:
        texts.append(ngettext("%(num)s taken back", "%(num)s taken back", back))
    if unsized and lists_unsized:
        texts.append(ngettext("%(num)s without a size", "%(num)s without a size", unsized))
    elif unsized:
        texts.append(ngettext("%(num)s without a size (not listed)", "%(num)s without a size (not listed)", unsized))
    return ", ".join(texts)


def explain_tickets(source: ReportSource, name: str, objective: str | None = None) -> Explained:
    # Explain the number of finished tickets: each counts 1, or 0 where it is open again at the end.
    rule = RULES[name]
    counts = _finished(source, objective, TICKET_COUNTS[name])
    whole = whole_of(source, name, objective)
    finished, listed = len(counts), sum(count for _, count in counts.values())
    total = listed if whole is None else whole
    places = {"total": integer_text(total), "finished": integer_text(finished), "open": integer_text(finished - total)}
    split = gettext("%(total)s = %(finished)s finished − %(open)s open again", **places)
    return Explained(
        path=f"units.{name}",
        title=gettext(rule.title),
        value=Value(_count(total), total, unit=TICKETS),
        small=split if finished > total and whole is None else "",
        rule=sentence_of(rule, source),
        rule_id=rule.rule_id,
        formula="",
        inputs=() if whole is not None else _finished_inputs(places),
        unit=TICKETS,
        number=float(total),
        lines=with_earlier(source, [entry_line(source, row, float(n)) for row, n in counts.values()], float(total)),
        moves=(move_of(rule, source),),
        columns=("", rule.column),
    )


def _finished_inputs(places: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return ((gettext("Finished"), places["finished"]), (gettext("Open again"), places["open"]))


def _finished(source: ReportSource, objective: str | None, counts: Callable[[Row], bool]) -> dict[int, tuple[Row, int]]:
    finished: dict[int, tuple[Row, int]] = {}
    for row in _inside(source, objective, counts):
        finished[row.issue_id] = (row, finished.get(row.issue_id, (row, 0))[1] + row.entry.sign)
    return finished


def _inside(source: ReportSource, objective: str | None, counts: Callable[[Row], bool]) -> Iterator[Row]:
    for row in filter(counts, source.rows):
        # A reopening of a ticket finished before the period subtracts nothing.
        inside = day_of(row.entry.done_at, source) >= source.start
        if inside and objective in {None, *row.entry.objectives}:
            yield row


def places_of_tickets(source: ReportSource, path: str, objective: str | None) -> dict[int, int] | None:
    """Return by ticket the number of the entry in whose place its line stands; None for lines of single entries."""
    name = path.removeprefix("units.")
    if name in TICKET_COUNTS:
        rows = list(_inside(source, objective, TICKET_COUNTS[name]))
    elif name == UNSIZED:
        rows = [row for row in source.rows if not row.entry.sized]
    else:
        return None
    # The first one stands: reversed, it is what is left.
    return {row.issue_id: row.entry.number for row in reversed(rows)}


def with_unsized(figure: Explained, tickets: int) -> Explained:
    """Return the explanation of the tickets without a size, so many of them, by one that lists none."""
    return replace(figure, value=Value(_count(tickets), tickets, unit=TICKETS), number=float(tickets))


def explain_unsized(source: ReportSource, name: str) -> Explained:
    rows = {row.issue_id: row for row in source.rows if not row.entry.sized}
    return Explained(
        path=f"units.{name}",
        title=gettext("Not sized"),
        value=Value(_count(len(rows)), len(rows), unit=TICKETS),
        small="",
        rule=gettext(
            "Tickets that were finished or reopened in the period and whose size is no number; they count as 0."
        ),
        rule_id="unsized@1",
        formula="",
        inputs=(),
        unit=TICKETS,
        number=float(len(rows)),
        lines=tuple(entry_line(source, row, 1.0) for row in rows.values()),
        moves=(gettext("Give a ticket its size before it is finished."),),
    )


def _count(tickets: int) -> str:
    return ngettext("%(num)s ticket", "%(num)s tickets", tickets)


def unit_of(source: ReportSource) -> str:
    return unit_name(source.engagement.units.by, 0)


def method_of(source: ReportSource) -> tuple[tuple[str, str], ...]:
    return ((gettext("Split between the sides by"), METHODS[source.engagement.attribution]),)


def _bucket_line(source: ReportSource, row: Row, name: str, amount: float) -> Line:
    parts, line = printed_parts(row.entry, sum(row.handed)), entry_line(source, row, amount)
    why = "; ".join(filter(None, (line.why, *gap_texts(name, row.entry), zero_text(row.entry))))
    return replace(line, why=why, printed=printed_bucket(parts, name))


def entry_line(source: ReportSource, row: Row, amount: float) -> Line:
    entry = row.entry
    verb = gettext("finished") if entry.sign > 0 else gettext("reopened: takes back what it gave")
    learned = _learned(source, row) if entry.sign > 0 else ""
    why = "; ".join(filter(None, (f"{verb}{learned}", *mark_texts(row, source))))
    return Line(row.issue_id, row.key, row.key, amount, why=why, day=day_of(entry.at, source), detail=_detail(row))


def _learned(source: ReportSource, row: Row) -> str:
    if not row.entry.objectives:
        return gettext(", no objective of %(engagement)s", engagement=source.engagement.name)
    kinds = ", ".join(RUNG_WORDS[RUNGS[kind - 1]] for kind in row.entry.kinds)
    kinds = kinds or gettext("no in-house person took part in the work")
    return f", {kinds}"


def _detail(row: Row) -> str:
    # Only for whoever runs Teachback: an agency may not tell these sides apart.
    split = ", ".join(f"{side} {part} %" for side, part in printed_shares(row.entry.weights).items())
    return "; ".join(filter(None, (f"{row.entry.method}: {split}", ", ".join(row.entry.objectives))))
