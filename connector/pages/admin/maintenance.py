"""How a site is kept: Jira's budget of this hour, what tickets show, what waits, and what has to be looked after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.health import Finding, check_inbox, check_letters, check_measured
from connector.jira.quota import BACKGROUND
from connector.text import THIN, ago, ahead, count
from mappings.events.times import HOUR, SECOND
from mappings.events.types import Instant
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.operations.health import Health
from mappings.records.operations.issue_properties import Choice
from mappings.records.operations.jira_quota import RetryAfter, Spent
from webhooks.issue_property import project_visibility

QUIET = 7 * 24 * HOUR
NONE_YET = "Change a ticket in Jira; if none comes, ask whoever runs Teachback."
LOST = "Nothing came for a week: look whether the app is enabled on the site, or ask whoever runs Teachback"


@dataclass(frozen=True)
class Budget:
    """What Jira was asked this hour: `share` of the quota in per cent, how that is said, and what is halted."""

    share: int
    said: str
    halts: tuple[str, ...]


def budget_of(spent: Spent, quota: int, halts: Iterable[RetryAfter], now: Instant, *, alone: bool) -> Budget:
    """Return the budget in words; to the point only where this site has the installation to itself.

    Else the points would tell how much is done on other sites: then in steps of ten per cent.
    """
    background = spent.work + spent.history + spent.rolling
    share = min(100, 100 * (spent.people + background) // max(quota, 1))
    fresh = ahead((HOUR - now % HOUR) / SECOND)
    if alone:
        said = (
            f"{spent.people + background:,} of {quota:,} points: {spent.people:,} for people’s pages, "
            f"{background:,} in the background, which takes {quota * BACKGROUND // 100:,} at most. Resets {fresh}."
        )
        return Budget(share, said, tuple(_halt(one, now) for one in halts))
    share = -(-share // 10) * 10
    said = f"At most {share}{THIN}% of what the installation may ask for all its sites. Resets {fresh}."
    return Budget(share, said, tuple(_halt(one, now) for one in halts))


def _halt(one: RetryAfter, now: Instant) -> str:
    what = f"“{one.scope}”" if one.scope else "everything"
    return (
        f"Jira does not want to be asked for {what} (“{one.reason}”); it goes on {ahead((one.until - now) / SECOND)}."
    )


@dataclass(frozen=True)
class Shown:
    """What a project's tickets show in Jira. `may`: buckets can be turned on; `waiting`: tickets still to look at."""

    key: str
    objectives: str
    bucket: bool
    may: bool
    waiting: str


def shown_of(
    stored: Sequence[StoredEngagement], choices: Mapping[str, Choice], waiting: Mapping[str, int]
) -> list[Shown]:
    """Return what the projects of the engagements show, by key."""
    opened = project_visibility(stored, choices)
    rows = []
    for key in sorted(opened):
        choice = choices.get(key, Choice(key))
        agencies = {one.engagement.agency for one in stored if key in one.engagement.projects}
        alone = len(agencies) < 2
        written = f"{count(waiting[key], 'ticket')} to look at" if waiting.get(key) else "none"
        said = _said(choice, alone=alone, shows=bool(opened[key].engagements))
        rows.append(Shown(key, said, choice.bucket, may=alone and choice.objectives is not False, waiting=written))
    return rows


def _said(choice: Choice, *, alone: bool, shows: bool) -> str:
    """Say what is shown and why (docs/decisions.md: "no agency learns of another")."""
    if choice.objectives is not None:
        return "shown, as an administrator chose" if choice.objectives else "hidden, as an administrator chose"
    if not alone:
        return "hidden: several agencies work here, and each ticket would tell of the others"
    return "shown: one agency works here" if shows else "shown as soon as figures are there"


def findings_of(health: Health, heard: Instant | None, now: Instant) -> list[Finding]:
    """Return what a site's events and figures are at, each with what to do where one is needed."""
    events = count(health.unknown_events, "event")
    return [
        _heard(heard, now),
        check_inbox(health, now),
        check_letters(health, now),
        check_measured(health, now),
        Finding("Unknown events", f"{events} of a kind that this release does not read", ""),
    ]


def _heard(heard: Instant | None, now: Instant) -> Finding:
    if heard is None:
        return Finding("Jira’s events", "none yet", NONE_YET)
    said = f"figures changed {ago((now - heard) / SECOND)}"
    return Finding("Jira’s events", said, LOST if now - heard > QUIET else "")
