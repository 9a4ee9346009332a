"""Sponsors among the people who worked on tickets, as far as the caller may know whose they are."""

from collections.abc import Mapping, Sequence

from connector.pages.visibility import standing_views
from connector.web.gate import link
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.translation import gettext, list_text

READS_LEADS = frozenset({"inhouse_lead", "admin"})


def known_sponsors(engagements: Sequence[StoredEngagement]) -> Mapping[str, str]:
    """Return sponsors by account, with whose they are in words, as far as the caller may know it."""
    sponsored = sponsored_by(engagements).items()
    return {
        account: gettext("Sponsor of %(engagements)s", engagements=list_text(names)) for account, names in sponsored
    }


def sponsored_by(engagements: Sequence[StoredEngagement], own: Engagement | None = None) -> Mapping[str, Sequence[str]]:
    """Return what each sponsor sponsors: of `own`, and of engagements whose leads the caller reads."""
    known = {each.key: each for each in (*([own] if own else []), *engagements_with_read_leads(engagements))}
    names: dict[str, list[str]] = {}
    for each in known.values():
        for account in each.leads.get("sponsor", ()):
            names.setdefault(account, []).append(each.name)
    return names


def engagements_with_read_leads(engagements: Sequence[StoredEngagement]) -> list[Engagement]:
    """Return those of a site's engagements whose leads and people the caller reads by name."""
    access_link = link()
    if access_link is not None:
        # An administrator's link stands for the operator; any other reads one engagement.
        return [each.engagement for each in engagements if each.rules.names] if access_link.is_admin else []
    views = standing_views(engagements)
    return [each.engagement for each in views if each.roles & READS_LEADS and each.stored.rules.names]
