"""Line 6: health, a page and a webhook of a running server, before and under all attacks at once."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.machine import spread
from tests.connector.attacks.running_server import RunningServer, run_server, seconds_of
from tests.connector.attacks.server_attacks import ATTACKS
from tests.jira.apps.transport import Reply

WARM_UP = 5
CALLS: dict[str, Callable[[RunningServer], Reply]] = {
    "health": lambda server: server.get("/healthz"),
    "page": RunningServer.open_page,
    "webhook": RunningServer.deliver,
}


def measure_attacks(*, rounds: int) -> dict[str, Any]:
    """Return milliseconds of each call, calm and attacked, from the same process."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_server(f"sqlite:///{folder}/teachback.db", Path(folder)) as server,
    ):
        for call in CALLS.values():
            for _ in range(WARM_UP):
                call(server)
        calm = measure_calls(server, rounds)
        for attack in ATTACKS:
            attack(server)
        return {"calm ms": calm, "attacked ms": measure_calls(server, rounds)}


def measure_calls(server: RunningServer, rounds: int) -> dict[str, Any]:
    milliseconds: dict[str, list[float]] = {name: [] for name in CALLS}
    for _ in range(rounds):
        for name, call in CALLS.items():
            seconds, reply = seconds_of(lambda call=call: call(server))
            assert reply.status < 300, (name, reply.status)
            milliseconds[name].append(1000 * seconds)
    return {name: spread(values) for name, values in milliseconds.items()}
