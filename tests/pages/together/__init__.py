"""The Together tab: what the two sides write to each other, rules, and the closed room of their leads."""
