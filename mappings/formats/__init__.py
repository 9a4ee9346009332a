"""What is spoken with people and other systems: engagement files, reports and their schemas."""
