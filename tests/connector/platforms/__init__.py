"""The ways in: Connect, signed links, admin webhooks, the README."""
