"""Tables, migrations and one file of statements per noun: connection first, tenant second."""
