"""Answers the standard language features of LSP.

It must not know commands or streams.

More than twelve entries: one module a feature, and a folder a kind of document.
"""
