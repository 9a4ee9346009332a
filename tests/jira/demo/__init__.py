"""The demo: the stand-in Jira with Teachback behind it. Run `python -m tests.jira.demo`."""
