"""REST: what only apps call, and what is closed to Connect apps."""

from datetime import datetime
from typing import Any, TypeAlias

from flask import Blueprint, Response, jsonify, request

from tests.jira.model import Installed
from tests.jira.rest.context import Refused, body_object, number_argument, the_caller, the_site, the_view

Answer: TypeAlias = Response | tuple[Response, int] | tuple[str, int] | tuple[str, int, dict[str, str]]

CYCLE = {"Cycle-Period": "7"}
MOST_ACCOUNTS = 90
MOST_FAILED = 100
CLOSED = (
    ("POST", "/changelog/bulkfetch"),
    ("GET", "/users"),
    ("GET", "/users/search"),
    ("GET", "/statuses"),
    ("GET", "/statuses/search"),
    ("GET", "/data-policy"),
    ("GET", "/applicationrole"),
)

apps_rest = Blueprint("apps_rest", __name__)
closed_rest = Blueprint("closed_rest", __name__)


def closed() -> Answer:
    """Inaccessible to a Connect app's token, whatever its scopes; the stand-in gives it to nobody."""
    if the_caller().app:
        raise Refused(403, "The app is not allowed to access this resource.")
    raise Refused(404, "The stand-in does not offer this to people.")


for _method, _path in CLOSED:
    closed_rest.add_url_rule(_path, f"closed {_path}".replace("/", " "), closed, methods=[_method])


@closed_rest.get("/webhook/failed")
def failed() -> Answer:
    """Deliveries given up in the last 72 hours, oldest first, after the instant `after` (milliseconds)."""
    if not the_caller().app:
        raise Refused(403, "Only Connect and OAuth 2.0 apps can use this.")
    size, after = number_argument("maxResults", MOST_FAILED, MOST_FAILED), number_argument("after", 0)
    values = [each for each in the_site().failed_webhooks if each["failureTime"] > after]
    page: dict[str, Any] = {"values": values[:size], "maxResults": size}
    if values[size:]:
        page["next"] = f"{the_view().root}/webhook/failed?after={values[size - 1]['failureTime']}&maxResults={size}"
    return jsonify(page)


@apps_rest.get("/1/addons/<key>/properties")
def keys(key: str) -> Answer:
    root = f"{the_site().base_url}{request.path}"
    return jsonify({"keys": [{"self": f"{root}/{name}", "key": name} for name in _app(key).properties]})


@apps_rest.get("/1/addons/<key>/properties/<name>")
def value(key: str, name: str) -> Answer:
    app = _app(key)
    if name not in app.properties:
        return _say(404, "Property with key not found.")
    return jsonify({"key": name, "value": app.properties[name]})


@apps_rest.put("/1/addons/<key>/properties/<name>")
def set_value(key: str, name: str) -> Answer:
    app = _app(key)
    fresh = name not in app.properties
    sent = request.get_json(silent=True)
    if sent is None:
        return _say(400, "The property value is not JSON.")
    app.properties[name] = sent
    return _say(201, "Property created.") if fresh else _say(200, "Property updated.")


@apps_rest.delete("/1/addons/<key>/properties/<name>")
def delete_value(key: str, name: str) -> Answer:
    app = _app(key)
    if name not in app.properties:
        return _say(404, "Property with key not found.")
    del app.properties[name]
    return "", 204


def _app(key: str) -> Installed:
    """An app reads and writes its own properties only."""
    app = the_caller().app
    if app is None or app.key != key:
        raise Refused(401, "Access to properties is limited to the app that owns them.")
    return app


def _say(status: int, message: str) -> Answer:
    return jsonify({"message": message, "statusCode": status}), status


@apps_rest.post("/latest/report-accounts")
def report_accounts() -> Answer:
    """Of the accounts: the closed, and those changed since the app fetched them; 204 where there are none."""
    accounts = body_object().get("accounts", [])
    if len(accounts) > MOST_ACCOUNTS:
        raise Refused(400, f"At most {MOST_ACCOUNTS} accounts can be reported at once.")
    rows = [
        {"accountId": each["accountId"], "status": status}
        for each in accounts
        if (status := _account_state(each["accountId"], each["updatedAt"]))
    ]
    if not rows:
        return "", 204, CYCLE
    answer = jsonify({"accounts": rows})
    answer.headers.update(CYCLE)
    return answer


def _account_state(account: str, fetched: str) -> str | None:
    user = the_site().users.get(account)
    if user is None or user.closed:
        return "closed"
    moment = datetime.fromisoformat(fetched).timestamp()
    return "updated" if user.updated > moment * 1_000_000 else None
