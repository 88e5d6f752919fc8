"""Reports what can be asked, and how the server fares.

It must not know how a report reaches a client.
"""
