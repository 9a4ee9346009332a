"""The Objectives tab: who can carry what, progress against due dates, definitions, and which tickets would help."""
