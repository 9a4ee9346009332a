"""Kinds of reasons, by which a part of the score counts its tickets: the same reason is worded alike for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from mappings.formats.explain.component_basis import CRISIS_SIDES
from mappings.formats.explain.reason_texts import CHECK_NAMES, WAITS, reason_text
from mappings.measure.score.challenge import Decision
from mappings.measure.score.crisis import Incident, Presence
from mappings.measure.score.embedding import Checked
from mappings.measure.score.gatekeepers import Early, Submission
from mappings.measure.score.reasons import Reason
from mappings.measure.score.reciprocity import Answer, Brief
from mappings.measure.score.teaching import Taught
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import gettext, integer_text, mark, mark_plural, ngettext

# What a part counts; tickets where none is named.
_MISSED_ON_TICKETS = mark_plural(
    "Most often, on %(missed)s of %(num)s ticket: %(reason)s.",
    "Most often, on %(missed)s of %(num)s tickets: %(reason)s.",
)
_MISSED_ON_INCIDENTS = mark_plural(
    "Most often, on %(missed)s of %(num)s incident: %(reason)s.",
    "Most often, on %(missed)s of %(num)s incidents: %(reason)s.",
)
_MISSED: Mapping[str, tuple[str, str]] = {
    "workflow_checks": mark_plural(
        "Most often missed, on %(missed)s of %(num)s ticket: %(reason)s.",
        "Most often missed, on %(missed)s of %(num)s tickets: %(reason)s.",
    ),
    "reviews_in_time": mark_plural(
        "Most often, on %(missed)s of %(num)s review: %(reason)s.",
        "Most often, on %(missed)s of %(num)s reviews: %(reason)s.",
    ),
    "questions_answered": mark_plural(
        "Most often, on %(missed)s of %(num)s question: %(reason)s.",
        "Most often, on %(missed)s of %(num)s questions: %(reason)s.",
    ),
    "first_pass": mark_plural(
        "Most often, on %(missed)s of %(num)s submission: %(reason)s.",
        "Most often, on %(missed)s of %(num)s submissions: %(reason)s.",
    ),
    "uptake": mark_plural(
        "Most often, on %(missed)s of %(num)s proposal: %(reason)s.",
        "Most often, on %(missed)s of %(num)s proposals: %(reason)s.",
    ),
    **dict.fromkeys(("crisis", *CRISIS_SIDES), _MISSED_ON_INCIDENTS),
}


class Kind(Struct, frozen=True):
    """What a ticket has in common with others; `lost` is how much less it gives for it than it could, 0 to 1.

    `text` of a check names the check alone: a list of many says once that they were missed.
    """

    text: str
    lost: Fraction
    is_check: bool = False


def kinds_of(prepared: PreparedEngagement, reason: Reason) -> tuple[Kind, ...]:
    """Return the kinds of a reason, one for each thing that was missed; no times and no names are in them."""
    match reason:
        case Checked():
            return _missed([CHECK_NAMES[check] for check in reason.missed], is_check=True)
        case Presence():
            return _missed([*_absences(reason), *_unlearned(reason)])
        case Incident():
            sides = {"crisis_agency": reason.agency, "crisis_inhouse": reason.inhouse}
            absences = [f"{CRISIS_SIDES[key]}: {text}" for key, side in sides.items() for text in _absences(side)]
            return _missed([*absences, *_unlearned(reason.agency)])
        case Answer():
            return (Kind(_answered(reason), 1 - reason.x),)
        case Early():
            return (Kind(_brought_in(reason), 1 - reason.x),)
        case Taught() | Brief() | Submission() | Decision():
            return (Kind(reason_text(prepared, reason), 1 - reason.x),)


def _missed(texts: Sequence[str], *, is_check: bool = False) -> tuple[Kind, ...]:
    if not texts:
        return (Kind(gettext("nothing missed"), lost=Fraction()),)
    return tuple(Kind(text, lost=Fraction(1), is_check=is_check) for text in texts)


def _absences(side: Presence) -> list[str]:
    checks = {mark("not there in time"): side.soon, mark("not there at the end"): side.stayed}
    return [gettext(text) for text, met in checks.items() if not met]


def _unlearned(side: Presence) -> list[str]:
    # A review stands for both sides.
    return [] if side.learned else [gettext("no review is linked")]


def _answered(reason: Answer) -> str:
    if reason.answered is None:
        return gettext("not answered")
    if reason.waits:
        text = gettext("touched in time") if reason.on_time else gettext("touched too late")
        return f"{text}, {WAITS[reason.waits]}"
    return gettext("answered in time") if reason.on_time else gettext("answered too late")


def _brought_in(reason: Early) -> str:
    if reason.met is None:
        return gettext("no gatekeeper was there until it was finished")
    if reason.x == 1:
        return gettext("a gatekeeper was there by the time work began")
    return gettext("a gatekeeper was first there after work began")


def counts_text(rows: Sequence[Sequence[Kind]], *, latest: bool) -> str:
    """Return how many rows are of which kind, the most frequent first; `latest`: there are earlier ones."""
    counted = _counted(rows)
    checks = ", ".join(_count_text(*pair) for pair in counted if pair[0].is_check)
    others = [_count_text(*pair) for pair in counted if not pair[0].is_check]
    counts = "; ".join([gettext("missed: %(missed)s", missed=checks), *others] if checks else others)
    if not latest:
        return counts
    return gettext("of the latest %(num)s: %(counts)s", num=integer_text(len(rows)), counts=counts)


def _count_text(kind: Kind, number: int) -> str:
    return f"{kind.text} ({integer_text(number)})"


def most_missed_text(component: str, rows: Sequence[Sequence[Kind]]) -> str:
    """Return what is missed on most of what a component counts; '' where nothing is."""
    missed = [(kind, number) for kind, number in _counted(rows) if kind.lost]
    if not missed:
        return ""
    kind, number = missed[0]
    forms = _MISSED.get(component, _MISSED_ON_TICKETS)
    return ngettext(*forms, len(rows), missed=integer_text(number), reason=kind.text)


def _counted(rows: Sequence[Sequence[Kind]]) -> list[tuple[Kind, int]]:
    """Return each kind with what it lost on all rows and their number, the most frequent first, then what loses more.

    What stands once in a row counts once for it: a ticket with two questions has two rows.
    """
    numbers, whole = Counter[str](), dict[str, Kind]()
    for kinds in rows:
        for text, kind in {kind.text: kind for kind in kinds}.items():
            numbers[text] += 1
            whole[text] = replace(kind, lost=kind.lost + whole[text].lost) if text in whole else kind
    order = sorted(numbers, key=lambda text: (-numbers[text], -whole[text].lost))
    return [(whole[text], numbers[text]) for text in order]
