"""The clock of the process: the one place where the present is read."""

import time

from mappings.events.types import Instant


def now() -> Instant:
    return time.time_ns() // 1000
