"""Asks the user to confirm what the server refuses: possible keys, exceeded budgets.

At a terminal the user is asked. Elsewhere the refusal is final, and names the option that confirms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import click

from antiphon_client.errors import CommandFailed
from antiphon_terminal.tty.confirm import can_ask, confirm
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.model.failure import FailureKind
    from antiphon.model.wire import Wire

_Params = TypeVar("_Params", bound="Wire")
_Result = TypeVar("_Result")


class _Confirmation(NamedTuple):
    wire_name: str
    """The argument's name in the protocol. If the hint does not name it, it would not help."""
    field: str
    question: str


_CONFIRMATIONS: Final[dict[FailureKind, _Confirmation]] = {
    "secrets": _Confirmation("allowSecrets", "allow_secrets", "Send it all the same?"),
    "budget": _Confirmation("allowOverBudget", "allow_over_budget", "Go over the budget?"),
}


async def send_with_consent(
    params: _Params, send: Callable[[_Params], Awaitable[_Result]], *, may_ask: bool
) -> _Result:
    """Returns what `send` returns, repeated with each confirmation that the user gives.

    Raises `CommandFailed` if nobody can be asked, and ends the command if the user declines.
    """
    while True:
        try:
            return await send(params)
        except CommandFailed as refused:
            confirmation = _CONFIRMATIONS.get(refused.failure.kind)
            if confirmation is None or confirmation.wire_name not in refused.failure.hint:
                raise
            if not (may_ask and can_ask()) or getattr(params, confirmation.field):
                raise
            click.echo(clean_line(refused.failure.message), err=True)
        if not await confirm(confirmation.question):
            click.echo("Nothing was sent.", err=True)
            raise click.exceptions.Exit(SOME_FAILED)
        params = params.model_copy(update={confirmation.field: True})
