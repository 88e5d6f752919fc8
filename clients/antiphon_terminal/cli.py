"""Defines the command line, whose commands are imported when they are used."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any, Final

import click

from antiphon import __version__
from antiphon_terminal.tty.exit_codes import INTERRUPTED
from antiphon_terminal.tty.standard_streams import OutputGuard

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon_client.shared_server import SharedServer
    from antiphon_client.started_server import EarlyServer
    from antiphon_terminal.files.history_files import HistoryFiles

_COMMANDS: Final = {
    "ask": "Ask several models at once, with their answers side by side.",
    "models": "List the models that can be asked.",
    "config": "Show the settings, their sources and their problems.",
    "keys": "Store providers' keys in the system's keyring.",
    "sessions": "List earlier sessions, newest first; rename, tag, copy, export, delete them.",
    "show": "Print a session, or one pane of it.",
    "follow": "Show a session live, whichever editor or terminal runs it.",
    "search": "Search all prompts and answers.",
    "compare": "Compare two answers, or an answer and a file.",
    "consensus": "Print what all answers say, and what only one says.",
    "send": "Send answers to other panes.",
    "summarize": "Summarize several answers in a new pane.",
    "merge": "Merge several answers into one.",
    "prompt": "List and check prompt files, and convert those of other tools.",
    "pipeline": "Run, keep and share pipelines: steps that use each other's answers.",
    "apply": "Put a block of code from an answer into its file.",
    "meter": "Show the tokens and the cost of answers, and what is left of the budgets.",
    "history": "Maintain the history: its size, its space, checks, copies, backups.",
    "log": "Show what the servers logged.",
    "doctor": "Check what works, what does not, and what to do.",
    "server": "Show or end the server that editors and terminals share.",
    "token": "Say who may use a network server, by tokens.",
    "serve": "Run the language server (for editors).",
    "connect": "Connect an editor to a server elsewhere.",
}


_HISTORY_FILES: Final = "open_history_files"
"""As `antiphon_terminal.files.history_files` calls it, which few commands need."""


class _LazyGroup(click.Group):
    """Commands that are imported when they are used. Their help lines are known before."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        given = extra.pop("meta", {})
        context = super().make_context(info_name, args, parent, **extra)
        context.meta.update(given)
        return context

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        return importlib.import_module(f"antiphon_terminal.commands.{cmd_name}").command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)  # on the line after the ^C that the terminal shows
            raise click.exceptions.Exit(INTERRUPTED) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Try it without any key: antiphon ask "What is a fugue?" -m demo/terse -m demo/poet',
)
@click.version_option(__version__, prog_name="antiphon", message="%(prog)s %(version)s")
def cli() -> None:
    """Ask many language models the same question, each in its own pane.

    \b
    Exit codes, the same for every command:
      0    done, and every answer is complete
      1    something failed, is not complete, or was not agreed to
      2    the command line names something that does not exist, or is not valid
      130  left at once by Ctrl-C
    """


def main(
    started: EarlyServer | SharedServer | None = None,
    open_history_files: Callable[[], HistoryFiles] | None = None,
) -> None:
    """Runs the command line of this process, with the server if one was started early."""
    if "_ANTIPHON_COMPLETE" in os.environ:
        importlib.import_module("antiphon_terminal.options.bash_completion")
    with OutputGuard():
        cli(obj=started, meta={_HISTORY_FILES: open_history_files})
