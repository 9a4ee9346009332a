"""The reason of an opportunity in words: what of its rule was met on the ticket, and what was not."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from mappings.events.times import HOUR, MINUTE, SECOND
from mappings.events.types import Instant
from mappings.formats.explain.component_basis import CRISIS_SIDES
from mappings.measure.model.engagement import StatusKind
from mappings.measure.period.rounding import shown
from mappings.measure.score.challenge import Decision
from mappings.measure.score.crisis import Incident, Presence
from mappings.measure.score.embedding import Checked
from mappings.measure.score.gatekeepers import Early, Submission
from mappings.measure.score.reasons import Reason
from mappings.measure.score.reciprocity import Answer, Brief
from mappings.measure.score.teaching import COUNTED, Taught
from mappings.measure.score.touch_acts import TouchAct
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import Texts, day_text, decimal_text, gettext, integer_text, mark

CHECK_NAMES: Mapping[int, str] = Texts(
    {
        1: mark("review"),
        2: mark("required fields at the start"),
        3: mark("touched by the agency often enough"),
        4: mark("parent or link"),
        5: mark("in a sprint at the start"),
        6: mark("changes of scope seen in-house"),
    }
)
DECISIONS: Mapping[str, str] = Texts(
    {
        "adopted": mark("adopted"),
        "reasoned": mark("declined, with a reason"),
        "unreasoned": mark("declined without a reason in time"),
        "undecided": mark("not decided in time, counts as declined without a reason"),
    }
)
EXPOSED = 1
# What took longer is told in hours.
MOST_MINUTES = 180
ENROLLED: Mapping[int, str] = Texts(
    {
        2: mark("an enrolled learner shadowed it"),
        3: mark("an enrolled learner drove it with help (assisted)"),
    }
)
OTHERS: Mapping[int, str] = Texts(
    {
        2: mark("shadowed, but by nobody enrolled for its objective"),
        3: mark("driven with help (assisted), but by nobody enrolled for its objective"),
    }
)
# What touched the ticket answered the request by the rule, and the ticket waits as before.
WAITS: Mapping[StatusKind, str] = Texts({"review": mark("still in review"), "paused_on_client": mark("still waiting")})
ACTS: Mapping[TouchAct, str] = {
    "comment": mark("by a comment"),
    "worklog": mark("by logged work"),
    "move": mark("by a move to another status"),
    "change": mark("by a change of a field"),
}
# What nobody was taught on: whether an enrolled learner, and whether others in-house were exposed to it.
EXPOSED_TEXTS: Mapping[tuple[bool, bool], str] = Texts(
    {
        (True, True): mark("enrolled learners were only exposed to it"),
        (True, False): mark("enrolled learners were only exposed to it"),
        (False, True): mark("in-house people were only exposed to it"),
        (False, False): mark("no in-house person took part in the work"),
    }
)


def reason_text(prepared: PreparedEngagement, reason: Reason, *, untold: Collection[Instant] = ()) -> str:
    """Return a reason in words. Nobody is named, nor any other agency.

    `untold` are moments that the reader may not know: how long it took until then is left out.
    """
    match reason:
        case Taught():
            return _taught(reason)
        case Checked():
            return _checked(reason)
        case Incident() | Presence():
            return _crisis(prepared, reason, untold)
        case Answer():
            return _asked(prepared, reason, _waiting(prepared, reason, untold), untold)
        case Early():
            return _early(reason)
        case Brief() | Submission() | Decision():
            return _decided(reason)


def _taught(reason: Taught) -> str:
    if reason.enrolled & COUNTED:
        return ENROLLED[max(reason.enrolled & COUNTED)]
    if reason.others & COUNTED:
        return OTHERS[max(reason.others & COUNTED)]
    # Whoever did it alone was not taught on it.
    if max(reason.enrolled | reason.others, default=0) > EXPOSED:
        return gettext("in-house people did it without the agency’s help")
    return EXPOSED_TEXTS[bool(reason.enrolled), bool(reason.others)]


def _checked(reason: Checked) -> str:
    passed, missed = (", ".join(CHECK_NAMES[check] for check in checks) for checks in (reason.passed, reason.missed))
    if not missed:
        return gettext("passed: %(passed)s", passed=passed)
    if not passed:
        return gettext("missed: %(missed)s", missed=missed)
    return gettext("passed: %(passed)s; missed: %(missed)s", passed=passed, missed=missed)


def _crisis(prepared: PreparedEngagement, reason: Incident | Presence, untold: Collection[Instant]) -> str:
    limit = prepared.ruleset.crisis_minutes
    if isinstance(reason, Presence):
        sides, learned = [_presence(reason, limit, untold)], reason.learned
    else:
        both = {"crisis_agency": reason.agency, "crisis_inhouse": reason.inhouse}
        sides = [f"{CRISIS_SIDES[key]}: {_presence(side, limit, untold)}" for key, side in both.items()]
        learned = reason.agency.learned
    review = gettext("a review is linked") if learned else gettext("no review is linked")
    return "; ".join((*sides, review))


def _presence(reason: Presence, limit: int, untold: Collection[Instant]) -> str:
    end = gettext("there at the end") if reason.stayed else gettext("not there at the end")
    return f"{_first_touch(reason, limit, untold)}, {end}"


def _first_touch(reason: Presence, limit: int, untold: Collection[Instant]) -> str:
    if reason.waited is None:
        return gettext("no touch until it was finished")
    if reason.first in untold:
        text = mark("there within %(limit)s min") if reason.soon else mark("there later than %(limit)s min")
        return gettext(text, limit=limit)
    minutes = -(-reason.waited // MINUTE)
    time = gettext("%(minutes)s min", minutes=integer_text(minutes))
    if minutes > MOST_MINUTES:
        time = gettext("%(hours)s h", hours=_tenths(reason.waited))
    return gettext("there after %(time)s, limit %(limit)s min", time=time, limit=limit)


def _tenths(time: int) -> str:
    # Rounded up, so that what is late by less than that reads as late.
    return decimal_text(Decimal(-(-10 * time // HOUR)) / 10)


def _asked(prepared: PreparedEngagement, reason: Answer, answer: str, untold: Collection[Instant]) -> str:
    """Return how a question was asked, and its answer: a move and a comment minutes later are two questions."""
    if not reason.is_question:
        return answer
    if reason.at in untold:
        return gettext("asked in a comment: %(answer)s", answer=answer)
    time = f"{datetime.fromtimestamp(reason.at // SECOND, prepared.calendar.zone):%H:%M}"
    if reason.in_comment:
        return gettext("asked at %(time)s in a comment: %(answer)s", time=time, answer=answer)
    return gettext("asked at %(time)s by moving it to waiting: %(answer)s", time=time, answer=answer)


def _waiting(prepared: PreparedEngagement, reason: Answer, untold: Collection[Instant]) -> str:
    answer = _answer(prepared, reason, untold)
    return f"{answer}; {WAITS[reason.waits]}" if reason.waits else answer


def _answer(prepared: PreparedEngagement, reason: Answer, untold: Collection[Instant]) -> str:
    limit = integer_text(reason.hours)
    if reason.answered is None:
        return gettext("not answered, limit %(limit)s business hours", limit=limit)
    waited = prepared.calendar.business(reason.at, reason.answered)
    if reason.answered in untold:
        return gettext(_side_of_limit(reason), limit=limit, how="")
    how = _how(prepared, reason)
    # What comes after the last hour of the limit, outside of business hours, is late by none.
    if not reason.on_time and waited <= reason.hours * HOUR:
        return gettext(_side_of_limit(reason), limit=limit, how=how)
    after = mark("answered after %(hours)s business hours%(how)s, limit %(limit)s")
    touched = mark("first touched in-house after %(hours)s business hours%(how)s, limit %(limit)s")
    return gettext(touched if reason.waits else after, hours=_tenths(waited), limit=limit, how=how)


def _how(prepared: PreparedEngagement, reason: Answer) -> str:
    """Return when and by what a request was answered late, or touched only: " (3 Mar 2026, by a comment)"."""
    if reason.answered is None or reason.act is None or (reason.on_time and not reason.waits):
        return ""
    return gettext(
        " (%(day)s, %(act)s)", day=day_text(prepared.calendar.day(reason.answered)), act=gettext(ACTS[reason.act])
    )


def _side_of_limit(reason: Answer) -> str:
    within = mark("answered within %(limit)s business hours")
    later = mark("answered later than %(limit)s business hours%(how)s")
    if reason.waits:
        within = mark("first touched in-house within %(limit)s business hours")
        later = mark("first touched in-house later than %(limit)s business hours%(how)s")
    return within if reason.on_time else later


def _early(reason: Early) -> str:
    if reason.met is None:
        return gettext("no gatekeeper was there until it was finished")
    if reason.x == 1:
        return gettext("a gatekeeper was there by the time work began")
    share = decimal_text(shown(100 * float(1 - reason.x)))
    return gettext("a gatekeeper was first there after %(share)s %% of the time from start to end", share=share)


def _decided(reason: Brief | Submission | Decision) -> str:
    if isinstance(reason, Decision):
        return DECISIONS[reason.kind]
    if isinstance(reason, Submission):
        back = mark("it came back for more work"), mark("it did not come back for more work")
        return gettext(back[0] if reason.came_back else back[1])
    if reason.changed:
        return gettext("somebody in-house changed summary, description or estimate after work began")
    return gettext("nobody in-house changed summary, description or estimate after work began")
