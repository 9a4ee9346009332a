"""How the next rung of a person is reached, and where one more ticket leads further."""

from collections.abc import Mapping

from connector.pages.labels import RUNG_NAMES
from connector.pages.learning.rung_names import NAMES, WORDS
from mappings.events.types import Instant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import Kind
from mappings.measure.people.ladder import HIGHEST, short_of
from mappings.measure.people.next_ticket import HELPED, Leap, leap_of
from mappings.measure.people.sign_offs import CellState
from mappings.measure.people.standing import Cell, PairView
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import gettext, mark, mark_plural, ngettext

# The least kind of evidence that renews a rung that faded, or gives back one that was lowered.
RENEWED_FROM: Mapping[CellState, int] = {"stale": 2, "vetoed": 3}
# How the next rung is reached: by so many more tickets, or by what is missing where the tickets are enough.
ONWARD: Mapping[int, tuple[tuple[str, str], str]] = {
    1: (
        mark_plural("when you take part in one more ticket", "when you take part in %(num)s more tickets"),
        "",
    ),
    2: (
        mark_plural("when you shadow or drive one more ticket", "when you shadow or drive %(num)s more tickets"),
        "",
    ),
    3: (
        mark_plural(
            "when you drive one more ticket, with the agency’s help or alone",
            "when you drive %(num)s more tickets, with the agency’s help or alone",
        ),
        "",
    ),
    4: (
        mark_plural(
            "when you drive one more ticket without the agency’s help, %(span)s days or more from first to last",
            "when you drive %(num)s more tickets without the agency’s help, %(span)s days or more from first to last",
        ),
        mark("when you drive one more ticket without the agency’s help, %(span)s days or more after the first"),
    ),
    5: (
        mark_plural(
            "when a colleague at assisted or above drives one more ticket without the agency’s help, and you "
            "mentor them",
            "when a colleague at assisted or above drives %(num)s more tickets without the agency’s help, and you "
            "mentor them",
        ),
        mark("when the colleague whom you mentor is at assisted or above"),
    ),
}
# The same by tickets of which none has counted so far.
FIRST: Mapping[int, tuple[str, str]] = {
    1: mark_plural("when you take part in a ticket", "when you take part in %(num)s tickets"),
    2: mark_plural("when you shadow or drive a ticket", "when you shadow or drive %(num)s tickets"),
    3: mark_plural(
        "when you drive a ticket, with the agency’s help or alone",
        "when you drive %(num)s tickets, with the agency’s help or alone",
    ),
    4: mark_plural(
        "when you drive a ticket without the agency’s help",
        "when you drive %(num)s tickets without the agency’s help, %(span)s days or more from first to last",
    ),
    5: mark_plural(
        "when a colleague at assisted or above drives a ticket without the agency’s help, and you mentor them",
        "when a colleague at assisted or above drives %(num)s tickets without the agency’s help, and you mentor them",
    ),
}
# How one more ticket leads further than to the next rung, by the rung to which it leads.
LEAPS: Mapping[int, str] = {
    2: mark("one shadowed or driven makes you %(rung)s at once"),
    3: mark("one driven, with the agency’s help or alone, makes you %(rung)s at once"),
    4: mark("one driven without the agency’s help makes you %(rung)s at once"),
}
LATER_LEAP = mark(
    "one driven without the agency’s help, %(span)s days or more after the first, makes you %(rung)s at once"
)
# The same where one driven with help leads further, too, but less far.
BOTH_LEAPS = mark("driving one with the agency’s help makes you %(helped)s at once, alone %(rung)s")
LATER_BOTH_LEAPS = mark(
    "driving one with the agency’s help makes you %(helped)s at once, alone, %(span)s days or more after the first, "
    "%(rung)s"
)
# The next rung where one more ticket that is driven leads further: to this one leads one that is shadowed.
SHADOWED = 2
SHADOW_MORE, SHADOW_FIRST = mark("when you shadow one more ticket"), mark("when you shadow a ticket")


def onward_of(pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant) -> str:
    # New evidence where a rung faded or was taken back, else the next rung by tickets, and where one leads further.
    if cell.state == "stale":
        return gettext("Shadow, drive or finish another of its tickets to keep it.")
    if cell.state == "vetoed":
        return gettext("Drive another of its tickets, with help or alone, to get it back.")
    if cell.auto >= len(RUNG_NAMES):
        return gettext("Top rung")
    rung, rules = cell.auto + 1, prepared.rules_of(pair.objective)
    short = short_of((*pair.rows, *pair.hired), rung, now, rules)
    (more, enough), needed = ONWARD[rung], rules.rung_tickets[rung - 1]
    forms = FIRST[rung] if short == needed else more
    how = ngettext(*forms, short, span=rules.span_days) if short else gettext(enough, span=rules.span_days)
    leap, helped = further(pair, cell, prepared, now), further(pair, cell, prepared, now, kind=HELPED)
    if rung == SHADOWED and helped is not None:
        how = gettext(SHADOW_FIRST if short == needed else SHADOW_MORE)
    text = gettext("%(rung)s, %(how)s", rung=NAMES[rung], how=how)
    if 0 < short < needed:
        # Of tickets that count as a rung above one's own, this says why one is not there.
        text = gettext("%(next)s (%(count)s of %(needed)s so far)", next=text, count=needed - short, needed=needed)
    return f"{text}; {_further_text(leap, helped, rules)}." if leap is not None else f"{text}."


def _further_text(leap: Leap, helped: Leap | None, rules: Ruleset) -> str:
    places = {"rung": WORDS[leap.rung], "span": rules.span_days}
    if helped is None or helped.rung == leap.rung:
        return gettext(LATER_LEAP if leap.waits else LEAPS[leap.rung], **places)
    return gettext(LATER_BOTH_LEAPS if leap.waits else BOTH_LEAPS, helped=WORDS[helped.rung], **places)


def further(
    pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant, *, kind: Kind = HIGHEST
) -> Leap | None:
    """Return how one more ticket of a kind leads further than `onward_of` names as next."""
    if cell.state in RENEWED_FROM:
        return None
    leap = leap_of((*pair.rows, *pair.hired), cell.auto, now, prepared.rules_of(pair.objective), kind=kind)
    return leap if leap is not None and leap.rung > cell.auto + 1 else None


def counts_from(cell: Cell) -> int:
    # By the same cases as `onward_of`.
    if cell.state in RENEWED_FROM:
        return RENEWED_FROM[cell.state]
    return cell.auto + 1 if cell.auto < len(RUNG_NAMES) else 0
