"""The Agency tab."""
