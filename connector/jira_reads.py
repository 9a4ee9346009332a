"""What is read of tickets: searches, issues, their histories, and the words a site uses for its statuses."""

from collections.abc import Iterator, Sequence

from connector.jira_base import Body, JiraBase, as_object, as_objects, path_part


class JiraReads(JiraBase):
    """Tickets and what hangs on them."""

    def fetch_issue(self, issue: int | str, *, fields: str = "*all", expand: str | None = None) -> Body:
        """Return one issue as REST v3 gives it."""
        return as_object(self._ask(self._cloud.get_issue, path_part(issue), fields=fields, expand=expand))

    def fetch_search(
        self, jql: str, *, fields: Sequence[str], expand: str | None = None, page: int = 100
    ) -> Iterator[list[Body]]:
        """Yield the issues of a bounded search, page by page."""
        body: Body = {"jql": jql, "fields": list(fields), "maxResults": page}
        if expand:
            body["expand"] = expand
        while True:
            answer = as_object(self._ask(self._cloud.search_and_reconsile_issues_using_jql_post, data=body))
            yield as_objects(answer.get("issues"))
            token = answer.get("nextPageToken")
            if answer.get("isLast") or not token or token == body.get("nextPageToken"):
                return
            body["nextPageToken"] = token

    def fetch_statuses(self) -> list[Body]:
        """Return every status of the site."""
        return as_objects(self._ask(self._cloud.get_statuses))

    def fetch_changelog(self, issue: int | str) -> Iterator[list[Body]]:
        """Yield the histories of an issue, oldest first, page by page."""
        start = 0
        while True:
            answer = as_object(
                self._ask(self._cloud.get_change_logs, path_part(issue), start_at=start, max_results=100)
            )
            values = as_objects(answer.get("values"))
            yield values
            start += len(values)
            if not values or answer.get("isLast") or start >= int(answer.get("total") or 0):
                return

    def fetch_project(self, project: int | str) -> Body:
        """Return one project by id or key."""
        return as_object(self._ask(self._cloud.get_project, path_part(project)))
