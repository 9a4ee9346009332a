"""The quarterly review of the program: all engagements of a sponsor or administrator, from their frozen reports."""
