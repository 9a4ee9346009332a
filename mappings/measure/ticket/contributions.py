"""What each in-house person left on a ticket, and whether an agency helped."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from mappings.events.types import Instant, Worklog
from mappings.measure.model.affiliation import AffiliationAt
from mappings.measure.model.ruleset import DAY
from mappings.measure.model.ticket import Role, TeachBack
from mappings.measure.ticket.comments import CommentCount
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import Move
from mappings.measure.ticket.work_shares import INHOUSE, OTHER, Share, Tally


class DoneMoment(Struct, frozen=True):
    """A done entry with all that was recorded of its ticket: `opened` is the first active instant, else creation."""

    done: Instant
    opened: Instant
    reopened: Instant | None
    share: Share
    active: Tally
    said: Sequence[CommentCount]
    worklogs: Sequence[Worklog]
    reviews: Sequence[Move]
    roles: Sequence[Role]
    units: int
    teach_backs: Sequence[TeachBack] = ()


class Contribution(Struct):
    """One in-house person on one ticket: seconds logged, substantive comments and their days, first touch.

    `explained` says when a teach-back that was accepted was given, by objective.
    `worked` is a comment, worklog or active time: what an E1 needs to weigh anything (measurement (c), credit).
    """

    seconds: int = 0
    comments: int = 0
    days: set[int] = field(default_factory=set)
    first: Instant | None = None
    worked: bool = False
    reviewed: bool = False
    borne: list[Role] = field(default_factory=list)
    explained: dict[str, Instant] = field(default_factory=dict)

    def touch(self, at: Instant, *, worked: bool = True) -> None:
        """Note a touch (measurement (g) 10)."""
        self.first = at if self.first is None or at < self.first else self.first
        self.worked = self.worked or worked


class Contributions(Struct, frozen=True):
    """The in-house people's traces, whether an agency assisted, and the agencies' weights for credit."""

    people: Mapping[str, Contribution]
    assisted: bool
    agencies: tuple[tuple[str, int], ...]


def traces_of(prepared: PreparedEngagement, moment: DoneMoment) -> Contributions:
    """Gather what people left on a ticket by its done moment, comments for 3 days more (measurement (g) 10)."""
    people: dict[str, Contribution] = defaultdict(Contribution)
    for account, first in moment.active.first.items():
        people[account].touch(first)
    commenting = _read_comments(prepared, moment, people)
    others = _read_worklogs(prepared, moment, people) | _read_reviews(prepared, moment, people)
    _read_roles(prepared, moment, people)
    _read_teach_backs(prepared, moment, people)
    assisted = bool(moment.share.agency or commenting or others)
    weights = moment.share.agencies or dict.fromkeys(commenting or others, 1)
    return Contributions(people, assisted, tuple(sorted(weights.items())))


def _read_comments(prepared: PreparedEngagement, moment: DoneMoment, people: dict[str, Contribution]) -> set[str]:
    """Note in-house comments; return the agencies with a substantive comment inside the window."""
    agencies: set[str] = set()
    closes = moment.done + prepared.ruleset.comment_days * DAY
    for said in moment.said:
        if said.at > closes:
            break
        counts = said.substantive and said.at >= moment.opened
        if said.standing.place == INHOUSE:
            trace = people[said.author]
            trace.touch(said.at)
            if counts:
                trace.comments += 1
                trace.days.add(prepared.calendar.day(said.at).toordinal())
        elif counts and said.standing.place <= OTHER:
            agencies.add(said.standing.org)
    return agencies


def _read_worklogs(prepared: PreparedEngagement, moment: DoneMoment, people: dict[str, Contribution]) -> set[str]:
    agencies: set[str] = set()
    for worklog in moment.worklogs:
        standing = prepared.affiliations.at(worklog.author, worklog.started) if worklog.started < moment.done else None
        if standing is None or worklog.author is None:
            continue
        if standing.place == INHOUSE:
            people[worklog.author].touch(worklog.started)
            people[worklog.author].seconds += worklog.seconds
        elif standing.place <= OTHER:
            agencies.add(standing.org)
    return agencies


def _read_reviews(prepared: PreparedEngagement, moment: DoneMoment, people: dict[str, Contribution]) -> set[str]:
    """Make reviewers of in-house people who moved the ticket out of a review status; return agencies who did."""
    agencies: set[str] = set()
    for move in moment.reviews:
        standing = prepared.affiliations.at(move.author, move.at)
        if standing is None or move.author is None:
            continue
        if standing.place == INHOUSE:
            people[move.author].reviewed = True
            people[move.author].touch(move.at, worked=False)
        elif standing.place <= OTHER:
            agencies.add(standing.org)
    return agencies


def _read_roles(prepared: PreparedEngagement, moment: DoneMoment, people: dict[str, Contribution]) -> None:
    """Note the roles of whoever is in-house when a role is set, or at the done moment."""
    for role in standing_roles(moment.roles, moment.done):
        if any(_is_inhouse(prepared.affiliations.at(role.account, at)) for at in (role.since, moment.done)):
            people[role.account].borne.append(role)


def _read_teach_backs(prepared: PreparedEngagement, moment: DoneMoment, people: dict[str, Contribution]) -> None:
    """Note what was explained, and accepted, before the ticket was opened again (measurement (c), E2).

    The learner is in-house then, and at the done moment where that comes later.
    """
    for one in moment.teach_backs:
        at = max(one.at, moment.done)
        standing = one.accepted is not None and (moment.reopened is None or one.at < moment.reopened)
        if standing and _is_inhouse(prepared.affiliations.at(one.account, at)):
            explained = people[one.account].explained
            explained[one.objective] = min(at, explained.get(one.objective, at))


def standing_roles(roles: Iterable[Role], done: Instant) -> list[Role]:
    """Return the roles set at or before a done moment and not unset before it (measurement (g) 10)."""
    return [role for role in roles if role.since <= done and (role.until is None or role.until >= done)]


def _is_inhouse(standing: AffiliationAt | None) -> bool:
    return standing is not None and standing.place == INHOUSE
