"""Rows about people as the law sees them: account columns, export, erasure, retention and purge."""
