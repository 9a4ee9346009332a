"""A site as the file that `teachback import` takes: one issue a line, as REST returns it, whole."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.jira.fields import field_names, show_fields
from tests.jira.model import Issue
from tests.jira.shapes import View
from tests.jira.site import Site


def issue_lines(site: Site, *, version: int = 3) -> Iterator[str]:
    """JSON of every issue that is not in the trash, in the order of ids. `version` is REST's: 2 or 3."""
    view = View(site, version, site.zone)
    for issue in sorted(site.issues.values(), key=lambda issue: issue.id):
        if not site.projects[issue.project_id].trashed:
            yield json.dumps(whole(view, issue), ensure_ascii=False, separators=(",", ":"))


def whole(view: View, issue: Issue) -> dict[str, Any]:
    """With `changelog` as expanded, and with fields.worklog and fields.comment complete."""
    fields = show_fields(view, issue, field_names(view, ["*all", "-worklog"]))
    return {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": str(issue.id),
        "self": f"{view.root}/issue/{issue.id}",
        "key": issue.key,
        "changelog": view.changelog(issue, None),
        "fields": {**fields, "worklog": view.worklogs(issue, None)},
    }


def write_dump(site: Site, path: Path, *, version: int = 3) -> int:
    """Write the file, gzip where its name ends in .gz; returns how many issues it holds."""
    lines = [f"{line}\n".encode() for line in issue_lines(site, version=version)]
    raw = b"".join(lines)
    path.write_bytes(gzip.compress(raw, mtime=0) if path.suffix == ".gz" else raw)
    return len(lines)
