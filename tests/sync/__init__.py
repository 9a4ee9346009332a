"""What a sync promises, against the stand-in."""
