"""What the `teachback` command does, a file for each noun."""
