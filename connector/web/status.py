"""Pages open to anybody: home, descriptor, /healthz, /readyz and /version."""

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
    return render_template("home.html", linked=True)


@blueprint.get("/atlassian-connect.json")
def descriptor() -> ResponseReturnValue:
    return read_descriptor(container().settings)


@blueprint.get("/healthz")
def health() -> ResponseReturnValue:
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    # Anybody may ask, so the answer names no reason.
    return ({"status": "ready"}, 200) if is_ready(container().reader) else ({"status": "not ready"}, 503)


def is_ready(reader: Engine) -> bool:
    try:
        # A process that runs goes on beside a newer schema, so that an upgrade takes none away before another is there.
        return schema_state(reader) in {"current", "ahead"}
    except StoreError:
        return False


@blueprint.get("/version")
def version() -> ResponseReturnValue:
    return {"version": version_of("teachback")}
