"""What a first engagement file of a site is made of: what was read of its projects, and what Jira shows of them now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from zoneinfo import available_timezones

from msgspec import Struct
from sqlalchemy import Connection, Engine

from connector.actions.seen_people import SeenPeople
from connector.jira.client import JiraClient
from connector.jira.errors import JiraError
from mappings.events import vocabulary as kinds
from mappings.events.names import fold_name
from mappings.events.vocabulary import Vocabulary
from mappings.formats.engagement_file.account_list import SeenPerson
from mappings.formats.engagement_file.first_file import FirstFile, PointsField, StatusUse, order_words
from mappings.formats.engagement_file.proposed_side import key_of
from mappings.measure.model.quarters import quarter_start
from mappings.records.facts.statuses import select_status_book
from mappings.records.facts.vocabulary import select_statuses_passed, select_vocabulary
from mappings.records.operations.tenants import Tenant

POINTS_NAMES = ("story points", "story point estimate")
"""What Jira calls the field on company-managed and on team-managed projects."""
LEAST_SHARE = 0.3
"""The share of issues that have points where tickets are counted by them."""


class ProjectFacts(Struct, frozen=True):
    """What Jira shows of a project: its name and the account of its lead."""

    name: str = ""
    lead: str = ""


def build_first_file(
    reader: Engine,
    tenant: Tenant,
    projects: Sequence[str],
    *,
    seen: SeenPeople,
    facts: Sequence[ProjectFacts],
    today: date,
) -> FirstFile | None:
    """Return what a first file is made of, None where nothing of the projects was read."""
    tenant_id = tenant.tenant_id
    with reader.connect() as connection:
        vocabulary = select_vocabulary(connection, tenant_id, projects)
        if not vocabulary.issues:
            return None
        statuses = _select_statuses(connection, tenant_id, vocabulary, projects)
    agency = key_of(seen.domains.agency) if seen.domains.agency else "agency"
    return FirstFile(
        site=tenant.site,
        projects=tuple(projects),
        project_names=tuple(each.name for each in facts),
        zone=seen.zone if seen.zone in available_timezones() else "UTC",
        starts=propose_start(seen.people, today),
        agency=agency,
        people=seen.people,
        statuses=statuses,
        points=propose_points(vocabulary),
        lead=next((each.lead for each in facts if each.lead), ""),
        labels=order_words(vocabulary.words[kinds.LABEL]),
        components=order_words(vocabulary.words[kinds.COMPONENT]),
        types=order_words(vocabulary.words[kinds.TYPE]),
    )


def _select_statuses(
    connection: Connection, tenant_id: int, vocabulary: Vocabulary, projects: Sequence[str]
) -> tuple[StatusUse, ...]:
    """Return the statuses that the projects' issues have or had, in the order of the work."""
    book = select_status_book(connection, tenant_id)
    categories = {name: book.categories.get(number, "") for number, names in book.names.items() for name in names}
    passed = select_statuses_passed(connection, tenant_id, projects)
    words = vocabulary.words[kinds.STATUS].items()
    used = {name: count for name, count in words if count or fold_name(name) in passed}
    rank = {"new": 0, "indeterminate": 1, "": 2, "done": 3}
    uses = [StatusUse(name, categories.get(fold_name(name), ""), count) for name, count in used.items()]
    return tuple(sorted(uses, key=lambda status: (rank.get(status.category, 2), -status.issues, status.name)))


def propose_start(people: Collection[SeenPerson], today: date) -> date:
    """Return the first day of the quarter in which the agency was seen first, or anybody."""
    anybody = {person.account: person.first for person in people if person.first}
    proposed = {person.account for person in people if person.proposed and person.proposed.side == "agency"}
    agency = [first for account, first in anybody.items() if account in proposed]
    return quarter_start(min(agency or anybody.values() or [today]))


def propose_points(vocabulary: Vocabulary) -> PointsField | None:
    """Return the field of story points that most issues have, None where too few have one."""
    counts = vocabulary.words[kinds.FIELD]
    named = {field: name for name in POINTS_NAMES for field in vocabulary.field_ids.get(name, ())}
    field = max(named, key=lambda each: (counts.get(each, 0), each), default=None)
    share = counts.get(field, 0) / vocabulary.issues if field else 0
    if field is None or share < LEAST_SHARE:
        return None
    return PointsField(field, named[field].capitalize(), share)


def fetch_project_facts(client: JiraClient, projects: Sequence[str]) -> tuple[ProjectFacts, ...]:
    """Return what Jira shows of projects; nothing of those that it does not show."""
    facts = []
    for key in projects:
        try:
            project = client.fetch_project(key)
        except JiraError:
            facts.append(ProjectFacts())
            continue
        lead = project.get("lead")
        shown: Mapping[str, object] = lead if isinstance(lead, Mapping) else {}
        account = shown.get("accountId") or shown.get("key") or ""
        facts.append(ProjectFacts(str(project.get("name") or ""), str(account)))
    return tuple(facts)
