"""Handles the command that sums costs, and shows a budget's warning to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.engine.budget.meter import Meter
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.rpc.peer import Peer
    from antiphon.model.commands.budget import BudgetWarning

_WARNING: Final = 2
"""`MessageType.Warning` of LSP."""


def meter_commands(meter: Meter) -> dict[str, Command]:
    """Returns the handlers by command name."""
    return {"antiphon.meter": lambda params, _: meter.sums(params)}


def show_warning(connection: Peer, warning: BudgetWarning) -> None:
    """Shows the warning, and asks views of the budget to refresh."""
    connection.notify("window/showMessage", {"type": _WARNING, "message": warning.message})
    change = {"type": "budget", "id": warning.budget.scope}
    connection.notify("antiphon/didChange", {"changes": [change]})
