"""Provides Antiphon's command line: `antiphon ask` and the other commands.

It is a client: it speaks the protocol to a server that it starts, must not know a provider or a
price, and stores nothing itself. A model's text reaches the terminal only through
`antiphon_terminal.tty.sanitize`.
"""
