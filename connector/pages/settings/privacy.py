"""Privacy of an engagement on its settings: what applies, what waits, and how long the site's facts are kept."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from connector.actions.rulesets import select_versions
from connector.actions.settings.end import today_of
from connector.actions.settings.privacy import FEWEST, MOST
from connector.container import container
from connector.pages.settings.access import SettingsView
from connector.text import count, full_day
from connector.web.gate import caller
from mappings.records.operations.access_links import AccessLink, select_access_links
from mappings.records.operations.retention_settings import select_months
from mappings.translation import Texts, gettext, mark

Values = dict[str, Any]
ROLE_TEXTS: Mapping[str, str] = Texts(
    {
        "inhouse_lead": mark("An in-house lead’s view"),
        "inhouse_member": mark("An in-house member’s view"),
        "agency_lead": mark("An agency lead’s view"),
        "agency_member": mark("An agency member’s view"),
        "sponsor": mark("A sponsor’s view"),
    }
)


def select_privacy(connection: Connection, view: SettingsView) -> Values:
    """Return who can be recognised and for how long facts are kept."""
    tenant_id, rules = caller().tenant_id, view.stored.next_rules
    versions = select_versions(connection, tenant_id, view.stored)
    months = select_months(connection, tenant_id, container().settings.retention_months)
    return {
        "people": rules.k,
        "fewest": FEWEST,
        "most": MOST,
        "works_council": rules.works_council,
        "months": months,
        "keeps": count(months, "month"),
        "waiting": next((version for version in versions if version.state in {"proposed", "agreed"}), None),
    }


def select_links(connection: Connection, view: SettingsView) -> list[Values]:
    """Return the links to an engagement's figures that work now."""
    now = container().clock()
    links = select_access_links(connection, caller().tenant_id)
    return [
        _link(each, view)
        for each in links
        if each.engagement == view.engagement.key and each.revoked_at is None and each.expires_at > now
    ]


def _link(each: AccessLink, view: SettingsView) -> Values:
    days = {
        name: full_day(today_of(view.engagement, at)) if at else ""
        for name, at in (("used", each.used_at), ("expires", each.expires_at))
    }
    return {
        "number": each.link_id,
        "who": ROLE_TEXTS.get(each.role or "") or gettext("One person’s view"),
        "made": full_day(today_of(view.engagement, each.made_at)),
        "shows": gettext("The figures, with tickets") if each.tickets else gettext("The figures, without tickets"),
        **days,
    }
