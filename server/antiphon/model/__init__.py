"""Defines the values and their rules: sessions, panes, messages, events and failures.

It imports pydantic and the standard library only, and must not know LSP, providers or SQL. The same
values go on the wire, in camelCase (see `antiphon.model.wire`).
"""
