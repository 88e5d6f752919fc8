"""The params of `initialize`: who this client is and what it can do.

Law of this module: nothing but `os` is imported, since `antiphon_client.started` hurries.
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
"""What is declared where the caller declares nothing of its own."""


def initialize_params(
    folder: Path,
    initialization_options: Mapping[str, Any] | None,
    capabilities: Mapping[str, Any] | None,
    requests: ServerRequests | None,
) -> dict[str, Any]:
    """What is sent with `initialize`; fills in `requests.folders` where it is empty.

    `capabilities` replace the default ones. Settings are only offered (`workspace/configuration`)
    where `requests` has some to give.
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
