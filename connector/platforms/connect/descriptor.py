"""The Connect descriptor: `atlassian-connect.json` with this installation's address and key filled in."""

import json
import sys
from pathlib import Path
from typing import Any

from connector.config import Settings

NAME = "atlassian-connect.json"
# The top level of a checkout, or where a wheel puts it.
LOCATIONS = (Path(__file__).resolve().parents[3] / NAME, Path(sys.prefix) / "share" / "teachback" / NAME)


def read_descriptor(settings: Settings) -> dict[str, Any]:
    # The address is the setting's, never that of the request.
    location = next(location for location in LOCATIONS if location.is_file())
    descriptor: dict[str, Any] = json.loads(location.read_text(encoding="utf-8"))
    descriptor["key"] = settings.app_key
    descriptor["baseUrl"] = settings.base_url
    descriptor["links"] = {**descriptor.get("links", {}), "self": f"{settings.base_url}/{NAME}"}
    return descriptor
