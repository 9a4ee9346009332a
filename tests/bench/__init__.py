"""The bench: how fast Teachback is, each figure a ratio to something measured in the same run (`make bench`)."""
