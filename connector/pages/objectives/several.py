"""Several objectives confirmed in one press, on Objectives and in the list of what waits."""

from collections.abc import Collection

from connector.actions import feedback
from connector.actions.actor import Actor
from connector.actions.errors import ActionRefused
from connector.pages.objectives.confirmations import select_confirmations
from mappings.translation import gettext, ngettext


def confirm_waiting(actor: Actor, shown: Collection[str]) -> list[str]:
    """Confirm those of the objectives that still wait for the actor's side; return their keys.

    Raises ActionRefused where none waits.
    """
    waits = select_confirmations(actor.scope, actor.stored.engagement, actor.now)[actor.side]
    keys = [item.key for item in waits if item.key in shown]
    if not keys:
        raise ActionRefused(gettext("This waits no more. Load the page again."))
    for key in keys:
        feedback.confirm_agreement(actor, key)
    return keys


def confirmed_text(number: int) -> str:
    return ngettext(
        "Confirmed for your side: %(num)s objective.", "Confirmed for your side: %(num)s objectives.", number
    )
