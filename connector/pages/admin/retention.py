"""For how long the facts of a site are kept: the question before that is changed, since what is deleted is gone."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from connector.actions.errors import ActionRefused
from connector.actions.site_admin import read_months
from connector.container import container
from connector.jobs.privacy import months_before
from connector.pages.admin.rights import require_admin
from connector.pages.visibility import refuse
from connector.text import full_day
from connector.web.gate import CONTEXT, Rule, caller
from mappings.events.times import SECOND
from mappings.records.operations.retention_settings import select_months
from mappings.translation import gettext

blueprint = Blueprint("admin_retention", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"admin_retention.ask": CONTEXT}


@blueprint.get("/pages/admin/keep/ask")
def ask() -> str:
    """Ask before the time is changed: a shorter one deletes facts for good."""
    require_admin()
    app = container()
    with app.reader.connect() as connection:
        now_kept = select_months(connection, caller().tenant_id, app.settings.retention_months)
    months = _require_months(request.args.get("months", ""))
    if months == now_kept:
        refuse(422, gettext("They are kept for %(months)s months already.", months=months))
    first = datetime.fromtimestamp(months_before(app.clock(), months) / SECOND, UTC).date()
    return render_template("admin/keep.html", months=months, first=full_day(first), is_shorter=months < now_kept)


def _require_months(text: str) -> int:
    try:
        return read_months(text)
    except ActionRefused as refusal:
        refuse(422, str(refusal))
