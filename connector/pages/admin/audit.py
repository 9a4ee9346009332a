"""The audit log for an administrator: what was done about the site, by whom as a role, and no text of theirs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from connector.actions.job_titles import TITLES
from connector.auth.access import Role, roles_of
from connector.pages.admin.audit_changes import change_text
from connector.pages.admin.audit_objects import Place, place_of
from connector.text import ago
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.operations.audit import Act
from mappings.translation import Texts, gettext, mark

# The acts that are listed. Those about learning and on single tickets are about people, and left out, as are single
# fields of a draft.
ACTS: Mapping[str, str] = Texts(
    {
        "history paused": mark("History paused"),
        "history resumed": mark("History resumed"),
        "history cancelled": mark("History cancelled"),
        "history begun anew": mark("History read again"),
        "job asked for": mark("Job started"),
        "job paused": mark("Job paused"),
        "job resumed": mark("Job resumed"),
        "mirror chosen": mark("What tickets show changed"),
        "engagement set up": mark("Engagement set up on a page"),
        "sample data loaded": mark("Sample data loaded"),
        "sample data removed": mark("Sample data removed"),
        "engagement applied": mark("Engagement file applied"),
        "engagement changed": mark("Engagement changed"),
        "model changed": mark("Model of an engagement changed"),
        "engagement ended": mark("Engagement ended"),
        "engagement opened again": mark("Engagement opened again"),
        "engagement kept": mark("Engagement kept elsewhere"),
        "change begun": mark("Change of an engagement begun"),
        "change agreed": mark("Section of a change agreed to"),
        "change agreed, undone": mark("Agreement to a section of a change taken back"),
        "change declined": mark("Section of a change declined"),
        "change withdrawn": mark("Section of a change withdrawn"),
        "draft begun": mark("Draft of an engagement begun"),
        "draft agreed": mark("Draft of an engagement agreed to"),
        "draft declined": mark("Draft of an engagement declined"),
        "draft discarded": mark("Draft of an engagement discarded"),
        "retention changed": mark("Retention changed"),
        "who sets up": mark("Who may set up changed"),
        "group sets up": mark("Group that may set up changed"),
        "ruleset proposed": mark("Rules proposed"),
        "ruleset approved": mark("Rules approved"),
        "ruleset approved, undone": mark("Approval of rules taken back"),
        "ruleset in force": mark("Rules in force"),
        "tagged in bulk": mark("Tickets tagged by a search"),
        "tags taken back": mark("Tags of a search removed"),
        "webhook made": mark("Webhook created"),
        "webhook revoked": mark("Webhook revoked"),
        "link made": mark("Signed link created"),
        "link revoked": mark("Signed link revoked"),
        "mirror: foreign value": mark("Another app’s value on a ticket replaced"),
        "person erased": mark("Person erased"),
    }
)

OBJECT_NAMES: Mapping[str, str] = {
    "link made": mark("link %(number)s"),
    "link revoked": mark("link %(number)s"),
    "webhook made": mark("webhook %(number)s"),
    "webhook revoked": mark("webhook %(number)s"),
    "tags taken back": mark("act %(number)s"),
    "tagged in bulk": mark("act %(number)s"),
}
DRAFT = "draft "
DRAFT_ACTS = frozenset(name for name in ACTS if name.startswith(DRAFT))
LEAD_NAMES: Mapping[str, str] = {"inhouse": mark("in-house lead"), "agency": mark("agency lead")}
WITHOUT_OBJECT = frozenset({"mirror: foreign value", "person erased", "sample data loaded", "sample data removed"})
ROLE_NAMES: tuple[tuple[Role, str], ...] = (
    ("inhouse_lead", mark("in-house lead")),
    ("agency_lead", mark("agency lead")),
    ("inhouse_member", mark("somebody in-house")),
    ("agency_member", mark("somebody of the agency")),
    ("gatekeeper", mark("a gatekeeper")),
    ("sponsor", mark("a sponsor")),
)
ADMINISTRATOR = mark("an administrator")


@dataclass(frozen=True)
class AuditRow:
    when: str
    what: str
    about: str
    who: str
    change: str = ""


def key_of(act: Act) -> str:
    """Return what an act is about without its part: the engagement's key of one that names a section and a side."""
    return act.object.split(" ", 1)[0]


def acts_for(hidden: Collection[str], acts: Iterable[Act], *, is_agency: bool) -> list[Act]:
    """Return the acts that a reader may read of: none of these engagements, and of no draft for an agency's."""
    return [act for act in acts if key_of(act) not in hidden and not (is_agency and act.act in DRAFT_ACTS)]


def rows_of(
    acts: Iterable[Act], stored: Iterable[StoredEngagement], now: Instant, objects: Mapping[Place, str]
) -> list[AuditRow]:
    """Return the rows of acts; `objects` are what those on links and drafts are about, as far as it is known."""
    engagements = {item.engagement.key: item for item in stored}
    return [
        AuditRow(
            ago((now - act.at) / SECOND),
            ACTS[act.act],
            objects.get(place_of(act)) or _about(act, engagements),
            who_text(act, engagements),
            change_text(act),
        )
        for act in acts
    ]


def _about(act: Act, engagements: Mapping[str, StoredEngagement]) -> str:
    # The object of these is a ticket or a person: neither is named on this page.
    if act.act in WITHOUT_OBJECT:
        return ""
    if act.act.startswith("job "):
        return gettext(TITLES[act.object][0]) if act.object in TITLES else act.object
    if act.act in DRAFT_ACTS:
        return gettext("draft %(number)s", number=act.object.split()[1])
    if act.act in OBJECT_NAMES:
        return gettext(OBJECT_NAMES[act.act], number=act.object)
    # The whole site is no engagement.
    if act.object == "site":
        return gettext("the whole site")
    stored = engagements.get(key_of(act))
    return stored.engagement.name if stored else act.object


def who_text(act: Act, engagements: Mapping[str, StoredEngagement]) -> str:
    # By role at that time: no name and no account stands on this page.
    if act.account is None:
        by_itself = act.act in {"ruleset in force", "mirror: foreign value"}
        return gettext("by itself") if by_itself else gettext("the command line")
    if act.act == "tagged in bulk":
        return gettext("the command line, in somebody’s name")
    if act.act in DRAFT_ACTS and act.object.split()[-1] in LEAD_NAMES:
        return gettext(LEAD_NAMES[act.object.split()[-1]])
    stored = engagements.get(key_of(act))
    roles = roles_of(stored.engagement, act.account, act.at) if stored else frozenset()
    return gettext(next((name for role, name in ROLE_NAMES if role in roles), ADMINISTRATOR))
