"""Reads and writes the texts of pipelines, and finds what is wrong in them.

It must not know how a step is carried out.
"""
