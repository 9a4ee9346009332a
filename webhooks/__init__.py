"""Intake: webhooks and REST reads, stored once and turned into facts and figures."""
