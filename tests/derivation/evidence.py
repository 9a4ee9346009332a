"""What a ticket taught whom: the five kinds of evidence (measurement (c), (g) 8 and 10)."""

from collections import defaultdict
from fractions import Fraction

from tests.derivation.business_hours import DAY
from tests.derivation.engagement import Agreed, track_status
from tests.derivation.entries import Entry, family, logs_before
from tests.derivation.jira_json import Comment, Issue, Worklog

AGENCIES = ("agency", "other")


class Traces:
    """Who did what on a ticket, for one done entry."""

    def __init__(self, agreed: Agreed, entry: Entry) -> None:
        self.agreed, self.entry = agreed, entry
        self.end = entry.at + agreed.rules.comment_days * DAY
        self.substantive = [
            comment for comment in substantive(agreed, entry.issue) if entry.began <= comment.at <= self.end
        ]
        self.logs = logs_before(agreed, entry)
        self.reviews = self.review_transitions()
        self.roles: dict[str, set[str]] = defaultdict(set)
        self.given: list[tuple[str, int]] = []
        for part in family(entry.issue):
            for account, role, at, until in agreed.panel.roles.get(part.number, ()):
                if at <= entry.at and (until is None or until >= entry.at):
                    self.roles[account].add(role)
                    self.given.append((account, at))
        self.explained = self.teach_backs()
        for account, at in self.reviews:
            if agreed.people.side(account, at) == "inhouse":
                self.roles[account].add("reviewer")

    def review_transitions(self) -> list[tuple[str, int]]:
        """Who moved the ticket out of a review status, and when, from creation to done."""
        changes = [change for change, _ in track_status(self.entry.issue).changes if change.at <= self.entry.at]
        return [
            (change.by or "", change.at) for change in changes if self.agreed.kinds.get(change.old or "") == "review"
        ]

    def teach_backs(self) -> dict[tuple[str, str], int]:
        """When each (objective, learner) explained what was taught: accepted, before a reopening, and in-house."""
        by_key: dict[tuple[str, str], int] = {}
        entry, panel = self.entry, self.agreed.panel
        for objective, learner, at, accepted in (
            e for i in family(entry.issue) for e in panel.explained.get(i.number, ())
        ):
            moment = max(at, entry.at)
            holds = accepted is not None and (entry.reopened is None or at < entry.reopened)
            if holds and self.agreed.people.side(learner, moment) == "inhouse":
                by_key[objective, learner] = min(moment, by_key.get((objective, learner), moment))
        return by_key

    def comments_of(self, account: str, sides: tuple[str, ...]) -> list[Comment]:
        side = self.agreed.people.side
        return [
            comment for comment in self.substantive if comment.by == account and side(comment.by, comment.at) in sides
        ]

    def logged_by(self, account: str, sides: tuple[str, ...]) -> int:
        side = self.agreed.people.side
        mine: list[Worklog] = [log for log in self.logs if log.by == account and side(log.by, log.started) in sides]
        return sum(log.seconds for log in mine)

    def share(self, account: str, sides: tuple[str, ...]) -> Fraction:
        return sum((self.entry.share_of(account, side) for side in sides), Fraction(0))

    def has_trace(self, account: str, sides: tuple[str, ...]) -> bool:
        return bool(
            self.comments_of(account, sides)
            or self.logged_by(account, sides) >= self.agreed.rules.trace_seconds
            or self.share(account, sides) > 0
        )  # fmt: skip

    def agency_helped(self) -> bool:
        side, entry = self.agreed.people.side, self.entry
        mentors = [account for account, roles in self.roles.items() if "mentor" in roles]
        return bool(
            any(entry.shares.get(side_name) for side_name in AGENCIES)
            or any(side(log.by, log.started) in AGENCIES for log in self.logs)
            or any(side(side_name.by, side_name.at) in AGENCIES for side_name in self.substantive)
            or any(side(account, at) in AGENCIES for account, at in self.reviews)
            or any(
                side(side_name, entry.at) in AGENCIES and self.has_trace(side_name, AGENCIES) for side_name in mentors
            )
        )

    def touches(self) -> dict[str, int]:
        """In-house people to the instant of their first touch: a comment, a worklog, active time, a role."""
        done, comments = (
            self.entry.at,
            [this_comment for each in family(self.entry.issue) for this_comment in each.comments],
        )
        rows = [(this_comment.by, this_comment.at) for this_comment in comments if this_comment.at <= self.end]
        rows += [(log.by, log.started) for log in self.logs]
        rows += [*self.given, *((account, done) for account in self.roles)]
        first = {account: done for account, side in self.entry.active_of if side == "inhouse"}
        for account, at in rows:
            if account and self.agreed.people.side(account, at) == "inhouse":
                first[account] = min(at, first.get(account, at))
        return first


