"""`python -m connector` is the `teachback` command."""

from connector.cli import main

main()
