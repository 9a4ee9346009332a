"""The commands by which a person acts in an engagement: sign-offs, disputes, tags."""
