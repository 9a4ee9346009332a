"""Ground floor: what it means."""
