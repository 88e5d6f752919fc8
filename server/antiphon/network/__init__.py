"""Serves clients over WebSocket: who may connect, how much, and how bytes and messages meet.

It must not know what a message says, nor the engine: a function gets each client's streams.
"""
