"""The stand-in keeps issues as Jira does: ids, histories, keys, and the events that each deed sends."""

import pytest

from tests.jira.model import Issue, Item, NotHere
from tests.jira.site import Site
from tests.jira.small_site import BEGAN, HOUR, SECOND, bare_site, sample


def an_issue(site: Site, at: int = BEGAN) -> Issue:
    site.touch(at)
    return site.create_issue("GROW", "Task", "Teach", by="ada", at=at)


def items_of(issue: Issue) -> list[Item]:
    return [item for history in issue.histories for item in history.items]


def names_since(site: Site, count: int) -> list[str]:
    return [event.name for event in site.events[count:]]


def test_the_same_deeds_give_the_same_events() -> None:
    assert [event.body for event in sample(seed=7).site.events] == [event.body for event in sample(seed=7).site.events]


def test_another_seed_stamps_other_times_on_the_same_histories() -> None:
    first, two = sample(seed=1).site, sample(seed=2).site
    assert [event.at for event in first.events] != [event.at for event in two.events]
    assert [issue.histories for issue in first.issues.values()] == [issue.histories for issue in two.issues.values()]


def test_an_event_is_stamped_2_to_90_ms_after_its_history() -> None:
    site = sample().site
    created = {str(history.id): history.created for issue in site.issues.values() for history in issue.histories}
    late = [
        event.body["timestamp"] - created[event.body["changelog"]["id"]] // 1000
        for event in site.events
        if event.body.get("changelog", {}).get("id") in created
    ]
    assert late
    assert min(late) >= 2
    assert max(late) <= 90


def test_a_creation_writes_no_history_but_its_event_has_a_changelog() -> None:
    site = bare_site()
    issue = an_issue(site)
    assert issue.histories == []
    items = site.events[-1].body["changelog"]["items"]
    assert [item["field"] for item in items] == ["description", "priority", "reporter", "Status", "summary"]


def test_one_edit_of_several_fields_is_one_history_and_one_event() -> None:
    site = bare_site()
    issue = an_issue(site)
    count = len(site.events)
    site.edit(issue.id, by="bo", at=BEGAN + SECOND, assignee="bo", labels=["x"], points=2)
    assert [item.field for item in items_of(issue)] == ["assignee", "labels", "Story point estimate"]
    assert len(issue.histories) == 1
    assert names_since(site, count) == ["jira:issue_updated"]


def test_an_edit_that_changes_nothing_is_silent() -> None:
    site = bare_site()
    issue = an_issue(site)
    count = len(site.events)
    assert site.edit(issue.id, by="bo", at=BEGAN + SECOND, summary="Teach") is None
    assert names_since(site, count) == []
    assert issue.updated == BEGAN


def test_a_new_assignee_alone_is_called_issue_assigned() -> None:
    site = bare_site()
    site.edit(an_issue(site).id, by="bo", at=BEGAN + SECOND, assignee="bo")
    body = site.events[-1].body
    assert body["issue_event_type_name"] == "issue_assigned"
    assert body["changelog"]["items"][0] == {
        "field": "assignee",
        "fieldtype": "jira",
        "fieldId": "assignee",
        "from": None,
        "fromString": None,
        "to": "bo",
        "toString": "Bo",
        "tmpFromAccountId": None,
        "tmpToAccountId": "bo",
    }


def test_components_come_one_item_each() -> None:
    site = bare_site()
    issue = an_issue(site)
    site.edit(issue.id, by="bo", at=BEGAN + SECOND, components=["api", "web"])
    site.edit(issue.id, by="bo", at=BEGAN + 2 * SECOND, components=["web", "cli"])
    moved = [(item.old_text, item.new_text) for item in items_of(issue)]
    assert moved == [(None, "api"), (None, "web"), ("api", None), (None, "cli")]


def test_a_transition_to_done_sets_resolution_and_leaving_it_clears_it() -> None:
    site = bare_site()
    issue = an_issue(site)
    site.transition(issue.id, "Done", by="bo", at=BEGAN + SECOND, resolution="Done")
    assert (issue.resolution, issue.resolved) == ("Done", BEGAN + SECOND)
    site.transition(issue.id, "To Do", by="bo", at=BEGAN + 2 * SECOND)
    assert (issue.resolution, issue.resolved) == (None, None)
    assert [item.field for item in items_of(issue)] == ["resolution", "status", "resolution", "status"]


def test_a_drag_on_a_board_is_a_history_too() -> None:
    site = bare_site()
    issue = an_issue(site)
    site.edit(issue.id, by="bo", at=BEGAN + SECOND, rank="Ranked higher")
    assert [(item.field, item.old, item.new, item.new_text) for item in items_of(issue)] == [
        ("Rank", "", "", "Ranked higher")
    ]


