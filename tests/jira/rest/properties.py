"""REST: the properties of issues, projects and dashboard items, one by one and in bulk."""

import json
from typing import Any, TypeAlias

from flask import Blueprint, Response, jsonify, request

from tests.jira.model import Instant, NotHere, Project
from tests.jira.rest.context import Refused, body_object, the_caller, the_site, the_view, visible_issue

Answer: TypeAlias = Response | tuple[Response, int] | tuple[str, int] | tuple[str, int, dict[str, str]]

LONGEST_KEY = 255
LONGEST_VALUE = 32_768
MOST_PROPERTIES = 10
MOST_ISSUES = {"properties": 10_000, "multi": 100}

properties_rest = Blueprint("properties_rest", __name__)


def now() -> Instant:
    """The site's time, in whole milliseconds."""
    return the_site().now() // 1000 * 1000


@properties_rest.get("/issue/<id_or_key>/properties")
def issue_keys(id_or_key: str) -> Answer:
    return _keys(visible_issue(id_or_key).properties)


@properties_rest.get("/issue/<id_or_key>/properties/<key>")
def issue_property(id_or_key: str, key: str) -> Answer:
    return _value(visible_issue(id_or_key).properties, key)


@properties_rest.put("/issue/<id_or_key>/properties/<key>")
def set_issue_property(id_or_key: str, key: str) -> Answer:
    issue_record = visible_issue(id_or_key)
    project = the_site().projects[issue_record.project_id]
    if not the_site().may(the_caller().account, "EDIT_ISSUES", project):
        raise Refused(403, "You do not have permission to edit issues in this project.")
    fresh = the_site().set_property(issue_record.id, key, _sent_value(key), by=the_caller().account, at=now())
    return jsonify({}), 201 if fresh else 200


@properties_rest.delete("/issue/<id_or_key>/properties/<key>")
def delete_issue_property(id_or_key: str, key: str) -> Answer:
    issue_record = visible_issue(id_or_key)
    if key not in issue_record.properties:
        raise Refused(404, f"The property {key} does not exist.")
    the_site().delete_property(issue_record.id, key, by=the_caller().account, at=now())
    return "", 204


@properties_rest.post("/issue/properties")
def set_on_many() -> Answer:
    """The same properties on up to 10,000 issues, all or none; answered by a task to look at."""
    asked = body_object()
    issues = [visible_issue(str(issue_id)) for issue_id in asked.get("entitiesIds", [])]
    _check_bulk(len(issues), "properties", asked.get("properties", {}))
    for issue in issues:
        for key, value in asked.get("properties", {}).items():
            the_site().set_property(issue.id, key, value, by=the_caller().account, at=now())
    return _see_task()


@properties_rest.post("/issue/properties/multi")
def set_each() -> Answer:
    """Each issue its own properties, up to 100; one that is not there, or not to be edited, spoils no other."""
    asked = body_object().get("issues", [])
    for each in asked:
        _check_bulk(len(asked), "multi", each.get("properties", {}))
    for each in asked:
        try:
            issue = visible_issue(str(each["issueID"]))
        except Refused:
            continue
        if not the_site().may(the_caller().account, "EDIT_ISSUES", the_site().projects[issue.project_id]):
            continue
        for key, value in each.get("properties", {}).items():
            the_site().set_property(issue.id, key, value, by=the_caller().account, at=now())
    return _see_task()


@properties_rest.get("/task/<task_id>")
def task(task_id: str) -> Answer:
    """Bulk work is done before its answer here, so that every task one can ask for is complete."""
    moment = the_site().now() // 1000
    return jsonify(
        {
            "self": f"{the_view().root}/task/{task_id}",
            "id": task_id,
            "description": "Set issue properties",
            "status": "COMPLETE",
            "result": {},
            "submittedBy": 10000,
            "progress": 100,
            "elapsedRuntime": 1,
            "submitted": moment,
            "started": moment,
            "finished": moment,
            "lastUpdate": moment,
        }
    )


