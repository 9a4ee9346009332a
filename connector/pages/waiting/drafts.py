"""What waits beside the tabs: drafts of new engagements on the same projects that name the caller as a lead."""

from collections.abc import Sequence

from connector.actions.draft_agreements import draft_hash, has_agreed
from connector.actions.draft_roles import LEAD_ROLES, draft_roles, missing_leads
from connector.pages.setup.access import draft_name
from connector.pages.visibility import account
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.web.gate import caller
from mappings.formats.engagement_file.draft_sections import problems_of
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import SIDES, WHOLE, Draft, select_led_drafts
from mappings.translation import gettext


def select_unanswered_drafts(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return the drafts to which the caller's side can agree and has not, in the list of each engagement there."""
    projects = set(context.view.engagement.projects)
    drafts = select_led_drafts(context.connection, caller().tenant_id, account())
    return [_item(draft) for draft in drafts if projects & set(draft.projects) and _waits(draft)]


def _waits(draft: Draft) -> bool:
    if problems_of(draft.bodies) or missing_leads(draft):
        return False
    current, roles = draft_hash(draft), draft_roles(draft, account(), frozenset())
    return any(LEAD_ROLES[side] in roles and _is_open(draft, side, current) for side in SIDES)


def _is_open(draft: Draft, side: LeadSide, current: str) -> bool:
    # What one side declined is changed before anybody agrees to it.
    answers = [draft.answers.get((WHOLE, each)) for each in SIDES]
    if any(each and not each.is_agreement and each.hash == current for each in answers):
        return False
    return not has_agreed(draft, side, current)


def _item(draft: Draft) -> WaitingItem:
    return WaitingItem(
        gettext("%(name)s waits for your agreement", name=draft_name(draft)),
        gettext("A new engagement on %(projects)s", projects=", ".join(draft.projects)),
        gettext("Read and agree"),
        {"draft": str(draft.number)},
        endpoint="setup.show",
    )
