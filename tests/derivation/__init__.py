"""The report derived a second time, from Jira's JSON and the text of the rules, without a line of the product."""
