"""The faults, by name, and the thread that lets one after the other happen at random."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TypeAlias

from tests.chaos.installation import WORKERS, Installation

Fault: TypeAlias = Callable[[Installation, random.Random], None]

# Seconds between two faults, beside as many as the installation took to come up again: on a slow machine, too, half of
# the time is left for something to happen.
PAUSE = (1, 6)
# PostgreSQL's longest commit_delay, microseconds: what each commit waits for a disk that is slow.
SLOW_COMMIT = 100_000


def fill_disk(installation: Installation, chance: random.Random) -> None:
    """Leave no room on PostgreSQL's disk for some seconds: it refuses writes, or ends, as it is its habit."""
    assert installation.disk is not None
    installation.disk.fill()
    time.sleep(chance.uniform(1, 4))
    installation.disk.free()


def slow_disk(installation: Installation, chance: random.Random) -> None:
    """Let each commit wait as for a disk that takes a tenth of a second."""
    change = "ALTER SYSTEM SET commit_delay = {}", "ALTER SYSTEM SET commit_siblings = 0", "SELECT pg_reload_conf()"
    installation.run_sql(change[0].format(SLOW_COMMIT), *change[1:])
    time.sleep(chance.uniform(2, 6))
    installation.run_sql(change[0].format(0), *change[1:])


def jump_clock(installation: Installation, chance: random.Random) -> None:
    """Set the clock forward or back by seconds, minutes or two hours, and right again after some seconds."""
    size = chance.choice((20, 300, 7200))
    installation.set_clock(chance.choice((-1, 1)) * chance.uniform(size / 4, size))
    time.sleep(chance.uniform(1, 4))
    installation.set_clock(0)


FAULTS: Mapping[str, Fault] = {
    "kill serve": lambda installation, _: installation.kill("serve"),
    "kill worker": lambda installation, chance: installation.kill(chance.choice(WORKERS)),
    "kill postgres": lambda installation, _: installation.kill_postgres(),
    "cut connections": lambda installation, _: installation.cut_connections(),
    "cut before commit": lambda installation, chance: installation.order_cuts("before", chance.randint(1, 4)),
    "cut after commit": lambda installation, chance: installation.order_cuts("after", chance.randint(1, 4)),
    "full disk": fill_disk,
    "slow disk": slow_disk,
    "clock": jump_clock,
    # Not a moment's fault: sent among the webhooks.
    "poison": lambda _, __: None,
}


@dataclass
class Chaos:
    """Faults that happen while `stop` is not set."""

    installation: Installation
    faults: Sequence[str]
    chance: random.Random
    stop: Event = field(default_factory=Event)
    happened: Counter[str] = field(default_factory=Counter)
    failed: Exception | None = None

    def run(self) -> None:
        try:
            self._run([name for name in self.faults if name != "poison"])
        except Exception as error:  # noqa: BLE001  the main thread raises it
            self.failed = error

    def _run(self, moments: Sequence[str]) -> None:
        recovery = 0.0
        while moments and not self.stop.wait(self.chance.uniform(*PAUSE) + recovery):
            name = self.chance.choice(moments)
            FAULTS[name](self.installation, self.chance)
            self.happened[name] += 1
            began = time.monotonic()
            self.installation.revive()
            self.installation.wait_until_ready()
            recovery = time.monotonic() - began
