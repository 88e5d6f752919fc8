"""A real Redis of the test's own."""
