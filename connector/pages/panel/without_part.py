"""A ticket as whoever sees no tickets of its engagements reads it: gatekeepers, sponsors and others."""

from flask import request
from sqlalchemy import Connection

from connector.pages.no_part import Length, is_sponsored_by_caller, no_part_line
from connector.pages.panel.context import project_of
from connector.pages.panel.gatekeeper import gatekept_part, merge_alike
from connector.pages.visibility import select_gatekept
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext


def without_part(connection: Connection, label: IssueLabel) -> tuple[str, dict[str, object]]:
    """Return template and values: what is a gatekeeper's own, or a line."""
    gatekept = [view for view in select_gatekept(connection) if project_of(label) in view.engagement.projects]
    if not gatekept:
        return "line.html", _line(connection, project_of(label))
    parts = [gatekept_part(connection, view, label) for view in gatekept]
    shown = merge_alike([part for part in parts if part.facts])
    # The link leads to the engagement in which the ticket came to them.
    came = [view for view, part in zip(gatekept, parts, strict=True) if part.facts] or gatekept
    values = {"key": label.key, "project": project_of(label), "parts": shown, "engagement": came[0].engagement.key}
    return "panel/gatekeeper.html", {"panel": values, "named": len(gatekept) > 1}


def _line(connection: Connection, project: str) -> dict[str, object]:
    # The panel beside the narrow context says who can change it, the project's page the rest.
    length: Length = "beside" if request.path.startswith("/pages/context") else "panel"
    leads_on = length == "panel" and is_sponsored_by_caller(connection, project)
    line = no_part_line(connection, project, length=length)
    return {"line": line, "links": [(gettext("Open Program"), {})] if leads_on else []}
