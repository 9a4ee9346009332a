"""The pictures of the documents. Run `python -m tests.pictures`."""
