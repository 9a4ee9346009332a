"""Sample data: an engagement with made-up people and tickets, kept as a site of its own."""
