"""Half a year of work on the stand-in, with the figures that it must measure to."""
