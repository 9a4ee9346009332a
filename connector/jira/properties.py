"""What we leave on a ticket in Jira: issue properties."""

from collections.abc import Collection, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from connector.jira.errors import JiraError
from connector.jira.session import JiraBase, as_object, as_objects, path_part

# How many issues one call may write, each its own values (Atlassian: REST v3, issue/properties/multi).
ISSUES_AT_ONCE = 100

Ended: TypeAlias = Literal["complete", "failed"]
_ENDED: Mapping[str, Ended] = {"COMPLETE": "complete", "FAILED": "failed", "CANCELLED": "failed", "DEAD": "failed"}


class JiraProperties(JiraBase):
    """Properties of issues."""

    def save_properties(self, key: str, values: Mapping[int, Any]) -> str:
        """Have Jira set a property on at most 100 issues, each its own value; return the task that does it.

        An issue that is not there, or that the app may not edit, spoils none of the others.
        """
        issues = [{"issueID": issue_id, "properties": {key: value}} for issue_id, value in sorted(values.items())]
        ask = self._cloud.bulk_set_issue_properties_by_issue
        response, _ = self._ask_response(ask, data={"issues": issues})
        place = response.headers.get("Location", "")
        # Which task it is is read from the answer, never who is asked about it; elsewhere may be a page to log in.
        where, _, task = urlsplit(place).path.rpartition("/")
        if not where.endswith("/task"):
            raise JiraError("answered without a task", permanent=False)
        return path_part(task)

    def fetch_properties(self, key: str, issues: Collection[int]) -> dict[int, Any]:
        """Return what at most 100 issues hold of a property; those without it, and those not seen, are left out."""
        body = {"issueIdsOrKeys": [str(one) for one in issues], "fields": ["id"], "properties": [key]}
        found = as_objects(as_object(self._ask(self._cloud.bulk_fetch_issues, data=body)).get("issues"))
        return {int(one["id"]): one["properties"][key] for one in found if key in one.get("properties", {})}

    def fetch_task(self, task: str) -> Ended | None:
        """Return how a task ended, None while it runs."""
        answer = as_object(self._ask(self._cloud.get_task, path_part(task)))
        return _ENDED.get(str(answer.get("status")))
