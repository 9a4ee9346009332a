"""Why a part of a ticket has no known side, as text, and what would give it one: by kind, with how much each is."""

from collections.abc import Callable, Mapping, Sequence

from mappings.formats.explain.rule_texts import PLACE
from mappings.formats.export.numbers import printed_part, units_of
from mappings.formats.report.source import Row
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ticket import Entry
from mappings.measure.period.rounding import shown
from mappings.translation import Texts, decimal_text, gettext, mark

_UNKNOWN, _CONFLICT = SIDES.index("unknown"), SIDES.index("conflict")
# The kinds that the figure of each name has.
KINDS_OF: Mapping[str, tuple[str, ...]] = {
    "unknown": ("nobody", "no_side"),
    "not_known": ("nobody", "no_side", "two_sides"),
}
_PARTS: Mapping[str, Callable[[Entry], int]] = {
    "nobody": lambda entry: entry.parts[_UNKNOWN] if entry.method == "none" else 0,
    "no_side": lambda entry: entry.parts[_UNKNOWN] if entry.method != "none" else 0,
    "two_sides": lambda entry: entry.parts[_CONFLICT],
}
_REASONS: Mapping[str, str] = Texts(
    {
        "nobody": mark("nobody held it in an active status, or logged time on it"),
        "no_side": mark("people on no side worked on it"),
        "two_sides": mark("people on two sides worked on it"),
    }
)
_MOVES: Mapping[str, str] = Texts(
    {
        "nobody": mark(
            "Assign a ticket before work on it begins, or log the time it took. Where neither was done, it counts for "
            "its assignee, else for whoever closed it, once they are on a side."
        ),
        "no_side": PLACE,
        "two_sides": mark("Give whoever is on two sides dates that do not overlap."),
    }
)


def gap_texts(name: str, entry: Entry) -> tuple[str, ...]:
    """Return why an entry is in a figure of work without a known side; () in every other figure."""
    return tuple(_REASONS[kind] for kind in KINDS_OF.get(name, ()) if _PARTS[kind](entry))


def gap_moves(name: str, rows: Sequence[Row], by: str, *, is_whole: bool) -> tuple[str, ...]:
    """Return what would move such a figure by the kinds that it has, each with its amount where all rows are there."""
    amounts = {kind: sum(row.entry.sign * _PARTS[kind](row.entry) for row in rows) for kind in KINDS_OF[name]}
    amounts = {kind: amount for kind, amount in amounts.items() if amount}
    if not is_whole or len(amounts) < 2:
        return tuple(_MOVES[kind] for kind in amounts) or (_MOVES["no_side"],)
    whole = decimal_text(shown(units_of(sum(amounts.values()))))
    parts = {kind: decimal_text(shown(units_of(amount))) for kind, amount in amounts.items()}
    return tuple(
        gettext("%(step)s That concerns %(part)s.", step=_MOVES[kind], part=printed_part(part, whole, by))
        for kind, part in parts.items()
    )
