"""Contributions of each in-house person to a ticket, and whether an agency helped."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter

from msgspec import Struct, field

from mappings.events.times import DAY
from mappings.events.types import Instant, Worklog
from mappings.measure.model.sweep import Sweep
from mappings.measure.model.ticket import Role, TeachBack
from mappings.measure.ticket.comments import CommentCount
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import Move
from mappings.measure.ticket.work_shares import INHOUSE, OTHER, Share, Tally

_AT, _STARTED, _SINCE, _PLACE = attrgetter("at"), attrgetter("started"), attrgetter("since"), itemgetter(0)


class Contribution(Struct):
    """One in-house person on one ticket: seconds logged, substantive comments and their days, first touch.

    `explained` is when an accepted teach-back was given, by objective.
    `worked` is a comment, worklog or active time: what an E1 needs to weigh anything (measurement (c), credit).
    """

    seconds: int = 0
    comments: int = 0
    days: int = 0
    first: Instant | None = None
    worked: bool = False
    reviewed: bool = False
    borne: list[Role] = field(default_factory=list)
    explained: dict[str, Instant] = field(default_factory=dict)

    def touch(self, at: Instant, *, worked: bool = True) -> None:
        # Note a touch (measurement (g) 10).
        self.first = at if self.first is None or at < self.first else self.first
        self.worked = self.worked or worked

    def copy(self) -> "Contribution":
        # What was done so far; roles and teach-backs depend on the done moment and are added to each.
        return Contribution(self.seconds, self.comments, self.days, self.first, self.worked, self.reviewed)


class Contributions(Struct, frozen=True, gc=False):
    """The in-house people's contributions, whether an agency assisted, and the agencies' weights for credit."""

    people: Mapping[str, Contribution]
    assisted: bool
    agencies: tuple[tuple[str, int], ...]


NO_CONTRIBUTIONS = Contributions({}, assisted=False, agencies=())


class DoneMoment(Struct, frozen=True, gc=False):
    """A done entry with all that was recorded of its ticket."""

    done: Instant
    reopened: Instant | None
    share: Share
    active: Tally
    contributions: Contributions
    units: int


class ContributionLog:
    """What people left on a ticket up to one done moment after the next (measurement (g) 10).

    Comments, worklogs and reviews are read once, in order of time, so that all done moments of a ticket together cost
    what its history costs. `reviews` are the moves out of a review status with their place among all moves.
    """

    def __init__(
        self,
        prepared: PreparedEngagement,
        *,
        comments: Sequence[CommentCount],
        worklogs: Iterable[Worklog],
        reviews: Sequence[tuple[int, Move]],
        roles: Iterable[Role],
        teach_backs: Iterable[TeachBack],
    ) -> None:
        self._prepared = prepared
        self._comments = Sweep(comments, _AT)
        self._worklogs = Sweep(worklogs, _STARTED)
        self._reviews = Sweep(reviews, _PLACE)
        self._roles = Sweep(roles, _SINCE)
        accepted = [teach_back for teach_back in teach_backs if teach_back.accepted is not None]
        self._teach_backs = sorted(accepted, key=_AT)
        self._teach_back_times = [teach_back.at for teach_back in self._teach_backs]
        # The first question starts it.
        self._opened: Instant | None = None

    def _restart(self, done: Instant, opened: Instant) -> None:
        self._asked, self._opened = done, opened
        for sweep in (self._comments, self._worklogs, self._reviews, self._roles):
            sweep.restart()
        self._people: defaultdict[str, Contribution] = defaultdict(Contribution)
        self._days: defaultdict[str, set[int]] = defaultdict(set)
        self._commenting: set[str] = set()
        self._assisting: set[str] = set()
        self._held_roles: list[Role] = []
        self._explained: set[tuple[str, str]] = set()
        self._next_teach_back = 0

    def at(
        self, move: Move, place: int, *, opened: Instant, reopened: Instant | None, share: Share, active: Tally
    ) -> Contributions:
        """Return what there was at a done move, `place` among the moves; comments count for 3 days more.

        `opened` is the first active instant, else the creation.
        """
        # At most twice: the first active instant can lie after a first done moment, and the creation after a change.
        if opened != self._opened or move.at < self._asked:
            self._restart(move.at, opened)
        self._asked = move.at
        self._read_comments(move.at, opened)
        self._read_worklogs(move.at)
        self._read_reviews(place)
        people = defaultdict(
            Contribution, {account: contribution.copy() for account, contribution in self._people.items()}
        )
        for account, (_, first) in active.first.items():
            people[account].touch(first)
        self._add_roles(people, move.at)
        self._add_teach_backs(people, move.at, reopened)
        agencies = share.agencies or dict.fromkeys(self._commenting or self._assisting, 1)
        assisted = bool(share.agency or self._commenting or self._assisting)
        return Contributions(people, assisted, tuple(sorted(agencies.items())))

    def _read_comments(self, done: Instant, opened: Instant) -> None:
        # Note in-house comments, and the agencies with a substantive one since the first active instant.
        for comment in self._comments.take(done + self._prepared.ruleset.comment_days * DAY):
            counts = comment.substantive and comment.at >= opened
            if comment.affiliation.place == INHOUSE:
                person = self._people[comment.author]
                person.touch(comment.at)
                if counts:
                    self._days[comment.author].add(self._prepared.calendar.day(comment.at).toordinal())
                    person.comments, person.days = person.comments + 1, len(self._days[comment.author])
            elif counts and comment.affiliation.place <= OTHER:
                self._commenting.add(comment.affiliation.org)

    def _read_worklogs(self, done: Instant) -> None:
        for worklog in self._worklogs.take(done - 1):
            affiliation = self._prepared.affiliations.at(worklog.author, worklog.started)
            if affiliation is None or worklog.author is None:
                continue
            if affiliation.place == INHOUSE:
                self._people[worklog.author].touch(worklog.started)
                self._people[worklog.author].seconds += worklog.seconds
            elif affiliation.place <= OTHER:
                self._assisting.add(affiliation.org)

    def _read_reviews(self, place: int) -> None:
        # Make reviewers of in-house people who moved the ticket out of a review status; note agencies who did.
        for _, move in self._reviews.take(place):
            affiliation = self._prepared.affiliations.at(move.author, move.at)
            if affiliation is None or move.author is None:
                continue
            if affiliation.place == INHOUSE:
                self._people[move.author].reviewed = True
                self._people[move.author].touch(move.at, worked=False)
            elif affiliation.place <= OTHER:
                self._assisting.add(affiliation.org)

    def _add_roles(self, people: dict[str, Contribution], done: Instant) -> None:
        # Note the roles of whoever is in-house when a role is set, or at the done moment (measurement (g) 10).
        # A role counts that was set at or before the done moment, and not unset before it.
        held_roles = (*self._held_roles, *self._roles.take(done))
        self._held_roles = [role for role in held_roles if role.until is None or role.until >= done]
        is_inhouse = self._prepared.affiliations.is_inhouse
        for role in self._held_roles:
            if is_inhouse(role.account, role.since) or is_inhouse(role.account, done):
                people[role.account].borne.append(role)

    def _add_teach_backs(self, people: dict[str, Contribution], done: Instant, reopened: Instant | None) -> None:
        # Note what was explained, and accepted, before the ticket was opened again (measurement (c), E2).
        # The learner is in-house then, and at the done moment where that comes later.
        if not self._teach_backs:
            return
        times = self._teach_back_times
        end = len(times) if reopened is None else bisect_left(times, reopened)
        by_done = min(bisect_right(times, done), end)
        for teach_back in self._teach_backs[self._next_teach_back : by_done]:
            self._explained.add((teach_back.account, teach_back.objective))
        self._next_teach_back = max(by_done, self._next_teach_back)
        explained = [(account, objective, done) for account, objective in self._explained]
        explained += [(later.account, later.objective, later.at) for later in self._teach_backs[by_done:end]]
        for account, objective, at in explained:
            if self._prepared.affiliations.is_inhouse(account, at):
                people[account].explained.setdefault(objective, at)
