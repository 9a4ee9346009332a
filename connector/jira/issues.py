"""Reads issues from Jira: searches, issues with their histories, statuses, fields, projects, and failed webhooks."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from msgspec import Struct

from connector.jira.session import Body, JiraBase, as_object, as_objects, path_part
from mappings.events.issue_property import PROPERTY

EVERYTHING = ("*all",)
# What is asked of an issue of which the key and the version are wanted.
KEY_FIELDS = ("created", "updated")
# Issues with their fields that Jira gives at once (Atlassian: REST v3, search/jql and issue/bulkfetch).
PAGE = 100
PAGE_OF_IDS = 5000


class SearchPage(Struct, frozen=True):
    """A page of a search. `token` asks for the next one; None: this is the last."""

    issues: list[Body]
    token: str | None = None


class JiraReads(JiraBase):
    """Reads of issues and of what belongs to them. At most 100 issues a call; what the app may not see is left out."""

    def fetch_issue(self, issue: int | str, *, fields: str = "*all", expand: str | None = None) -> Body:
        return as_object(self._ask(self._cloud.get_issue, path_part(issue), fields=fields, expand=expand))

    def fetch_issues(self, issues: Collection[int]) -> list[Body]:
        body = {"issueIdsOrKeys": [str(issue) for issue in issues], "fields": list(EVERYTHING), "expand": ["changelog"]}
        body["properties"] = [PROPERTY]
        return as_objects(as_object(self._ask(self._cloud.bulk_fetch_issues, data=body)).get("issues"))

    def fetch_page(self, jql: str, *, token: str | None = None) -> SearchPage:
        """Return the next 100 issues of a bounded search, with what of their histories Jira embeds."""
        body: Body = {"jql": jql, "fields": list(EVERYTHING), "expand": "changelog", "maxResults": PAGE}
        return self._search({**body, "properties": [PROPERTY]}, token)

    def fetch_key_page(self, jql: str, *, token: str | None = None) -> SearchPage:
        return self._search({"jql": jql, "fields": list(KEY_FIELDS), "maxResults": PAGE}, token)

    def fetch_keys(self, issues: Collection[int | str]) -> list[Body]:
        """Return keys and versions of at most 100 issues, by ids or by keys, also such as they had before a move."""
        body = {"issueIdsOrKeys": [str(issue) for issue in issues], "fields": list(KEY_FIELDS)}
        return as_objects(as_object(self._ask(self._cloud.bulk_fetch_issues, data=body)).get("issues"))

    def fetch_ids(self, jql: str) -> Iterator[list[int]]:
        # With ids alone a page may hold 5,000.
        body: Body = {"jql": jql, "fields": ["id"], "maxResults": PAGE_OF_IDS}
        token = None
        while True:
            page = self._search(body, token)
            yield [int(body["id"]) for body in page.issues]
            token = page.token
            if token is None:
                return

    def fetch_count(self, jql: str) -> int:
        return int(as_object(self._ask(self._cloud.count_issues, data={"jql": jql})).get("count") or 0)

    def fetch_search(
        self, jql: str, *, fields: Sequence[str], expand: str | None = None, page: int = PAGE
    ) -> Iterator[list[Body]]:
        body: Body = {"jql": jql, "fields": list(fields), "maxResults": page}
        if expand:
            body["expand"] = expand
        token = None
        while True:
            found_page = self._search(body, token)
            yield found_page.issues
            token = found_page.token
            if token is None:
                return

    def _search(self, body: Body, token: str | None) -> SearchPage:
        asked = {**body, "nextPageToken": token} if token else body
        answer = as_object(self._ask(self._cloud.search_and_reconsile_issues_using_jql_post, data=asked))
        after = answer.get("nextPageToken")
        ends = answer.get("isLast") or not after or after == token
        return SearchPage(as_objects(answer.get("issues")), None if ends else str(after))

    def fetch_statuses(self) -> list[Body]:
        return as_objects(self._ask(self._cloud.get_statuses))

    def fetch_fields(self) -> list[Body]:
        return as_objects(self._ask(self._cloud.get_fields))

    def fetch_changelog(self, issue: int | str) -> Iterator[list[Body]]:
        return self._pages(self._cloud.get_change_logs, issue, "values", 100)

    def fetch_worklogs(self, issue: int | str) -> Iterator[list[Body]]:
        return self._pages(self._cloud.get_issue_worklog, issue, "worklogs", 5000)

    def fetch_comments(self, issue: int | str) -> Iterator[list[Body]]:
        return self._pages(self._cloud.get_comments, issue, "comments", 100)

    def _pages(self, method: Callable[..., Any], issue: int | str, name: str, size: int) -> Iterator[list[Body]]:
        start = 0
        while True:
            answer = as_object(self._ask(method, path_part(issue), start_at=start, max_results=size))
            values = as_objects(answer.get(name))
            yield values
            start += len(values)
            if not values or answer.get("isLast") or start >= int(answer.get("total") or 0):
                return

    def fetch_project(self, project: int | str) -> Body:
        return as_object(self._ask(self._cloud.get_project, path_part(project)))

    def fetch_deleted_projects(self, key: str) -> list[Body]:
        # Return the projects of that key that lie in the site's trash, where the app may see it.
        answer = as_object(self._ask(self._cloud.search_projects, keys=[key], status=["deleted"]))
        return as_objects(answer.get("values"))

    def fetch_worklogs_changed(self, since: int, *, gone: bool = False) -> Body:
        """Return ids of worklogs changed (or deleted) after `since`, in ms, as `values`, `until` and `lastPage`.

        What is younger than a minute is left out by Jira: go on from `until`, never from now.
        """
        ask = self._cloud.get_ids_of_worklogs_deleted_since if gone else self._cloud.get_ids_of_worklogs_modified_since
        return as_object(self._ask(ask, since=since))

    def fetch_worklogs_of(self, worklogs: Collection[int]) -> list[Body]:
        return as_objects(self._ask(self._cloud.get_worklogs_for_ids, data={"ids": list(worklogs)}))

    def fetch_failed_webhooks(self, after: int, limit: int = PAGE) -> list[Body]:
        """Return the oldest deliveries that Jira gave up after an instant (ms), of at most 72 hours."""
        answer = self._ask(self._cloud.get_failed_webhooks, max_results=limit, after=after)
        return as_objects(as_object(answer)["values"])

    def fetch_deployment(self) -> str:
        """Return "Cloud", "Server" or "Data Center", as the site names itself."""
        return str(as_object(self._ask(self._cloud.get_server_info)).get("deploymentType") or "")
