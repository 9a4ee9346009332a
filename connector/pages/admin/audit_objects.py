"""What acts on signed links and drafts of the audit log are about: whose view of which engagement, which projects."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from connector.pages.settings.privacy import ROLE_TEXTS
from mappings.records.operations.access_links import AccessLink, select_access_links
from mappings.records.operations.audit import Act, select_latest_acts
from mappings.translation import gettext

LINK_ACTS = frozenset({"link made", "link revoked"})
# The act holds the projects of the draft, which is gone once it is discarded.
BEGUN = "draft begun"
# Kind of act ("link" or "draft") and number.
Place = tuple[str, str]


def place_of(act: Act) -> Place:
    """Return what an act on a link or a draft is about; ("", "") for every other."""
    if act.act in LINK_ACTS:
        return "link", act.object
    return ("draft", act.object.split()[1]) if act.object.startswith("draft ") else ("", "")


def select_objects(
    connection: Connection, tenant_id: int, acts: Sequence[Act], names: Mapping[str, str]
) -> dict[Place, str]:
    """Return what links and drafts are about, in words; `names` are the engagements that the reader may read of."""
    places = {place_of(act) for act in acts}
    links = select_access_links(connection, tenant_id) if any(kind == "link" for kind, _ in places) else []
    texts = {("link", str(link.link_id)): _link_text(link, names) for link in links}
    drafts = {f"draft {number}" for kind, number in places if kind == "draft"}
    begun = select_latest_acts(connection, tenant_id, [BEGUN], drafts) if drafts else {}
    texts |= {
        place_of(act): gettext("draft on %(projects)s", projects=act.after) for act in begun.values() if act.after
    }
    return {place: text for place, text in texts.items() if text}


def _link_text(link: AccessLink, names: Mapping[str, str]) -> str:
    if link.is_admin:
        return gettext("An administrator’s link")
    name = names.get(link.engagement)
    view = ROLE_TEXTS.get(link.role or "") or gettext("One person’s view")
    return gettext("%(view)s of %(engagement)s", view=view, engagement=name) if name else ""
