"""The ticket's panel: objectives, roles and what the ticket counts as."""
