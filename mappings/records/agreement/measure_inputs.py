"""Inputs of a generation besides the agreement: the kind of each status, and the accounts of apps."""

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from mappings.records.sql.bulk import save_rows
from mappings.records.sql.scope import Scope
from mappings.records.tables import measure_input


class MeasureInputs(Struct, frozen=True):
    """The kind of each status id, the accounts of apps in order, and the site's names that were used."""

    statuses: dict[str, str]
    bots: tuple[str, ...]
    names: dict[str, str] = {}


_COLUMNS = ("tenant_id", "engagement", "generation", "body")
_decode = msgspec.json.Decoder(MeasureInputs).decode


def select_measure_inputs(connection: Connection, tenant_id: int) -> dict[tuple[str, int], MeasureInputs]:
    query = select(measure_input.c.engagement, measure_input.c.generation, measure_input.c.body).where(
        measure_input.c.tenant_id == tenant_id
    )
    return {(row[0], row[1]): _decode(row[2]) for row in connection.execute(query)}


def save_measure_inputs(scope: Scope, inputs: MeasureInputs) -> None:
    body = msgspec.json.encode(inputs, order="deterministic").decode()
    save_rows(scope.connection, measure_input, _COLUMNS, [(scope.tenant_id, scope.engagement, scope.generation, body)])
