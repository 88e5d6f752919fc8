"""Serves one engine over WebSocket: reads the options of `--ws`, and wires what they ask for.

It must not know how a connection is admitted or framed: that is `antiphon.network`.
"""
