"""A bare pygls server: what an ordinary Python language server starts from."""

from __future__ import annotations

from pygls.lsp.server import LanguageServer

LanguageServer("bare", "1").start_io()
