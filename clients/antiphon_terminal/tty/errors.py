"""Reports errors to the user: a sentence, a hint and an exit code, no traceback."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

import click

from antiphon_client.errors import ClientError, CommandFailed, NotConnected, ServerDied
from antiphon_terminal.tty.exit_codes import BAD_USAGE, SOME_FAILED
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Generator

    from antiphon.model.failure import Failure

_USAGE_KINDS: Final = frozenset({"invalid_params", "not_found", "model_not_found"})
_STDERR_LINES: Final = 5
_SPELLINGS: Final = {
    "allowSecrets": "--allow-secrets",
    "allowOverBudget": "--over-budget",
    "antiphon.session.export": "antiphon sessions export",
}
"""The command line's names for arguments and commands of the protocol."""


def print_error(message: str, hint: str | None = None) -> None:
    """Prints an error and its hint to stderr."""
    click.echo(f"Error: {clean_line(message)}", err=True)
    if hint:
        click.echo(f"       {clean_line(hint)}", err=True)


def format_failure(failure: Failure) -> str:
    """Formats a failure as one line: what happened, and what to do."""
    return clean_line(f"{failure.message} {failure.hint}")


def exit_with_failure(failure: Failure) -> NoReturn:
    """Prints a failure, and exits with its code."""
    hint = failure.hint
    for word, spelling in _SPELLINGS.items():
        hint = hint.replace(word, spelling)
    print_error(failure.message, hint)
    raise SystemExit(BAD_USAGE if failure.kind in _USAGE_KINDS else SOME_FAILED) from None


@contextmanager
def error_reporting() -> Generator[None]:
    """Converts a client's errors into a message on stderr and an exit code."""
    try:
        yield
    except CommandFailed as error:
        exit_with_failure(error.failure)
    except UnicodeEncodeError:
        print_error("The arguments are not UTF-8 text.", "Check the arguments and the locale.")
        raise SystemExit(BAD_USAGE) from None
    except ServerDied as error:
        print_error(str(error), "Run `antiphon doctor` to find the reason.")
        for line in clean(error.stderr).splitlines()[-_STDERR_LINES:]:
            click.echo(f"       {line}", err=True)
        raise SystemExit(SOME_FAILED) from None
    except NotConnected as error:
        print_error(str(error), "")
        raise SystemExit(SOME_FAILED) from None
    except ClientError as error:
        print_error(str(error), "Please report it; `antiphon doctor` shows the versions.")
        raise SystemExit(SOME_FAILED) from None
