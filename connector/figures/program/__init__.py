"""The figures of the program: engagements side by side by quarter, as of today and as recorded."""
