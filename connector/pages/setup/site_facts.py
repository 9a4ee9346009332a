"""What is known of a site before an engagement is set up: the project's name, the time zone, and what was read."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import available_timezones

from msgspec import Struct

from connector.actions.draft_roles import people_of
from connector.actions.first_file import ProjectFacts, build_first_file
from connector.actions.seen_people import read_seen_people
from connector.container import container, request_jira
from connector.jira.client import JiraError
from connector.pages.visibility import account
from connector.web.gate import caller, link
from mappings.formats.engagement_file.first_file import FirstFile
from mappings.formats.engagement_file.proposed_side import NO_AGENCY, KnownAgency, domain_of
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement, GroupRule, Hours
from mappings.measure.model.quarters import quarter_start
from mappings.records.agreement.drafts import Draft
from mappings.records.facts.projects import select_project
from mappings.records.operations.tenants import select_tenant

# People whose groups are asked for while somebody waits for the page.
MOST_GROUPS = 25
MOST_WITH_RULES = 100


class Basics(Struct, frozen=True):
    """A project's name, the time zone of the account that asks, and the first day of the running quarter there."""

    name: str
    zone: str
    quarter: date


def fetch_basics(project: str) -> Basics:
    """Return what Jira shows of a project and of the site. Raises JiraError."""
    if link() is not None:
        return _known_basics(project)
    client = request_jira(caller().tenant_id)
    name = str(client.fetch_project(project).get("name") or project)
    zone = str(client.fetch_myself().get("timeZone") or "")
    zone = zone if zone in available_timezones() else "UTC"
    return Basics(name, zone, _quarter(zone))


def _known_basics(project: str) -> Basics:
    # A site that is read by files has no Jira to ask.
    with container().reader.connect() as connection:
        known = select_project(connection, caller().tenant_id, project)
    return Basics(known.name if known else project, "UTC", _quarter("UTC"))


def _quarter(zone: str) -> date:
    return quarter_start(Calendar(zone, Hours()).day(container().clock()))


def group_rules(draft: Draft) -> list[GroupRule]:
    """Return the rules by Jira group of a draft."""
    return [GroupRule(**rule) for rule in draft.bodies["people"].get("groups", ())]


def _own_domain() -> str:
    try:
        profiles = request_jira(caller().tenant_id).fetch_profiles([account()])
    except JiraError:
        return ""
    return domain_of(profiles[account()].email) if account() in profiles else ""


def known_agency(draft: Draft) -> KnownAgency:
    """Return what a draft says of its agency: how it is called, and who is on its side."""
    people = (each["account"] for each in people_of(draft) if each["side"] == "agency" and not each.get("agency"))
    return KnownAgency(agency_names(draft), frozenset(people))


def agreed_agency(agreed: Engagement) -> KnownAgency:
    """Return what an engagement says of its agency."""
    people = frozenset(stay.account for stay in agreed.people if stay.side == "agency")
    return KnownAgency((agreed.agency_name, agreed.agency), people)


def agency_names(draft: Draft) -> tuple[str, ...]:
    """Return the name and the key of a draft's agency, as far as they are set."""
    agency = draft.bodies["basics"].get("agency", {})
    return tuple(agency[key] for key in ("name", "key") if agency.get(key))


def read_first_file(
    projects: Sequence[str], rules: Sequence[GroupRule] = (), agency: KnownAgency = NO_AGENCY
) -> FirstFile | None:
    """Return what a first file of the projects would be made of, None where nothing of them was read."""
    app, tenant_id = container(), caller().tenant_id
    seen = read_seen_people(
        app.reader,
        tenant_id,
        projects=projects,
        names={},
        # Who sets an engagement up is in-house: nobody of an agency may.
        inhouse_domain=_own_domain(),
        jira=lambda: request_jira(tenant_id),
        # A rule by group is for everybody.
        most_groups=MOST_WITH_RULES if rules else MOST_GROUPS,
        rules=rules,
        agency=agency,
    )
    with app.reader.connect() as connection:
        tenant = select_tenant(connection, tenant_id)
    if tenant is None:
        return None
    facts = [ProjectFacts() for _ in projects]
    return build_first_file(app.reader, tenant, projects, seen=seen, facts=facts, today=_quarter("UTC"))
