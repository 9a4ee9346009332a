"""Serving below a path: where the base URL has one, and the proxy in front leaves it on."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def below(base_path: str, app: WSGIApplication) -> WSGIApplication:
    """Return `app` as it is at the root, or answering below `base_path` too."""
    if not base_path:
        return app

    def strip(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == base_path or path.startswith(f"{base_path}/"):
            environ = {
                **environ,
                "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + base_path,
                "PATH_INFO": path[len(base_path) :],
            }
        return app(environ, start_response)

    return strip
