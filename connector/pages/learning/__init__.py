"""A learner's own ladder, sign-offs and the export of one's own data."""
