"""What people see: one file per surface, its templates beside it; fragments serve all three doors."""
