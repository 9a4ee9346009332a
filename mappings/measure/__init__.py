"""Pure arithmetic, one file per idea: no database, no clock, no network."""
