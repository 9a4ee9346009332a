"""Setting up an engagement on pages: its draft, changed field by field, and agreed on by a lead of each side."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.actions.draft_fields import read_fields, with_field
from connector.actions.draft_proposals import filled_bodies, offered_bodies
from connector.actions.draft_roles import draft_roles, setup_permission, standing_roles
from connector.actions.errors import ActionRefused, NotPermitted
from connector.actions.policy import SET_UP, ActingRole, may, require
from connector.actions.settings.current import select_current_draft, select_standing
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.engagement_file.draft_sections import (
    FieldProblem,
    document_of,
    refusals_of,
)
from mappings.formats.engagement_file.first_file import FirstFile
from mappings.records.agreement.drafts import (
    Draft,
    accounts_in,
    delete_draft,
    delete_old_drafts,
    insert_draft,
    save_draft_section,
)
from mappings.records.agreement.engagements import select_engagement
from mappings.records.facts.accounts import select_known_accounts
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.jobs import save_due
from mappings.records.operations.tenants import select_setup_by
from mappings.translation import gettext, mark

LONGEST = 1000
# A list of accounts, about 400 people.
LONGEST_LIST = 20_000
# Days during which a draft that nobody changes stays.
DRAFT_DAYS = 90
GONE = mark("This draft is not there any more: it was discarded, or both sides agreed to it.")
SITE_ADMINS_ALONE = mark(
    "On this site only administrators of Jira, or a group that they chose, begin new engagements. Ask one of them."
)
KEPT_AS_FILE = mark("This engagement is kept as a file: change it there and apply the file.")


class SetupActor(Struct, frozen=True):
    """A person at the moment of an action on a draft.

    Jira said whether they administer the site ("admin") or each project of the draft ("project_admin"). `projects` are
    the keys of projects that they may set up, of those that they named.
    """

    connection: Connection
    tenant_id: int
    account: str
    now: Instant
    administers: frozenset[ActingRole]
    projects: frozenset[str] = frozenset()

    @property
    def place(self) -> tuple[Connection, int]:
        """Where records go."""
        return self.connection, self.tenant_id


class FieldChange(Struct, frozen=True):
    """A field as somebody sent it: the text that it is to have, and the one that their page showed."""

    field: str
    text: str
    shown: str


class Conflict(Struct, frozen=True):
    """A field that somebody else changed meanwhile to something else."""

    field: str
    yours: str
    theirs: str
    by: str
    at: Instant


class SectionEdit(Struct, frozen=True):
    """A section of a draft while somebody changes it."""

    actor: SetupActor
    draft: Draft
    section: str


class SavedFields(Struct, frozen=True):
    """What became of changes: the fields that were saved, those in conflict, and those that were refused with why.

    `undo` are the changes that take back what was saved.
    """

    fields: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[FieldProblem, ...] = ()
    undo: tuple[FieldChange, ...] = ()


def begin_draft(actor: SetupActor, bodies: Mapping[str, Mapping[str, Any]]) -> int:
    """Begin a draft with these sections; return its number. Drafts that nobody changed for 90 days go."""
    lock_tenant(*actor.place)
    require(SET_UP, actor.administers)
    if not may_begin(actor.connection, actor.tenant_id, actor.administers):
        raise NotPermitted(gettext(SITE_ADMINS_ALONE))
    delete_old_drafts(*actor.place, actor.now - DRAFT_DAYS * DAY)
    number = insert_draft(*actor.place, bodies, now=actor.now, by=actor.account)
    # The history of its projects is read from now on.
    save_due(*actor.place, "sync", actor.now)
    projects = ", ".join(bodies["basics"]["engagement"]["projects"])
    insert_act(*actor.place, Act(actor.now, actor.account, "draft begun", f"draft {number}", None, projects))
    return number


def may_begin(connection: Connection, tenant_id: int, administers: frozenset[ActingRole]) -> bool:
    """Tell whether somebody who administers that much may begin an engagement, as the site's administrators say."""
    return bool(administers & {"admin", "setup_group", "admin_link"}) or (
        may(SET_UP, administers) and select_setup_by(connection, tenant_id) == "project_admins"
    )


def discard_draft(actor: SetupActor, number: int) -> None:
    """Delete a draft."""
    open_draft(actor, number)
    delete_draft(*actor.place, number)
    insert_act(*actor.place, Act(actor.now, actor.account, "draft discarded", f"draft {number}"))


