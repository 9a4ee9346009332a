"""The quarterly review: on screen, on paper, as PDF and as files."""
