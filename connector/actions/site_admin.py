"""What an administrator of a site does about its history, its jobs and its mirror: each act with its audit, or none."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.sync.listings import turn_history
from mappings.events.types import Instant
from mappings.records.agreement.engagements import select_engagements
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.issue_properties import Choice, save_all_marked, save_choice, select_choices
from mappings.records.operations.jobs import save_due, save_paused
from mappings.records.operations.sync_listings import delete_listing

READER = "sync"
"""The job that reads histories."""
NO_JOB = "This site has no such job."
NO_PROJECT = "No engagement counts that project."


class AdminActionRefused(Exception):
    """Something cannot be done so, at least not now: why, in words for whoever asked."""


class Admin(Struct, frozen=True):
    """Somebody of whom Jira says that they administer the site, at the moment of an act."""

    connection: Connection
    tenant_id: int
    account: str
    now: Instant

    @property
    def place(self) -> tuple[Connection, int]:
        """Where records go."""
        return self.connection, self.tenant_id


AdminAction = Callable[[Admin, str], str]
"""Does an act about a project or a job, by its key or name; returns what to say. Raises NotSteered."""


def pause_history(admin: Admin, project: str) -> str:
    """Stop reading a project's history where it is."""
    _require(turn_history(*admin.place, project, "paused"), f"Nothing is being read of {project}.")
    _note(admin, "history paused", project)
    return f"{project} is paused. What happens in Jira counts on; resume goes on where it was."


def resume_history(admin: Admin, project: str) -> str:
    """Go on with what was paused or cancelled, from where it was."""
    _require(turn_history(*admin.place, project, "running"), f"{project} is neither paused nor cancelled.")
    _note(admin, "history resumed", project)
    save_due(*admin.place, READER, admin.now)
    return f"{project} goes on where it was."


def cancel_history(admin: Admin, project: str) -> str:
    """Give a project's history up; what is in stays."""
    _require(turn_history(*admin.place, project, "cancelled"), f"Nothing is being read of {project}.")
    _note(admin, "history cancelled", project)
    return f"{project} is cancelled. What is in stays and counts."


def read_anew(admin: Admin, project: str) -> str:
    """Have a project's whole history read once more; nothing is deleted."""
    _require(project in _known(admin), NO_PROJECT)
    delete_listing(*admin.place, "history", project)
    save_due(*admin.place, READER, admin.now)
    _note(admin, "history begun anew", project)
    return f"{project} is read once more, from the start. Nothing was deleted."


def run_job(admin: Admin, name: str) -> str:
    """Let a job be due now: a worker takes it within seconds."""
    _require(save_due(*admin.place, name, admin.now), NO_JOB)
    _note(admin, "job asked for", name)
    return "It is due now and runs within seconds, unless it is paused."


def pause_job(admin: Admin, name: str) -> str:
    """Let no worker take a job until it is resumed; a step that runs is finished."""
    _require(save_paused(*admin.place, name, paused=True), NO_JOB)
    _note(admin, "job paused", name)
    return "It is paused: nothing takes it until you resume it."


def resume_job(admin: Admin, name: str) -> str:
    """Let workers take a job again."""
    _require(save_paused(*admin.place, name, paused=False), NO_JOB)
    _note(admin, "job resumed", name)
    return "It runs again when it is due."


def show_buckets(admin: Admin, project: str) -> str:
    """Let a project's tickets show their buckets in Jira."""
    _choose(admin, project, bucket=True)
    return f"Tickets of {project} show their buckets, where one agency works alone."


def hide_buckets(admin: Admin, project: str) -> str:
    """Take the buckets off a project's tickets."""
    _choose(admin, project, bucket=False)
    return f"Tickets of {project} show no buckets any more, as soon as all are written."


def _choose(admin: Admin, project: str, *, bucket: bool) -> None:
    _require(project in _known(admin), NO_PROJECT)
    before = select_choices(*admin.place).get(project, Choice(project))
    choose_mirror(*admin.place, replace(before, bucket=bucket), now=admin.now, by=admin.account)


def choose_mirror(connection: Connection, tenant_id: int, chosen: Choice, *, now: Instant, by: str | None) -> None:
    """Keep what a project's tickets show from now on, have them written anew, and note it; nothing where it is so."""
    before = select_choices(connection, tenant_id).get(chosen.project, Choice(chosen.project))
    if chosen != before:
        save_choice(connection, tenant_id, chosen, now)
        save_all_marked(connection, tenant_id, now)
        act = Act(now, by, "mirror chosen", chosen.project, words_of(before), words_of(chosen))
        insert_act(connection, tenant_id, act)


def words_of(one: Choice) -> str:
    """Say what was chosen for a project."""
    words = {None: "where one agency works alone", True: "always", False: "never"}
    return f"objectives {words[one.objectives]}, bucket {'shown' if one.bucket else 'not shown'}"


def _known(admin: Admin) -> set[str]:
    return {key for one in select_engagements(*admin.place) for key in one.engagement.projects}


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 it is the answer of what was just done
    if not holds:
        raise AdminActionRefused(otherwise)


def _note(admin: Admin, act: str, about: str) -> None:
    insert_act(*admin.place, Act(admin.now, admin.account, act, about))
