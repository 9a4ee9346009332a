"""What every table is made of: its metadata, the column that leads each key, and numbers of any size."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    Text,
)
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

# A key that counts itself up: SQLite does so for INTEGER alone.
Counting = BigInteger().with_variant(Integer, "sqlite")


class Whole(TypeDecorator[int]):
    """An integer of any size, as text: sums of squares of billionths outgrow 64 bits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


def owner() -> Column[int]:
    """Return the column that leads every key."""
    return Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), primary_key=True, autoincrement=False)
