"""The params of `initialize`: who this client is and what it can do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from antiphon import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from antiphon_client.server_requests import ServerRequests

CAPABILITIES: Final[dict[str, Any]] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "workspaceFolders": True,
        "textDocumentContent": {"dynamicRegistration": False},
    },
    "window": {"workDoneProgress": True},
}
"""What is declared where the caller declares nothing of its own."""


def initialize_params(
    folder: Path,
    initialization_options: Mapping[str, Any] | None,
    capabilities: Mapping[str, Any] | None,
    requests: ServerRequests,
) -> dict[str, Any]:
    """What is sent with `initialize`; fills in `requests.folders` where it is empty.

    `capabilities` replace the default ones. Settings are only offered (`workspace/configuration`)
    where `requests` has some to give.
    """
    uri = folder.as_uri()
    requests.folders = requests.folders or [{"uri": uri, "name": folder.name}]
    declared = dict(CAPABILITIES if capabilities is None else capabilities)
    if requests.configuration and capabilities is None:
        declared["workspace"] = {**declared["workspace"], "configuration": True}
    params: dict[str, Any] = {
        "processId": os.getpid(),
        "clientInfo": {"name": "antiphon-client", "version": __version__},
        "rootUri": uri,
        "workspaceFolders": requests.folders,
        "capabilities": declared,
        "trace": "off",
    }
    if initialization_options is not None:
        params["initializationOptions"] = dict(initialization_options)
    return params
