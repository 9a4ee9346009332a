"""What changed in the agreement: the engagement file and the objectives that both sides confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.pages.together.texts import LISTED
from connector.pages.together.viewer import Viewer
from connector.text import day
from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.definitions import Agreement, select_agreements
from mappings.records.operations.audit import AGREEMENT_CHANGED, Act, select_acts_on
from mappings.translation import gettext, mark

FOLLOWS = mark("all figures were calculated again")

CONFIRMED: Mapping[LeadSide, str] = {
    "agency": mark("confirmed for the agency"),
    "inhouse": mark("confirmed for the in-house team"),
}
CONFIRMED_BY: Mapping[LeadSide, str] = {
    "agency": mark("confirmed by %(name)s for the agency"),
    "inhouse": mark("confirmed by %(name)s for the in-house team"),
}


@dataclass(frozen=True)
class AgreementChange:
    """A change, when, by whom, and what followed from it."""

    when: str
    text: str
    by: str
    effect: str


def leads_of(viewer: Viewer) -> set[str]:
    leads = viewer.view.engagement.leads
    return {account for side in ("inhouse", "agency") for account in leads.get(side, ())}


def lead_names_of(viewer: Viewer, names: Mapping[str, str]) -> dict[LeadSide, str]:
    """Return each side's leads by name, "a lead" where nobody is named."""
    leads = viewer.view.engagement.leads
    sides: tuple[LeadSide, ...] = ("inhouse", "agency")
    named = {side: sorted(names[account] for account in leads.get(side, ()) if account in names) for side in sides}
    return {side: ", ".join(named[side]) or gettext("a lead") for side in sides}


def changes_of(viewer: Viewer, names: Mapping[str, str]) -> list[AgreementChange]:
    """Return when which parts of the agreement changed within a year, newest first (product, "Engagement as code")."""
    since = viewer.now - LISTED
    acts = select_acts_on(viewer.connection, viewer.tenant_id, AGREEMENT_CHANGED, viewer.key, since=since)
    changes: list[tuple[Instant, AgreementChange]] = [(act.at, _file_change(viewer, act)) for act in acts]
    agreements = select_agreements(viewer.scope, as_of=viewer.now)
    changes += [(item.at, _confirmation(viewer, item, names)) for item in agreements if item.at >= since]
    return [change for _, change in sorted(changes, key=lambda pair: pair[0], reverse=True)]


def _file_change(viewer: Viewer, act: Act) -> AgreementChange:
    text = gettext("Changed: %(parts)s", parts=act.after) if act.after else gettext("Changed: the engagement file")
    return AgreementChange(viewer.date_text(act.at), text, gettext("by the engagement file"), gettext(FOLLOWS))


def _confirmation(viewer: Viewer, item: Agreement, names: Mapping[str, str]) -> AgreementChange:
    objectives = {objective.key: objective.name for objective in viewer.view.engagement.objectives}
    when = viewer.date_text(item.at)
    name = objectives.get(item.objective, item.objective)
    text = gettext("%(objective)s: agreed on %(day)s", objective=name, day=day(item.day))
    by = gettext(CONFIRMED_BY[item.side], name=names[item.by]) if item.by in names else gettext(CONFIRMED[item.side])
    return AgreementChange(when, text, by, "")
