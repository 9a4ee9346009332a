"""REST: what a site has set up: projects, statuses, fields, issue types, links, priorities, and itself."""

from typing import Any, TypeAlias

from flask import Blueprint, Response, jsonify, request

from tests.jira.fields import NOT_NAVIGABLE, SYSTEM
from tests.jira.model import Field, NotHere, Project
from tests.jira.rest.context import Refused, list_argument, the_caller, the_site, the_view
from tests.jira.rest.issues import bean_page
from tests.jira.shapes import CATEGORIES, Shape

Answer: TypeAlias = Response | tuple[Response, int]

PROJECT_PAGE = 100
SCHEMA_TYPES = {
    "number": ("number", "float"),
    "string": ("string", "textfield"),
    "text": ("string", "textarea"),
    "option": ("option", "select"),
    "options": ("array", "multiselect"),
    "user": ("user", "userpicker"),
    "users": ("array", "multiuserpicker"),
    "date": ("date", "datepicker"),
    "datetime": ("datetime", "datetime"),
    "labels": ("array", "labels"),
    "sprint": ("array", "gh-sprint"),
    "rank": ("any", "gh-lexo-rank"),
}

catalog_rest = Blueprint("catalog_rest", __name__)


@catalog_rest.get("/project/search")
def projects() -> Answer:
    """By id, key and a part of the name; archived ones only where status asks for them."""
    site, account = the_site(), the_caller().account
    states = list_argument("status") or ["live"]
    permission = {"edit": "ADMINISTER_PROJECTS"}.get(request.args.get("action", ""), "BROWSE_PROJECTS")
    rows = [
        project
        for project in site.projects.values()
        if site.may(account, permission, project) and state_of(project) in states and _asked(project)
    ]
    rows.sort(key=lambda project: project.key)
    return jsonify(bean_page(rows, PROJECT_PAGE, show_project, default=50))


def state_of(project: Project) -> str:
    if project.trashed:
        return "deleted"
    return "archived" if project.archived else "live"


def _asked(project: Project) -> bool:
    ids, keys = list_argument("id"), list_argument("keys")
    query = request.args.get("query", "").lower()
    if ids is not None and str(project.id) not in ids:
        return False
    if keys is not None and project.key not in keys:
        return False
    return query in project.name.lower() or query in project.key.lower()


@catalog_rest.get("/project/<id_or_key>")
def project(id_or_key: str) -> Answer:
    site = the_site()
    try:
        project_record = site.project(id_or_key)
    except NotHere:
        project_record = None
    if (
        project_record is None
        or project_record.trashed
        or not site.may(the_caller().account, "BROWSE_PROJECTS", project_record)
    ):
        raise Refused(404, f"No project could be found with key '{id_or_key}'.")
    view = the_view()
    types = [view.issue_type(kind) for kind in site.issue_types.values()]
    return jsonify({**show_project(project_record), "issueTypes": types, "assigneeType": "UNASSIGNED"})


def show_project(project: Project) -> Shape:
    view = the_view()
    return {
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        **view.project(project),
        "lead": view.user(project.lead),
        "style": "classic",
        "isPrivate": False,
        "archived": project.archived,
        "properties": {},
    }


@catalog_rest.get("/status")
def statuses() -> Answer:
    view = the_view()
    return jsonify([view.status(status_id) for status_id in the_site().statuses])


@catalog_rest.get("/statuscategory")
def status_categories() -> Answer:
    root = the_view().root
    return jsonify([{"self": f"{root}/statuscategory/{each['id']}", **each} for each in CATEGORIES.values()])


@catalog_rest.get("/field")
def fields() -> Answer:
    system = [_system_field(name) for name in SYSTEM]
    return jsonify(system + [_custom_field(field) for field in the_site().fields.values()])


def _system_field(name: str) -> Shape:
    return {
        "id": name,
        "key": name,
        "name": name.capitalize(),
        "custom": False,
        "orderable": True,
        "navigable": name not in NOT_NAVIGABLE,
        "searchable": True,
        "clauseNames": [name],
        "schema": {"type": "string", "system": name},
    }


def _custom_field(field: Field) -> Shape:
    kind, custom = SCHEMA_TYPES[field.kind]
    number = int(field.id.removeprefix("customfield_"))
    schema: dict[str, Any] = {
        "type": kind,
        "custom": f"com.atlassian.jira.plugin.system.customfieldtypes:{custom}",
        "customId": number,
    }
    if kind == "array":
        schema["items"] = {"options": "option", "users": "user", "labels": "string"}.get(field.kind, "json")
    return {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": True,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [f"cf[{number}]", field.name],
        "schema": schema,
    }


@catalog_rest.get("/issuetype")
def issue_types() -> Answer:
    view = the_view()
    return jsonify([view.issue_type(kind) for kind in the_site().issue_types.values()])


@catalog_rest.get("/issueLinkType")
def link_types() -> Answer:
    view = the_view()
    return jsonify({"issueLinkTypes": [view.link_type(kind) for kind in the_site().link_types.values()]})


@catalog_rest.get("/priority")
def priorities() -> Answer:
    view = the_view()
    return jsonify([view.priority(name) for name in the_site().priorities])


@catalog_rest.get("/resolution")
def resolutions() -> Answer:
    view = the_view()
    return jsonify([{**view.named("resolution", each), "description": ""} for each in the_site().resolutions.values()])


@catalog_rest.get("/serverInfo")
def server() -> Answer:
    site = the_site()
    return jsonify(
        {
            "baseUrl": site.base_url,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Server" if site.server else "Cloud",
            "buildNumber": 100_286,
            "buildDate": "2026-11-20T10:00:00.000+0000",
            "serverTime": the_view().time(site.now() // 1000 * 1000),
            "scmInfo": "0" * 40,
            "serverTitle": site.name,
            "serverTimeZone": site.zone,
        }
    )
