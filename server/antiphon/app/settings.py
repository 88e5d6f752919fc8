"""Keeps the effective settings, loaded at the start and when the client's configuration changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from antiphon.engine.log_context import current_log_context
from antiphon.engine.redaction import format_exception_safely
from antiphon.logs import LogRedaction, configure_logging, locate_log
from antiphon.settings.keys.known_secrets import collect_secrets
from antiphon.settings.sources.config_file import locate_config
from antiphon.settings.sources.load import load_settings
from antiphon.settings.sources.origins_log import OriginsLog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from antiphon.engine.redaction import Redactor
    from antiphon.model.commands.config import ConfigResult
    from antiphon.settings.schema.schema import Settings

_log = logging.getLogger(__name__)


class CurrentSettings:
    """The effective settings, from all sources together.

    `options` are the client's `initializationOptions`; if they are not trusted, since the client is
    another user's, they may name as little as a workspace. The redactor learns the secrets among
    the settings, and the log is set up, before anything else uses them.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        options: object,
        redactor: Redactor,
        *,
        trusts_options: bool = True,
    ) -> None:
        self._environ = environ
        self._options = options
        self._trusts_options = trusts_options
        self._redactor = redactor
        self._origins_log = OriginsLog()
        self.problems: Sequence[str] = ()
        """What was wrong with the settings, and with the log."""
        self.reload(None)

    @property
    def settings(self) -> Settings:
        """The effective values."""
        return self._loaded.settings

    @property
    def prompt_folder(self) -> Path:
        """The folder of the user's own prompt files, beside the config file."""
        return locate_config(self._environ).parent / "prompts"

    def reload(self, workspace: object) -> None:
        """Reads every source again, with `workspace` as the client's configuration."""
        self._loaded = load_settings(
            config_path=locate_config(self._environ),
            environ=self._environ,
            initialization_options=self._options,
            trusts_options=self._trusts_options,
            workspace=workspace,
        )
        self._redactor.learn(*collect_secrets(self.settings, self._environ))
        redaction = LogRedaction(self._redactor.clean, format_exception_safely, current_log_context)
        log_problem = configure_logging(self.settings.log, redaction)
        self._origins_log.log(self._loaded)
        known = self.problems
        self.problems = [str(problem) for problem in self._loaded.problems]
        if log_problem:
            self.problems.append(log_problem)
        for problem in self.problems:
            if problem not in known:
                _log.warning("%s", problem)

    def report(self) -> ConfigResult:
        """Returns every value with its source: `antiphon.config`."""
        from antiphon.settings.sources.report import (  # noqa: PLC0415 - when asked
            build_config_report,
        )

        log_file = locate_log(self.settings.log)
        return build_config_report(self._loaded, locate_config(self._environ), log_file)
