"""Rows of what the two sides agreed or stated: engagements, rulesets, roles, tags, sign-offs, disputes."""
