"""The engagement file and the ruleset file: schema, reader, validation and writer."""
