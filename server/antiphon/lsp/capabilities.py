"""Announces what the server can do, before anything else is loaded.

Law of this module: it imports nothing. A test compares it with what pygls announces for the
features that `antiphon.lsp.features.pygls_server` registers. `ADDITIONS` is what the connection
answers without pygls.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PROTOCOL_VERSION = 1

COMMANDS = (
    "antiphon.health",
    "antiphon.models",
    "antiphon.estimate",
    "antiphon.broadcast",
    "antiphon.regenerate",
    "antiphon.cancel",
    "antiphon.session.list",
    "antiphon.session.open",
    "antiphon.session.follow",
    "antiphon.session.rename",
    "antiphon.session.tag",
    "antiphon.session.delete",
    "antiphon.session.share",
    "antiphon.session.fork",
    "antiphon.session.export",
    "antiphon.session.import",
    "antiphon.history.search",
    "antiphon.history.stats",
    "antiphon.history.vacuum",
    "antiphon.history.verify",
    "antiphon.compare",
    "antiphon.consensus",
    "antiphon.sendTo",
    "antiphon.summarize",
    "antiphon.merge",
    "antiphon.digest.estimate",
    "antiphon.prompt.read",
    "antiphon.prompt.run",
    "antiphon.prompt.estimate",
    "antiphon.prompt.list",
    "antiphon.prompt.import",
    "antiphon.prompt.export",
    "antiphon.pipeline.list",
    "antiphon.pipeline.get",
    "antiphon.pipeline.check",
    "antiphon.pipeline.save",
    "antiphon.pipeline.rename",
    "antiphon.pipeline.duplicate",
    "antiphon.pipeline.delete",
    "antiphon.pipeline.export",
    "antiphon.pipeline.import",
    "antiphon.pipeline.record",
    "antiphon.pipeline.run",
    "antiphon.pipeline.runs",
    "antiphon.pipeline.drift",
    "antiphon.code.propose",
    "antiphon.code.apply",
    "antiphon.meter",
    "antiphon.open",
    "antiphon.config",
    "antiphon.keys.set",
    "antiphon.keys.status",
    "antiphon.keys.delete",
)

ADDITIONS: dict[str, Any] = {
    "executeCommandProvider": {"commands": list(COMMANDS), "workDoneProgress": True},
    "workspace": {"textDocumentContent": {"schemes": ["antiphon"]}},
    "experimental": {"antiphon": {"protocol": PROTOCOL_VERSION}},
}
"""What `CAPABILITIES` has beyond pygls's own; objects are merged."""

CAPABILITIES: dict[str, Any] = {
    "positionEncoding": "utf-16",
    "textDocumentSync": {"openClose": True, "change": 2, "save": False},
    "documentSymbolProvider": True,
    "foldingRangeProvider": True,
    "hoverProvider": True,
    "definitionProvider": True,
    "referencesProvider": True,
    "codeLensProvider": {"resolveProvider": False},
    "codeActionProvider": {"codeActionKinds": ["quickfix", "refactor"]},
    "completionProvider": {"triggerCharacters": ["{", "@", "/", ":", "["]},
    "documentLinkProvider": {"resolveProvider": False},
    "executeCommandProvider": ADDITIONS["executeCommandProvider"],
    "workspace": {
        "workspaceFolders": {"supported": True, "changeNotifications": True},
        "fileOperations": {},
        "textDocumentContent": ADDITIONS["workspace"]["textDocumentContent"],
    },
    "experimental": ADDITIONS["experimental"],
}


def initialize_result(version: str) -> dict[str, Any]:
    """Returns the result of `initialize`."""
    return {
        "capabilities": CAPABILITIES,
        "serverInfo": {"name": "antiphon", "version": version},
    }
