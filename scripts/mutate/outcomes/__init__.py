"""Keeps what became of the mutants, knows which survivors are accepted, and prints the report.

Must not know how the mutants of any language are made or run.
"""
