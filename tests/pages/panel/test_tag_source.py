"""The panel names what set an objective on a ticket, by whatever its mapping names, and by the names of the site."""

import re
from collections.abc import Iterator

import pytest

from tests.jira.model import Issue
from tests.jira.story.objectives import ACME_GOALS, SKILL_FIELD, Goal
from tests.jira.story.people import account_of
from tests.pages.conftest import AGENCY_MEMBER, LEAD, PageClient, go_on

GONE = "set by a field that has changed since"
KINDS = ("label", "component", "type", "epic", "field")


def sources(page_client: PageClient, issue: Issue, goal: Goal) -> Iterator[tuple[str, str]]:
    """What of the mapping stands on a ticket now: its kind, and how the panel names it."""
    site, planted = page_client.story_site.site, page_client.story_site.story.planted
    parent = site.issues[issue.parent].key if issue.parent else ""
    on_ticket = {
        "label": issue.labels,
        "component": issue.components,
        "type": (site.issue_types[issue.type_id].name,),
        "epic": (parent,),
        "field": (str(issue.fields.get(SKILL_FIELD)),),
    }
    for kind in KINDS:
        for mark in goal.marks:
            value = planted[mark.value].key if mark.kind == "epic" else mark.value
            if mark.kind == kind and value in on_ticket[kind]:
                yield kind, f"{'(?:Skill area|field value)' if kind == 'field' else kind} {value}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_set_an_objective_is_named_where_it_still_stands(page_client: PageClient, kind: str) -> None:
    named = 0
    for goal in ACME_GOALS:
        of_kind = [
            (issue, name)
            for issue in page_client.story_site.site.issues.values()
            for first, name in [*sources(page_client, issue, goal)][:1]
            if first == kind and issue.key.startswith("GROW") and not issue.security
        ]
        for issue, name in of_kind[:3]:
            panel = page_client.follow(LEAD, f"/pages/panel/content?issue={issue.id}").text
            tags = re.findall(rf'<li class="tag">{re.escape(goal.name)}.*?</li>', panel)
            assert all(GONE not in text for text in tags), (issue.key, tags)
            named += any(re.search(f'<span class="why">{name}</span>', text) for text in tags)
    assert named


def test_of_what_is_gone_only_that_it_was_there_is_said(lively: PageClient) -> None:
    site, by = lively.story_site.site, account_of(AGENCY_MEMBER)
    values = {"assignee": by, "components": ("Experiment design",)}
    issue = site.create_issue("GROW", "Task", "Design the next test", by=by, at=go_on(lively, 24), points=3, **values)
    site.transition(issue.id, "In Progress", by=by, at=go_on(lively, 1))
    site.transition(issue.id, "Done", by=by, at=go_on(lively, 24))
    for components, why in ((None, "component Experiment design"), ((), GONE)):
        if components is not None:
            site.edit(issue.id, by=by, at=go_on(lively, 1), components=components)
        go_on(lively, 1)
        panel = lively.follow(LEAD, f"/pages/panel/content?issue={issue.id}").text
        assert f'<span class="why">{why}</span>' in panel