def test_a_moved_issue_is_found_under_both_keys() -> None:
    site = bare_site()
    issue = an_issue(site)
    site.move_issue(issue.id, "OPS", by="ada", at=BEGAN + SECOND)
    assert site.issue("GROW-1") is site.issue("OPS-1")
    assert [(item.field, item.field_id) for item in items_of(issue)] == [("project", "project"), ("Key", None)]
    assert site.events[-1].body["issue_event_type_name"] == "issue_moved"


def test_a_renamed_project_gives_new_keys_without_a_history() -> None:
    site = bare_site()
    issue = an_issue(site)
    site.rename_project_key("GROW", "ROOT", by="ada", at=BEGAN + SECOND)
    assert issue.key == "ROOT-1"
    assert site.issue("grow-1") is issue
    assert issue.histories == []
    assert site.events[-1].name == "project_updated"


def test_a_comment_sends_two_events_and_writes_no_history() -> None:
    site = bare_site()
    issue = an_issue(site)
    count = len(site.events)
    site.add_comment(issue.id, by="bo", at=BEGAN + SECOND, text="May I?", mentions=("ada",))
    assert names_since(site, count) == ["comment_created", "jira:issue_updated"]
    assert site.events[-1].body["comment"]["body"] == "[~accountid:ada] May I?"
    assert "changelog" not in site.events[-1].body
    assert issue.histories == []
    assert issue.updated == BEGAN + SECOND


def test_a_worklog_event_names_nothing_but_the_issues_id() -> None:
    site = bare_site()
    issue = an_issue(site)
    count = len(site.events)
    site.add_worklog(issue.id, by="bo", at=BEGAN + SECOND, started=BEGAN, seconds=5400)
    assert names_since(site, count) == ["worklog_created", "jira:issue_updated"]
    body = site.events[count].body
    assert set(body) == {"timestamp", "webhookEvent", "worklog", "isFromIssueLimitTransformation"}
    assert body["worklog"]["issueId"] == str(issue.id)
    assert body["worklog"]["timeSpent"] == "1h 30m"


def test_worklogs_move_timespent_in_the_changelog() -> None:
    site = bare_site()
    issue = an_issue(site)
    number = site.add_worklog(issue.id, by="bo", at=BEGAN + SECOND, started=BEGAN, seconds=3600)
    site.edit_worklog(number, by="bo", at=BEGAN + 2 * SECOND, seconds=1800)
    site.delete_worklog(number, by="bo", at=BEGAN + 3 * SECOND)
    spent = [(item.old, item.new) for item in items_of(issue) if item.field == "timespent"]
    assert spent == [(None, "3600"), ("3600", "1800"), ("1800", None)]
    assert site.deleted_worklogs == [(number, BEGAN + 3 * SECOND)]


def test_a_link_shows_in_both_changelogs_and_sends_ids_only() -> None:
    site = bare_site()
    first, two = an_issue(site), an_issue(site)
    count = len(site.events)
    site.link("Blocks", first.id, two.id, by="ada", at=BEGAN + SECOND)
    assert items_of(first)[0].new_text == "This issue blocks GROW-2"
    assert items_of(two)[0].new_text == "This issue is blocked by GROW-1"
    assert names_since(site, count) == ["issuelink_created"]
    assert site.events[-1].body["issueLink"]["sourceIssueId"] == first.id


def test_deleting_an_issue_tells_what_hung_on_it_by_the_secondary_flow() -> None:
    made = sample()
    count = len(made.site.events)
    made.site.delete_issue(made.issue, by="ada", at=BEGAN + 9 * HOUR)
    flows = [(event.name, event.flow) for event in made.site.events[count:]]
    assert flows == [
        ("jira:issue_deleted", "Primary"),
        ("issuelink_deleted", "Secondary"),
        ("jira:issue_deleted", "Primary"),
        ("comment_deleted", "Secondary"),
        ("worklog_deleted", "Secondary"),
    ]
    with pytest.raises(NotHere):
        made.site.issue("GROW-1")


def test_a_closed_account_keeps_its_id_and_loses_its_name() -> None:
    made = sample()
    made.site.close_account("cy", at=BEGAN + 9 * HOUR)
    assert made.site.events[-1].name == "user_deleted"
    assert made.site.events[-1].body["user"]["accountId"] == "cy"
    assert made.site.user("cy").name == "Former user"
    assert not made.site.may("cy", "BROWSE_PROJECTS", made.site.project("OPS"))


def test_an_instant_that_jira_cannot_have_is_refused() -> None:
    site = bare_site()
    with pytest.raises(ValueError, match="millisecond"):
        an_issue(site, BEGAN + 1)


def test_nobody_listening_costs_no_body_and_shifts_no_id() -> None:
    quiet = bare_site()
    quiet.recording = False
    loud = bare_site()
    assert an_issue(quiet).id == an_issue(loud).id
    assert an_issue(quiet).key == "GROW-2"
    assert len(quiet.events) < len(loud.events)
