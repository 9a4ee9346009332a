"""A draft as its leads read it: the sections of what would be agreed, as the settings of an engagement show them."""

from collections.abc import Mapping

from connector.container import container
from connector.pages.labels import taught_meaning
from connector.pages.settings.access import SettingsView
from connector.pages.settings.facts import Fold, folds_of
from connector.pages.settings.people import shown_accounts
from connector.pages.setup.access import DraftView
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.formats.report.source import calendar_of
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.records.agreement.drafts import SIDES
from mappings.records.agreement.engagements import StoredEngagement
from mappings.translation import gettext


def read_sections(view: DraftView, agreed: Engagement, names: Mapping[str, str]) -> list[Fold]:
    """Return the sections of a draft that describes an engagement, for an agency without the people of others."""
    shown = _as_settings(view, agreed)
    leads = [account for side in SIDES for account in agreed.leads.get(side, ())]
    # An agency reads the same as on the settings once it is agreed: of the in-house side its lead alone.
    seen = {each: names[each] for each in [*shown_accounts(shown), *leads] if each in names}
    with container().reader.connect() as connection:
        return [*folds_of(connection, shown, seen), _rules(agreed.ruleset, shown.stored.rules)]


def _as_settings(view: DraftView, agreed: Engagement) -> SettingsView:
    stored = StoredEngagement(agreed, engagement_hash(agreed), None, None, kept_in="pages")
    starts = calendar_of(agreed).midnight(agreed.starts)
    return SettingsView(stored, view.roles, view.administers, view.project, starts)


def _rules(name: str, rules: Ruleset) -> Fold:
    window = gettext("%(days)s days, incidents %(incidents)s", days=rules.window_days, incidents=rules.crisis_days)
    people = gettext("no counts under %(k)s people", k=rules.k)
    lines = ((gettext("Taught"), taught_meaning(rules)), (gettext("Window"), window), (gettext("People"), people))
    return Fold("rules", gettext("How it is scored"), gettext("Ruleset %(name)s", name=name), lines)
