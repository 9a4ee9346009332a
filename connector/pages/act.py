"""Letting the caller of a page say something: one transaction for it, and words for what may not be said."""

from collections.abc import Callable
from typing import TypeAlias

from connector.actions.actor import ActionRefused, Actor
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.scores import select_lens
from connector.pages.visibility import account, refuse
from connector.web.gate import caller

Deed: TypeAlias = Callable[[Actor], None]


def perform(view: EngagementView, act: Deed) -> None:
    """Let the caller say something in an engagement; what may not be said is answered in words.

    Jira may have been asked for who the caller is: that has to be over before the database's one writer is taken.
    """
    app, tenant_id = container(), caller().tenant_id
    try:
        with app.engine.begin() as connection:
            prepared = select_lens(connection, tenant_id, view.stored)
            act(Actor(connection, tenant_id, view.stored, prepared, account(), app.clock()))
    except ActionRefused as refusal:
        refuse(422, str(refusal))
