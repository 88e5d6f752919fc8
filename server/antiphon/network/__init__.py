"""Serves clients over WebSocket: who may connect, how much, and how bytes and messages meet.

It must not know what a message says, nor the engine: each client's streams are handed to a function.
"""
