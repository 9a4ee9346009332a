"""What anybody may ask: the descriptor, whether we live and are ready, and which release this is."""

from importlib.metadata import version as version_of
from typing import Final

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from connector.container import container
from connector.platforms.connect.descriptor import read_descriptor
from mappings.records.operations.health import select_health
from mappings.records.sql.engine import StoreError, schema_state

blueprint: Final = Blueprint("public", __name__)


@blueprint.get("/atlassian-connect.json")
def descriptor() -> ResponseReturnValue:
    """The Connect descriptor of this installation."""
    return read_descriptor(container().settings)


@blueprint.get("/healthz")
def health() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """The process can work: its database answers and has the schema of this release; and how much waits."""
    state = _state(container().reader)
    if state != "current":
        return {"status": "not ready", "schema": state}, 503
    with container().reader.connect() as connection:
        health = select_health(connection)
    return {"status": "ready", "schema": state, "waiting": health.waiting, "unmeasured": health.unmeasured}


def _state(reader: Engine) -> str:
    try:
        return schema_state(reader)
    except StoreError:
        return "away"


@blueprint.get("/version")
def version() -> ResponseReturnValue:
    """The release."""
    return {"version": version_of("teachback")}
