"""A proxy in front of PostgreSQL that cuts connections in the middle of a commit.

python -m tests.chaos.commit_proxy SOCKET TARGET     # two Unix sockets; commands on standard input:
before 3     # the next three commits are cut before the server gets them
after 3      # the next three are carried out, and cut before their answer reaches us
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

LIMIT = 1 << 20
# What a transaction's end looks like on the wire: the statement, or the intake's insert, which commits by itself.
SENT = (b"COMMIT\0", b"\0keep\0")
ANSWERED = (b"COMMIT\0", b"INSERT 0 ")
# The server waits for the next statement, outside of a transaction.
IDLE = b"Z\0\0\0\x05I"


@dataclass
class CommitCuts:
    """How many commits are still to be cut, and on which side of the server."""

    side: str = ""
    left: int = 0

    def order(self, line: str) -> None:
        self.side, number = line.split()
        self.left = int(number)

    def cuts(self, side: str, data: bytes) -> bool:
        """Tell whether the connection is cut instead of passing these bytes on, and count it."""
        if not self.left or side != self.side or not ENDS[side](data):
            return False
        self.left -= 1
        print("cut", flush=True)
        return True


def sends_commit(data: bytes) -> bool:
    return any(mark in data for mark in SENT)


def answers_commit(data: bytes) -> bool:
    return data.endswith(IDLE) and any(mark in data for mark in ANSWERED)


ENDS: dict[str, Callable[[bytes], bool]] = {"before": sends_commit, "after": answers_commit}


async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, side: str, cutter: CommitCuts) -> None:
    """Pass on what comes until one side ends or is cut."""
    try:
        while (data := await source.read(LIMIT)) and not cutter.cuts(side, data):
            target.write(data)
            await target.drain()
    except OSError:
        pass
    finally:
        target.transport.abort()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str, cutter: CommitCuts) -> None:
    """Join one connection of ours with one to the server."""
    try:
        far_reader, far_writer = await asyncio.open_unix_connection(target, limit=LIMIT)
    except OSError:
        writer.transport.abort()
        return
    directions: list[Awaitable[None]] = [
        pump(reader, far_writer, "before", cutter),
        pump(far_reader, writer, "after", cutter),
    ]
    await asyncio.gather(*directions)


async def run(socket: str, target: str) -> None:
    cutter = CommitCuts()
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    await asyncio.start_unix_server(lambda *ends: pass_on(*ends, target, cutter), socket, limit=LIMIT)
    print("ready", flush=True)
    while line := await commands.readline():
        cutter.order(line.decode())


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
