"""Antiphon in a terminal: `antiphon ask`, and what goes with it.

Law of this package: it is a client. It speaks the protocol to a server that it starts, knows no
provider and no price, and keeps nothing that the server does not keep. What a model wrote reaches
the terminal through `antiphon_terminal.tty.sanitize` only.
"""
