"""The stand-in's REST answers as Jira's: pages, tokens, what a search gives, worklogs since an instant."""

import pytest

from tests.jira.apps.rest_client import Visitor
from tests.jira.model import Issue
from tests.jira.site import Site
from tests.jira.small_site import BEGAN, HOUR, SECOND, Sample, bare_site, sample

MINUTE = 60 * SECOND


@pytest.fixture
def made() -> Sample:
    return sample()


def with_many(count: int) -> tuple[Site, list[Issue]]:
    site = bare_site()
    site.touch(BEGAN)
    return site, [site.create_issue("GROW", "Task", f"No. {n}", by="ada", at=BEGAN + n * SECOND) for n in range(count)]


def test_a_search_gives_ids_alone_unless_fields_are_asked(made: Sample) -> None:
    page = Visitor(made.site).search("project = GROW ORDER BY id")
    assert page["issues"] == [{"id": str(number)} for number in sorted(made.site.issues)]
    assert page["isLast"] is True
    assert "total" not in page
    assert "nextPageToken" not in page


def test_pages_go_by_token_until_the_last_which_has_none() -> None:
    site, issues = with_many(5)
    visitor, keys, token = Visitor(site), [], None
    for _ in range(3):
        page = visitor.search("project = GROW ORDER BY id", fields=["key"], maxResults=2, nextPageToken=token)
        keys += [issue["key"] for issue in page["issues"]]
        token = page.get("nextPageToken")
    assert keys == [issue.key for issue in issues]
    assert token is None
    assert page["isLast"] is True


def test_an_expired_token_is_a_400() -> None:
    site, _ = with_many(3)
    token = Visitor(site).search("project = GROW", maxResults=1)["nextPageToken"]
    site.faults.expire_page_tokens()
    Visitor(site).post("3/search/jql", {"jql": "project = GROW", "nextPageToken": token}, 400)


def test_a_token_of_another_query_is_a_400() -> None:
    site, _ = with_many(3)
    token = Visitor(site).search("project = GROW", maxResults=1)["nextPageToken"]
    Visitor(site).post("3/search/jql", {"jql": "project = OPS", "nextPageToken": token}, 400)


def test_a_page_with_fields_holds_a_hundred_at_most() -> None:
    site, _ = with_many(120)
    visitor = Visitor(site)
    assert len(visitor.search("project = GROW", fields=["summary"], maxResults=5000)["issues"]) == 100
    assert len(visitor.search("project = GROW", fields=["id"], maxResults=5000)["issues"]) == 120


def test_an_unbounded_search_is_refused(made: Sample) -> None:
    Visitor(made.site).post("3/search/jql", {"jql": "ORDER BY created"}, 400)


def test_the_old_search_is_gone(made: Sample) -> None:
    Visitor(made.site).get("3/search?jql=project=GROW", 410)
    Visitor(made.site).get("2/search?jql=project=GROW", 410)


def test_an_embedded_changelog_is_newest_first_and_cut_below_its_total(made: Sample) -> None:
    made.site.changelog_limit = 2
    whole = Visitor(made.site).get("3/issue/GROW-1?expand=changelog")["changelog"]
    assert whole["total"] == len(made.site.issue(made.issue).histories) == 5
    created = [history["created"] for history in whole["histories"]]
    assert len(created) == 2
    assert created == sorted(created, reverse=True)


def test_the_changelog_itself_is_oldest_first_and_paged(made: Sample) -> None:
    visitor = Visitor(made.site)
    first = visitor.get("3/issue/GROW-1/changelog?maxResults=3")
    second = visitor.get("3/issue/GROW-1/changelog?startAt=3&maxResults=3")
    assert [first["isLast"], second["isLast"]] == [False, True]
    assert first["nextPage"].endswith("startAt=3&maxResults=3")
    shown = [history["id"] for history in first["values"] + second["values"]]
    assert shown == [str(history.id) for history in made.site.issue(made.issue).histories]


def test_search_carries_twenty_worklogs_and_the_worklog_list_all() -> None:
    site, (issue,) = with_many(1)
    for n in range(25):
        site.add_worklog(issue.id, by="bo", at=BEGAN + n * SECOND, started=BEGAN, seconds=60)
    embedded = Visitor(site).search("id = 10000", fields=["worklog"])["issues"][0]["fields"]["worklog"]
    assert (len(embedded["worklogs"]), embedded["total"]) == (20, 25)
    assert len(Visitor(site).get(f"3/issue/{issue.id}/worklog")["worklogs"]) == 25


def test_version_2_gives_text_and_version_3_a_document(made: Sample) -> None:
    visitor = Visitor(made.site)
    assert visitor.get("2/issue/GROW-1?fields=description")["fields"]["description"].startswith("How we deploy.")
    document = visitor.get("3/issue/GROW-1?fields=description")["fields"]["description"]
    assert [block["type"] for block in document["content"]] == ["paragraph", "bulletList"]


