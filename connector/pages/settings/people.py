"""The people of an engagement on its settings: who is on which side today, since when, and who moved or left."""

from collections.abc import Iterable, Mapping

from connector.actions.settings.end import today_of
from connector.pages.settings.access import SettingsView
from connector.pages.setup.words import SIDE_NAMES
from connector.pages.sides_today import SidesToday, sides_today
from connector.text import full_day
from mappings.events.pseudonyms import is_erased
from mappings.events.times import DAY
from mappings.measure.model.affiliation import side_of_stay
from mappings.measure.model.engagement import Affiliation, Side
from mappings.translation import gettext, mark, mark_plural, ngettext

Names = Mapping[str, str]
Line = tuple[str, str]
# By side: its words after one person and after several, and its title.
SIDE_TEXTS: tuple[tuple[Side, tuple[str, str], str], ...] = (
    ("inhouse", mark_plural("%(num)s in-house", "%(num)s in-house"), mark("In-house")),
    ("agency", mark_plural("%(num)s of the agency", "%(num)s of the agency"), mark("Agency")),
    ("gatekeeper", mark_plural("%(num)s gatekeeper", "%(num)s gatekeepers"), mark("Gatekeepers")),
    ("other", mark_plural("%(num)s of other agencies", "%(num)s of other agencies"), mark("Other agencies")),
    ("conflict", mark_plural("%(num)s on two sides at once", "%(num)s on two sides at once"), mark("On two sides")),
)


def shown_accounts(view: SettingsView) -> list[str]:
    """Return the people whom the caller may read of, in the order of the agreement: an agency its own of today.

    Who left an agency is not told to it: whoever is missing may have gone to another, and no agency learns of one.
    """
    accounts = list(dict.fromkeys(stay.account for stay in view.engagement.people))
    if not view.is_agency:
        return accounts
    own = sides_today(view.engagement, view.now).at("agency")
    return [account for account in accounts if account in own]


def people_value(view: SettingsView) -> str:
    """Return how many are on each side today, and how many moved or left."""
    sides = sides_today(view.engagement, view.now)
    counts = [ngettext(*words, len(sides.at(side))) for side, words, _ in _sides(view) if sides.at(side)]
    listed = ", ".join(counts)
    today = gettext("%(sides)s today", sides=listed) if counts else gettext("nobody today")
    if view.is_future and counts:
        today = gettext("%(sides)s on the first day", sides=listed)
    return "; ".join([today, *([", ".join(moves)] if (moves := _moves(view, sides)) else [])])


def _sides(view: SettingsView) -> list[tuple[Side, tuple[str, str], str]]:
    # The people of other agencies are no business of an agency, be it only their number.
    return [row for row in SIDE_TEXTS if row[0] == "agency" or not view.is_agency]


def _moves(view: SettingsView, sides: SidesToday) -> list[str]:
    if view.is_agency:
        return []
    counted = (
        (sides.moved, mark_plural("%(num)s moved", "%(num)s moved")),
        (sides.left, mark_plural("%(num)s left", "%(num)s left")),
        (sides.later, mark_plural("%(num)s still to come", "%(num)s still to come")),
    )
    return [ngettext(*words, len(accounts)) for accounts, words in counted if accounts]


def people_lines(view: SettingsView, names: Names) -> tuple[Line, ...]:
    """Return the people by side, with the days on which they came or went."""
    sides = sides_today(view.engagement, view.now)
    today = [(gettext(title), _today_text(view, names, sides.at(side))) for side, _, title in _sides(view)]
    # Days would tell who somebody is where nobody is named.
    past = _past_lines(view, names, sides) if view.stored.rules.names and not view.is_agency else []
    return tuple((title, text) for title, text in [*today, *past] if text)


def _today_text(view: SettingsView, names: Names, accounts: Iterable[str]) -> str:
    return ", ".join(sorted(f"{_name(names, each)}{_since(view, each)}" for each in accounts))


def _name(names: Names, account: str) -> str:
    return names.get(account) or (gettext("Somebody who was erased") if is_erased(account) else gettext("Somebody"))


def _since(view: SettingsView, account: str) -> str:
    """Return since when somebody is on today's side, where they came after the engagement had begun."""
    now, agreed = view.now, view.engagement
    stays = [stay for stay in _stays(view, account) if stay.start <= now and (stay.end is None or now < stay.end)]
    first = today_of(agreed, min((stay.start for stay in stays), default=now))
    if not stays or first <= agreed.starts or not view.stored.rules.names:
        return ""
    since = gettext("since %(day)s", day=full_day(first))
    return f" ({since})"


def _past_lines(view: SettingsView, names: Names, sides: SidesToday) -> list[Line]:
    now = view.now
    return [
        (gettext("Moved"), _with_stays(view, names, sides.moved, now)),
        (gettext("Left"), _with_stays(view, names, sides.left, now)),
        (gettext("Still to come"), _with_stays(view, names, sides.later, now)),
    ]


def _with_stays(view: SettingsView, names: Names, accounts: Iterable[str], now: int) -> str:
    """Return people with the stays that are over, or still to come."""
    return ", ".join(sorted(_with_stays_of(view, names, account, now) for account in accounts))


def _with_stays_of(view: SettingsView, names: Names, account: str, now: int) -> str:
    # The days of somebody who was erased would tell who it was.
    stays = [] if is_erased(account) else [_stay_text(view, stay, now) for stay in _stays(view, account)]
    texts = ", ".join(text for text in stays if text)
    return f"{_name(names, account)} ({texts})" if texts else _name(names, account)


def _stay_text(view: SettingsView, stay: Affiliation, now: int) -> str:
    agreed = view.engagement
    side = SIDE_NAMES[side_of_stay(stay, agreed.agency).side]
    if stay.start > now:
        return gettext("%(side)s from %(day)s", side=side, day=full_day(today_of(agreed, stay.start)))
    if stay.end is None or stay.end > now:
        return ""
    # It ends at the midnight after its last day.
    return gettext("%(side)s until %(day)s", side=side, day=full_day(today_of(agreed, stay.end - DAY // 2)))


def _stays(view: SettingsView, account: str) -> list[Affiliation]:
    # Whoever is meant to be on no side for a while reads as whoever is not named.
    return [stay for stay in view.engagement.people if stay.account == account and stay.side != "unknown"]
