"""Atlassian Forge: the manifest and the static shell, invocation tokens, events and pages through Forge Remote."""
