"""The audit log for an administrator: what was done about the site, by whom as a role, and no text of theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.actions.job_titles import TITLES
from connector.auth.access import Role, roles_of
from connector.text import ago
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.operations.audit import Act

# The acts that are listed. Those about learning and on single tickets are about people, and left out.
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
    "sample data loaded": "Sample data loaded",
    "sample data removed": "Sample data removed",
    "engagement applied": "Engagement file applied",
    "engagement changed": "Engagement changed",
    "engagement ended": "Engagement ended",
    "engagement opened again": "Engagement opened again",
    "engagement kept": "Engagement kept elsewhere",
    "change begun": "Change of an engagement begun",
    "change agreed": "Section of a change agreed to",
    "change declined": "Section of a change declined",
    "change withdrawn": "Section of a change withdrawn",
    "draft declined": "Draft of an engagement declined",
    "retention changed": "Retention changed",
    "who sets up": "Who may set up changed",
    "group sets up": "Group that may set up changed",
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

OBJECT_NAMES: Mapping[str, str] = {
    "link made": "link {}",
    "link revoked": "link {}",
    "webhook made": "webhook {}",
    "webhook revoked": "webhook {}",
    "tags taken back": "act {}",
    "tagged in bulk": "act {}",
}
WITHOUT_OBJECT = frozenset({"mirror: foreign value", "person erased", "sample data loaded", "sample data removed"})
ROLE_NAMES: tuple[tuple[Role, str], ...] = (
    ("inhouse_lead", "in-house lead"),
    ("agency_lead", "agency lead"),
    ("inhouse_member", "somebody in-house"),
    ("agency_member", "somebody of the agency"),
    ("gatekeeper", "a gatekeeper"),
    ("sponsor", "a sponsor"),
)


@dataclass(frozen=True)
class AuditRow:
    when: str
    what: str
    about: str
    who: str


def rows_of(acts: Iterable[Act], stored: Iterable[StoredEngagement], now: Instant) -> list[AuditRow]:
    engagements = {item.engagement.key: item for item in stored}
    return [
        AuditRow(ago((now - act.at) / SECOND), ACTS[act.act], _about(act, engagements), _who(act, engagements))
        for act in acts
    ]


def _about(act: Act, engagements: Mapping[str, StoredEngagement]) -> str:
    # The object of these is a ticket or a person: neither is named on this page.
    if act.act in WITHOUT_OBJECT:
        return ""
    if act.act.startswith("job "):
        return TITLES.get(act.object, (act.object, ""))[0]
    if act.act in OBJECT_NAMES:
        return OBJECT_NAMES[act.act].format(act.object)
    if act.act == "mirror chosen":
        return f"{act.object}: {act.after}"
    stored = engagements.get(act.object)
    return stored.engagement.name if stored else act.object


def _who(act: Act, engagements: Mapping[str, StoredEngagement]) -> str:
    # By role at that time: no name and no account stands on this page.
    if act.account is None:
        return "by itself" if act.act in {"ruleset in force", "mirror: foreign value"} else "the command line"
    if act.act == "tagged in bulk":
        return "the command line, in somebody’s name"
    stored = engagements.get(act.object)
    roles = roles_of(stored.engagement, act.account, act.at) if stored else frozenset()
    return next((name for role, name in ROLE_NAMES if role in roles), "an administrator")
