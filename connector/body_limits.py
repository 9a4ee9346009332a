"""How many bytes a request's body may have at most, by what sends it; a longer one is answered with 413."""

from webhooks.receive import BODY_LIMIT as WEBHOOK

__all__ = ["FORGE_CALL", "FORGE_EVENT", "FORM", "LIFECYCLE", "WEBHOOK"]

# A form of a page, and whatever else is not named here.
FORM = 256 * 1024
# Connect's installed, uninstalled, enabled and disabled.
LIFECYCLE = 64 * 1024
# Forge takes 500 kB from a page.
FORGE_CALL = 512 * 1024
# Forge delivers no event over 200 kB.
FORGE_EVENT = 256 * 1024
