"""The figures of a period: buckets, taught share, rounding, disputes and snapshots."""
