"""What waits beside the tabs: drafts of new engagements on the same projects that name the caller as a lead."""

from collections.abc import Sequence

from connector.actions.draft_agreements import agreed_sides, draft_hash
from connector.actions.draft_roles import LEAD_ROLES, draft_roles, missing_leads
from connector.actions.settings.parts import declined_by
from connector.pages.setup.access import draft_name
from connector.pages.visibility import account
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.web.gate import caller
from mappings.formats.engagement_file.draft_sections import problems_of
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
    # What one side declined is changed before anybody agrees to it.
    if declined_by(draft, WHOLE, current) is not None:
        return False
    agreed = agreed_sides(draft, current)
    return any(LEAD_ROLES[side] in roles for side in SIDES if side not in agreed)


def _item(draft: Draft) -> WaitingItem:
    return WaitingItem(
        gettext("%(name)s waits for your agreement", name=draft_name(draft)),
        gettext("A new engagement on %(projects)s", projects=", ".join(draft.projects)),
        gettext("Read and agree"),
        {"draft": str(draft.number)},
        endpoint="setup.show",
    )
