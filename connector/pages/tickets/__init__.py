"""The Tickets tab: what each ticket of a period counts as, what is open, and what is disputed."""
