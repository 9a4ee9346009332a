"""The catalogs of the pages' texts: extracted, brought up to date by `make messages`, and checked."""
