"""Decides when a request may be sent.

It must not know what is in a request, nor send it.
"""
