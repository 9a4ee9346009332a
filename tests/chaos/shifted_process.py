"""`teachback` in a process whose clock can be set, forward and back, while it runs.

python -m tests.chaos.shifted_process FILE serve --port 8080     # FILE holds the shift: microseconds, eight bytes

The clock is that of Python: time.time, time.time_ns, and the class by which APScheduler reads it. What counts
durations (time.monotonic) goes on, as it does where a system's clock is set.
"""

import mmap
import struct
import sys
import time
from datetime import datetime, tzinfo
from pathlib import Path

SHIFT = struct.Struct("<q")


def write_shift(file: Path, microseconds: int) -> None:
    """Set the clock of the processes that read the file."""
    if not file.exists():
        file.write_bytes(SHIFT.pack(0))
    with file.open("r+b") as opened:
        opened.write(SHIFT.pack(microseconds))


def shift_clock(file: Path) -> None:
    """Let this process read its clock through the file."""
    with file.open("rb") as opened:
        shared = mmap.mmap(opened.fileno(), SHIFT.size, access=mmap.ACCESS_READ)
    true_ns = time.time_ns

    def time_ns() -> int:
        return int(true_ns() + SHIFT.unpack(shared)[0] * 1000)

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9

    class ShiftedDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "ShiftedDatetime":
            return cls.fromtimestamp(time.time(), tz)

    from apscheduler.schedulers import base

    base.datetime = ShiftedDatetime


def main() -> None:
    shift_clock(Path(sys.argv[1]))
    # The clock is read by name when these are imported.
    from connector.cli import main as teachback

    teachback(sys.argv[2:], prog_name="teachback")


if __name__ == "__main__":
    main()
