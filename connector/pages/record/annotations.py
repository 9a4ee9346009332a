"""The rows of a record that people gave by hand in Teachback: objectives, roles, and what was explained back."""

from collections.abc import Iterator, Mapping

from connector.actions.actor import UNDO_TIME
from connector.pages.record.view import YOU, Recorded, RecordView
from connector.text import day
from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.ticket import Role, RoleName, Tag
from mappings.measure.ticket.history import TicketHistory
from mappings.translation import Texts, gettext, mark

ROLES: Mapping[RoleName, str] = Texts({"shadow": mark("shadows"), "learner": mark("drives"), "mentor": mark("mentors")})


def annotation_rows(view: RecordView, history: TicketHistory) -> Iterator[Recorded]:
    for tag in history.ticket.tags:
        name = view.naming.objective(tag.objective)
        # One that confirms only ends where it begins; one that was undone at once never was.
        if tag.until is None or tag.until - tag.since > UNDO_TIME:
            yield Recorded(tag.since, tag.by, _tag_text(view, tag, name), _tag_counts(history, tag))
        if tag.confirmed is not None:
            confirmed = gettext("%(objective)s confirmed by the other side", objective=name)
            yield Recorded(tag.confirmed, None, confirmed, gettext("objective"))
    for role in history.ticket.roles:
        yield Recorded(role.since, role.by or None, _role_text(view, role), _role_counts(history, role))
    for teach_back in history.ticket.teach_backs:
        accepted = gettext("Explained it back, accepted"), gettext("shadowed")
        what, counts = accepted if teach_back.accepted else (gettext("Explained it back, not accepted yet"), "")
        yield Recorded(teach_back.at, teach_back.account, what, counts)


def _tag_text(view: RecordView, tag: Tag, name: str) -> str:
    if tag.until is None:
        return gettext("Set %(objective)s", objective=name)
    until = day(view.prepared.calendar.day(tag.until))
    return gettext("Set %(objective)s, until %(day)s", objective=name, day=until)


def _tag_counts(history: TicketHistory, tag: Tag) -> str:
    # One that is set still counts or waits for the other side, whenever it was set.
    return gettext("objective") if tag.is_set else _counts_of(history, tag, gettext("objective"))


def _role_text(view: RecordView, role: Role) -> str:
    places = {"who": _named(view, role), "role": ROLES[role.role]}
    if role.until is None:
        return gettext("Named %(who)s: %(role)s", **places)
    return gettext("Named %(who)s: %(role)s, until %(day)s", **places, day=day(view.prepared.calendar.day(role.until)))


def _named(view: RecordView, role: Role) -> str:
    """Return who was named, by name where that may be read, else by side."""
    if role.account == view.viewer:
        return gettext(YOU)
    if name := view.naming.names.get(role.account):
        return name
    if view.is_inhouse(role.account, role.since):
        return gettext("somebody in-house")
    if view.is_of_agency(role.account, role.since):
        return gettext("somebody of %(side)s", side=view.side(role.account, role.since))
    return gettext("somebody")


def _role_counts(history: TicketHistory, role: Role) -> str:
    """Return what a role counts towards (measurement (c))."""
    return _counts_of(history, role, gettext("role"))


def _counts_of(history: TicketHistory, given: Role | Tag, counts: str) -> str:
    """Return what a role or an objective counts towards: nothing where the ticket had it at no end of its work."""
    if is_borne(history, given):
        return counts
    is_late = given.since > finished_moments(history)[-1]
    return gettext("nothing: set after it was done") if is_late else gettext("nothing: ended before it was done")


def is_borne(history: TicketHistory, given: Role | Tag) -> bool:
    """Tell whether a role or an objective was had when the ticket was finished, or will be."""
    until = EVER if given.until is None else given.until
    return any(given.since <= at <= until for at in finished_moments(history))


def finished_moments(history: TicketHistory) -> list[Instant]:
    """Return when a ticket was finished, oldest first; EVER for the end of an open one, which is still to come."""
    moves = history.own.moves
    finished = [move.at for move in moves if move.new == "done" != move.old]
    return finished if moves[-1].new == "done" else [*finished, EVER]
