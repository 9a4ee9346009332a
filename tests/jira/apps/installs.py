"""Installing an app on a site: the descriptor read, the signed handshake, a new secret each time, and the way out.

app = AppOnSite(site, KeyHost(), over_http("http://127.0.0.1:8000"))
app.install(by="5b10a")
app.page_url("teachback-project", "5b10b", {"project.id": "10000"})
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.jira.apps import frames
from tests.jira.apps.frames import Context
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.signing import query_hash, sign_hs256, sign_rs256
from tests.jira.apps.transport import Reply, Send
from tests.jira.model import Installed
from tests.jira.site import Site

LIFETIME = 180
ACCEPTED = (200, 204)
REQUIRED = ("key", "baseUrl", "authentication", "modules")
SIGNED_BY_ATLASSIAN = ("installed", "uninstalled")


class InstallRefused(Exception):
    """The app cannot be installed: its descriptor is unsound, or it did not answer 200 or 204."""


@dataclass
class AppOnSite:
    """One app and one site. `descriptor_path` is where the app serves its descriptor, `replies` what it answered."""

    site: Site
    keys: KeyHost
    send: Send
    descriptor_path: str = "/atlassian-connect.json"
    replies: list[tuple[str, Reply]] = field(default_factory=list)
    installs: int = 0
    key: str = ""

    @property
    def installed(self) -> Installed:
        return self.site.apps[self.key]

    @property
    def client_key(self) -> str:
        """The site's identity for apps: the same at every install."""
        return str(uuid5(NAMESPACE_URL, f"site {self.site.name}"))

    def install(self, *, by: str | None = None) -> Installed:
        """First or again: a new secret, signed by Atlassian's key; then `enabled`. Raises InstallRefused.

        An install that the app refuses leaves what was before.
        """
        descriptor = self.fetch_descriptor()
        self.installs += 1
        secret = "ATCO-" + hashlib.sha256(f"{self.client_key} {self.installs}".encode()).hexdigest()
        before = self.site.apps.get(descriptor["key"])
        made = Installed(
            key=descriptor["key"],
            client_key=self.client_key,
            secret=secret,
            base_url=descriptor["baseUrl"].rstrip("/"),
            account=self._app_user(descriptor),
            descriptor=descriptor,
            properties=before.properties if before else {},
        )
        reply = self.tell("installed", made, by=by)
        if reply.status not in ACCEPTED:
            raise InstallRefused(f"the app answered {reply.status} to installed")
        self.key = made.key
        self.site.apps[made.key] = made
        self.enable()
        return made

    def uninstall(self, *, by: str | None = None, order: Sequence[str] = ("disabled", "uninstalled")) -> None:
        """Told once, never again, in whichever order; the app's calls are refused from now on."""
        app = self.installed
        app.enabled = False
        for event in order:
            self.tell(event, app, by=by)

    def enable(self) -> Reply:
        self.installed.enabled = True
        return self.tell("enabled", self.installed)

    def disable(self) -> Reply:
        self.installed.enabled = False
        return self.tell("disabled", self.installed)

    def fetch_descriptor(self) -> dict[str, Any]:
        """Raises InstallRefused where it is not there, not JSON, or lacks what Jira needs."""
        reply = self.send("GET", self.descriptor_path, {"Accept": "application/json"}, b"")
        if reply.status != ACCEPTED[0]:
            raise InstallRefused(f"the descriptor answered {reply.status}")
        try:
            descriptor: dict[str, Any] = json.loads(reply.body)
        except ValueError as error:
            raise InstallRefused("the descriptor is not JSON") from error
        if missing := [name for name in REQUIRED if name not in descriptor]:
            raise InstallRefused(f"the descriptor lacks {', '.join(missing)}")
        if descriptor["authentication"].get("type") != "jwt" or "installed" not in descriptor.get("lifecycle", {}):
            raise InstallRefused("the descriptor asks for no secret")
        return descriptor

    def tell(self, event: str, app: Installed, *, by: str | None = None) -> Reply:
        """Send one lifecycle event, where the descriptor has a place for it."""
        path = app.descriptor["lifecycle"].get(event)
        if path is None:
            return Reply(ACCEPTED[1])
        body = json.dumps(self.lifecycle_body(event, app, by)).encode()
        token = self.lifecycle_token(event, app, path)
        headers = {"Authorization": f"JWT {token}", "Content-Type": "application/json"}
        reply = self.send("POST", path, headers, body)
        self.replies.append((event, reply))
        return reply

    def lifecycle_body(self, event: str, app: Installed, by: str | None = None) -> dict[str, Any]:
        body = {
            "key": app.key,
            "clientKey": app.client_key,
            "publicKey": "",
            "baseUrl": self.site.base_url,
            "displayUrl": self.site.base_url,
            "productType": "jira",
            "description": f"Atlassian Jira at {self.site.base_url}",
            "eventType": event,
        }
        if event == "installed":
            body["sharedSecret"] = app.secret
        if by:
            body["accountId"] = by
        return body

    def lifecycle_token(self, event: str, app: Installed, path: str) -> str:
        """Signed by Atlassian's key for the app's address, or by the secret: enabled and disabled."""
        claims = self.claims(app, query_hash("POST", path))
        if event not in SIGNED_BY_ATLASSIAN:
            return sign_hs256(claims, app.secret)
        kid = self.keys.kid
        return sign_rs256({**claims, "aud": [app.base_url]}, self.keys.keys[kid], kid)

    def claims(self, app: Installed, query: str, lifetime: int = LIFETIME) -> dict[str, Any]:
        now = int(self.site.wall())
        return {"iss": app.client_key, "iat": now, "exp": now + lifetime, "qsh": query}

    def page_url(self, module_key: str, account: str | None, context: Context | None = None) -> str:
        """The signed address of a module's page, for a person of the site or for nobody (anonymous)."""
        app = self.installed
        url = frames.module_url(app, module_key, context or {}, self.site.base_url)
        claims = self.claims(app, query_hash("GET", url, app.base_url))
        token = sign_hs256({**claims, **frames.person_claims(account, context or {})}, app.secret)
        return f"{url}{'&' if '?' in url else '?'}jwt={token}"

    def context_token(self, account: str | None, context: Context | None = None) -> str:
        """What AP.context.getToken() gives: bound to a person and a place, to no address."""
        app = self.installed
        claims = self.claims(app, "context-qsh", frames.CONTEXT_LIFETIME)
        return sign_hs256({**claims, **frames.person_claims(account, context or {})}, app.secret)

    def _app_user(self, descriptor: dict[str, Any]) -> str:
        account = f"557058:{uuid5(NAMESPACE_URL, descriptor['key'])}"
        if account not in self.site.users:
            self.site.add_user(account, descriptor.get("name", descriptor["key"]), kind="app", zone=self.site.zone)
        return account
