"""What changes an engagement that exists: changes both sides agree to, privacy, its end, a copy of it."""
