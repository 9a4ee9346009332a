"""A stand-in for Jira Cloud, whole and independent of Teachback: sites, REST, webhooks, installs and host pages."""
