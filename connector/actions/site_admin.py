"""Actions of a site's administrator on its history, its jobs, what its tickets show, and how long facts are kept."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.actions.errors import ActionRefused, NotPermitted
from connector.actions.job_titles import title_of
from connector.auth.access import is_on_agency_side
from connector.config_parsers import FEWEST_MONTHS, MOST_MONTHS
from connector.sync.listings import turn_history
from mappings.events.types import Instant
from mappings.records.agreement.drafts import select_drafts
from mappings.records.agreement.engagements import select_engagements
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.issue_properties import Choice, save_choice, save_project_marked, select_choices
from mappings.records.operations.jobs import save_due, save_paused
from mappings.records.operations.retention_settings import save_months, select_retention_settings
from mappings.records.operations.sync_listings import delete_listing
from mappings.records.operations.tenants import SetupBy, save_tenant, select_setup_by, select_setup_group
from mappings.translation import gettext, mark

# The job that reads histories.
READER = "sync"
LONGEST_GROUP = 255
NO_JOB = mark("This site has no such job.")
NO_PROJECT = mark("No engagement names that project.")
NO_HISTORY = mark("No engagement and no draft names that project.")


class Admin(Struct, frozen=True):
    """An administrator of the site, as Jira said, at the moment of an action."""

    connection: Connection
    tenant_id: int
    account: str
    now: Instant

    @property
    def tenant(self) -> tuple[Connection, int]:
        return self.connection, self.tenant_id


# Acts on a project by its key or on a job by its name; returns the sentence to show. Raises ActionRefused.
AdminAction = Callable[[Admin, str], str]


def pause_history(admin: Admin, project: str) -> str:
    _require(turn_history(*admin.tenant, project, "paused"), gettext("%(project)s is not being read.", project=project))
    _audit(admin, "history paused", project)
    return gettext(
        "Reading %(project)s is paused. New changes in Jira still count. Resume continues where it stopped.",
        project=project,
    )


def resume_history(admin: Admin, project: str) -> str:
    _require(
        turn_history(*admin.tenant, project, "running"),
        gettext("Reading %(project)s is not paused or cancelled.", project=project),
    )
    _audit(admin, "history resumed", project)
    save_due(*admin.tenant, READER, admin.now)
    return gettext("Reading %(project)s continues where it stopped.", project=project)


def cancel_history(admin: Admin, project: str) -> str:
    """Stop reading a project's history for good; what was imported stays."""
    _require(
        turn_history(*admin.tenant, project, "cancelled"), gettext("%(project)s is not being read.", project=project)
    )
    _audit(admin, "history cancelled", project)
    return gettext("Reading %(project)s is cancelled. What was imported stays and counts.", project=project)


def read_anew(admin: Admin, project: str) -> str:
    # Nothing is deleted but the place where the last reading was: facts read twice are stored once.
    drafted = {key for draft in select_drafts(*admin.tenant) for key in draft.projects}
    _require(project in _known(admin) | drafted, NO_HISTORY)
    delete_listing(*admin.tenant, "history", project)
    save_due(*admin.tenant, READER, admin.now)
    _audit(admin, "history begun anew", project)
    return gettext("%(project)s is being read again from the start. Nothing was deleted.", project=project)


def run_job(admin: Admin, name: str) -> str:
    _require(save_due(*admin.tenant, name, admin.now), NO_JOB)
    _audit(admin, "job asked for", name)
    return gettext("“%(job)s” starts within seconds; its result stands in its row then.", job=title_of(name))


def pause_job(admin: Admin, name: str) -> str:
    """Let no worker take a job until it is resumed; a step that runs is finished."""
    _require(save_paused(*admin.tenant, name, paused=True), NO_JOB)
    _audit(admin, "job paused", name)
    return gettext("“%(job)s” is paused until you resume it.", job=title_of(name))


def resume_job(admin: Admin, name: str) -> str:
    _require(save_paused(*admin.tenant, name, paused=False), NO_JOB)
    _audit(admin, "job resumed", name)
    return gettext("“%(job)s” is resumed and runs when it is due.", job=title_of(name))


def show_buckets(admin: Admin, project: str) -> str:
    # Where several agencies work the tickets show none: each would tell the others' part (docs/decisions.md).
    _choose(admin, project, bucket=True)
    return gettext("Buckets are being written to the tickets of %(project)s; that takes a while.", project=project)


