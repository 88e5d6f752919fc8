"""Creates the pygls server of all standard LSP, and registers its features.

Commands and streams are handled elsewhere: ARCHITECTURE.md explains why. A new feature is a module
in this package with `register(server)`, a line below, a method in
`antiphon.lsp.features.pygls_bridge`, and an entry in `antiphon.lsp.capabilities`;
`tests/lsp/test_capabilities.py` compares the last two with what is registered here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.lsp.features import (
    code_actions,
    code_lens,
    navigation,
    symbols,
    workspace_folders,
)
from antiphon.lsp.features.language_server.server import AntiphonServer
from antiphon.lsp.features.prompt_files import register as prompt_files

if TYPE_CHECKING:
    from antiphon.lsp.features.language_server.services import FeatureServices


def create_server(services: FeatureServices) -> AntiphonServer:
    """Creates the server with every language feature, and pygls's own text sync."""
    server = AntiphonServer(services)
    symbols.register(server)
    navigation.register(server)
    code_lens.register(server)
    code_actions.register(server)
    workspace_folders.register(server)
    prompt_files.register(server)
    return server
