"""The people seen on a site with what Jira shows of them now, and the side that something speaks for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime

from msgspec import Struct
from sqlalchemy import Connection, Engine

from connector.jira import users
from connector.jira.client import JiraClient
from connector.jira.errors import JiraError
from mappings.events.pseudonyms import is_erased
from mappings.events.types import Instant
from mappings.formats.engagement_file.account_list import BOT, SeenPerson
from mappings.formats.engagement_file.proposed_side import (
    NO_AGENCY,
    Domains,
    KnownAgency,
    Profile,
    ProposedSide,
    domain_of,
    propose_domains,
    propose_sides,
)
from mappings.formats.engagement_file.writer import person_line
from mappings.measure.model.engagement import GroupRule
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.accounts import SeenAccount, select_people

# People whose groups are asked for, those with most tickets: each takes a call.
MOST_GROUPS = 100


class JiraPeople(Struct, frozen=True):
    """What Jira shows of people, by account; `own` is the account that asks. `unreached` says why nothing is known."""

    profiles: Mapping[str, users.Profile] = {}
    own: users.Profile = users.Profile()
    zone: str = ""
    unreached: str = ""


class SeenPeople(Struct, frozen=True):
    """People, the e-mail domains of the two sides, the time zone of the account that asks; `unreached` as above."""

    people: tuple[SeenPerson, ...]
    domains: Domains
    zone: str
    unreached: str


def read_seen_people(
    reader: Engine,
    tenant_id: int,
    *,
    projects: Collection[str],
    names: Mapping[str, str],
    inhouse_domain: str,
    jira: Callable[[], JiraClient],
    most_groups: int = MOST_GROUPS,
    rules: Sequence[GroupRule] = (),
    agency: KnownAgency = NO_AGENCY,
) -> SeenPeople:
    """Return the people seen on a site's projects. `names` are names from elsewhere; nothing of it is stored."""
    with reader.connect() as connection:
        seen = select_people(connection, tenant_id, projects)
        lines = _select_lines(connection, tenant_id)
    # No transaction is open while Jira is asked.
    accounts = [account.account_id for account in seen if account.kind != BOT and not is_erased(account.account_id)]
    shown = fetch_people(jira, accounts, most_groups)
    profiles = [Profile(account, each.email, each.groups) for account, each in shown.profiles.items()]
    domains = propose_domains(profiles, inhouse_domain or domain_of(shown.own.email), agency)
    sides = propose_sides(profiles, domains, rules)
    all_names = {**names, **{account: profile.name for account, profile in shown.profiles.items()}}
    people = tuple(_person(account, lines, all_names, sides.get(account.account_id)) for account in seen)
    return SeenPeople(people, domains, shown.zone, shown.unreached)


def _person(
    account: SeenAccount,
    lines: Mapping[str, tuple[Mapping[str, object], ...]],
    names: Mapping[str, str],
    side: ProposedSide | None,
) -> SeenPerson:
    return SeenPerson(
        account.account_id,
        account.kind,
        account.active,
        account.tickets,
        lines.get(account.account_id, ()),
        _day(account.first),
        _day(account.last),
        names.get(account.account_id, ""),
        side,
    )


def _select_lines(connection: Connection, tenant_id: int) -> dict[str, tuple[Mapping[str, object], ...]]:
    """Return the stays of people as the first engagement of the site that names them has them."""
    lines: dict[str, tuple[Mapping[str, object], ...]] = {}
    for agreed in (stored.engagement for stored in select_engagements(connection, tenant_id)):
        own: dict[str, tuple[Mapping[str, object], ...]] = {}
        for person in agreed.people:
            # In the file of another agency's engagement its people are another agency's.
            agency = {"agency": agreed.agency} if person.side == "agency" else {}
            own[person.account] = (*own.get(person.account, ()), person_line(person, agreed) | agency)
        lines = own | lines
    return lines


def fetch_people(jira: Callable[[], JiraClient], accounts: Sequence[str], most_groups: int = MOST_GROUPS) -> JiraPeople:
    try:
        client = jira()
        own = client.fetch_myself()
        profiles = fetch_profiles(client, accounts, most_groups)
    except JiraError as error:
        return JiraPeople(unreached=str(error))
    return JiraPeople(profiles, users.read_profile(own), str(own.get("timeZone") or ""))


def fetch_profiles(client: JiraClient, accounts: Sequence[str], most_groups: int) -> dict[str, users.Profile]:
    """Return what Jira shows of people. Raises JiraError.

    The groups are those of the first accounts only: each takes a call of its own.
    """
    profiles = client.fetch_profiles(accounts)
    groups: dict[str, tuple[str, ...]] = {}
    try:
        for account in accounts[:most_groups]:
            if account in profiles:
                groups[account] = client.fetch_groups(account)
    except JiraError:
        # Not everybody may browse groups. Addresses speak without them.
        groups = {}
    return {
        account: users.Profile(profile.name, profile.email, groups.get(account, ()))
        for account, profile in profiles.items()
    }


def _day(at: Instant | None) -> date | None:
    return None if at is None else datetime.fromtimestamp(at // 1_000_000, UTC).date()
