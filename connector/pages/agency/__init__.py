"""The Agency tab: what each side owes, the agency's own scorecard, disputes, its reply, and its feedback."""
