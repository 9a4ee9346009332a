"""Second floor, tested: from the inbox to figures."""
