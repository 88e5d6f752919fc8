"""Answers the server's requests to the client.

One table has the answer to each method. Any other is answered with -32601 (MethodNotFound).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from msgspec import Struct, field

Answer = Callable[[Mapping[str, Any]], Any]


class ServerRequests(Struct):
    """The answers to the server's requests, and a record of them."""

    configuration: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Settings by section, for `workspace/configuration`."""
    keys: Callable[[str], str | None] = lambda _provider: None
    """The key of a provider by its name, for `antiphon/key`."""
    folders: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    on_refresh: Callable[[str], None] = lambda _uri: None
    """Called with the URI of a document that must be pulled again."""
    refreshed: list[str] = field(default_factory=list[str])
    """Every URI that the server requested a refresh of, in order."""
    apply_edit: Callable[[Mapping[str, Any]], str | None] = lambda _edit: (
        "This client does not edit files."
    )
    """Carries out a `WorkspaceEdit`, and returns why it could not, or `None`."""
    registrations: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def find_answer(self, method: str) -> Answer | None:
        """Returns the function that answers `method`, or `None` if it is not known."""
        answers: dict[str, Answer] = {
            "workspace/configuration": self._configuration,
            "workspace/workspaceFolders": lambda _: self.folders,
            "workspace/textDocumentContent/refresh": self._refresh,
            "workspace/applyEdit": self._apply_edit,
            "client/registerCapability": self._register,
            "client/unregisterCapability": _answer_null,
            "window/workDoneProgress/create": _answer_null,
            "window/showMessageRequest": _answer_null,
            "window/showDocument": lambda _: {"success": False},
            "antiphon/key": lambda params: {"key": self.keys(str(params.get("provider")))},
        }
        return answers.get(method)

    def _configuration(self, params: Mapping[str, Any]) -> list[Any]:
        items = cast("list[Mapping[str, Any]]", params.get("items") or [])
        return [self.configuration.get(str(item.get("section"))) for item in items]

    def _refresh(self, params: Mapping[str, Any]) -> None:
        uri = str(params.get("uri"))
        self.refreshed.append(uri)
        self.on_refresh(uri)

    def _apply_edit(self, params: Mapping[str, Any]) -> dict[str, Any]:
        reason = self.apply_edit(cast("Mapping[str, Any]", params.get("edit") or {}))
        return {"applied": reason is None, **({"failureReason": reason} if reason else {})}

    def _register(self, params: Mapping[str, Any]) -> None:
        self.registrations += cast("list[dict[str, Any]]", params.get("registrations") or [])


def _answer_null(_params: Mapping[str, Any]) -> None:
    return None
