"""The application: web process, jobs, calls to Jira, pages and commands."""
