"""What was done to selected tickets, as text that names them: their rows may have left the list."""

from collections.abc import Collection, Sequence

from connector.actions.actor import Actor
from connector.actions.selected_tickets import Tagged
from mappings.records.facts.issues import select_labels
from mappings.translation import gettext, list_text, ngettext

# Of more tickets only their number is told.
NAMED = 3


def set_text(actor: Actor, key: str, issue_ids: Collection[int]) -> str:
    objective = next(item.name for item in actor.stored.engagement.objectives if item.key == key)
    return gettext("%(objective)s is set on %(tickets)s.", objective=objective, tickets=_tickets_text(actor, issue_ids))


def removed_text(actor: Actor, removed: Sequence[Tagged]) -> str:
    return ngettext(
        "%(num)s objective removed from %(tickets)s.",
        "%(num)s objectives removed from %(tickets)s.",
        len(removed),
        tickets=_tickets_text(actor, _issues(removed)),
    )


def confirmed_text(actor: Actor, confirmed: Sequence[Tagged]) -> str:
    return ngettext(
        "%(num)s late tag confirmed on %(tickets)s. What they give counts from today.",
        "%(num)s late tags confirmed on %(tickets)s. What they give counts from today.",
        len(confirmed),
        tickets=_tickets_text(actor, _issues(confirmed)),
    )


def _issues(tagged: Sequence[Tagged]) -> frozenset[int]:
    return frozenset(issue_id for issue_id, _ in tagged)


def _tickets_text(actor: Actor, issue_ids: Collection[int]) -> str:
    if len(issue_ids) > NAMED:
        return ngettext("%(num)s ticket", "%(num)s tickets", len(issue_ids))
    labels = select_labels(actor.connection, actor.tenant_id, issue_ids)
    return list_text([labels[issue_id].key for issue_id in sorted(labels)])
