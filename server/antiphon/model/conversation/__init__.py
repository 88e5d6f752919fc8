"""Defines sessions, panes, messages and the events of a stream.

It must not know commands.
"""
