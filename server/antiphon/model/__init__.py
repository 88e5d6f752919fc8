"""Values and their rules: what sessions, panes, messages, events and failures are.

Law of this package: it imports pydantic and the standard library only, and knows nothing of LSP,
of providers or of SQL. The same values go on the wire, camelCase (see `antiphon.model.wire`).
"""
