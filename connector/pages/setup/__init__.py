"""The pages on which an engagement is set up: get started, the draft in sections, reading and agreeing."""
