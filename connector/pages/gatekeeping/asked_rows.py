"""The rows of tickets that needed or met a gatekeeper: when one was there, why, and what the viewer answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from connector.figures.gatekeepers.ticket import Answer, Asked, Open
from connector.pages.gatekeeping.viewer import Viewer, answer_words
from connector.text import day, number
from mappings.events.times import DAY
from mappings.records.facts.issues import IssueLabel
from mappings.translation import Texts, gettext, list_text, mark, ngettext

# What on a ticket asks for a gatekeeper, by the list of the engagement file that names it.
NEEDS: Mapping[str, str] = Texts(
    {
        "labels": mark("label %(value)s"),
        "components": mark("component %(value)s"),
        "types": mark("type %(value)s"),
        "epics": mark("epic %(value)s"),
        "links": mark("link %(value)s"),
    }
)


@dataclass(frozen=True)
class AskedRow:
    """A ticket; `x` is where on the way from start to done a gatekeeper was first met, None for never.

    `done` is the day it was finished; `early` is 0 to 100; `why` how it came to a gatekeeper; `answer` is how long the
    viewer's own answers on it took, or why there is none.
    """

    issue_id: int
    key: str
    summary: str
    done: str
    x: float | None
    words: str
    why: str
    early: str
    answer: str


def asked_row(viewer: Viewer, item: Asked, label: IssueLabel, answers: Sequence[Answer]) -> AskedRow:
    own = [answer for answer in answers if answer.issue_id == item.issue_id]
    # As the drawers and files of the figure have it.
    early = number(100 * item.early)
    texts = _words(viewer, item), why_words(item), early, _answer(viewer, item, own)
    done = day(viewer.calendar.day(item.done))
    return AskedRow(item.issue_id, label.key, label.summary, done, _place(item), *texts)


def was_met(item: Asked) -> bool:
    return item.met is not None


def was_met_before(item: Asked) -> bool:
    return item.met is not None and item.met <= item.opened


def was_met_in_half(item: Asked) -> bool:
    """Return whether a gatekeeper was there in the first half of the work, and not before it."""
    return item.met is not None and 2 * item.early >= 1 and not was_met_before(item)


def was_met_later(item: Asked) -> bool:
    return item.met is not None and not (was_met_before(item) or was_met_in_half(item))


def _place(item: Asked) -> float | None:
    if item.met is None:
        return None
    whole_way = item.done - item.opened
    return round(min(100.0, max(0.0, 100 * (item.met - item.opened) / whole_way)), 2) if whole_way else 0.0


def _words(viewer: Viewer, item: Asked) -> str:
    if item.met is None:
        return gettext("never")
    if was_met_before(item):
        before = (item.opened - item.met) // DAY
        if not before:
            return gettext("before work started")
        return ngettext("%(num)s day before work started", "%(num)s days before work started", before)
    calendar = viewer.calendar
    first = calendar.day(item.opened).toordinal() - 1
    at, of = calendar.day(item.met).toordinal() - first, calendar.day(item.done).toordinal() - first
    return gettext("on day %(day)s of %(days)s", day=at, days=of)


def why_words(item: Asked | Open) -> str:
    """Return what on the ticket brings a gatekeeper, and on one where nothing does, that one came unasked."""
    if item.needs:
        return list_text([gettext(NEEDS[kind], value=value) for kind, value in item.needs])
    if item.is_unasked:
        return gettext("nobody asked: you came by yourself") if item.came else gettext("came without being asked")
    return gettext("assigned to you") if item.held else ""


def answers_words(viewer: Viewer, answers: Sequence[Answer]) -> str:
    """Return how long each answer on a ticket took, in their order."""
    return reduce(
        lambda before, after: gettext("%(before)s, then %(after)s", before=before, after=after),
        [answer_words(viewer, answer.took) for answer in answers],
    )


def _answer(viewer: Viewer, item: Asked, answers: Sequence[Answer]) -> str:
    if answers:
        return answers_words(viewer, answers)
    if item.met is None:
        return gettext("never reached you")
    if item.passed:
        return gettext("none of yours")
    if item.held:
        return gettext("– (assigned to you, not in %(status)s: no answer counted)", status=viewer.status)
    return gettext("– (never in %(status)s)", status=viewer.status)
