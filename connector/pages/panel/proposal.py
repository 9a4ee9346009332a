"""Of an open ticket that is a proposal of the agency: until when the in-house team can decide it, and what counts."""

from connector.pages.drawer.open_proposals import COMPONENT, select_limits_of, since_of
from connector.pages.labels import COMPONENT_NAMES
from connector.pages.panel.context import TicketContext
from connector.pages.step_text import rule_places
from connector.text import day
from mappings.events.types import Instant
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, list_text


def select_proposal_text(scope: Scope, context: TicketContext) -> str:
    """Return it as the list of open tickets and the drawer say it; "" of any other ticket.

    What a decision counts in is for whoever reads the score.
    """
    view, prepared = context.view, context.prepared
    if view.stored.generation is None:
        return ""
    issue_id = context.ticket.issue.issue_id
    limit = select_limits_of(scope, [issue_id]).get(issue_id)
    if limit is None:
        return ""
    if limit <= context.now:
        return _undecided_text(context, limit)
    waits = gettext(
        "A proposal of %(agency)s waits for a decision of the in-house team since %(day)s; it counts as declined "
        "without a reason from %(limit)s.",
        agency=view.engagement.agency_name,
        day=day(prepared.calendar.day(since_of(prepared, limit))),
        limit=day(prepared.calendar.day(limit)),
    )
    return f"{waits} {_decide_text(context)}" if "scores" in view.sees else waits


def _undecided_text(context: TicketContext, limit: Instant) -> str:
    return gettext(
        "A proposal of %(agency)s was not decided within %(days)s days; since %(limit)s it counts as declined without "
        "a reason.",
        agency=context.view.engagement.agency_name,
        days=context.prepared.ruleset.undecided_days,
        limit=day(context.prepared.calendar.day(limit)),
    )


def _decide_text(context: TicketContext) -> str:
    """Return what each decision counts; without an agreed word for declining, whatever is done is taken up."""
    # In the words of the agreement: measured is by the names of now and the ids, too.
    name, declined = COMPONENT_NAMES[COMPONENT], context.view.engagement.signals.proposals.get("declined", ())
    if not declined:
        return gettext("Counts in “%(name)s”: 1 once it is done; else nothing.", name=name)
    return gettext(
        "Counts in “%(name)s”: 1 once it is done; a half if it is closed as %(declined)s with an in-house comment of "
        "%(letters)s characters or more; else nothing.",
        name=name,
        declined=list_text(declined, "or"),
        **rule_places(context.prepared.ruleset),
    )
