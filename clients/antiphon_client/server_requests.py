"""What the server may ask of a client, and what this client answers.

One table says which method gets which answer; whatever is not in it is -32601 (MethodNotFound).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

Answer = Callable[[Mapping[str, Any]], Any]


@dataclass(slots=True)
class ServerRequests:
    """The answers, and a record of what was asked."""

    configuration: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Settings by section, for `workspace/configuration`."""
    keys: Callable[[str], str | None] = lambda _provider: None
    """The key of a provider by its name, for `antiphon/key`."""
    folders: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    on_refresh: Callable[[str], None] = lambda _uri: None
    """Called with the address of a document that is to be pulled anew."""
    refreshed: list[str] = field(default_factory=list[str])
    """Every address that a refresh was asked for, in order."""
    apply_edit: Callable[[Mapping[str, Any]], str | None] = lambda _edit: "Nothing is edited here."
    """Carries out a `WorkspaceEdit`; why it was not, or `None` where it was."""
    registrations: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def answer_to(self, method: str) -> Answer | None:
        """The function that answers `method`, or `None` where this client does not know it."""
        answers: dict[str, Answer] = {
            "workspace/configuration": self._configuration,
            "workspace/workspaceFolders": lambda _: self.folders,
            "workspace/textDocumentContent/refresh": self._refresh,
            "workspace/applyEdit": self._apply_edit,
            "client/registerCapability": self._register,
            "client/unregisterCapability": _nothing,
            "window/workDoneProgress/create": _nothing,
            "window/showMessageRequest": _nothing,
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


def _nothing(_params: Mapping[str, Any]) -> None:
    return None
