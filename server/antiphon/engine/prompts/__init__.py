"""Reads, checks and runs prompt files, and gives their inputs and rules to pipelines.

It must not know where a file is kept, or which editor shows it.
"""
