"""The end of an engagement: its last day, the links that end with it, and opening it again within 30 days."""

from datetime import date, timedelta

from msgspec.structs import replace

from connector.actions.draft_roles import standing_roles
from connector.actions.engagement_setup import SetupActor
from connector.actions.errors import ActionRefused
from connector.actions.policy import CHANGE, require
from connector.actions.settings.change import require_changeable, save_changed
from mappings.formats.engagement_file.schema import LAST_YEAR
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement, Hours
from mappings.records.agreement.drafts import save_draft_section, select_change
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.operations.access_links import save_revoked, select_access_links
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.translation import gettext

# Days after its end during which an engagement can be opened again.
REOPEN_DAYS = 30


def today_of(agreed: Engagement, now: int) -> date:
    """Return the day in the engagement's time zone."""
    return Calendar(agreed.zone, Hours()).day(now)


def is_over(agreed: Engagement, today: date) -> bool:
    """Tell whether an engagement ended: its end is the first day that it no longer counts."""
    return agreed.ends is not None and agreed.ends <= today


def may_reopen(agreed: Engagement, today: date) -> bool:
    """Tell whether an engagement ended, or will, and can still be opened again."""
    return agreed.ends is not None and today <= agreed.ends + timedelta(days=REOPEN_DAYS)


def end_engagement(actor: SetupActor, key: str, last_day: str, *, revokes_links: bool) -> date:
    """End an engagement after a day; return the first day that it no longer counts. Raises ActionRefused."""
    stored = _open(actor, key)
    agreed = stored.engagement
    last = _read_day(last_day)
    if last < agreed.starts:
        raise ActionRefused(
            gettext("The last day is before the engagement starts, on %(day)s. Choose a later one.", day=agreed.starts)
        )
    ended = replace(agreed, ends=last + timedelta(days=1))
    if ended.ends == agreed.ends:
        raise ActionRefused(gettext("It ends on that day already."))
    _save(actor, stored, ended, "engagement ended")
    if revokes_links:
        _revoke_links(actor, key)
    return last + timedelta(days=1)


def reopen_engagement(actor: SetupActor, key: str) -> None:
    """Take the end of an engagement back. Raises ActionRefused."""
    stored = _open(actor, key)
    agreed = stored.engagement
    if agreed.ends is None:
        raise ActionRefused(gettext("This engagement has no end."))
    if not may_reopen(agreed, today_of(agreed, actor.now)):
        raise ActionRefused(
            gettext("It ended more than %(days)s days ago. Copy it to a new engagement instead.", days=REOPEN_DAYS)
        )
    _save(actor, stored, replace(agreed, ends=None), "engagement opened again")


def _open(actor: SetupActor, key: str) -> StoredEngagement:
    lock_tenant(*actor.place)
    stored = require_changeable(actor, key)
    require(CHANGE, standing_roles(stored, actor.account, actor.administers, actor.now))
    return stored


def _read_day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as cause:
        raise ActionRefused(gettext("Write the last day such as 2026-12-31.")) from cause
    if day.year > LAST_YEAR:
        raise ActionRefused(
            gettext("The last day lies after the year %(year)s. Choose an earlier one.", year=LAST_YEAR)
        )
    return day


def _save(actor: SetupActor, stored: StoredEngagement, changed: Engagement, act: str) -> None:
    before, after = (each.isoformat() if each else "open" for each in (stored.engagement.ends, changed.ends))
    insert_act(*actor.place, Act(actor.now, actor.account, act, changed.key, before, after))
    save_changed(actor, stored, changed)
    # A change that is open would take the end back: its basics follow.
    draft = select_change(*actor.place, changed.key)
    if draft is not None:
        body = draft.bodies["basics"]
        head = {**body["engagement"], "ends": changed.ends.isoformat() if changed.ends else None}
        basics = {**body, "engagement": {name: value for name, value in head.items() if value is not None}}
        save_draft_section(*actor.place, draft, section="basics", body=basics, now=actor.now, by=actor.account)


def _revoke_links(actor: SetupActor, key: str) -> None:
    for link in select_access_links(*actor.place):
        if link.engagement == key and save_revoked(*actor.place, link.link_id, actor.now):
            insert_act(*actor.place, Act(actor.now, actor.account, "link revoked", str(link.link_id)))
