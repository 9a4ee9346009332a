"""What an administrator of a site does about its history, its jobs and its mirror: each act with its audit, or none."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import Connection

from connector.sync_listing import progress_name
from mappings.events.vocabulary import Instant
from mappings.records.audit import Act, insert_act
from mappings.records.engagements import select_engagements
from mappings.records.jobs import save_due, save_paused
from mappings.records.mirrors import Choice, save_all_marked, save_choice, select_choices
from mappings.records.progress import delete_progress
from mappings.records.syncs import OPEN, STOPPED, Listing, State, delete_listing, save_state

READER = "sync"
"""The job that reads histories."""


class NotSteered(Exception):
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


Deed = Callable[[Admin, str], str]
"""Does an act about a project or a job, by its key or name; returns what to say. Raises NotSteered."""


class Turn(NamedTuple):
    """A state that a history may be given, from which states, and what is said where it is in none of them."""

    to: State
    before: frozenset[str]
    instead: str


TURNS: Mapping[str, Turn] = {
    "paused": Turn("paused", OPEN, "Nothing is being read of {}."),
    "resumed": Turn("running", STOPPED, "{} is neither paused nor cancelled."),
    "cancelled": Turn("cancelled", OPEN | {"paused"}, "Nothing is being read of {}."),
}


def pause_history(admin: Admin, project: str) -> str:
    """Stop reading a project's history where it is."""
    _turn(admin, project, "paused")
    return f"{project} is paused. What happens in Jira counts on; resume goes on where it was."


def resume_history(admin: Admin, project: str) -> str:
    """Go on with what was paused or cancelled, from where it was."""
    _turn(admin, project, "resumed")
    save_due(*admin.place, READER, admin.now)
    return f"{project} goes on where it was."


def cancel_history(admin: Admin, project: str) -> str:
    """Give a project's history up; what is in stays."""
    _turn(admin, project, "cancelled")
    delete_progress(*admin.place, progress_name(Listing("history", project)))
    return f"{project} is cancelled. What is in stays and counts."


def read_anew(admin: Admin, project: str) -> str:
    """Have a project's whole history read once more; nothing is deleted."""
    known = {key for one in select_engagements(*admin.place) for key in one.engagement.projects}
    if project not in known:
        raise NotSteered("No engagement counts that project.")
    delete_listing(*admin.place, "history", project)
    save_due(*admin.place, READER, admin.now)
    _note(admin, "history begun anew", project)
    return f"{project} is read once more, from the start. Nothing was deleted."


def _turn(admin: Admin, project: str, name: str) -> None:
    turn = TURNS[name]
    if not save_state(*admin.place, "history", project, turn.to, before=turn.before):
        raise NotSteered(turn.instead.format(project or "it"))
    _note(admin, f"history {name}", project)


def run_job(admin: Admin, name: str) -> str:
    """Let a job be due now: a worker takes it within seconds."""
    _require(save_due(*admin.place, name, admin.now))
    _note(admin, "job asked for", name)
    return "It is due now and runs within seconds, unless it is paused."


def pause_job(admin: Admin, name: str) -> str:
    """Let no worker take a job until it is resumed; a step that runs is finished."""
    _require(save_paused(*admin.place, name, paused=True))
    _note(admin, "job paused", name)
    return "It is paused: nothing takes it until you resume it."


def resume_job(admin: Admin, name: str) -> str:
    """Let workers take a job again."""
    _require(save_paused(*admin.place, name, paused=False))
    _note(admin, "job resumed", name)
    return "It runs again when it is due."


def _require(found: bool) -> None:  # noqa: FBT001 it is the answer of what was just done
    if not found:
        raise NotSteered("This site has no such job.")


def show_buckets(admin: Admin, project: str) -> str:
    """Let a project's tickets show their buckets in Jira."""
    _choose(admin, project, bucket=True)
    return f"Tickets of {project} show their buckets, where one agency works alone."


def hide_buckets(admin: Admin, project: str) -> str:
    """Take the buckets off a project's tickets."""
    _choose(admin, project, bucket=False)
    return f"Tickets of {project} show no buckets any more, as soon as all are written."


def _choose(admin: Admin, project: str, *, bucket: bool) -> None:
    known = {key for one in select_engagements(*admin.place) for key in one.engagement.projects}
    if project not in known:
        raise NotSteered("No engagement counts that project.")
    before = select_choices(*admin.place).get(project, Choice(project))
    if before.bucket != bucket:
        save_choice(*admin.place, Choice(project, objectives=before.objectives, bucket=bucket), admin.now)
        save_all_marked(*admin.place, admin.now)
        _note(admin, "buckets shown" if bucket else "buckets hidden", project)


def _note(admin: Admin, act: str, about: str) -> None:
    insert_act(*admin.place, Act(admin.now, admin.account, act, about))
