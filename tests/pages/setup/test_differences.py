"""A change in words: whatever differs between two agreements stands in a line, and no account id in any."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connector.actions.settings.current import follow_agreement
from connector.actions.settings.parts import bodies_with, waiting_parts
from connector.pages.settings.differences import change_lines
from connector.pages.setup.access import DraftView
from mappings.formats.engagement_file.difference import engagement_difference
from mappings.formats.engagement_file.draft_sections import bodies_of, problems_of, read_draft
from mappings.measure.model.engagement import Affiliation, Engagement
from mappings.records.agreement.drafts import Draft, DraftSection
from mappings.records.agreement.engagements import StoredEngagement
from tests.formats.test_engagement import engagements

NOW = 1_790_000_000_000_000
RANDOM = settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def change_of(changed: Engagement, *, version: int) -> Draft:
    sections = {name: DraftSection(body, version, 0, "eve") for name, body in bodies_of(changed).items()}
    return Draft(1, 0, "eve", 0, sections, {}, changed.key)


def with_long_ids(agreed: Engagement) -> Engagement:
    """The same with accounts as Jira has them: what is looked for in a text is no common word."""
    ids = {person.account: f"712020:{number:08}" for number, person in enumerate(agreed.people)}
    people: tuple[Affiliation, ...] = tuple(replace(each, account=ids[each.account], name="") for each in agreed.people)
    objectives = tuple(
        replace(each, learners=tuple(ids[account] for account in each.learners)) for each in agreed.objectives
    )
    leads = {side: tuple(ids[account] for account in accounts) for side, accounts in agreed.leads.items()}
    return replace(agreed, people=people, objectives=objectives, leads=leads)


@RANDOM
@given(engagements(), engagements(), st.booleans())
def test_whatever_differs_is_read_and_nobody_is_shown_by_id(before: Engagement, other: Engagement, same: bool) -> None:
    agreed = with_long_ids(before)
    changed = agreed if same else replace(with_long_ids(other), key=agreed.key)
    draft = change_of(changed, version=2)
    view = DraftView(draft, frozenset({"inhouse_lead"}), frozenset(), "GROW", StoredEngagement(agreed, "h", 1, None))
    changes, lines = engagement_difference(agreed, changed), change_lines(view, {}, NOW)
    assert bool(lines) == bool(changes)
    parts = waiting_parts(agreed, draft, NOW)
    # What both sides answer to is what they read: section by section.
    assert {line.section for line in lines if not line.is_own} == set(parts)
    for change in changes:
        part = change.name.split(" ")[0]
        if part in {"person", "objective"}:
            subject = change.name.split(" ")[1]
            assert any(line.subject == subject for line in lines), change
    assert [line for line in lines if "712020:" in f"{line.title} {line.before} {line.after}"] == []
    # What nobody changed in a draft follows the agreement; what was changed stays, and is hashed as it differs.
    assert read_draft(follow_agreement(change_of(changed, version=1), agreed).bodies) == agreed
    assert read_draft(follow_agreement(draft, agreed).bodies) == changed
    bodies = bodies_with(agreed, draft, parts, NOW)
    if not problems_of(bodies):
        # What is left is what the in-house side decides alone.
        assert set(waiting_parts(read_draft(bodies), draft, NOW)) == set()
