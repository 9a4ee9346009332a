"""An app on a site: what the site keeps of it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Installed:
    """`secret` changes with every install; `enabled` is false after an uninstall, when the row stays for a re-install."""

    key: str
    client_key: str
    secret: str
    base_url: str
    account: str
    descriptor: dict[str, Any]
    enabled: bool = True
    properties: dict[str, Any] = field(default_factory=dict)
