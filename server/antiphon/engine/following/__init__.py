"""Shows one session live to any number of followers, whichever client or server runs it.

It must not know commands, connections or how events are encoded.
"""
