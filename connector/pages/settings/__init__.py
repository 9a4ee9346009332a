"""The settings of an engagement: what is agreed, what waits for whom, privacy, links, its end and a copy of it."""
