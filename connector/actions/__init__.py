"""What people may do: each action with its permission, its effect and its audit entry."""
