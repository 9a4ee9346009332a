"""The first line of History: the taught share over the frozen quarters, or which quarters are not frozen and why."""

from collections.abc import Sequence
from datetime import date

from connector.pages.history.quarters import QuarterRow
from connector.pages.terms import CHANGE_WORDS, NOTHING_BEFORE, TOO_LITTLE
from mappings.translation import gettext, list_text, ngettext

# The words of a share with which the first line names no change.
UNCOMPARED = {*NOTHING_BEFORE, TOO_LITTLE}


def lead_text(rows: Sequence[QuarterRow], today: date) -> str:
    """Return what became of the taught share over the frozen quarters, and what the last of them would read today."""
    frozen = [row for row in rows if row.frozen and row.share.now is not None]
    if not any(row.frozen for row in rows):
        return " ".join(part for part in (_known_text(rows), _nothing_frozen(rows, today)) if part)
    if not frozen:
        return gettext("No frozen quarter has enough evidence for a taught share.")
    latest = frozen[0]
    text = gettext("The taught share was %(share)s in %(quarter)s.", share=latest.share.text, quarter=latest.name)
    if len(frozen) > 1 and latest.verdict not in UNCOMPARED:
        text = gettext(
            "The taught share went from %(before)s in %(quarter_before)s to %(share)s in %(quarter)s: %(change)s.",
            before=frozen[1].share.text,
            quarter_before=frozen[1].name,
            share=latest.share.text,
            quarter=latest.name,
            change=CHANGE_WORDS[latest.verdict],
        )
    text = " ".join(part for part in (text, _running_text(rows)) if part)
    for row in frozen:
        if row.share.restated is not None:
            share = row.share.restated_text
            again = gettext("%(quarter)s reads %(share)s with what is known today.", quarter=row.name, share=share)
            return f"{text} {again}"
    return text


def _running_text(rows: Sequence[QuarterRow]) -> str:
    """Return how the quarter that runs stands beside the frozen ones; "" where none runs or little is known of it."""
    running = next((row for row in rows if row.state == "runs" and row.share.now is not None), None)
    if running is None:
        return ""
    places = {"quarter": running.name, "share": running.share.text}
    if running.verdict not in CHANGE_WORDS:
        return gettext("In %(quarter)s it is %(share)s so far.", **places)
    return gettext("In %(quarter)s it is %(share)s so far: %(change)s.", **places, change=CHANGE_WORDS[running.verdict])


def _known_text(rows: Sequence[QuarterRow]) -> str:
    """Return the latest two shares as they are known, where no quarter is frozen; "" where none is known."""
    known = [row for row in rows if row.share.now is not None][:2]
    if not known:
        return ""
    now = known[0]
    text = gettext("The taught share is %(share)s in %(quarter)s.", share=now.share.text, quarter=now.name)
    if now.state == "runs":
        text = gettext("The taught share is %(share)s so far in %(quarter)s.", share=now.share.text, quarter=now.name)
    if len(known) == 1 or now.verdict not in CHANGE_WORDS or now.verdict in UNCOMPARED:
        return text
    before = gettext(
        "With what is known now, %(quarter)s reads %(share)s: %(change)s.",
        quarter=known[1].name,
        share=known[1].share.text,
        change=CHANGE_WORDS[now.verdict],
    )
    return f"{text} {before}"


def _nothing_frozen(rows: Sequence[QuarterRow], today: date) -> str:
    over = [row.name for row in rows if row.state == "missed"]
    waiting = [row.name for row in rows if row.state == "waits"]
    if waiting:
        return _waits_text(over, waiting)
    if not over:
        return gettext("No quarter is frozen yet. Each is frozen an hour after it ends.")
    missed = _missed_text(over)
    coming = [row.name for row in rows if row.last >= today]
    if not coming:
        return missed
    frozen = gettext("%(quarter)s is frozen an hour after it ends.", quarter=coming[0])
    return f"{missed} {frozen}"


def _waits_text(over: Sequence[str], waiting: Sequence[str]) -> str:
    """Return which quarters are over and will be frozen, and before them which never will."""
    text = ngettext(
        "%(quarters)s is over and not frozen yet: a job does that every ten minutes, once no import runs.",
        "%(quarters)s are over and not frozen yet: a job does that every ten minutes, once no import runs.",
        len(waiting),
        quarters=list_text(waiting),
    )
    return f"{_missed_text(over)} {text}" if over else text


def _missed_text(over: Sequence[str]) -> str:
    return ngettext(
        "No quarter is frozen: %(quarters)s was over before anybody measured here.",
        "No quarter is frozen: %(quarters)s were over before anybody measured here.",
        len(over),
        quarters=list_text(over),
    )
