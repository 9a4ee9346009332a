"""What must hold of every report, whatever people do: the metamorphic tests of measurement (f)."""
