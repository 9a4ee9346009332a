"""D4 and D5: what the client and the gatekeepers do for the work (measurement (h))."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.derivation.business_hours import HOUR
from tests.derivation.engagement import track_assignee, track_status
from tests.derivation.entries import Entry, family
from tests.derivation.jira_json import Change, Issue
from tests.derivation.statements import acted_on
from tests.derivation.ticket_match import matches
from tests.derivation.touches import Count, EngagementFacts, scope_changes, status_changes, touches


@dataclass
class Ask:
    """A request of the agency on a ticket; `left` is the change by which the status it opened was left."""

    issue: Issue
    at: int
    left: Change | None = None


def asks_by_status(look: EngagementFacts, issue: Issue, kind: str) -> list[Ask]:
    changes = [change for change, _ in track_status(issue).changes]
    rows = []
    for change in status_changes(look.agreed, issue, kind):
        if look.agreed.people.side(change.by, change.at) == "agency":
            left = next((this_change for this_change in changes if this_change.order > change.order), None)
            rows.append(Ask(issue, change.at, left))
    return rows


def asks_by_mention(look: EngagementFacts, issue: Issue) -> list[Ask]:
    side = look.agreed.people.side
    comments = sorted((comment for each in family(issue) for comment in each.comments), key=lambda row: row.at)
    return [
        Ask(issue, comment.at)
        for comment in comments
        if side(comment.by, comment.at) == "agency"
        and any(side(name, comment.at) == "inhouse" for name in comment.words.names)
    ]


def answered(look: EngagementFacts, asks: list[Ask], hours: int) -> Count:
    x = n = 0
    for ask in asks:
        if look.holds(ask.at) and look.belongs(ask.issue, ask.at):
            verdict = is_answered(look, ask, hours * HOUR)
            x, n = x + (verdict is True), n + (verdict is not None)
    return Fraction(x), n


def is_answered(look: EngagementFacts, ask: Ask, limit: int) -> bool | None:
    """In time or not; None where it was withdrawn within the limit, or may still be answered in time."""
    agreed = look.agreed
    answers = [at for at in touches(agreed, ask.issue, "inhouse", until=look.as_of) if at > ask.at]
    by_agency = ask.left is not None and agreed.people.side(ask.left.by, ask.left.at) == "agency"
    if ask.left is not None and not by_agency:
        answers.append(ask.left.at)
    in_time = [at for at in answers if agreed.hours.between(ask.at, at) <= limit]
    gone = ask.left.at if ask.left is not None and by_agency else look.as_of + 1
    if agreed.hours.between(ask.at, gone) <= limit and gone <= min(in_time, default=gone) <= look.as_of:
        return None
    if in_time:
        return True
    return False if agreed.hours.between(ask.at, look.as_of) > limit else None


def reviews_in_time(look: EngagementFacts) -> Count:
    return answered(
        look,
        [ask for issue in look.issues() for ask in asks_by_status(look, issue, "review")],
        look.agreed.rules.review_hours,
    )


def questions_answered(look: EngagementFacts) -> Count:
    asks = [ask for issue in look.issues() for ask in asks_by_status(look, issue, "paused_on_client")]
    return answered(
        look,
        asks + [ask for issue in look.issues() for ask in asks_by_mention(look, issue)],
        look.agreed.rules.question_hours,
    )


def brief_stable(look: EngagementFacts) -> Count:
    led = look.led()
    return Fraction(sum(not scope_changes(look.agreed, entry, "inhouse", summary=True) for entry in led)), len(led)


def feedback_given(look: EngagementFacts) -> Count:
    """The quarters of the engagement that ended inside the window and before the as-of, the last four of them."""
    start, day = look.agreed.zone.day(look.agreed.starts), look.agreed.zone.day(min(look.end, look.as_of))
    quarters = [date(year, month, 1) for year in range(start.year, day.year + 1) for month in (1, 4, 7, 10)]
    ended = [
        this_quarter
        for this_quarter in quarters
        if next_quarter(this_quarter) > start and next_quarter(this_quarter) <= day
    ][-4:]
    given = {(quarter, side) for quarter, side in look.agreed.panel.statements.pulses if quarter in ended}
    return Fraction(len(given)), 2 * len(ended)


def feedback_acted_on(look: EngagementFacts) -> Count:
    items = [item for item in look.agreed.panel.statements.feedback if look.holds(item[0])]
    verdicts = [
        verdict for item in items if (verdict := acted_on(*item, look.as_of, look.agreed.rules.acted_days)) is not None
    ]
    return Fraction(sum(verdicts)), len(verdicts)


def next_quarter(quarter: date) -> date:
    return date(quarter.year + quarter.month // 10, (quarter.month + 2) % 12 + 1, 1)


def earliness(look: EngagementFacts) -> Count:
    rule = look.agreed.signals.get("gatekeeper")
    rows = []
    for entry in look.standing():
        met = first_met(look, entry)
        if met is not None or matches(entry.issue, rule, entry.at):
            rows.append(how_early(entry, met))
    return sum(rows, Fraction(0)), len(rows)


def first_met(look: EngagementFacts, entry: Entry) -> int | None:
    """The first touch by a gatekeeper, or assignment to one, up to the done moment."""
    side, issue = look.agreed.people.side, entry.issue
    track = track_assignee(issue)
    moments = touches(look.agreed, issue, "gatekeeper", until=entry.at)
    held = [(issue.created, track.start), *((change.at, account) for change, account in track.changes)]
    moments += [at for at, account in held if at <= entry.at and side(account, at) == "gatekeeper"]
    return min(moments, default=None)


def how_early(entry: Entry, met: int | None) -> Fraction:
    if met is None:
        return Fraction(0)
    if entry.at == entry.began:
        return Fraction(1)
    part = 1 - Fraction(met - entry.began, entry.at - entry.began)
    return max(Fraction(0), min(Fraction(1), part))


def first_pass(look: EngagementFacts) -> Count:
    x = n = 0
    for issue in look.issues():
        changes = [change for change, _ in track_status(issue).changes]
        entered = status_changes(look.agreed, issue, "gatekeeper")[:1]
        left = [change for change in changes if entered and change.order > entered[0].order][:1]
        if left and look.holds(entered[0].at) and look.belongs(issue, entered[0].at):
            n += 1
            x += look.agreed.kinds[left[0].new or ""] not in ("active", "")
    return Fraction(x), n