def open_draft(actor: SetupActor, number: int, section: str = "") -> Draft:
    """Return a draft for a change of it, or of a section of it. Raises ActionRefused."""
    lock_tenant(*actor.place)
    draft = require_draft(actor, number)
    require(setup_permission(draft, section), roles_on(actor, draft))
    return draft


def roles_on(actor: SetupActor, draft: Draft) -> frozenset[ActingRole]:
    """Return what the actor is in a draft; in that of a change, by the agreement that holds. Raises ActionRefused."""
    stored = select_standing(*actor.place, draft)
    if stored is None:
        return draft_roles(draft, actor.account, actor.administers)
    if stored.kept_in == "file":
        raise ActionRefused(gettext(KEPT_AS_FILE))
    return standing_roles(stored, actor.account, actor.administers, actor.now)


def require_draft(actor: SetupActor, number: int) -> Draft:
    """Return a draft. Raises ActionRefused."""
    draft = select_current_draft(*actor.place, number)
    if draft is None:
        raise ActionRefused(gettext(GONE))
    return draft


def change_fields(actor: SetupActor, number: int, section: str, changes: Iterable[FieldChange]) -> SavedFields:
    """Change fields of a section. Nobody's change is overwritten unseen, and what the file refuses is refused here."""
    draft = open_draft(actor, number, section)
    before = read_fields(section, draft.bodies[section])
    stripped = (replace(change, text=change.text.strip()) for change in changes)
    changes = [change for change in stripped if change.text != change.shown]
    conflicts = _conflicts(draft, section, before, changes)
    clashing = {conflict.field for conflict in conflicts}
    wanted = [change for change in changes if change.field not in clashing]
    body, problems = _try_changes(SectionEdit(actor, draft, section), wanted)
    refused = {problem.field for problem in problems}
    after = read_fields(section, body)
    saved = [change for change in wanted if change.field not in refused and before.get(change.field, "") != change.text]
    if body != draft.bodies[section]:
        _save(actor, draft, section, body)
        if "projects" in {change.field for change in saved}:
            save_due(*actor.place, "sync", actor.now)
        for change in saved:
            texts = before.get(change.field, ""), after.get(change.field, "")
            insert_act(*actor.place, _field_act(actor, f"draft {number} {section}", change.field, texts))
    # Backwards: a person's team can be taken back only while there is a side.
    undo = (FieldChange(each.field, before.get(each.field, ""), after.get(each.field, "")) for each in reversed(saved))
    return SavedFields(tuple(change.field for change in saved), tuple(conflicts), tuple(problems), tuple(undo))


def _conflicts(draft: Draft, section: str, before: Mapping[str, str], changes: Iterable[FieldChange]) -> list[Conflict]:
    stored = draft.sections[section]
    return [
        Conflict(change.field, change.text, before.get(change.field, ""), stored.changed_by, stored.changed_at)
        for change in changes
        if before.get(change.field, "") not in {change.shown, change.text}
    ]


def _try_changes(edit: SectionEdit, changes: list[FieldChange]) -> tuple[Mapping[str, Any], list[FieldProblem]]:
    """Return a section with the changes that are right, and what is wrong with the others."""
    before = edit.draft.bodies[edit.section]
    body, problems = _apply(edit, before, changes)
    if not problems or len(changes) == 1:
        return (body, problems) if not problems else (before, problems)
    # Which of several is wrong shows when they are tried one by one.
    body, problems = before, []
    for change in changes:
        candidate, wrong = _apply(edit, body, [change])
        body, problems = (body, [*problems, *wrong]) if wrong else (candidate, problems)
    return body, problems


def _apply(
    edit: SectionEdit, body: Mapping[str, Any], changes: Sequence[FieldChange]
) -> tuple[Mapping[str, Any], list[FieldProblem]]:
    draft, section = edit.draft, edit.section
    candidate: Mapping[str, Any] = body
    for change in changes:
        longest = LONGEST_LIST if change.field.startswith("learners ") else LONGEST
        if len(change.text) > longest:
            what = gettext("is longer than %(longest)s characters", longest=longest)
            return body, [FieldProblem(section, change.field, what, gettext("shorten it"))]
        candidate = with_field(section, candidate, change.field, change.text)
    before = refusals_of({**draft.bodies, section: body})
    problems = [
        problem for problem in refusals_of({**draft.bodies, section: candidate}) - before if problem.section == section
    ]
    problems += _site_problems(edit, candidate)
    # A problem of two fields is shown at the one that was changed.
    if len(changes) == 1:
        problems = [FieldProblem(section, changes[0].field, each.what, each.hint) for each in problems]
    return candidate, problems


