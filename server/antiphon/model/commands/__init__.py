"""Defines the arguments and results of the commands on the wire.

It must not know how a command is carried out.

More than twelve entries: one module for each group of commands, as in `docs/protocol.md`.
"""
