"""What the jobs of a site are called for people, and what each is for."""

from collections.abc import Mapping

TITLES: Mapping[str, tuple[str, str]] = {
    "sync": ("History", "reads what was in Jira before Teachback"),
    "reconcile": ("Check for changes", "reads what changed, in case an event was lost"),
    "nightly": ("Nightly check", "reads the last two days again, and finds deleted tickets"),
    "full pass": ("Full pass", "reads everything again within 30 days"),
    "reread": ("Second read", "reads tickets again whose events were incomplete"),
    "failed webhooks": ("Lost events", "fetches events that Jira failed to deliver"),
    "mirror": ("Objectives on tickets", "writes them where JQL finds them"),
    "snapshots": ("Weekly record", "saves each week and quarter as it was"),
    "weekly-people": ("Who can carry what", "computes the coverage of the week"),
    "report-accounts": ("Closed accounts", "asks Atlassian which are closed, and erases them"),
    "retention": ("Retention", "deletes facts that are older than the retention time"),
}


def title_of(name: str) -> str:
    """Return what a job is called for people."""
    return TITLES.get(name, (name.capitalize(), ""))[0]
