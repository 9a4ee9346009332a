"""How a site reaches us: Connect, Forge, and direct access without an app."""
