"""Who worked on the tickets of an engagement and has no side in it: the queue that comes back with everybody new."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.settings.end import today_of
from connector.pages.settings.access import SettingsView
from connector.pages.settings.proposed import fetch_proposals
from connector.pages.setup.reasons import reason_text
from connector.pages.setup.words import SIDE_NAMES
from connector.pages.visibility import fetch_display_names
from connector.text import count, full_day
from connector.web.gate import caller
from mappings.formats.engagement_file.account_list import SeenPerson, undecided_line
from mappings.measure.model.engagement import Engagement
from mappings.records.facts.accounts import MOST_TICKETS, select_people_among
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, integer_text

MOST_NAMED = 5
# Lines for the file: the others come once these have a side.
MOST_LINES = 50
# Stands for the key of another agency where the file names none.
OTHER_AGENCY = "KEY"


class Undecided(Struct, frozen=True):
    """How many people have no side, the first of them with what they did, and a message with lines for the file.

    `other_agency` is the key by which the file says of somebody that they are of another agency.
    """

    count: int
    people: tuple[str, ...]
    lines: tuple[str, ...] = ()
    message: str = ""
    other_agency: str = OTHER_AGENCY


def select_undecided(connection: Connection, view: SettingsView, waiting: frozenset[str]) -> Undecided | None:
    """Return those who have to be given a side, None for nobody."""
    if not waiting:
        return None
    # Account ids and days would tell who somebody is while nobody is named.
    if not view.stored.rules.names:
        return Undecided(len(waiting), ())
    names = fetch_display_names(waiting)
    ordered = sorted(waiting, key=lambda each: (names.get(each, "").casefold(), each))[:MOST_LINES]
    people = _select_seen(connection, view, {each: names.get(each, "") for each in ordered})
    texts = [_person_text(person) for person in people[:MOST_NAMED]]
    if len(waiting) > len(texts):
        texts.append(gettext("%(more)s more", more=len(waiting) - len(texts)))
    lines = tuple(undecided_line(person, view.engagement.starts) for person in people) if view.is_file else ()
    return Undecided(len(waiting), tuple(texts), lines, _message(view, lines), _other_agency(view.engagement))


def _other_agency(agreed: Engagement) -> str:
    """Return the key of another agency that the file names already, as an example."""
    named = (stay.org for stay in agreed.people if stay.side == "other" and stay.org)
    return next(named, OTHER_AGENCY)


def _select_seen(connection: Connection, view: SettingsView, names: dict[str, str]) -> list[SeenPerson]:
    agreed = view.engagement
    scope = AgreementScope(connection, caller().tenant_id, agreed.key)
    acts = select_people_among(scope, agreed.projects, frozenset(names))
    seen = {person.account_id: person for person in acts}
    proposed = fetch_proposals(view, list(names)[:MOST_NAMED])
    return [
        SeenPerson(
            account,
            seen[account].kind,
            seen[account].active,
            seen[account].tickets,
            first=_day(agreed, seen[account].first),
            last=_day(agreed, seen[account].last),
            name=name,
            proposed=proposed.get(account),
        )
        for account, name in names.items()
        if account in seen
    ]


def _day(agreed: Engagement, at: int | None) -> date | None:
    return None if at is None else today_of(agreed, at)


def _person_text(person: SeenPerson) -> str:
    name = person.name or gettext("Somebody")
    text = f"{name}: {_acts_text(person)}"
    if person.proposed is None:
        return text
    side, reason = (
        SIDE_NAMES["other" if person.proposed.agency else person.proposed.side],
        reason_text(person.proposed.reason),
    )
    return gettext("%(person)s; proposed: %(side)s (%(reason)s)", person=text, side=side, reason=reason)


def _acts_text(person: SeenPerson) -> str:
    if person.first is None or person.last is None:
        return gettext("more than %(most)s tickets", most=integer_text(MOST_TICKETS))
    return gettext(
        "%(tickets)s, first %(first)s, last %(last)s",
        tickets=count(person.tickets, "ticket"),
        first=full_day(person.first),
        last=full_day(person.last),
    )


def _message(view: SettingsView, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    asked = gettext(
        "Please add to %(file)s, under people: and as far in as the lines there:", file=f"{view.engagement.key}.yaml"
    )
    return "\n".join((asked, *lines, gettext("Then run:"), view.apply_command))
