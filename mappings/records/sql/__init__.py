"""How statements run: the engine, bulk statements, prepared statements and encrypted columns."""
