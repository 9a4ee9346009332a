"""The Connect descriptor: `atlassian-connect.json` with this installation's address and key filled in."""

import json
import sys
from pathlib import Path
from typing import Any

from connector.config import Settings

NAME = "atlassian-connect.json"
# The top level of a checkout, or where a wheel puts it.
PLACES = (Path(__file__).resolve().parents[3] / NAME, Path(sys.prefix) / "share" / "teachback" / NAME)


def read_descriptor(settings: Settings) -> dict[str, Any]:
    """Return the descriptor. The address is the setting's, never that of the request."""
    place = next(place for place in PLACES if place.is_file())
    descriptor: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    descriptor["key"] = settings.app_key
    descriptor["baseUrl"] = settings.base_url
    descriptor["links"] = {**descriptor.get("links", {}), "self": f"{settings.base_url}/{NAME}"}
    return descriptor
