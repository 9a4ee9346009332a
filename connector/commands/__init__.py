"""The `teachback` command, a package for each subject and a module for each noun."""
