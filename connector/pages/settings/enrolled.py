"""Who is enrolled for each objective, as the settings tell it: by name to in-house leads alone, of those who agreed."""

from collections.abc import Mapping

from sqlalchemy import Connection

from connector.container import container
from connector.pages.enrolled import Enrolled, enrolled_at, enrolled_text, with_left
from connector.pages.settings.access import SettingsView
from connector.web.gate import caller
from mappings.measure.model.affiliation import Affiliations
from mappings.records.agreement.consents import select_consents
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, list_text


def select_enrolled_texts(connection: Connection, view: SettingsView, names: Mapping[str, str]) -> dict[str, str]:
    """Return by objective who is enrolled today; to an agency nothing before both sides agreed."""
    # Whom the in-house side enrols is not the agency's business while nothing is agreed.
    if view.is_draft and view.is_agency:
        return {}
    agreed, now = view.engagement, container().clock()
    people = Affiliations(agreed.people, agreed.agency)
    shown = {account: names[account] for account in _select_named(connection, view, now) if account in names}
    return {each.key: _text(enrolled_at(each, people, now, agency=view.is_agency), shown) for each in agreed.objectives}


def _select_named(connection: Connection, view: SettingsView, now: int) -> frozenset[str]:
    # Learners are named to leads alone, and the people of the in-house side not to the agency (measurement (f)).
    if "inhouse_lead" not in view.roles or not view.stored.rules.names:
        return frozenset()
    return select_consents(AgreementScope(connection, caller().tenant_id, view.engagement.key), "named", as_of=now)


def _text(enrolled: Enrolled, shown: Mapping[str, str]) -> str:
    named = sorted(shown[account] for account in enrolled.accounts if account in shown)
    return with_left(_with_names(enrolled, named), enrolled) if named else enrolled_text(enrolled)


def _with_names(enrolled: Enrolled, named: list[str]) -> str:
    text = enrolled_text(Enrolled(enrolled.accounts, 0))
    if len(named) == len(enrolled.accounts):
        return gettext("%(enrolled)s: %(names)s", enrolled=text, names=list_text(named))
    return gettext("%(enrolled)s, among them %(names)s", enrolled=text, names=list_text(named))
