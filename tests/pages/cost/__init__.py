"""What pages cost the database."""
