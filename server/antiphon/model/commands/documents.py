"""Defines the arguments and results of `antiphon.open` and of virtual documents' text."""

from __future__ import annotations

from antiphon.model.wire import Wire


class OpenParams(Wire):
    """Names a pane by its address."""

    uri: str


class OpenResult(Wire):
    """The real file that a pane was written to."""

    uri: str
    """The `file:` address."""
    shown: bool
    """Whether the editor says that it shows the file."""


class ContentParams(Wire):
    """`workspace/textDocumentContent` of LSP 3.18."""

    uri: str


class ContentResult(Wire):
    """The text of a virtual document."""

    text: str
