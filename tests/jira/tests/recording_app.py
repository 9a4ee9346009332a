"""The least that an app can be: a descriptor and a note of every call, its tokens read by another library's hand."""

from dataclasses import dataclass, field
from typing import Any

import jwt
from flask import Flask, Response, jsonify, request

BASE_URL = "https://app.example.com/base"


def descriptor(**modules: Any) -> dict[str, Any]:
    return {
        "key": "tiny.app",
        "name": "Tiny",
        "baseUrl": BASE_URL,
        "authentication": {"type": "jwt"},
        "scopes": ["READ", "WRITE"],
        "lifecycle": {name: f"/{name}" for name in ("installed", "uninstalled", "enabled", "disabled")},
        "modules": modules,
    }


def webhook(event: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "url": "/hooks?v=1", **more}


@dataclass
class TinyApp:
    """`answers` are the statuses it gives to webhooks in turn, then 204; `calls` are (path, headers, body)."""

    described: dict[str, Any]
    answers: list[int] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    calls: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask(__name__, static_folder=None)
        app.add_url_rule("/atlassian-connect.json", "descriptor", lambda: jsonify(self.described))
        app.add_url_rule("/<path:path>", "call", self.call, methods=["POST"])
        return app

    def call(self, path: str) -> Response:
        self.calls.append((path, dict(request.headers), request.get_json(silent=True)))
        if path == "hooks" and self.answers:
            return Response(status=self.answers.pop(0))
        return Response(status=400 if path in self.refuses else 204)

    def token(self, place: int = -1) -> str:
        return self.calls[place][1]["Authorization"].removeprefix("JWT ")

    def bodies(self, path: str) -> list[Any]:
        return [body for called, _, body in self.calls if called == path]

    def headers(self, path: str) -> list[dict[str, str]]:
        return [headers for called, headers, _ in self.calls if called == path]


def claims_by_secret(token: str, secret: str) -> dict[str, Any]:
    required = {"require": ["exp", "iat", "qsh"]}
    claims: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"], options=required)
    return claims
