"""How a site reaches us: Connect, and direct access without an app."""
