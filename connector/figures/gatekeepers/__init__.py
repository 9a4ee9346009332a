"""What a gatekeeper may read: how early they were brought in, how long their own answers took, and what waits."""
