"""Refusals of actions: a sentence for the person who asked."""


class ActionRefused(Exception):
    """The action cannot be done so, or not now; the message says why."""


class NotPermitted(ActionRefused):
    """No role of the person allows the action."""
