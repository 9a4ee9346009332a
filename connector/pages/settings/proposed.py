"""The side that something speaks for, of people who worked on an engagement's tickets and have none in it."""

from collections.abc import Collection, Mapping, Sequence

from connector.actions.seen_people import fetch_profiles
from connector.container import request_jira
from connector.jira.errors import JiraError
from connector.jira.users import Profile
from connector.pages.settings.access import SettingsView
from connector.web.gate import caller, link, sample
from mappings.formats.engagement_file import proposed_side
from mappings.formats.engagement_file.proposed_side import Domains, ProposedSide, domains_of, propose_sides
from mappings.measure.model.engagement import Side


def fetch_proposals(view: SettingsView, accounts: Sequence[str]) -> Mapping[str, ProposedSide]:
    """Return proposals by account; none where Jira says nothing. The domains are those of the people on each side."""
    if link() is not None or sample() is not None:
        return {}
    on_side: dict[Side, set[str]] = {}
    for stay in view.engagement.people:
        on_side.setdefault(stay.side, set()).add(stay.account)
    known = set().union(*on_side.values())
    # Each group costs a call: those of the people in question alone are asked for.
    try:
        shown = fetch_profiles(request_jira(caller().tenant_id), [*accounts, *sorted(known)], len(accounts))
    except JiraError:
        return {}
    domains = Domains(*(_domain(shown, on_side.get(side, ())) for side in ("inhouse", "agency")))
    asked = [
        proposed_side.Profile(account, shown[account].email, shown[account].groups)
        for account in accounts
        if account in shown
    ]
    return propose_sides(asked, domains, view.engagement.groups)


def _domain(profiles: Mapping[str, Profile], accounts: Collection[str]) -> str:
    domains = domains_of(profiles[account].email for account in accounts if account in profiles)
    return next(iter(domains), "")
