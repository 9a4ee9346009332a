"""The audit for an administrator: what was done about the site, by whom as a role, and nothing of what people said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.actions.job_titles import TITLES
from connector.auth.access import Role, roles_of
from connector.text import ago
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.operations.audit import Act

ACTS: Mapping[str, str] = {
    "history paused": "History paused",
    "history resumed": "History resumed",
    "history cancelled": "History cancelled",
    "history begun anew": "History read again",
    "job asked for": "Job started",
    "job paused": "Job paused",
    "job resumed": "Job resumed",
    "mirror chosen": "What tickets show changed",
    "engagement set up": "Engagement set up on a page",
    "engagement applied": "Engagement file applied",
    "ruleset proposed": "Rules proposed",
    "ruleset approved": "Rules approved",
    "ruleset in force": "Rules in force",
    "tagged in bulk": "Tickets tagged by a search",
    "tags taken back": "Tags of a search removed",
    "webhook made": "Webhook created",
    "webhook revoked": "Webhook revoked",
    "link made": "Signed link created",
    "link revoked": "Signed link revoked",
    "mirror: foreign value": "Another app’s value on a ticket replaced",
    "person erased": "Person erased",
}
"""The acts that are listed. Those about learning and on single tickets are about people: they are not."""

NAMED: Mapping[str, str] = {
    "link made": "link {}",
    "link revoked": "link {}",
    "webhook made": "webhook {}",
    "webhook revoked": "webhook {}",
    "tags taken back": "act {}",
    "tagged in bulk": "act {}",
}
UNNAMED = frozenset({"mirror: foreign value", "person erased"})
WHO: tuple[tuple[Role, str], ...] = (
    ("inhouse_lead", "in-house lead"),
    ("agency_lead", "agency lead"),
    ("inhouse_member", "somebody in-house"),
    ("agency_member", "somebody of the agency"),
    ("gatekeeper", "a gatekeeper"),
    ("sponsor", "a sponsor"),
)


@dataclass(frozen=True)
class AuditRow:
    """An act as the page shows it."""

    when: str
    what: str
    about: str
    who: str


def deeds_of(acts: Iterable[Act], stored: Iterable[StoredEngagement], now: Instant) -> list[AuditRow]:
    """Return acts in words, in their order."""
    known = {one.engagement.key: one for one in stored}
    return [AuditRow(ago((now - one.at) / SECOND), ACTS[one.act], _about(one, known), _who(one, known)) for one in acts]


def _about(one: Act, known: Mapping[str, StoredEngagement]) -> str:
    if one.act in UNNAMED:
        return ""
    if one.act.startswith("job "):
        return TITLES.get(one.object, (one.object, ""))[0]
    if one.act in NAMED:
        return NAMED[one.act].format(one.object)
    if one.act == "mirror chosen":
        return f"{one.object}: {one.after}"
    found = known.get(one.object)
    return found.engagement.name if found else one.object


def _who(one: Act, known: Mapping[str, StoredEngagement]) -> str:
    """Say who it was as a role at that time: no name and no account stands on this page."""
    if one.account is None:
        return "by itself" if one.act in {"ruleset in force", "mirror: foreign value"} else "the command line"
    if one.act == "tagged in bulk":
        return "the command line, in somebody’s name"
    found = known.get(one.object)
    roles = roles_of(found.engagement, one.account, one.at) if found else frozenset()
    return next((words for role, words in WHO if role in roles), "an administrator")
