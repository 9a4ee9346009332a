"""An app without an app: an installation planted on a site, and its signature on calls, to try REST by itself."""

import time

import requests
from requests.auth import AuthBase

from tests.jira.apps.signing import query_hash, sign_hs256
from tests.jira.model import Installed
from tests.jira.site import Site


def an_app(site: Site, key: str = "an.app", scopes: tuple[str, ...] = ("READ", "WRITE", "DELETE")) -> Installed:
    """Installed as if it had been, with no handshake; its user is made where it is missing."""
    account = f"557058:{key}"
    if account not in site.users:
        site.add_user(account, "An app", kind="app")
    descriptor = {"key": key, "scopes": list(scopes), "modules": {}}
    made = Installed(key, "client", "s" * 64, "https://app.example.com", account, descriptor)
    site.apps[key] = made
    return made


class SignedBy(AuthBase):
    """Signs the request as it will be sent, as an app does: iss is the app's key, three minutes of life."""

    def __init__(self, app: Installed, base_url: str = "") -> None:
        self.app, self.base_url = app, base_url

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        now = int(time.time())
        query = query_hash(request.method or "GET", request.url or "", self.base_url)
        claims = {"iss": self.app.key, "iat": now, "exp": now + 180, "qsh": query}
        request.headers["Authorization"] = f"JWT {sign_hs256(claims, self.app.secret)}"
        return request
