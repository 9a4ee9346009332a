"""The gate, the answers, the settings and the metrics."""
