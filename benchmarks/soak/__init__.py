"""Streams for minutes or hours through two servers, and finds what grows or gets lost.

Must not know any other benchmark.
"""
