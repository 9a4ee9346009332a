"""Who is on which side of an engagement today, who moved and who left: counted in one place, for every page."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from mappings.events.pseudonyms import is_erased
from mappings.events.types import Instant
from mappings.measure.model.affiliation import AffiliationSpan, spans_of
from mappings.measure.model.engagement import Engagement, Side
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.accounts import select_people_in
from mappings.records.sql.scope import AgreementScope


@dataclass(frozen=True)
class SidesToday:
    """Accounts by the side on which they are today, those in conflict among them.

    `moved` are on a side and were on another before; `left` were on one, and whoever was erased is among them alone;
    `later` have their first day still to come.
    """

    on: Mapping[Side, frozenset[str]]
    moved: frozenset[str]
    left: frozenset[str]
    later: frozenset[str]

    def at(self, side: Side) -> frozenset[str]:
        return self.on.get(side, frozenset())


def sides_today(engagement: Engagement, now: Instant) -> SidesToday:
    spans = spans_of(engagement.people, engagement.agency)
    erased = frozenset(account for account in spans if is_erased(account))
    sides = {account: span.at(now).side for account, span in spans.items() if account not in erased}
    earlier = {account: _earlier(spans[account], now) for account in sides}
    nowhere = frozenset(account for account, side in sides.items() if side == "unknown")
    left = frozenset(account for account in nowhere if earlier[account])
    return SidesToday(
        {side: frozenset(who for who in sides if sides[who] == side) for side in {*sides.values()} - {"unknown"}},
        frozenset(account for account in sides.keys() - nowhere if earlier[account] - {sides[account]}),
        left | erased,
        nowhere - left,
    )


def _earlier(span: AffiliationSpan, now: Instant) -> frozenset[Side]:
    """Return the sides on which somebody was before today's."""
    past = span.affiliations[: bisect_right(span.bounds, now)]
    return frozenset(each.side for each in past) - {"unknown"}


@dataclass(frozen=True)
class WithoutSide:
    """Accounts of people who have no side: those who need one, and sponsors, of whom nobody has to decide."""

    undecided: frozenset[str]
    sponsors: frozenset[str]


def select_without_side(
    connection: Connection, tenant_id: int, engagement: Engagement, sponsors: frozenset[str]
) -> WithoutSide:
    """Return who did something on the engagement's tickets and is named nowhere in it; an erased person is nobody.

    `sponsors` are those of any engagement of the site: a sponsor is in-house or on no side, so nobody has to decide.
    What they did counts as unknown all the same.
    """
    named = {stay.account for stay in engagement.people}
    scope = AgreementScope(connection, tenant_id, engagement.key)
    seen = select_people_in(scope, engagement.projects, without=named)
    people = frozenset(account for account in seen if not is_erased(account))
    return WithoutSide(people - sponsors, people & sponsors)


def meant_so(engagement: Engagement) -> frozenset[str]:
    """Return who is on no side of an engagement by its agreement."""
    sides = {stay.account for stay in engagement.people if stay.side != "unknown"}
    return frozenset(stay.account for stay in engagement.people if not is_erased(stay.account)) - sides


def sponsors_of(engagements: Iterable[StoredEngagement]) -> frozenset[str]:
    return frozenset(account for each in engagements for account in each.engagement.leads.get("sponsor", ()))
