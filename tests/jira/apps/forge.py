"""Forge, as far as an app with a remote meets it: tokens, events with retries and losses, the tick, and invokeRemote.

forge = ForgeOnSite(site, keys, through_client(client, url), app_id, api_url)
forge.install()
forge.ui("5b10a", "teachback-project", "/pages/project?project.key=GROW", {"project": {"id": "1", "key": "GROW"}})
forge.settle()          # deliver what happened on the site, as unreliably as `losses` says
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.signing import sign_hs256, sign_rs256
from tests.jira.apps.transport import Reply, Send
from tests.jira.model import Emitted
from tests.jira.site import Site

LIFETIME = 25
TOKEN_LIFETIME = 4 * 3600
MOST_TRIES = 5
LARGEST_EVENT = 200_000
SHOWN_FIELDS = ("summary", "issuetype", "creator", "created", "project", "reporter", "assignee", "updated", "status")
NAMES = {
    "jira:issue_created": "avi:jira:created:issue",
    "jira:issue_updated": "avi:jira:updated:issue",
    "jira:issue_deleted": "avi:jira:deleted:issue",
    "comment_created": "avi:jira:commented:issue",
    "comment_updated": "avi:jira:commented:issue",
    "comment_deleted": "avi:jira:deleted:comment",
    "worklog_created": "avi:jira:created:worklog",
    "worklog_updated": "avi:jira:updated:worklog",
    "worklog_deleted": "avi:jira:deleted:worklog",
    "issuelink_created": "avi:jira:created:issuelink",
    "issuelink_deleted": "avi:jira:deleted:issuelink",
    "project_created": "avi:jira:created:project",
    "project_updated": "avi:jira:updated:project",
    "project_soft_deleted": "avi:jira:softdeleted:project",
    "project_restored_deleted": "avi:jira:restored:project",
    "project_archived": "avi:jira:archived:project",
    "project_restored_archived": "avi:jira:unarchived:project",
    "project_deleted": "avi:jira:deleted:project",
    "user_deleted": "avi:jira:deleted:user",
}


@dataclass(frozen=True)
class EventLosses:
    """Shares of the events that never come, that come twice, and whether all come in another order."""

    lost: float = 0.0
    doubled: float = 0.0
    shuffled: bool = False


@dataclass
class ForgeOnSite:
    """One installation of a Forge app on a site. `environment` and `number` make another one of it."""

    site: Site
    keys: KeyHost
    send: Send
    app_id: str
    api_url: str
    environment: str = "PRODUCTION"
    number: int = 1
    losses: EventLosses = field(default_factory=EventLosses)
    seed: int = 1
    replies: list[Reply] = field(default_factory=list)
    lost: int = 0
    _queue: list[bytes] = field(default_factory=list)
    _signed: tuple[int, Mapping[str, str]] | None = None

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @property
    def installation_id(self) -> str:
        """Another one with each re-install; the cloud id stays."""
        named = f"{self.site.name} {self.app_id} {self.environment} {self.number}"
        return f"ari:cloud:ecosystem::installation/{uuid5(NAMESPACE_URL, named)}"

    @property
    def account(self) -> str:
        """The app's own user on the site."""
        return f"557058:{uuid5(NAMESPACE_URL, self.app_id)}"

    def install(self) -> Reply:
        """Install, or install again after an uninstall; events come from now on."""
        if self.account not in self.site.users:
            self.site.add_user(self.account, "Teachback", kind="app", zone=self.site.zone)
        self.site.subscribe(self.take)
        return self.call("/forge/lifecycle", "teachback-lifecycle", {"eventType": "avi:forge:installed:app", "id": "x"})

    def uninstall(self) -> Reply:
        """Tell the app as far as Forge does, once, and refuse its tokens from now on."""
        reply = self.call("/forge/uninstall", "teachback-uninstall", {})
        for token in [token for token, account in self.site.tokens.items() if account == self.account]:
            del self.site.tokens[token]
        return reply

    def tick(self) -> Reply:
        """The hourly schedule."""
        return self.call("/forge/tick", "teachback-tick", {})

    def call(self, path: str, endpoint: str, body: Any) -> Reply:
        """A call that Forge itself makes."""
        reply = self.send("POST", path, self._endpoint_headers(endpoint), json.dumps(body).encode())
        self.replies.append(reply)
        return reply

    def _endpoint_headers(self, endpoint: str) -> dict[str, str]:
        claims = self.claims(module={"type": "core:endpoint", "key": endpoint})
        return self.headers(claims) | {"x-forge-oauth-system": self.access_token(self.account)}

    def ui(
        self,
        account: str,
        module: str,
        address: str,
        extension: Mapping[str, Any],
        *,
        method: str = "GET",
        form: str = "",
        headers: Mapping[str, str] | None = None,
        locale: str = "",
    ) -> dict[str, Any]:
        """What invokeRemote of a page gives. Raises AssertionError where Forge would show an error."""
        claims = self.claims(module={"type": "jira:page", "key": module}, account=account, extension=extension)
        sent = self.headers(claims) | {
            "x-forge-oauth-system": self.access_token(self.account),
            "x-forge-oauth-user": self.access_token(account),
        }
        envelope = {
            "address": address,
            "method": method,
            "form": form,
            "headers": dict(headers or {}),
            "locale": locale,
        }
        reply = self.send("POST", "/forge/ui", sent, json.dumps(envelope).encode())
        assert reply.status == 200, (reply.status, reply.body[:200])
        answer: dict[str, Any] = json.loads(reply.body)
        return answer

    def headers(self, claims: Mapping[str, Any]) -> dict[str, str]:
        token = sign_rs256(claims, self.keys.keys[self.keys.kid], self.keys.kid)
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "x-b3-traceid": "1f"}

    def claims(
        self, *, module: Mapping[str, str], account: str | None = None, extension: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        now = int(self.site.wall())
        claims: dict[str, Any] = {
            "iss": "forge/invocation-token",
            "aud": self.app_id,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "jti": str(self._random.getrandbits(64)),
            "app": {
                "id": self.app_id,
                "installationId": self.installation_id,
                "apiBaseUrl": f"{self.api_url}/ex/jira/{self.site.cloud_id}",
                "appVersion": "1.0.0",
                "environment": {"type": self.environment, "id": "e1"},
                "module": dict(module),
            },
            "context": {
                "cloudId": self.site.cloud_id,
                "siteUrl": self.site.base_url,
                "moduleKey": module["key"],
                "extension": dict(extension or {}),
            },
        }
        return claims if account is None else claims | {"principal": account}

    def access_token(self, account: str) -> str:
        """A bearer token of the site for an account, good for four hours."""
        claims = {"exp": int(self.site.wall()) // 3600 * 3600 + TOKEN_LIFETIME, "account": account}
        token = sign_hs256(claims, "a secret of Atlassian's, which no app has")
        self.site.tokens[token] = account
        return token

    def take(self, event: Emitted) -> None:
        """Queue what Forge would send of an event: nothing of what a deletion takes with it."""
        name = NAMES.get(event.name)
        if name is None or event.flow == "Secondary":
            return
        self._enqueue(name, event)
        items = (event.body.get("changelog") or {}).get("items") or ()
        if name == "avi:jira:updated:issue" and any(item.get("field") == "assignee" for item in items):
            self._enqueue("avi:jira:assigned:issue", event)

    def _enqueue(self, name: str, event: Emitted) -> None:
        body = json.dumps(event_body(name, event)).encode()
        if len(body) > LARGEST_EVENT or self._random.random() < self.losses.lost:
            self.lost += 1
            return
        self._queue += [body] * (2 if self._random.random() < self.losses.doubled else 1)

    @property
    def waiting(self) -> int:
        """Events that happened and are not delivered yet."""
        return len(self._queue)

    def settle(self) -> None:
        """Deliver all, each up to five times; what is refused to the end is lost."""
        queue = self.take_waiting()
        if self.losses.shuffled:
            self._random.shuffle(queue)
        for body in queue:
            self._try(body)

    def take_waiting(self) -> list[bytes]:
        """Empty the queue, for who delivers what was in it by `deliver`."""
        queue, self._queue = self._queue, []
        return queue

    def deliver(self, body: bytes) -> Reply:
        """Send one event once, as it is, with a token of this second; nothing is tried again."""
        return self.send("POST", "/forge/events", self._event_headers(int(self.site.wall())), body)

    def _event_headers(self, second: int) -> Mapping[str, str]:
        # A signature costs more than all else of a call.
        if self._signed is None or self._signed[0] != second:
            self._signed = second, self._endpoint_headers("teachback-events")
        return self._signed[1]

    def _try(self, body: bytes) -> None:
        for number in range(MOST_TRIES):
            event = json.loads(body)
            if number:
                event["retryContext"] = {"retryCount": number, "retryReason": "INVALID_REMOTE_INVOCATION_ERROR"}
            if 200 <= self.call("/forge/events", "teachback-events", event).status < 300:
                return
        self.lost += 1


def event_body(name: str, event: Emitted) -> dict[str, Any]:
    """The event at top level: nine fields of an issue, a worklog without its issue's key, a time written as text."""
    body: dict[str, Any] = {"eventType": name, "timestamp": str(event.at // 1000), "selfGenerated": False}
    given = event.body
    if "issue" in given:
        issue = given["issue"]
        fields = {key: issue.get("fields", {}).get(key) for key in SHOWN_FIELDS if key in issue.get("fields", {})}
        body["issue"] = {"id": issue["id"], "key": issue["key"], "fields": fields}
    for part in ("comment", "worklog", "issueLink", "project", "user", "changelog"):
        if part in given:
            body[part] = given[part]
    return body
