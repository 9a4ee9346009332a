"""Authentication of calls to Jira: a JWT signed with the shared secret of an install, or a token."""

from base64 import b64encode
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import urlsplit

import jwt
from requests import PreparedRequest
from requests.auth import AuthBase

from connector.jira.errors import JiraError
from connector.jira.query_hash import SignedRequest, hash_call
from mappings.events.times import SECOND
from mappings.events.types import Instant

# Seconds a token of ours lives (Connect: exp = iat + 180).
SIGNED_FOR = 180
# What a client shows at each call.
Proof: TypeAlias = AuthBase


class _Bound(AuthBase):
    """Sends its Authorization to one address alone. Raises JiraError for a request to another."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if not (request.url or "").startswith(f"{self._base_url}/"):
            raise JiraError("a call to another address was not signed", permanent=True)
        request.headers["Authorization"] = self._authorization(request)
        return request

    def _authorization(self, request: PreparedRequest) -> str:
        raise NotImplementedError


class Signature(_Bound):
    """Signs each request for its final address, with a token that lives three minutes."""

    def __init__(self, base_url: str, app_key: str, secret: str, clock: Callable[[], Instant]) -> None:
        super().__init__(base_url)
        self._app_key, self._secret, self._clock = app_key, secret, clock

    def _authorization(self, request: PreparedRequest) -> str:
        url = urlsplit(request.url or "")
        call = SignedRequest(request.method or "GET", (url.path,), url.query, urlsplit(self._base_url).path)
        return f"JWT {sign_for_jira(self._app_key, self._secret, call, self._clock())}"


def sign_for_jira(app_key: str, secret: str, call: SignedRequest, now: Instant) -> str:
    """Return a token for one call of ours to Jira: issuer is the app, 180 seconds (Atlassian: JWT for Connect)."""
    issued = now // SECOND
    claims = {"iss": app_key, "iat": issued, "exp": issued + SIGNED_FOR, "qsh": hash_call(call, call.paths[0])}
    return jwt.encode(claims, secret, algorithm="HS256")


class ApiToken(_Bound):
    """An API token of Jira Cloud, together with the address of whoever made it."""

    def __init__(self, base_url: str, email: str, token: str) -> None:
        super().__init__(base_url)
        self._pair = b64encode(f"{email}:{token}".encode()).decode("ascii")

    def _authorization(self, request: PreparedRequest) -> str:
        return f"Basic {self._pair}"


class AccessToken(_Bound):
    """A personal access token of Jira Data Center."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url)
        self._token = token

    def _authorization(self, request: PreparedRequest) -> str:
        return f"Bearer {self._token}"
