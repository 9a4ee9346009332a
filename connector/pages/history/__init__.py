"""The History tab: quarters as recorded and restated, what changed, review packs, and exit readiness."""
