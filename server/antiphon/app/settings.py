"""Keeps the effective settings, loaded at the start and when the client's configuration changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

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

    `environ` is the client's, and `options` are its `initializationOptions`. The redactor learns
    the secrets among the settings before anything else uses them. If they are `of_process`, they
    set up the log too, which is one for all clients. The options of another `user` may name as
    little as a workspace, and the files beside the config file are not theirs.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        options: object,
        redactor: Redactor,
        *,
        of_process: bool = True,
        user: str | None = None,
    ) -> None:
        self.environ = environ
        self.redactor = redactor
        self.of_process = of_process
        """Whether the log and the history are kept by these settings."""
        self.user = user
        """The name in the tokens file, or `None` for the user of this machine."""
        self._options = options
        self._origins_log = OriginsLog()
        self.problems: Sequence[str] = ()
        """What was wrong with the settings, and with the log."""
        self.reload(None)

    @property
    def settings(self) -> Settings:
        """The effective values."""
        return self._loaded.settings

    @property
    def set_by_workspace(self) -> frozenset[str]:
        """The dotted names of the settings whose values come from the workspace."""
        origins = self._loaded.origins.items()
        return frozenset(name for name, source in origins if source == "workspace")

    @property
    def prompt_folder(self) -> Path:
        """The folder of the user's own prompt files, beside the config file."""
        folder = locate_config(self.environ).parent
        if self.user is not None:
            folder = folder / "users" / f"user-{quote(self.user, safe='')}"
        return folder / "prompts"

    def reload(self, workspace: object) -> None:
        """Reads every source again, with `workspace` as the client's configuration."""
        self._loaded = load_settings(
            config_path=locate_config(self.environ),
            environ=self.environ,
            initialization_options=self._options,
            trusts_options=self.user is None,
            workspace=workspace,
        )
        self.redactor.learn(*collect_secrets(self.settings, self.environ))
        log_problem = self._configure_log() if self.of_process else None
        self._origins_log.log(self._loaded)
        known = self.problems
        self.problems = [str(problem) for problem in self._loaded.problems]
        if log_problem:
            self.problems.append(log_problem)
        for problem in self.problems:
            if problem not in known:
                _log.warning("%s", problem)

    def _configure_log(self) -> str | None:
        redaction = LogRedaction(self.redactor.clean, format_exception_safely, current_log_context)
        return configure_logging(self.settings.log, redaction)

    def report(self) -> ConfigResult:
        """Returns every value with its source: `antiphon.config`."""
        from antiphon.settings.sources.report import (  # noqa: PLC0415 - when asked
            build_config_report,
        )

        log_file = locate_log(self.settings.log)
        return build_config_report(self._loaded, locate_config(self.environ), log_file)
