"""Third floor: who comes in, what we ask Jira, what people see."""
