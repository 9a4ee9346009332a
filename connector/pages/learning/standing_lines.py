"""Where a person stands, in a line: one rung with the next, and all of their rungs."""

from collections.abc import Sequence

from connector.pages.labels import RUNG_NAMES
from connector.pages.learning.rung_names import WORDS
from connector.pages.learning.rungs import RungRow
from mappings.translation import gettext, list_text, mark_plural, ngettext

# Of how many objectives at one rung a sentence says the names.
NAMED = 3


def rung_lines() -> tuple[str, ...]:
    """Return the line of each rung, 0 to 5."""
    return tuple(map(line_of, WORDS))


def line_of(rung: int) -> str:
    """Return a rung and the next one in a line, for where the five names do not fit."""
    words, top = tuple(WORDS.values()), len(RUNG_NAMES)
    if not rung:
        return gettext("No rung yet; next: %(next)s", next=words[1])
    places = {"at": rung, "rungs": top, "rung": words[rung]}
    if rung == top:
        return gettext("Rung %(at)s of %(rungs)s: %(rung)s", **places)
    return gettext("Rung %(at)s of %(rungs)s: %(rung)s; next: %(next)s", **places, next=words[rung + 1])


def sentence_of(rows: Sequence[RungRow]) -> str:
    """Return the first line: on which objective, or on how many, one stands at which rung, the highest first."""
    by_rung = [(rung, [row.name for row in rows if row.rung == rung]) for rung in range(len(RUNG_NAMES), -1, -1)]
    standings = [(rung, names) for rung, names in by_rung if names]
    if not any(rung for rung, _ in standings):
        return gettext("You have no rung yet: take part in a ticket of an objective to begin.")
    parts = [_standing(*standing, is_first=standing is standings[0]) for standing in standings]
    return f"{list_text(parts)}."


def _standing(rung: int, names: Sequence[str], *, is_first: bool) -> str:
    # The first says of whom and what is counted, those after it only how many.
    forms = (
        mark_plural("You are at %(rung)s on %(num)s objective", "You are at %(rung)s on %(num)s objectives")
        if is_first
        else mark_plural("%(rung)s on %(num)s", "%(rung)s on %(num)s")
    )
    standing = ngettext(*forms, len(names), rung=WORDS[rung])
    return f"{standing} ({list_text(names)})" if len(names) <= NAMED else standing
