"""What anybody may ask: the descriptor, whether we live and are ready, and which release this is."""

from importlib.metadata import version as version_of
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from connector.container import container
from connector.platforms.connect.descriptor import read_descriptor
from mappings.records.sql.engine import StoreError, schema_state

blueprint: Final = Blueprint("public", __name__)


@blueprint.get("/")
def home() -> str:
    """Return a page that says what this address is."""
    return render_template("home.html", linked=True)


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
    """The process can work: its database answers and has the schema of this release. Anybody may ask: no reason."""
    return ({"status": "ready"}, 200) if is_ready(container().reader) else ({"status": "not ready"}, 503)


def is_ready(reader: Engine) -> bool:
    """Tell whether the database answers and has the schema of this release."""
    try:
        return schema_state(reader) == "current"
    except StoreError:
        return False


@blueprint.get("/version")
def version() -> ResponseReturnValue:
    """The release."""
    return {"version": version_of("teachback")}
