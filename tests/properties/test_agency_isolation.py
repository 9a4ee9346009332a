"""What belongs to another agency changes no byte of a report, and no report names it (measurement (f))."""

import json
from collections.abc import Callable, Iterator
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.events.rest import read_issue
from mappings.formats.engagement_file.reader import read_engagement
from mappings.formats.report.json_report import for_agency, report, report_bytes
from mappings.measure.model.statements import DefinitionEdit, Dispute, Pulse, SignOff
from mappings.measure.model.ticket import RoleName
from mappings.records.agreement.definitions import insert_definition_edit
from mappings.records.agreement.disputes import insert_dispute
from mappings.records.agreement.feedback import insert_feedback
from mappings.records.agreement.pulses import insert_pulse
from mappings.records.agreement.roles import save_role
from mappings.records.agreement.sign_offs import insert_sign_off
from mappings.records.agreement.tags import insert_tag
from mappings.records.sql.scope import AgreementScope
from tests.derivation.comparisons.story import Story
from tests.jira.dump import issue_lines
from tests.jira.story.people import BOLT, GROWTH, MOVER, account_of
from tests.jira.story.story import engagement_file
from tests.properties.property_settings import ALL, bytes_of, few
from tests.webhooks.site import SiteTenant

A, B = "growth-acme", "growth-bolt"
LEARNERS = [account_of(name) for name in GROWTH]
ROLES: list[RoleName] = ["shadow", "learner", "mentor"]
GOALS = ["landing", "mailing", "checkout"]

Deed = Callable[[st.DataObject, SiteTenant, Story, int], None]


def people_and_objectives(data: st.DataObject, site_tenant: SiteTenant, story: Story, now: int) -> None:
    """Another list of people, other objectives, another start, another model."""
    agreed = read_engagement(engagement_file(story.plan, B))
    people = [person for person in agreed.people if person.account == account_of(BOLT) or data.draw(st.booleans())]
    goals = [objective for objective in agreed.objectives if data.draw(st.booleans())]
    starts = data.draw(st.dates(date(2026, 5, 1), date(2026, 9, 1)))
    model = data.draw(st.sampled_from(["full_service", "hybrid", "embedded"]))
    site_tenant.agree(replace(agreed, people=tuple(people), objectives=tuple(goals), starts=starts, model=model))


def tags_and_roles(data: st.DataObject, site_tenant: SiteTenant, story: Story, now: int) -> None:
    issue = data.draw(st.sampled_from(sorted(this_issue.number for this_issue in story.jira.issues)))
    goal, who = data.draw(st.sampled_from(GOALS)), data.draw(st.sampled_from(LEARNERS))
    name: RoleName = data.draw(st.sampled_from(ROLES))
    with site_tenant.engine.begin() as connection:
        scope = AgreementScope(connection, site_tenant.tenant_id, B)
        insert_tag(scope, issue, objective=goal, at=now, by=account_of(BOLT))
        save_role(scope, issue, name=name, account=who, at=now, by=account_of(BOLT))
    site_tenant.agree(read_engagement(engagement_file(story.plan, B)))


def what_is_said(data: st.DataObject, site_tenant: SiteTenant, story: Story, now: int) -> None:
    goal, who = data.draw(st.sampled_from(GOALS)), data.draw(st.sampled_from(LEARNERS))
    signed = SignOff("attest", now, account_of(BOLT), "agency", data.draw(st.integers(1, 5)))
    with site_tenant.engine.begin() as connection:
        scope = AgreementScope(connection, site_tenant.tenant_id, B)
        insert_sign_off(scope, signed, pair=(goal, who))
        insert_feedback(scope, about="reviews", words="late", at=now, by=account_of(BOLT))
        insert_pulse(scope, Pulse("agency", date(2026, 7, 1), now, 3), by=account_of(BOLT))
        insert_definition_edit(scope, DefinitionEdit(goal, "agency", "edit", date(2026, 6, 1), now), by="x")


def disputes(data: st.DataObject, site_tenant: SiteTenant, story: Story, now: int) -> None:
    """Somebody of the other agency says of tickets, of those that A's report holds too, that they count wrongly."""
    issue = data.draw(st.sampled_from(sorted(this_issue.number for this_issue in story.jira.issues)))
    dispute = Dispute(
        issue, data.draw(st.sampled_from(["", *GOALS])), "agency", site_tenant.now - now, account_of(BOLT), "no"
    )
    with site_tenant.engine.begin() as connection:
        insert_dispute(AgreementScope(connection, site_tenant.tenant_id, B), dispute)


def work_elsewhere(data: st.DataObject, site_tenant: SiteTenant, story: Story, now: int) -> None:
    """The other agency works and writes on tickets of a project that A's report does not hold."""
    elsewhere = [json.loads(line) for line in issue_lines(story.site)]
    issue = data.draw(st.sampled_from([issue for issue in elsewhere if is_elsewhere(issue)]))
    who = {"accountId": account_of(data.draw(st.sampled_from([BOLT, MOVER]))), "accountType": "atlassian"}
    log = {"id": str(now), "author": who, "started": "2026-08-03T10:00:00.000+0200", "timeSpentSeconds": 7200}
    log |= {"created": log["started"], "updated": log["started"], "issueId": issue["id"]}
    issue["fields"]["worklog"]["worklogs"].append(log)
    issue["fields"]["worklog"]["total"] += 1
    issue["fields"]["customfield_10016"] = data.draw(st.integers(0, 90))
    issue["fields"]["updated"] = "2026-11-20T19:00:00.000+0100"
    site_tenant.save([read_issue(json.dumps(issue).encode(), site_tenant.digest())], at=site_tenant.now + now)


def is_elsewhere(record: dict) -> bool:  # type: ignore[type-arg]  # JSON as Jira gives it
    """In SHOP all its life."""
    moved = any(item["field"] == "Key" for history in record["changelog"]["histories"] for item in history["items"])
    return record["key"].startswith("SHOP-") and not moved


DEEDS: list[Deed] = [people_and_objectives, tags_and_roles, what_is_said, disputes, work_elsewhere]


def test_what_another_agency_does_changes_no_byte(site_tenant: SiteTenant, story: Story, later: Iterator[int]) -> None:
    before, other = bytes_of(site_tenant, A), bytes_of(site_tenant, B)
    changed = set()

    @few
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        for deed in DEEDS:
            deed(data, site_tenant, story, next(later))
        assert bytes_of(site_tenant, A) == before
        changed.add(bytes_of(site_tenant, B) != other)

    holds()
    assert changed == {True}


def test_an_agencys_report_never_names_another(site_tenant: SiteTenant) -> None:
    for key, traces in ((A, ("bolt", "Bolt", account_of(BOLT))), (B, ("acme", "Acme"))):
        made = report_bytes(for_agency(report(site_tenant.review(key, *ALL)))).decode().replace(key, "")
        assert [trace for trace in traces if trace in made] == []
        assert not any(f'"{side}"' in made for side in ("other", "unknown", "conflict"))
