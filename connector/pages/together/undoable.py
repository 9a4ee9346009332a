"""What a lead did on Together, as its answer says it: the page opened again within the minute still undoes it."""

from collections.abc import Iterator, Sequence

from flask import url_for

from connector.pages.act import Notice, latest_undoable
from connector.pages.together.room_texts import Room
from connector.pages.together.texts import Item, Rules
from connector.pages.together.viewer import Viewer
from mappings.events.types import Instant
from mappings.translation import gettext


def tied_notice(key: str, number: int) -> Notice:
    """Return what is said to whoever tied an action to feedback, with what undoes it; so of the others below."""
    undo = url_for("together.undo_tie", engagement=key, number=number)
    return Notice(gettext("Saved. The agency sees it here."), undo, "feedback")


def approved_notice(key: str, version: int) -> Notice:
    undo = url_for("together.undo_approve", engagement=key, version=version)
    return Notice(gettext("Approved for your side."), undo, "rules")


def written_notice(key: str, note: int) -> Notice:
    return Notice(gettext("Sent, to the leads alone."), url_for("room.undo_note", engagement=key, note=note), "room")


def resolved_notice(key: str, thread: int) -> Notice:
    undo = url_for("room.undo_resolve", engagement=key, thread=thread)
    return Notice(gettext("Resolved for your side."), undo, "room")


def own_notice(viewer: Viewer, items: Sequence[Item], rules: Rules, room: Room) -> Notice:
    """Return what the viewer did last, as long as that can be undone; of the pulse nobody's name is read."""
    done = [(item.own_action, tied_notice(viewer.key, item.number)) for item in items]
    done.append((rules.own_approval, approved_notice(viewer.key, rules.version)))
    return latest_undoable([*done, *_room_acts(viewer, room)])


def _room_acts(viewer: Viewer, room: Room) -> Iterator[tuple[Instant, Notice]]:
    for thread in room.threads:
        own = thread.signed.get(viewer.side)
        if own is not None and own.by == viewer.account:
            yield own.at, resolved_notice(viewer.key, thread.number)
        for note in thread.notes:
            if note.by == viewer.account:
                yield note.at, written_notice(viewer.key, note.number)
