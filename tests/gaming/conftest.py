"""Each database that there is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from mappings.records.sql.engine import open_engine


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    engine = open_engine(migrated_url)
    yield engine
    engine.dispose()
