"""The class of the pygls server: what a feature function gets as `ls`."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from pygls.lsp.server import LanguageServer

from antiphon import __version__
from antiphon.lsp.features.language_server.params import strict_converter
from antiphon.lsp.features.language_server.protocol import QuietProtocol
from antiphon.lsp.features.pipeline_files.diagnostics import PipelineDiagnostics
from antiphon.lsp.features.pipeline_files.documents import PipelineDocuments
from antiphon.lsp.features.prompt_files.diagnostics import PromptDiagnostics
from antiphon.lsp.features.prompt_files.documents import PromptDocuments

if TYPE_CHECKING:
    from antiphon.lsp.features.language_server.services import FeatureServices

_log = logging.getLogger(__name__)


class AntiphonServer(LanguageServer):
    """A pygls server between our own connection and the engine."""

    def __init__(self, services: FeatureServices) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - its `*args` have no type
            "antiphon", __version__, protocol_cls=QuietProtocol, converter_factory=strict_converter
        )
        self.services = services

    @cached_property
    def prompts(self) -> PromptDocuments:
        """The prompt files that the client has open."""
        return PromptDocuments(self.workspace, self.services.prompts)

    @cached_property
    def prompt_diagnostics(self) -> PromptDiagnostics:
        """Publishes what is wrong with them."""
        return PromptDiagnostics(self.prompts)

    @cached_property
    def pipelines(self) -> PipelineDocuments:
        """The pipelines that the client has open."""
        return PipelineDocuments(self.workspace, self.services.prompts)

    @cached_property
    def pipeline_diagnostics(self) -> PipelineDiagnostics:
        """Publishes what is wrong with them."""
        return PipelineDiagnostics(self.pipelines)

    @property
    def quiet_protocol(self) -> QuietProtocol:
        """The protocol that this server was built with."""
        return cast("QuietProtocol", self.protocol)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Logs the type of an error in a notification, which pygls would show."""
        _log.warning("text sync: %s (%s)", type(error).__name__, source.__name__)
