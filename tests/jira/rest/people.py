"""REST: who the caller is, who others are, and what anybody may."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from flask import Blueprint, Response, jsonify, request

from tests.jira.model import NotHere, Project
from tests.jira.rest.context import (
    Refused,
    body_object,
    list_argument,
    number_argument,
    the_caller,
    the_site,
    the_view,
    visible_issue,
)
from tests.jira.rest.issues import bean_page

Answer: TypeAlias = Response | tuple[Response, int]

MOST_GROUPS = 20
MOST_USERS = 200
DEFAULT_USERS = 10
MOST_ASKED = 1000
GLOBAL = ("ADMINISTER", "SYSTEM_ADMIN", "USER_PICKER", "BULK_CHANGE", "CREATE_SHARED_OBJECTS")
OF_PROJECTS = (
    "BROWSE_PROJECTS",
    "ADMINISTER_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "ADD_COMMENTS",
    "WORK_ON_ISSUES",
    "TRANSITION_ISSUES",
    "DELETE_ISSUES",
    "SET_ISSUE_SECURITY",
)

people_rest = Blueprint("people_rest", __name__)


@people_rest.get("/myself")
def myself() -> Answer:
    return jsonify(
        {
            **profile_of(the_caller().account),
            "locale": the_site().users[the_caller().account].locale,
            "expand": "groups,applicationRoles",
        }
    )


def profile_of(account: str) -> dict[str, Any]:
    """A user as the user resources show it: with the address, where it is not hidden."""
    email = the_site().users[account].email
    return {**(the_view().user(account) or {}), **({"emailAddress": email} if email else {})}


def groups_of(account: str) -> list[dict[str, Any]]:
    site, root = the_site(), the_view().root
    names = sorted(name for name, members in site.groups.items() if account in members)
    return [{"name": name, "self": f"{root}/group?groupname={name}"} for name in names]


def asked_account() -> str:
    """The account that the query names: by id on Cloud, by key or name on Data Center. Raises Refused."""
    names = ("key", "username") if the_site().server else ("accountId",)
    account = next((request.args[name] for name in names if request.args.get(name)), None)
    if not account:
        raise Refused(400, f"The {names[0]} query parameter must be provided.")
    if account not in the_site().users:
        raise Refused(404, "Specified user does not exist or you do not have required permissions.")
    return account


@people_rest.get("/user")
def user() -> Answer:
    account = asked_account()
    profile = profile_of(account)
    if "groups" in request.args.get("expand", ""):
        groups = groups_of(account)
        profile["groups"] = {"size": len(groups), "items": groups}
    return jsonify(profile)


@people_rest.get("/user/groups")
def user_groups() -> Answer:
    if the_site().server:
        raise Refused(404, "Data Center has no such resource.")
    return jsonify(groups_of(asked_account()))


@people_rest.get("/groups/picker")
def groups_like() -> Answer:
    """Those whose names have the text in them; none for whoever may not browse people and groups."""
    asked = request.args.get("query", "").casefold()
    may = the_site().may(the_caller().account, "USER_PICKER")
    names = sorted(name for name in the_site().groups if may and asked in name.casefold())
    most = min(number_argument("maxResults", MOST_GROUPS), MOST_GROUPS)
    groups = [{"name": name, "html": name, "groupId": name} for name in names[:most]]
    header = f"Showing {len(groups)} of {len(names)} matching groups"
    return jsonify({"header": header, "total": len(names), "groups": groups})


@people_rest.get("/user/bulk")
def users() -> Answer:
    """Those of the accounts that the site has; unknown ones are left out."""
    if the_site().server:
        raise Refused(404, "Data Center has no such resource.")
    accounts = request.args.getlist("accountId")
    if not accounts:
        raise Refused(400, "The accountId query parameter must be provided.")
    known = [account for account in accounts if account in the_site().users]
    return jsonify(bean_page(known, MOST_USERS, profile_of, DEFAULT_USERS))


@people_rest.post("/permissions/check")
def check() -> Answer:
    """Of any account, where an app asks from its server or an admin; of oneself, always.

    Unknown projects and issues are passed over: what is missing in the answer is not permitted.
    """
    asked = body_object()
    account = asked.get("accountId") or the_caller().account
    if account != the_caller().account and not the_caller().app and the_caller().account not in the_site().admins:
        raise Refused(403, "You may only check your own permissions.")
    names = asked.get("globalPermissions") or []
    _check_names(names, GLOBAL)
    granted = [name for name in names if the_site().may(account, name)]
    projects = [grant for each in asked.get("projectPermissions") or [] for grant in _grants(account, each)]
    return jsonify({"globalPermissions": granted, "projectPermissions": projects})


def _grants(account: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    projects, issues = asked.get("projects") or [], asked.get("issues") or []
    if len(projects) > MOST_ASKED or len(issues) > MOST_ASKED:
        raise Refused(400, f"At most {MOST_ASKED} projects and {MOST_ASKED} issues can be asked for.")
    _check_names(asked["permissions"], OF_PROJECTS)
    return [
        {
            "permission": name,
            "projects": [each for each in projects if _may_in_project(account, name, each)],
            "issues": [each for each in issues if _may_on_issue(account, name, each)],
        }
        for name in asked["permissions"]
    ]


def _may_in_project(account: str, permission: str, project_id: int) -> bool:
    site = the_site()
    project = site.projects.get(project_id)
    return project is not None and not project.trashed and site.may(account, permission, project)


def _may_on_issue(account: str, permission: str, issue_id: int) -> bool:
    site = the_site()
    issue = site.issues.get(issue_id)
    if issue is None or not site.sees(account, issue):
        return False
    return site.may(account, permission, site.projects[issue.project_id])


def _check_names(names: Iterable[str], known: Iterable[str]) -> None:
    if unknown := [name for name in names if name not in set(known)]:
        raise Refused(400, f"Unrecognized permission: {', '.join(unknown)}")


@people_rest.get("/mypermissions")
def my_permissions() -> Answer:
    """Of the caller, on the site and in the project or issue named: only the permissions asked for."""
    names = list_argument("permissions")
    if not names:
        raise Refused(400, "The permissions query parameter is required.")
    _check_names(names, (*GLOBAL, *OF_PROJECTS))
    project = _project_asked_for()
    return jsonify({"permissions": {name: _permission(place, name, project) for place, name in enumerate(names)}})


def _permission(place: int, name: str, project: Project | None) -> dict[str, Any]:
    site, account = the_site(), the_caller().account
    if name in GLOBAL:
        held = site.may(account, name)
    else:
        places = [project] if project else [each for each in site.projects.values() if not each.trashed]
        held = any(site.may(account, name, each) for each in places)
    return {
        "id": str(place),
        "key": name,
        "name": name.replace("_", " ").capitalize(),
        "type": "GLOBAL" if name in GLOBAL else "PROJECT",
        "description": "",
        "havePermission": held,
    }


def _project_asked_for() -> Project | None:
    site = the_site()
    if issue := request.args.get("issueId") or request.args.get("issueKey"):
        return site.projects[visible_issue(issue).project_id]
    name = request.args.get("projectId") or request.args.get("projectKey")
    try:
        return site.project(name) if name else None
    except NotHere as error:
        raise Refused(404, f"No project could be found with key '{name}'.") from error
