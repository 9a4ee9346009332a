"""What people see: one package per page, its templates beside it."""
