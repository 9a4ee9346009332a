"""The command line, by the door its users take."""
