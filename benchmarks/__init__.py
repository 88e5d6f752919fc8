"""Measures Antiphon against floors of the same run: `python -m benchmarks --help`."""