def hide_buckets(admin: Admin, project: str) -> str:
    _choose(admin, project, bucket=False)
    return gettext("Buckets are being taken off the tickets of %(project)s; that takes a while.", project=project)


def let_project_admins_begin(admin: Admin, _: str) -> str:
    _save_setup_by(admin, "project_admins")
    return gettext("Administrators of projects may begin engagements on their projects, too.")


def let_admins_alone_begin(admin: Admin, _: str) -> str:
    """Let only administrators of the site begin engagements; drafts that were begun go on."""
    _save_setup_by(admin, "admins")
    return gettext("Only administrators of the site may begin new engagements. Drafts that were begun go on.")


def _save_setup_by(admin: Admin, chosen: SetupBy) -> None:
    before = select_setup_by(*admin.tenant)
    if chosen != before:
        save_tenant(*admin.tenant, setup_by=chosen)
        insert_act(*admin.tenant, Act(admin.now, admin.account, "who sets up", "site", before, chosen))


def let_group_begin(admin: Admin, group: str) -> str:
    """Let the members of a Jira group set up engagements on projects that they browse, too; "" for no group."""
    group = group.strip()
    _require(
        len(group) <= LONGEST_GROUP,
        gettext("A group’s name has at most %(longest)s characters.", longest=LONGEST_GROUP),
    )
    before = select_setup_group(*admin.tenant)
    if group != before:
        save_tenant(*admin.tenant, setup_group=group or None)
        insert_act(*admin.tenant, Act(admin.now, admin.account, "group sets up", "site", before, group))
    if not group:
        return gettext("No group sets engagements up.")
    return gettext(
        "Members of “%(group)s” may set engagements up on projects that they browse, from within a minute.", group=group
    )


def change_retention(admin: Admin, months: str) -> str:
    """Set for how many months a site's facts are kept; not for who stands on an agency's side in any engagement."""
    lock_tenant(*admin.tenant)
    if is_on_agency_side(select_engagements(*admin.tenant), admin.account, admin.now):
        raise NotPermitted(gettext("Nobody on an agency’s side changes for how long the facts of the site are kept."))
    before, after = select_retention_settings(*admin.tenant).months, read_months(months)
    save_months(*admin.tenant, after)
    texts = str(before or "the installation’s default"), str(after)
    insert_act(*admin.tenant, Act(admin.now, admin.account, "retention changed", "site", *texts))
    return gettext(
        "Facts of the whole site are kept for %(months)s months from now on; the job “Retention” deletes the older.",
        months=after,
    )


def read_months(text: str) -> int:
    """Return for how many months facts are to be kept. Raises ActionRefused where it is no such number."""
    months = text.strip()
    _require(
        months.isdecimal() and len(months) < 10 and FEWEST_MONTHS <= int(months) <= MOST_MONTHS,
        gettext(
            "Keep for: write a whole number of months from %(fewest)s to %(most)s.",
            fewest=FEWEST_MONTHS,
            most=MOST_MONTHS,
        ),
    )
    return int(months)


def _choose(admin: Admin, project: str, *, bucket: bool) -> None:
    _require(project in _known(admin), NO_PROJECT)
    before = select_choices(*admin.tenant).get(project, Choice(project))
    choose_mirror(*admin.tenant, replace(before, bucket=bucket), now=admin.now, by=admin.account)


def choose_mirror(connection: Connection, tenant_id: int, chosen: Choice, *, now: Instant, by: str | None) -> None:
    before = select_choices(connection, tenant_id).get(chosen.project, Choice(chosen.project))
    if chosen != before:
        # Every ticket of it is marked: the job that writes properties then writes those that differ.
        save_choice(connection, tenant_id, chosen, now)
        save_project_marked(connection, tenant_id, chosen.project, now)
        act = Act(now, by, "mirror chosen", chosen.project, choice_text(before), choice_text(chosen))
        insert_act(connection, tenant_id, act)


def choice_text(choice: Choice) -> str:
    words = {None: "where one agency works alone", True: "always", False: "never"}
    return f"objectives {words[choice.objectives]}, bucket {'shown' if choice.bucket else 'not shown'}"


def _known(admin: Admin) -> set[str]:
    return {key for stored in select_engagements(*admin.tenant) for key in stored.engagement.projects}


def _require(done: bool, refusal: str) -> None:  # noqa: FBT001 the result of the update before it
    if not done:
        raise ActionRefused(gettext(refusal))


def _audit(admin: Admin, act: str, about: str) -> None:
    insert_act(*admin.tenant, Act(admin.now, admin.account, act, about))
