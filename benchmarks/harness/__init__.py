"""Runs what is measured beside its floors, and writes the tables.

Must not know any benchmark.
"""
