"""The side that something speaks for, of people who worked on an engagement's tickets and have none in it."""

from collections.abc import Collection, Mapping, Sequence

from connector.actions.seen_people import fetch_profiles
from connector.container import container, request_jira
from connector.jira.errors import JiraError
from connector.jira.users import Profile
from connector.pages.settings.access import SettingsView
from connector.pages.setup.known_sides import Asker, known_sides
from connector.pages.setup.site_facts import agreed_agency
from connector.web.gate import caller, link, sample
from mappings.formats.engagement_file import proposed_side
from mappings.formats.engagement_file.proposed_side import Domains, ProposedSide, domains_of, is_by_rule, propose_sides
from mappings.measure.model.engagement import Side
from mappings.records.agreement.engagements import select_engagements


def fetch_proposals(view: SettingsView, accounts: Sequence[str]) -> Mapping[str, ProposedSide]:
    """Return proposals by account: a rule of the engagement first, then what is known, then what Jira shows."""
    if link() is not None or sample() is not None:
        return {}
    shown = _shown_by_jira(view, accounts)
    by_rule = {account: each for account, each in shown.items() if is_by_rule(each.reason)}
    return {**shown, **_known(view, accounts), **by_rule}


def _known(view: SettingsView, accounts: Sequence[str]) -> Mapping[str, ProposedSide]:
    """Return the sides in other engagements that the caller reads."""
    agreed = view.engagement
    with container().reader.connect() as connection:
        engagements = select_engagements(connection, caller().tenant_id)
    names = agreed_agency(agreed).names
    asker = Asker(agreed.key, agreed.projects, agreed.starts.isoformat(), names, view.may_set_up)
    known = known_sides(asker, engagements)
    return {
        account: ProposedSide(each["side"], each["why"], each.get("agency", ""), each.get("team", ""))
        for account, each in known.items()
        if account in accounts
    }


def _shown_by_jira(view: SettingsView, accounts: Sequence[str]) -> Mapping[str, ProposedSide]:
    """Return none where Jira says nothing. The domains are those of the people on each side."""
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