@properties_rest.get("/project/<id_or_key>/properties")
def project_keys(id_or_key: str) -> Answer:
    return _keys(_project(id_or_key).properties)


@properties_rest.get("/project/<id_or_key>/properties/<key>")
def project_property(id_or_key: str, key: str) -> Answer:
    return _value(_project(id_or_key).properties, key)


@properties_rest.put("/project/<id_or_key>/properties/<key>")
def set_project_property(id_or_key: str, key: str) -> Answer:
    return _set(_project(id_or_key, "ADMINISTER_PROJECTS").properties, key)


@properties_rest.delete("/project/<id_or_key>/properties/<key>")
def delete_project_property(id_or_key: str, key: str) -> Answer:
    return _delete(_project(id_or_key, "ADMINISTER_PROJECTS").properties, key)


def _project(id_or_key: str, permission: str = "BROWSE_PROJECTS") -> Project:
    try:
        project = the_site().project(id_or_key)
    except NotHere as error:
        raise Refused(404, f"No project could be found with id or key '{id_or_key}'.") from error
    if not the_site().may(the_caller().account, "BROWSE_PROJECTS", project):
        raise Refused(404, f"No project could be found with id or key '{id_or_key}'.")
    if not the_site().may(the_caller().account, permission, project):
        raise Refused(403, "You do not have permission to administer this project.")
    return project


DASHBOARD_ITEM = "/dashboard/<dashboard_id>/items/<item_id>/properties"


@properties_rest.get(DASHBOARD_ITEM)
def item_keys(dashboard_id: str, item_id: str) -> Answer:
    return _keys(the_site().dashboard_items[dashboard_id, item_id])


@properties_rest.get(f"{DASHBOARD_ITEM}/<key>")
def item_property(dashboard_id: str, item_id: str, key: str) -> Answer:
    return _value(the_site().dashboard_items[dashboard_id, item_id], key)


@properties_rest.put(f"{DASHBOARD_ITEM}/<key>")
def set_item_property(dashboard_id: str, item_id: str, key: str) -> Answer:
    return _set(the_site().dashboard_items[dashboard_id, item_id], key)


@properties_rest.delete(f"{DASHBOARD_ITEM}/<key>")
def delete_item_property(dashboard_id: str, item_id: str, key: str) -> Answer:
    _delete(the_site().dashboard_items[dashboard_id, item_id], key)
    return "", 204, {"Content-Type": "application/json"}


def _keys(held: dict[str, Any]) -> Answer:
    root = f"{the_site().base_url}{request.path}"
    return jsonify({"keys": [{"self": f"{root}/{key}", "key": key} for key in held]})


def _value(held: dict[str, Any], key: str) -> Answer:
    if key not in held:
        raise Refused(404, f"The property {key} does not exist.")
    return jsonify({"key": key, "value": held[key]})


def _set(held: dict[str, Any], key: str) -> Answer:
    fresh = key not in held
    held[key] = _sent_value(key)
    return jsonify({}), 201 if fresh else 200


def _delete(held: dict[str, Any], key: str) -> Answer:
    if held.pop(key, None) is None:
        raise Refused(404, f"The property {key} does not exist.")
    return "", 204


def _sent_value(key: str) -> Any:
    """Any JSON but nothing at all. Raises Refused 400 for what is too long or no JSON."""
    raw = request.get_data(as_text=True)
    if len(key) > LONGEST_KEY or len(raw) > LONGEST_VALUE:
        raise Refused(400, f"A key has at most {LONGEST_KEY} characters, a value {LONGEST_VALUE}.")
    try:
        return json.loads(raw)
    except ValueError as error:
        raise Refused(400, "The property value is not JSON.") from error


def _check_bulk(issues: int, kind: str, properties: dict[str, Any]) -> None:
    if issues > MOST_ISSUES[kind] or not 1 <= len(properties) <= MOST_PROPERTIES:
        raise Refused(400, "The number of issues or of properties is out of range.")


def _see_task() -> Answer:
    number = the_site().next_id("task")
    return "", 303, {"Location": f"{the_view().root}/task/{number}"}
