"""Broadcasts a prompt, relays the answers, and compares, stores and meters them.

It must not know the network, a database or a client, all of which it reaches through
`antiphon.engine.ports`.

More than twelve entries: one folder a step of a run, and one for each thing done with answers.
"""
