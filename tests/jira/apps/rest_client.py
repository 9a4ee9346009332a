"""A person's or an app's way into the stand-in's REST, for its tests."""

from typing import Any

from tests.jira.apps.signing import query_hash, sign_hs256
from tests.jira.model import Installed
from tests.jira.rest.app import create_app
from tests.jira.site import Site


class Visitor:
    """Asks the site's REST as one person, through no network."""

    def __init__(self, site: Site, account: str = "ada") -> None:
        self.client = create_app(site).test_client()
        self.headers = {"Authorization": f"Bearer {site.add_token(account)}"}

    def get(self, path: str, status: int = 200) -> Any:
        return self.ask("GET", path, status)

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        return self.ask("POST", path, status, body)

    def ask(self, method: str, path: str, status: int, body: Any = None) -> Any:
        answer = self.client.open(f"/rest/api/{path}", method=method, headers=self.headers, json=body)
        assert answer.status_code == status, answer.text
        return answer.get_json(silent=True)

    def search(self, jql: str, **more: Any) -> Any:
        return self.post("3/search/jql", {"jql": jql, **more})

    def search_ids(self, jql: str) -> list[int]:
        return sorted(int(issue["id"]) for issue in self.search(jql)["issues"])


def app_headers(app: Installed, method: str, path: str, now: int, **claims: Any) -> dict[str, str]:
    """The Authorization of an app's call; `claims` take the place of the right ones."""
    right = {"iss": app.key, "iat": now, "exp": now + 180, "qsh": query_hash(method, path)}
    return {"Authorization": f"JWT {sign_hs256({**right, **claims}, app.secret)}"}
