"""Serves one client by the Language Server Protocol.

It must not know providers, settings or the database: `antiphon.app` wires them.
"""
