"""Finds, starts and greets the server that a user's clients share.

It must not know what the server does, and imports the standard library alone: the stdio end of
`--shared` has to be small, and its start fast.
"""
