"""Atlassian Connect: descriptor, lifecycle, installs and webhook verification."""
