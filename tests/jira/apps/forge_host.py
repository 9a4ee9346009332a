"""The frame in which Jira shows a Forge app: the static shell under Forge's policy, and a bridge of our own.

The bridge is the page's `__bridge.callBridge`, which Atlassian's own library calls; what it is given has to
survive structured cloning, as in Jira.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Response, send_from_directory

from tests.jira.apps.forge import ForgeOnSite
from tests.jira.server import Running, answer_at

STATIC = Path(__file__).parents[1] / "host" / "static" / "host"
SHELL = Path(__file__).parents[3] / ".forge" / "static" / "shell"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; object-src 'none'; base-uri 'self'"
)
"""What Forge allows a Custom UI that asks for nothing more, less Atlassian's own hosts."""
BRIDGE = """
globalThis.__bridge = { callBridge: async (name, payload) => {
  const answer = await globalThis.forgeHost(name, structuredClone(payload ?? null));
  if (name === "enableTheming") document.documentElement.dataset.colorMode = answer;
  return answer;
} };
"""


@dataclass
class ForgeFrame:
    """Where a module is open, for whom. `calls` is what the page asked of the bridge."""

    forge: ForgeOnSite
    account: str
    module: str
    extension: Mapping[str, Any]
    theme: str = "light"
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def answer(self, name: str, payload: Any) -> Any:
        """Answer the bridge's function of that name, as Jira's frame does."""
        self.calls.append((name, payload))
        known = {"invoke": self._invoke, "getContext": self._context, "enableTheming": lambda _: self.theme}
        return known.get(name, lambda _: True)(payload)

    def _context(self, _: Any) -> dict[str, Any]:
        return {
            "moduleKey": self.module,
            "extension": dict(self.extension),
            "cloudId": self.forge.site.cloud_id,
            "locale": self.forge.site.users[self.account].locale.replace("_", "-"),
        }

    def _invoke(self, payload: Any) -> dict[str, Any]:
        assert payload["path"] == "/forge/ui", payload["path"]
        body = payload["body"]
        parse_qsl(body["form"], strict_parsing=bool(body["form"]))
        answered = self.forge.ui(
            self.account, self.module, body["address"], self.extension,
            method=body["method"], form=body["form"], headers=body["headers"], locale=body["locale"],
        )  # fmt: skip
        return {"success": True, "payload": {"status": 200, "headers": {}, "body": answered}}


def extension_of(context: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Names as a descriptor has them, {"project.id": "10000"}, as a Forge context: {"project": {"id": "10000"}}."""
    nested: dict[str, dict[str, str]] = {}
    for name, value in context.items():
        kind, _, part = name.partition(".")
        nested.setdefault(kind, {})[part] = value
    return nested


def serve_shell(host_url: Callable[[], str] = str) -> Running:
    """Serve the built shell at an origin of its own, under Forge's policy.

    With `host_url` it gets a bridge to the stand-in's page there, which frames it; a test brings its own.
    """
    app = Flask(__name__, static_folder=None)

    @app.get("/")
    def index() -> Response:
        page = (SHELL / "index.html").read_text(encoding="utf-8")
        if host_url():
            page = page.replace("<script", '<script src="bridge.js"></script>\n<script', 1)
        return Response(page, mimetype="text/html")

    @app.get("/bridge.js")
    def bridge() -> Response:
        script = (STATIC / "forge.js").read_text(encoding="utf-8")
        return Response(script.replace("HOST_URL", host_url()), mimetype="text/javascript")

    @app.get("/<path:name>")
    def shell(name: str) -> Response:
        return send_from_directory(SHELL, name)

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return answer_at(0, app)