def test_a_mention_is_a_node_of_the_document(made: Sample) -> None:
    comment = Visitor(made.site).get(f"3/issue/GROW-1/comment/{made.comment}")
    kinds = [node["type"] for block in comment["body"]["content"] for node in block.get("content", [])]
    assert kinds == ["mention", "text", "text", "text"]


def test_worklogs_of_the_last_minute_wait(made: Sample) -> None:
    site = made.site
    young = site.add_worklog(made.issue, by="bo", at=site.now() + HOUR, started=BEGAN, seconds=60)
    visitor = Visitor(site)
    shown = [each["worklogId"] for each in visitor.get("3/worklog/updated?since=0")["values"]]
    assert shown == [made.worklog]
    site.touch(site.now() + 2 * MINUTE)
    since = visitor.get("3/worklog/updated?since=0")["values"][0]["updatedTime"]
    assert [each["worklogId"] for each in visitor.get(f"3/worklog/updated?since={since}")["values"]] == [young]


def test_worklog_pages_lose_none_of_one_instant() -> None:
    site, (issue,) = with_many(1)
    made = [site.add_worklog(issue.id, by="bo", at=BEGAN, started=BEGAN, seconds=60) for _ in range(1002)]
    site.touch(BEGAN + 2 * MINUTE)
    page = Visitor(site).get("3/worklog/updated?since=0")
    assert {each["worklogId"] for each in page["values"]} == set(made)
    assert page["lastPage"] is True


def test_deleted_worklogs_are_listed_even_when_their_issue_is_gone(made: Sample) -> None:
    made.site.delete_issue(made.issue, by="ada", at=made.site.now() + HOUR)
    made.site.touch(made.site.now() + 2 * MINUTE)
    page = Visitor(made.site).get("3/worklog/deleted")
    assert [each["worklogId"] for each in page["values"]] == [made.worklog]


def test_worklogs_by_id_leave_unknown_ones_out(made: Sample) -> None:
    shown = Visitor(made.site).post("3/worklog/list", {"ids": [made.worklog, 99]})
    assert [each["id"] for each in shown] == [str(made.worklog)]


def test_properties_are_set_read_searched_and_deleted(made: Sample) -> None:
    visitor = Visitor(made.site)
    visitor.ask("PUT", "3/issue/GROW-1/properties/plan", 201, {"driver": "bo"})
    visitor.ask("PUT", "3/issue/GROW-1/properties/plan", 200, {"driver": "cy"})
    assert visitor.get("3/issue/GROW-1/properties/plan") == {"key": "plan", "value": {"driver": "cy"}}
    shown = visitor.search("issue.property[plan].driver = cy", fields=["key"], properties=["plan"])["issues"]
    assert shown[0]["properties"] == {"plan": {"driver": "cy"}}
    visitor.ask("DELETE", "3/issue/GROW-1/properties/plan", 204)
    visitor.get("3/issue/GROW-1/properties/plan", 404)


def test_bulk_properties_answer_with_a_task(made: Sample) -> None:
    visitor = Visitor(made.site)
    visitor.post("3/issue/properties", {"entitiesIds": [made.issue, made.subtask], "properties": {"k": 1}}, 303)
    assert [made.site.issue(each).properties["k"] for each in (made.issue, made.subtask)] == [1, 1]
    visitor.post("3/issue/properties/multi", {"issues": [{"issueID": made.issue, "properties": {"k": 2}}]}, 303)
    assert visitor.get("3/task/10001")["status"] == "COMPLETE"


def test_a_property_that_is_too_long_is_refused(made: Sample) -> None:
    Visitor(made.site).ask("PUT", "3/issue/GROW-1/properties/k", 400, "x" * 33_000)


def test_a_new_issue_stays_hidden_while_the_index_lags(made: Sample) -> None:
    made.site.search_lag = MINUTE
    fresh = made.site.create_issue("GROW", "Task", "New", by="ada", at=made.site.now() + HOUR)
    visitor = Visitor(made.site)
    assert fresh.id not in visitor.search_ids("project = GROW")
    page = visitor.search("project = GROW", reconcileIssues=[fresh.id])
    assert str(fresh.id) in [issue["id"] for issue in page["issues"]]


def test_archived_projects_show_only_when_asked_for(made: Sample) -> None:
    made.site.archive_project("OPS", by="ada", at=made.site.now())
    visitor = Visitor(made.site)
    assert [each["key"] for each in visitor.get("3/project/search")["values"]] == ["GROW"]
    assert [each["key"] for each in visitor.get("3/project/search?status=archived")["values"]] == ["OPS"]
