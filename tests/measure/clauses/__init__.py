"""The clauses of the rules and their edges, each by a ticket."""
