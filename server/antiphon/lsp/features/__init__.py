"""Answers the standard language features of LSP.

It must not know commands or streams.
"""
