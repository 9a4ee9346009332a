"""The Learning tab: one's own ladder, consents and export, and what leads and mentors sign."""