def _site_problems(edit: SectionEdit, candidate: Mapping[str, Any]) -> Iterable[FieldProblem]:
    """Give what no file can know: keys that are taken, projects of others, accounts that nobody saw."""
    actor, section, before = edit.actor, edit.section, edit.draft.bodies[edit.section]
    if section == "basics":
        head, old = candidate.get("engagement", {}), before.get("engagement", {})
        strangers = [key for key in head.get("projects", ()) if key not in {*old.get("projects", ()), *actor.projects}]
        if strangers:
            what = gettext("%(projects)s is not a project that you administer", projects=", ".join(strangers))
            yield FieldProblem("basics", "projects", what, gettext("correct the key, or ask who administers it"))
        if not head.get("projects"):
            yield FieldProblem("basics", "projects", gettext("must name a project"), gettext("write a project’s key"))
        key = document_of({"basics": candidate})["engagement"].get("key", "")
        if edit.draft.engagement and key != edit.draft.engagement:
            hint = gettext("write %(key)s", key=edit.draft.engagement)
            yield FieldProblem("basics", "key", gettext("stays for good"), hint)
        elif key and not edit.draft.engagement and select_engagement(*actor.place, key) is not None:
            what = gettext("the key %(key)s belongs to an engagement already", key=key)
            yield FieldProblem("basics", "key", what, gettext("choose another short key"))
    unknown = _unknown_accounts(actor, set(accounts_in(candidate)) - set(accounts_in(before)))
    if unknown:
        what = gettext("names somebody whom nobody saw on this site")
        yield FieldProblem(section, "", what, gettext("load the page again"))


def _unknown_accounts(actor: SetupActor, accounts: Collection[str]) -> set[str]:
    return set(accounts) - select_known_accounts(*actor.place, accounts) - {actor.account} if accounts else set()


def fill_draft(actor: SetupActor, number: int, read: FirstFile) -> None:
    """Fill a draft in with what was read of its projects; what is chosen stays."""
    draft = open_draft(actor, number)
    # What is agreed is not filled in by itself: only what can be chosen is read anew.
    fill = offered_bodies if draft.engagement else filled_bodies
    for section, body in fill(draft.bodies, read).items():
        if body != draft.bodies[section]:
            _save(actor, draft, section, body, is_changed=draft.engagement is None)
            act = Act(actor.now, actor.account, "draft filled", f"draft {draft.number}", None, section)
            insert_act(*actor.place, act)


def save_body(actor: SetupActor, draft: Draft, section: str, body: Mapping[str, Any], *, act: str, about: str) -> None:
    """Save a section whose change is no change of a field, such as an objective more."""
    _save(actor, draft, section, body)
    insert_act(*actor.place, Act(actor.now, actor.account, act, f"draft {draft.number}", None, about))


def _save(actor: SetupActor, draft: Draft, section: str, body: Mapping[str, Any], *, is_changed: bool = True) -> None:
    if not save_draft_section(
        *actor.place, draft, section=section, body=body, now=actor.now, by=actor.account, is_changed=is_changed
    ):
        raise ActionRefused(gettext("Somebody else changed this at the same moment. Try again."))


def _field_act(actor: SetupActor, about: str, field: str, texts: tuple[str, str]) -> Act:
    """Return the audit entry of a field; accounts stand in the column of their own alone."""
    (name, _, key), (before, after), subject = field.partition(" "), texts, None
    if about.endswith(" people"):
        # From a person's second stay on a number follows the account.
        subject, _, key = key.partition(" ")
    elif about.endswith(" leads"):
        subject, before, after = after or before or None, "", ""
    elif name == "learners":
        before, after = (f"{len(text.split())} learners" for text in texts)
    return Act(actor.now, actor.account, "draft changed", f"{about} {name} {key}".strip(), before, after, subject)
