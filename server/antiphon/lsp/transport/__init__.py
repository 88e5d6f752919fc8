"""Moves framed bytes between the client's pipes and the loop.

It must not know what is in a frame, beyond its size.
"""
