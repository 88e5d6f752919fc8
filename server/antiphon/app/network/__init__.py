"""Serves one engine over WebSocket, as the options of `--ws` say.

It must not know how a connection is admitted or framed: that is `antiphon.network`.
"""
