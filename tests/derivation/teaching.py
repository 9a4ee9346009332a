"""D1 and D3: learners taught, learners offered, progression, proposals (measurement (h))."""

from fractions import Fraction

from tests.derivation.business_hours import DAY
from tests.derivation.engagement import track_status, track_texts
from tests.derivation.entries import Entry
from tests.derivation.evidence import substantive
from tests.derivation.jira_json import Issue
from tests.derivation.ladder import advances, rung_at
from tests.derivation.ticket_match import matches
from tests.derivation.touches import Count, EngagementFacts


def enrolled(look: EngagementFacts, entry: Entry) -> set[tuple[str, str]]:
    """(objective, learner) of a ticket: listed, and in-house at the done moment."""
    listed = {goal["key"]: goal.get("learners", []) for goal in look.agreed.objectives}
    side = look.agreed.people.side
    return {
        (key, account)
        for key in entry.objectives
        for account in listed[key]
        if side(account, entry.at) == "inhouse"
    }  # fmt: skip


def is_taught(look: EngagementFacts, entry: Entry) -> bool:
    return any(entry.kinds[key].get(account) in (2, 3) for key, account in enrolled(look, entry))


def taught_through(look: EngagementFacts) -> Count:
    tickets = [entry for entry in look.led() if enrolled(look, entry)]
    return Fraction(sum(is_taught(look, entry) for entry in tickets)), len(tickets)


def learners_offered(look: EngagementFacts) -> Count:
    tickets = [entry for entry in look.led() if entry.objectives]
    return Fraction(sum(bool(enrolled(look, entry)) for entry in tickets)), len(tickets)


def progression(look: EngagementFacts) -> Count:
    pairs = {pair for entry in look.led() for pair in enrolled(look, entry)}
    start, _ = look.window()
    below = [pair for pair in pairs if rung_at(look.agreed, look.entries, pair, start - 1) < 4]
    earned = [
        sum(
            (shares.get(look.agreed.people.own, Fraction(0)) * steps
             for at, steps, shares in advances(look.agreed, look.entries, pair) if look.holds(at)),
            Fraction(0),
        )
        for pair in below
    ]  # fmt: skip
    return sum((min(Fraction(1), value) for value in earned), Fraction(0)), len(below)


def proposals_of(look: EngagementFacts) -> list[Issue]:
    """Proposals that a person of the agency created, now or ever."""
    rule, side = look.agreed.signals.get("proposals"), look.agreed.people.side
    return [
        issue
        for issue in look.issues()
        if matches(issue, rule, look.as_of) and side(issue.creator, issue.created) == "agency"
    ]


def proposal_rate(look: EngagementFacts) -> Count:
    """k, beside the done tickets that it is held against."""
    return Fraction(sum(made_here(look, issue) for issue in proposals_of(look))), len(look.led())


def made_here(look: EngagementFacts, issue: Issue) -> bool:
    return look.holds(issue.created) and look.belongs(issue, issue.created)


def done_moments(look: EngagementFacts, issue: Issue) -> list[int]:
    """Whenever the ticket came to be done, also before the engagement or elsewhere."""
    track, kinds = track_status(issue), look.agreed.kinds
    steps = [
        (issue.created, "", track.start),
        *((this_at.at, this_at.old or "", value) for this_at, value in track.changes),
    ]
    return [at for at, old, new in steps if kinds[new] == "done" and kinds.get(old, "") != "done"]


def is_decided(look: EngagementFacts, entry: Entry) -> bool:
    """Done in the window, and not opened again inside it."""
    again = entry.reopened
    return look.holds(entry.at) and not (again is not None and look.holds(again)) and entry.issue in look.issues()


def uptake(look: EngagementFacts) -> Count:
    decided = decisions(look)
    return sum(decided, Fraction(0)), len(decided)


def decisions(look: EngagementFacts) -> list[Fraction]:
    """What each proposal that was decided counts."""
    decided: list[Fraction] = []
    done = {
        this_entry.issue.number: this_entry
        for this_entry in look.entries
        if this_entry.when == this_entry.at and is_decided(look, this_entry)
    }
    for issue in proposals_of(look):
        limit, entry = issue.created + look.agreed.rules.undecided_days * DAY, done.get(issue.number)
        ever = done_moments(look, issue)
        if ever and min(ever) <= limit:
            decided += [decision(look, entry)] if entry else []
        elif look.holds(limit) and look.belongs(issue, limit):
            decided.append(Fraction(0))
    return decided


def decision(look: EngagementFacts, entry: Entry) -> Fraction:
    """Adopted 1, declined with a reason a half, declined without 0."""
    issue, side = entry.issue, look.agreed.people.side
    named = {word.casefold() for word in look.agreed.signals["proposals"].get("declined", ())}
    resolved = issue.fields.get("resolution") or {}
    resolution = track_texts(issue, "resolution", resolved.get("name")).at(entry.at) or ""
    names = look.agreed.jira.names[track_status(issue).at(entry.at)]
    if not (names | {resolution.casefold()}) & named:
        return Fraction(1)
    comments = substantive(look.agreed, issue)
    answered = any(
        side(comment.by, comment.at) == "inhouse" and comment.at <= entry.at + look.agreed.rules.comment_days * DAY
        for comment in comments
    )
    return Fraction(1, 2) if answered else Fraction(0)
