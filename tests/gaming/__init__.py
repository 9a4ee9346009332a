"""Each move by which somebody could try to look good, tried through webhooks, database and report."""
