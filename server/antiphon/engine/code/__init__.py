"""Proposes and applies code of an answer to the file that it is about.

It must not know how files are read or edited: a `ContextReader` reads, the client edits.
"""
