"""The web process as its server runs it, for a child process of the bench: granian with one worker."""

import sys

from granian import Granian
from granian.constants import HTTPModes, Interfaces

THREADS = 8
"""Requests that are worked on at once; each holds a connection to PostgreSQL, as each of the pool of theirs does."""


def main(port: int) -> None:
    """Serve `connector.app.create_wsgi` until told to stop. Settings come from the environment."""
    Granian(
        "tests.bench.ours_wsgi:wsgi",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
