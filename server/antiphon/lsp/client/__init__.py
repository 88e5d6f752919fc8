"""Asks the client for what the engine needs, and shows it running requests.

It must not know how a message travels: it speaks to a `Peer`.
"""
