"""What is measured and by which rules: engagement, ruleset, ticket, calendar, and small arithmetic over them."""
