"""Security headers of every answer: who may frame it, what it may load, and that nobody caches it."""

from flask import Response, g, request

from connector.allowed_hosts import is_origin
from connector.auth.tenant_cache import CachedTenant
from connector.config import Settings

YEAR = 31_536_000


def content_policy(script_origin: str, ancestors: list[str]) -> str:
    """Return the strict policy of Forge's Custom UI (Atlassian: Custom UI), with the script that Jira's frames need."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {script_origin}",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(ancestors)}",
        )
    )


def frame_ancestors(known: CachedTenant | None) -> list[str]:
    if known is None:
        return ["'none'"]
    return ["'self'", *dict.fromkeys(address for address in (known.base_url, known.display_url) if is_origin(address))]


def secure(response: Response, settings: Settings) -> Response:
    # Static files alone may be cached.
    response.headers["Content-Security-Policy"] = content_policy(
        settings.script_origin, frame_ancestors(g.get("tenant") if g.get("link") is None else None)
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if settings.secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
