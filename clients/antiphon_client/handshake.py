"""Builds the params of `initialize`: this client's name and capabilities.

Nothing but `os` may be imported here, since `antiphon_client.started_server` must be fast.
"""

from __future__ import annotations

import os

from antiphon import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any, Final

    from antiphon_client.server_requests import ServerRequests

CAPABILITIES: Final[dict[str, Any]] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "workspaceFolders": True,
        "applyEdit": True,
        "textDocumentContent": {"dynamicRegistration": False},
    },
    "window": {"workDoneProgress": True},
}
"""The default capabilities of a client."""


def build_initialize_params(
    folder: Path,
    initialization_options: Mapping[str, Any] | None,
    capabilities: Mapping[str, Any] | None,
    requests: ServerRequests | None,
) -> dict[str, Any]:
    """Builds the params of `initialize`, and sets `requests.folders` if it is empty.

    `capabilities` replace the default ones. `workspace/configuration` is declared only if
    `requests` has settings.
    """
    uri = folder.as_uri()
    folders = [{"uri": uri, "name": folder.name}]
    if requests is not None:
        folders = requests.folders = requests.folders or folders
    declared = dict(CAPABILITIES if capabilities is None else capabilities)
    if requests is not None and requests.configuration and capabilities is None:
        declared["workspace"] = {**declared["workspace"], "configuration": True}
    params: dict[str, Any] = {
        "processId": os.getpid(),
        "clientInfo": {"name": "antiphon-client", "version": __version__},
        "rootUri": uri,
        "workspaceFolders": folders,
        "capabilities": declared,
        "trace": "off",
    }
    if initialization_options is not None:
        params["initializationOptions"] = dict(initialization_options)
    return params
