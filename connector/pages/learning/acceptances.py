"""What accepting the teach-backs that wait would change of their tickets, in words."""

from dataclasses import replace

from connector.figures.acceptance_preview import taught_by_accepting
from connector.pages.learning.rungs import LadderContext
from connector.pages.learning.sign_offs import Signing
from connector.text import amount
from mappings.measure.model.ticket import TeachBack, Ticket
from mappings.records.facts.issues import select_tickets
from mappings.translation import gettext
from webhooks.annotations import with_annotations


def with_moves(context: LadderContext, signing: Signing) -> Signing:
    """Return it with what accepting each teach-back would move to taught; all tickets are read at once."""
    if not signing.teach_backs:
        return signing
    issues = {issue for issue, _ in signing.teach_backs}
    stored = select_tickets(context.connection, context.tenant_id, issues)
    tickets = with_annotations(context.scope, stored)
    moves = {
        (issue, item.objective, item.account): _moves_text(context, tickets[issue], item)
        for issue, item in signing.teach_backs
        if issue in tickets
    }
    return replace(signing, moves=moves)


def _moves_text(context: LadderContext, ticket: Ticket, given: TeachBack) -> str:
    # Only what an agency of this engagement did can become taught, so that its people may read the amount, too.
    moved = taught_by_accepting(context.prepared, ticket, given, context.now)
    if moved <= 0:
        return ""
    by = context.view.engagement.units.by
    return gettext("Accepting moves %(amount)s from done only to taught.", amount=amount(moved, by))
