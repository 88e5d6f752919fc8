"""Builds the commands on panes in lenses and actions, with all their arguments.

An editor without one of our plugins can run them unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from antiphon.lsp.features.language_server.services import FeatureServices
    from antiphon.model.conversation.session import Pane


async def list_idle_others(services: FeatureServices, pane: Pane) -> list[Pane]:
    """Lists the other panes of the pane's session that answer nothing now."""
    stored = await services.history.session(pane.session_id)
    session = services.runs.with_live_state(stored)
    return [each for each in session.panes if each.id != pane.id and each.state == "idle"]


def command(title: str, name: str, argument: dict[str, Any]) -> types.Command:
    """Returns one of our commands with its one argument."""
    return types.Command(title, name, arguments=[argument])


def send_command(title: str, source: dict[str, Any], target: Pane) -> types.Command:
    """Returns the command that sends `source` to another pane."""
    argument = {"from": source, "to": {"paneIds": [target.id]}, "mode": "context"}
    return command(title, "antiphon.sendTo", argument)


def compare_command(pane: Pane, other: Pane) -> types.Command:
    """Returns the command that compares two panes and shows the result."""
    argument = {"left": {"paneId": pane.id}, "right": {"paneId": other.id}, "tell": True}
    return command(f"Compare with {other.title}", "antiphon.compare", argument)
