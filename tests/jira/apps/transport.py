"""How the site reaches an app: by real HTTP on a connection that stays open, or straight into a WSGI test client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import requests

CONNECT_TIMEOUT, ANSWER_TIMEOUT = 5, 20
UNREACHED = 0


@dataclass(frozen=True)
class Reply:
    """What came back; `status` is 0 where nothing did: no connection, or no answer in Jira's 20 seconds."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Send: TypeAlias = Callable[[str, str, Mapping[str, str], bytes], Reply]
"""Method, path with query below the app's address, headers, body."""


def over_http(app_url: str, *, answer_timeout: float = ANSWER_TIMEOUT) -> Send:
    """`app_url` is where the app listens; its path, if any, comes before each path sent. Redirects are not followed."""
    session = requests.Session()
    session.trust_env = False

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        try:
            answer = session.request(
                method,
                app_url.rstrip("/") + path,
                headers=dict(headers),
                data=body,
                timeout=(CONNECT_TIMEOUT, answer_timeout),
                allow_redirects=False,
            )
        except requests.RequestException:
            return Reply(UNREACHED)
        return Reply(answer.status_code, answer.content, answer.headers)

    return send


def through_client(client: Any, base_url: str = "http://localhost") -> Send:
    """`client` is a werkzeug or Flask test client of the app. `base_url` is the app's, path and all."""

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        answer = client.open(path, method=method, headers=dict(headers), data=body, base_url=base_url)
        return Reply(answer.status_code, answer.get_data(), dict(answer.headers))

    return send
