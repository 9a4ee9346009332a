"""Issue properties: writes them in bulk, reads them back, and follows the task that writes."""

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

    def save_properties(self, values: Mapping[int, Mapping[str, Any]]) -> str:
        """Have Jira set properties, by their keys, on at most 100 issues, each its own; return the task that does it.

        An issue that is not there, or that the app may not edit, spoils none of the others.
        """
        issues = [
            {"issueID": issue_id, "properties": dict(properties)} for issue_id, properties in sorted(values.items())
        ]
        ask = self._cloud.bulk_set_issue_properties_by_issue
        response, _ = self._ask_response(ask, data={"issues": issues})
        location = response.headers.get("Location", "")
        # Only the task's number is taken from the address, never its host: another address may be a login page.
        folder, _, task = urlsplit(location).path.rpartition("/")
        if not folder.endswith("/task"):
            raise JiraError("answered without a task", permanent=False)
        return path_part(task)

    def fetch_properties(self, key: str, issues: Collection[int]) -> dict[int, Any]:
        body = {"issueIdsOrKeys": [str(issue) for issue in issues], "fields": ["id"], "properties": [key]}
        bodies = as_objects(as_object(self._ask(self._cloud.bulk_fetch_issues, data=body)).get("issues"))
        return {int(body["id"]): body["properties"][key] for body in bodies if key in body.get("properties", {})}

    def fetch_task(self, task: str) -> Ended | None:
        answer = as_object(self._ask(self._cloud.get_task, path_part(task)))
        return _ENDED.get(str(answer.get("status")))
