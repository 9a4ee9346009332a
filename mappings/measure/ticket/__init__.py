"""What one ticket shows: its timeline, work shares, evidence and ledger entries."""
