"""What is sent only when the person has confirmed it: what looks like a key, a passed budget.

At a terminal the person is asked; elsewhere the refusal stands, and names the option that confirms.
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
    named: str
    """How the protocol calls the argument; where a hint does not name it, it would not help."""
    field: str
    question: str


_CONFIRMATIONS: Final[dict[FailureKind, _Confirmation]] = {
    "secrets": _Confirmation("allowSecrets", "allow_secrets", "Send it all the same?"),
    "budget": _Confirmation("allowOverBudget", "allow_over_budget", "Go over the budget?"),
}


async def with_consent(
    params: _Params, send: Callable[[_Params], Awaitable[_Result]], *, may_ask: bool
) -> _Result:
    """What `send` gives, sent again with each confirmation that the server asks for and gets.

    Raises `CommandFailed` where nobody can be asked, and ends the command where the person says no.
    """
    while True:
        try:
            return await send(params)
        except CommandFailed as refused:
            wanted = _CONFIRMATIONS.get(refused.failure.kind)
            if wanted is None or wanted.named not in refused.failure.hint:
                raise
            if not (may_ask and can_ask()) or getattr(params, wanted.field):
                raise
            click.echo(clean_line(refused.failure.message), err=True)
        if not await confirm(wanted.question):
            click.echo("Nothing was sent.", err=True)
            raise click.exceptions.Exit(SOME_FAILED)
        params = params.model_copy(update={wanted.field: True})
