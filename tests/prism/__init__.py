"""Our calls and the stand-in's answers, judged by Atlassian's OpenAPI through Prism."""
