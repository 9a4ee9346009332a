"""The worked examples by their ids, and those that come in as webhooks."""
