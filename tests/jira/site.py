"""One Jira Cloud site, whole: what people do on it, and the events that follow.

    site = Site("Growth", "https://growth.atlassian.net")
    site.add_user("5b10a", "Ada"); site.add_status("To Do", "new"); site.add_issue_type("Task")
    site.add_project("GROW", "Growth", lead="5b10a")
    issue = site.create_issue("GROW", "Task", "Write it down", by="5b10a", at=1_767_225_600_000_000)
    site.transition(issue.id, "Done", by="5b10a", at=1_767_229_200_000_000, resolution="Done")
    site.events[-1].body["changelog"]

Instants are microseconds since the epoch, multiples of 1000; `by` is an account id. Each noun has its module:
store (collections, clock, events), catalog, people (with permissions), projects, issues, talk (comments and
worklogs), links (with properties).
"""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.jira.faults import Faults
from tests.jira.links import Links
from tests.jira.model import Emitted, Installed, Instant, Issue, NotHere, Project, User

__all__ = ["Emitted", "Instant", "Issue", "NotHere", "Project", "Site", "User"]


class Site(Links):
    """A site with nobody and nothing on it yet but Jira's own priorities, resolutions, link types and fields.

    `events` holds every Emitted (name, at, body, flow, issue_id) where `recording` is on; `subscribe` hears them as
    they come. `jitter` is by how many milliseconds an event is stamped later than its deed, `changelog_limit` how many
    histories an embedded changelog carries, `comment_limit` how many comments (None: all), `page_limit` how many whole
    issues a page of a search has at most, `search_lag` how long a new issue stays hidden from searches, `clock` gives
    the site's time where it is not that of its deeds. `faults` makes its REST fail on demand. `wall` is the clock
    (seconds) by which tokens are signed and checked: people's, not the story's. `server` makes it answer as Jira Data
    Center does where that differs: REST v2 alone, the older search, people by key.
    """

    def __init__(self, name: str, base_url: str, *, seed: int = 1) -> None:
        super().__init__(name, base_url, seed=seed)
        self.apps: dict[str, Installed] = {}
        self.failed_webhooks: list[dict[str, Any]] = []
        self.dashboard_items: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
        self.faults = Faults()
        self.search_lag: Instant = 0
        self.server = False
        self.wall: Callable[[], float] = time.time
        self.furnish()
