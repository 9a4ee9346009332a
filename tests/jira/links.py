"""What ties issues to each other and to apps: links and issue properties."""

from typing import Any

from tests.jira.collections import deed
from tests.jira.comments import Comments
from tests.jira.events import link_body, property_body
from tests.jira.model import Instant, Item, Link


class Links(Comments):
    """A link shows in both changelogs but sends no issue_updated; a property shows in none."""

    @deed
    def link(self, type_name: str, outward_issue: int, inward_issue: int, *, by: str, at: Instant) -> int:
        """`outward_issue` <outward phrase> `inward_issue`: link("Blocks", a, b) says that a blocks b."""
        kind = self.link_type_named(type_name)
        source, target = self.issue(outward_issue), self.issue(inward_issue)
        made = Link(self.next_id("link"), kind.id, source.id, target.id)
        self.links[made.id] = made
        for end in (source, target):
            self._issue_links[end.id].add(made.id)
        self._write_link(made, by, at, gone=False)
        self.emit("issuelink_created", at, lambda: link_body(self, made), issue_id=source.id)
        return made.id

    @deed
    def unlink(self, link_id: int, *, by: str, at: Instant) -> None:
        link = self.links.pop(link_id)
        for end in (link.source, link.target):
            self._issue_links[end].discard(link_id)
        self._write_link(link, by, at, gone=True)
        self.emit("issuelink_deleted", at, lambda: link_body(self, link), issue_id=link.source)

    def _write_link(self, link: Link, by: str, at: Instant, *, gone: bool) -> None:
        kind = self.link_types[link.type_id]
        for issue_id, there, phrase in (
            (link.source, link.target, kind.outward),
            (link.target, link.source, kind.inward),
        ):
            key = self.issues[there].key
            end = (key, f"This issue {phrase} {key}")
            ends = (*end, None, None) if gone else (None, None, *end)
            self.write_history(self.issues[issue_id], [Item("Link", None, "jira", *ends)], by, at)

    @deed
    def set_property(self, issue_id: int, key: str, value: Any, *, by: str, at: Instant) -> bool:
        """Returns whether the property is new."""
        issue = self.issue(issue_id)
        fresh = key not in issue.properties
        issue.properties[key] = value
        self.touch(at)
        self.emit("issue_property_set", at, lambda: property_body(self, issue, key, value), issue_id=issue.id)
        return fresh

    @deed
    def delete_property(self, issue_id: int, key: str, *, by: str, at: Instant) -> None:
        issue = self.issue(issue_id)
        value = issue.properties.pop(key)
        self.touch(at)
        self.emit("issue_property_deleted", at, lambda: property_body(self, issue, key, value), issue_id=issue.id)
