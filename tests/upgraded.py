"""SQLite databases with this release's schema: one is upgraded in each process, and copied for each test."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from mappings.records.sql.engine import upgrade


def upgrade_copy(url: str) -> None:
    """Do what `upgrade` does; of a file that does not exist yet in a hundredth of its time."""
    address = make_url(url)
    path = Path(address.database or "")
    if address.get_backend_name() == "sqlite" and not path.exists():
        path.write_bytes(_upgraded())
    else:
        upgrade(url)


@cache
def _upgraded() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "teachback.db"
        upgrade(f"sqlite:///{path}")
        return path.read_bytes()
