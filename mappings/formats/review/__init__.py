"""The quarterly review: the figures of a frozen report, compared and cut to what its reader may see."""
