"""What is spoken with people and other systems."""
