"""A small disk of its own for the database, which can be filled: a file with a file system in it, mounted."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1 << 20
# What the run needs, with as much again for what PostgreSQL has not yet vacuumed.
SIZE = 4096 * MEGABYTE
CHUNK = 16 * MEGABYTE


@dataclass(frozen=True)
class SmallDisk:
    """A mounted folder."""

    folder: Path

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Leave no block free: the next file that grows meets ENOSPC."""
        with self._filler.open("ab") as filler, suppress(OSError):
            for size in (CHUNK, MEGABYTE, 4096):
                with suppress(OSError):
                    while True:
                        os.posix_fallocate(filler.fileno(), filler.tell(), size)
                        filler.seek(size, os.SEEK_CUR)

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)


@contextmanager
def mounted_disk(folder: Path, size: int = SIZE) -> Iterator[SmallDisk | None]:
    """Mount a small disk at a folder; None where this user may not."""
    image = folder.with_suffix(".img")
    folder.mkdir(parents=True, exist_ok=True)
    with image.open("wb") as file:
        file.truncate(size)
    try:
        yield SmallDisk(folder) if _mount(image, folder) else None
    finally:
        subprocess.run(["umount", str(folder)], capture_output=True, check=False)
        image.unlink()


def _mount(image: Path, folder: Path) -> bool:
    for command in (["mkfs.ext4", "-q", "-m", "0", str(image)], ["mount", "-o", "loop", str(image), str(folder)]):
        try:
            subprocess.run(command, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return False
    return True
