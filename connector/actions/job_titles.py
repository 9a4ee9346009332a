"""What the jobs of a site are called for people, and what each is for, as marked texts."""

from collections.abc import Mapping

from mappings.translation import gettext, mark

TITLES: Mapping[str, tuple[str, str]] = {
    "sync": (mark("History"), mark("reads what was in Jira before Teachback")),
    "reconcile": (mark("Check for changes"), mark("reads what changed, in case an event was lost")),
    "nightly": (mark("Nightly check"), mark("reads the last two days again, and finds deleted tickets")),
    "full pass": (mark("Full pass"), mark("reads everything again within 30 days")),
    "reread": (mark("Second read"), mark("reads tickets again whose events were incomplete")),
    "failed webhooks": (mark("Lost events"), mark("fetches events that Jira failed to deliver")),
    "mirror": (mark("Objectives on tickets"), mark("writes them where JQL finds them")),
    "snapshots": (mark("Weekly record"), mark("saves each week and quarter as it was")),
    "weekly-people": (mark("Who can carry what"), mark("computes the coverage of the week")),
    "report-accounts": (mark("Closed accounts"), mark("asks Atlassian which are closed, and erases them")),
    "retention": (mark("Retention"), mark("deletes facts that are older than the retention time")),
}


def title_of(name: str) -> str:
    """Return what a job is called for people, in the reader's language."""
    return gettext(TITLES[name][0]) if name in TITLES else name.capitalize()
