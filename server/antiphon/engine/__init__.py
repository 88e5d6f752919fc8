"""What Antiphon does: it broadcasts a prompt, relays the answers, keeps and meters them.

Law of this package: it imports `antiphon.model`, anyio and tenacity; it has no I/O of its own and
reaches the outside world only through the protocols in `antiphon.engine.ports`.
"""