def substantive(agreed: Agreed, issue: Issue) -> list[Comment]:
    """Comments of people that say something, without those said before within 30 days of the last that counted."""
    everything = sorted(
        (comment for each in family(issue) for comment in each.comments),
        key=lambda comment: (comment.at, comment.number),
    )
    last: dict[tuple[str | None, str], int] = {}
    rows = []
    for comment in everything:
        again = (
            comment.at - last.get((comment.by, comment.words.text), -1000 * DAY) <= agreed.rules.duplicate_days * DAY
        )
        if agreed.people.side(comment.by, comment.at) and comment.words.says_something(agreed.rules) and not again:
            last[comment.by, comment.words.text] = comment.at
            rows.append(comment)
    return rows


def is_sticky(agreed: Agreed, entry: Entry) -> bool:
    return entry.reopened is None or entry.reopened - entry.at > agreed.rules.sticky_days * DAY


def read_evidence(agreed: Agreed, entry: Entry) -> None:
    """Fill the entry's kinds; an entry without objective has none."""
    traces = Traces(agreed, entry)
    entry.first_touch = traces.touches()
    people = set(entry.first_touch)
    people |= {account for account, side in entry.holdings if side == "inhouse" and account}
    people |= {account for account in traces.roles if agreed.people.side(account, entry.at) == "inhouse"}
    for objective in entry.objectives:
        sizes = [
            this_objective.get("min_size") for this_objective in agreed.objectives if this_objective["key"] == objective
        ]
        kinds = {account: kind_of(traces, account, Fraction(str(sizes[0] or 0))) for account in people}
        for (goal, learner), at in traces.explained.items():
            if goal == objective and kinds.get(learner, 0) < 2:
                kinds[learner] = 2
                entry.explained_at[objective, learner] = at
        entry.kinds[objective] = {account: kind for account, kind in kinds.items() if kind}


def dated(entry: Entry, pair: tuple[str, str], kind: int) -> int:
    """Exposure at its first touch, a teach-back where it was given, else at done; of a late objective, its word."""
    objective, account = pair
    at = entry.first_touch.get(account, entry.at) if kind == 1 else entry.explained_at.get(pair, entry.at)
    return max(at, entry.confirmed.get(objective, at))


def kind_of(traces: Traces, account: str, least: Fraction) -> int:
    """The first rule that matches."""
    entry, roles, mine = traces.entry, traces.roles.get(account, set()), ("inhouse",)
    share, helped, rules = entry.share_of(account), traces.agency_helped(), traces.agreed.rules
    drives = {holding for (holding, side), part in entry.holdings.items() if side == "inhouse" and part >= rules.drives}
    drives = {drive for drive in drives if traces.agreed.people.side(drive, entry.at) == "inhouse"}
    if is_sticky(traces.agreed, entry) and traces.agreed.people.side(account, entry.at) == "inhouse":
        if "mentor" in roles and drives - {account} and not helped:
            return 5
        if share >= rules.drives and not helped and entry.units >= least:
            return 4
        if helped and (share >= rules.drives or ("learner" in roles and share >= rules.learner_drives)):
            return 3
        if has_shadowed(
            traces, account, bool(roles & {"shadow", "reviewer", "learner"} and traces.has_trace(account, mine))
        ):
            return 2
    # The examples give whoever has a share an E1, also without a touch (c0).
    return 1 if account in entry.first_touch or share else 0


def has_shadowed(traces: Traces, account: str, in_a_role: bool) -> bool:
    entry, mine, rules = traces.entry, ("inhouse",), traces.agreed.rules
    led = sum((entry.shares.get(side, Fraction(0)) for side in AGENCIES), Fraction(0)) >= rules.leads
    days = {traces.agreed.zone.day(comment.at) for comment in traces.comments_of(account, mine)}
    long = traces.logged_by(account, mine) >= rules.trace_seconds
    return led and (in_a_role or len(days) >= rules.shadow_days or long or entry.share_of(account) >= rules.helps)
