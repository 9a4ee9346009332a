"""Letting the caller of a page say something: one transaction for it, and words for what may not be said."""

from collections.abc import Callable
from typing import TypeAlias

from connector.actions.actor import NotSaid, Speaker
from connector.auth.access import View
from connector.container import house
from connector.figures.scores import select_lens
from connector.pages.visibility import account, refuse
from connector.web.gate import caller

Deed: TypeAlias = Callable[[Speaker], None]


def let_say(seat: View, act: Deed) -> None:
    """Let the caller say something in an engagement; what may not be said is answered in words.

    Jira may have been asked for who the caller is: that has to be over before the database's one writer is taken.
    """
    here, tenant_id = house(), caller().tenant_id
    try:
        with here.engine.begin() as connection:
            lens = select_lens(connection, tenant_id, seat.stored)
            act(Speaker(connection, tenant_id, seat.stored, lens, account(), here.clock()))
    except NotSaid as refusal:
        refuse(422, str(refusal))
