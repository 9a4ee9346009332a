"""The Gatekeeping tab: how early gatekeepers were brought in, one's own answers, and what waits."""
