"""What people and other systems read and write: engagement files, reports, explanations and exports."""
