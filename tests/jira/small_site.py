"""A site small enough to know by heart, with one of everything: for tests that need no story."""

from dataclasses import dataclass

from tests.jira.site import Site

BEGAN = 1_767_225_600_000_000
"""2026-01-01T00:00Z, when the site's people begin."""

SECOND = 1_000_000
HOUR = 3600 * SECOND


@dataclass(frozen=True)
class Sample:
    """`site` and the ids of what is on it: ada leads GROW, bo works, cy is of the agency, mallory may not browse."""

    site: Site
    issue: int
    hidden: int
    subtask: int
    comment: int
    worklog: int
    link: int


def bare_site(name: str = "Growth", base_url: str = "https://growth.atlassian.net", *, seed: int = 1) -> Site:
    """People, statuses, types and two projects, but no issue."""
    site = Site(name, base_url, seed=seed)
    for account in ("ada", "bo", "cy", "mallory"):
        site.add_user(account, account.capitalize())
    site.add_group("in-house", ["ada", "bo"])
    for status, category in (("To Do", "new"), ("In Progress", "indeterminate"), ("Done", "done")):
        site.add_status(status, category)  # type: ignore[arg-type]  # the three categories, from a table
    site.add_issue_type("Epic", level=1)
    site.add_issue_type("Task")
    site.add_issue_type("Sub-task", subtask=True)
    site.add_project("GROW", "Growth", lead="ada")
    site.add_project("OPS", "Operations", lead="ada")
    site.deny("mallory", "GROW", "BROWSE_PROJECTS")
    site.add_level("Confidential", ("ada",))
    site.add_field("customfield_10050", "Objective", "options")
    site.add_field("customfield_10051", "Why", "text")
    return site


def sample(name: str = "Growth", base_url: str = "https://growth.atlassian.net", *, seed: int = 1) -> Sample:
    site = bare_site(name, base_url, seed=seed)
    at = BEGAN
    site.touch(at)
    issue = site.create_issue(
        "GROW",
        "Task",
        "Teach the deploy",
        by="ada",
        at=at,
        assignee="cy",
        labels=["deploys"],
        components=["pipeline"],
        points=3,
        description="How we deploy.\n\n* by hand\n* by [pipeline|https://ci.example.com]",
        fields={"customfield_10050": ["deploys"], "customfield_10051": "So that Bo can."},
    )
    hidden = site.create_issue("GROW", "Task", "Salaries", by="ada", at=at + SECOND, security="Confidential")
    subtask = site.create_issue("GROW", "Sub-task", "Write it down", by="cy", at=at + 2 * SECOND, parent=issue.id)
    site.transition(issue.id, "In Progress", by="cy", at=at + HOUR)
    site.edit(issue.id, by="cy", at=at + 2 * HOUR, assignee="bo", labels=["deploys", "taught"], points=5)
    comment = site.add_comment(
        issue.id, by="bo", at=at + 3 * HOUR, text="May I {code}deploy{code} it alone?", mentions=("cy",)
    )
    worklog = site.add_worklog(issue.id, by="bo", at=at + 4 * HOUR, started=at + 3 * HOUR, seconds=3600)
    link = site.link("Blocks", issue.id, subtask.id, by="ada", at=at + 5 * HOUR)
    site.set_property(issue.id, "shadow", {"accounts": ["bo"], "weight": 2}, by="ada", at=at + 5 * HOUR)
    site.transition(issue.id, "Done", by="bo", at=at + 6 * HOUR, resolution="Done")
    return Sample(site, issue.id, hidden.id, subtask.id, comment, worklog, link)
