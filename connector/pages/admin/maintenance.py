"""Maintenance of a site: Jira's quota of this hour, what tickets show, and the checks of its health."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from connector.health import Finding, check_inbox, check_letters, check_measured
from connector.jira.quota import BACKGROUND
from connector.text import ago, ahead, whole_percent
from mappings.events.times import HOUR, SECOND
from mappings.events.types import Instant
from mappings.records.agreement.closed_room import RoomSize
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.operations.health import Health
from mappings.records.operations.issue_properties import Choice
from mappings.records.operations.jira_quota import RetryAfter, Spent
from mappings.translation import gettext, integer_text, list_text, mark, ngettext
from webhooks.issue_property import project_visibility

# So many projects are named in a sentence; more are counted.
NAMED = 5
QUIET = 7 * 24 * HOUR
NONE_YET = mark("Change a ticket in Jira; if none comes, ask whoever runs Teachback.")
LOST = mark("Nothing came for a week: check that the app is enabled on the site, or ask whoever runs Teachback")


@dataclass(frozen=True)
class Budget:
    """Requests to Jira this hour: `share` of the quota in per cent, its text, and what Jira holds back."""

    share: int
    text: str
    halts: tuple[str, ...]


def budget_of(spent: Spent, quota: int, halts: Iterable[RetryAfter], now: Instant, *, alone: bool) -> Budget:
    """Return the quota's use, to the point only where this site has the installation to itself."""
    background = spent.work + spent.history + spent.rolling
    share = min(100, 100 * (spent.people + background) // max(quota, 1))
    fresh = ahead((HOUR - now % HOUR) / SECOND)
    if alone:
        text = gettext(
            "%(spent)s of %(quota)s that Jira allows: %(people)s for people’s pages, %(background)s in the background, "
            "which takes %(most)s at most. Resets %(when)s.",
            spent=integer_text(spent.people + background),
            quota=integer_text(quota),
            people=integer_text(spent.people),
            background=integer_text(background),
            most=integer_text(quota * BACKGROUND // 100),
            when=fresh,
        )
        return Budget(share, text, tuple(_halt(halt, now) for halt in halts))
    # Exact points would tell how much is done on other sites: there it is in steps of ten per cent.
    share = -(-share // 10) * 10
    text = gettext(
        "At most %(share)s of what the installation may ask for all its sites. Resets %(when)s.",
        share=whole_percent(share),
        when=fresh,
    )
    return Budget(share, text, tuple(_halt(halt, now) for halt in halts))


def _halt(halt: RetryAfter, now: Instant) -> str:
    places = {"reason": halt.reason, "when": ahead((halt.until - now) / SECOND)}
    if halt.scope:
        message = mark("Jira does not want to be asked for “%(scope)s” (“%(reason)s”); it goes on %(when)s.")
        return gettext(message, scope=halt.scope, **places)
    return gettext("Jira does not want to be asked for everything (“%(reason)s”); it goes on %(when)s.", **places)


@dataclass(frozen=True)
class ProjectDisplay:
    """What a project's tickets show in Jira. `may`: buckets can be turned on; `waiting`: tickets still to write.

    `state`: whether the tickets carry objectives, or why not.
    """

    key: str
    state: Literal["shown", "several", "chosen"]
    objectives: str
    bucket: bool
    may: bool
    waiting: str

    @property
    def carried(self) -> Literal["shown", "bucket", "several", "chosen"]:
        return "bucket" if self.state == "shown" and self.bucket and self.may else self.state


def displays_of(
    stored: Sequence[StoredEngagement], choices: Mapping[str, Choice], waiting: Mapping[str, int]
) -> list[ProjectDisplay]:
    visibility = project_visibility(stored, choices)
    rows = []
    for key in sorted(visibility):
        choice = choices.get(key, Choice(key))
        agencies = {item.engagement.agency for item in stored if key in item.engagement.projects}
        alone = len(agencies) < 2
        written = gettext("none")
        if waiting.get(key):
            # It does so by itself: what is shown there changed, or has to go.
            written = ngettext(
                "Teachback still checks what %(num)s ticket shows. Nothing to do.",
                "Teachback still checks what %(num)s tickets show. Nothing to do.",
                waiting[key],
            )
        text = _visibility_text(choice, alone=alone, shows=bool(visibility[key].engagements))
        may = alone and choice.objectives is not False
        rows.append(ProjectDisplay(key, _state_of(choice, alone=alone), text, choice.bucket, may=may, waiting=written))
    return rows


def _state_of(choice: Choice, *, alone: bool) -> Literal["shown", "several", "chosen"]:
    if choice.objectives is not None:
        return "shown" if choice.objectives else "chosen"
    return "shown" if alone else "several"


def display_texts(displays: Sequence[ProjectDisplay]) -> list[str]:
    """Return which projects' tickets carry their objectives, and which do not and why: a sentence each."""
    sentences = (
        (
            "shown",
            mark(
                "%(projects)s: tickets carry their objectives, and nothing about people, so that a search finds "
                "them; whoever may see a ticket sees them."
            ),
        ),
        (
            "bucket",
            mark(
                "%(projects)s: tickets carry their objectives and their bucket, and nothing about people, so that a "
                "search finds them; whoever may see a ticket sees them."
            ),
        ),
        ("several", mark("%(projects)s: tickets carry no objectives, as several agencies work there.")),
        ("chosen", mark("%(projects)s: tickets carry no objectives, as an administrator chose.")),
    )
    keys = {state: [item.key for item in displays if item.carried == state] for state, _ in sentences}
    return [gettext(text, projects=_projects(keys[state])) for state, text in sentences if keys[state]]


def _projects(keys: Sequence[str]) -> str:
    return list_text(keys) if len(keys) <= NAMED else ngettext("%(num)s project", "%(num)s projects", len(keys))


def _visibility_text(choice: Choice, *, alone: bool, shows: bool) -> str:
    # docs/decisions.md: "no agency learns of another".
    if choice.objectives is not None:
        is_shown = choice.objectives
        return gettext("shown, as an administrator chose") if is_shown else gettext("hidden, as an administrator chose")
    if not alone:
        return gettext("hidden: several agencies work here, and each ticket would show the others’ work")
    return gettext("shown: one agency works here") if shows else gettext("shown as soon as figures are there")


def findings_of(health: Health, latest: Instant | None, now: Instant) -> list[Finding]:
    unknown = ngettext(
        "%(num)s event of a kind that this release does not read",
        "%(num)s events of a kind that this release does not read",
        health.unknown_events,
    )
    return [
        _latest_event(latest, now),
        check_inbox(health, now),
        check_letters(health, now),
        check_measured(health, now),
        Finding(gettext("Unknown events"), unknown, ""),
    ]


def _latest_event(latest: Instant | None, now: Instant) -> Finding:
    if latest is None:
        return Finding(gettext("Jira’s events"), gettext("none yet"), gettext(NONE_YET))
    text = gettext("figures changed %(ago)s", ago=ago((now - latest) / SECOND))
    return Finding(gettext("Jira’s events"), text, gettext(LOST) if now - latest > QUIET else "")


def rooms_of(sizes: Iterable[RoomSize], names: Mapping[str, str], now: Instant) -> list[Finding]:
    """Return how many notes are open in each closed room and since when: an administrator reads no more of it."""
    texts = [
        ngettext(
            "%(engagement)s: %(num)s open note, the oldest from %(ago)s",
            "%(engagement)s: %(num)s open notes, the oldest from %(ago)s",
            size.open,
            engagement=names[size.engagement],
            ago=ago((now - size.since) / SECOND),
        )
        for size in sizes
        if size.engagement in names
    ]
    return [Finding(gettext("Closed rooms"), "; ".join(texts), "")] if texts else []
