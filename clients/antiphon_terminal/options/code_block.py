"""Finds the block of code of a pane that the user means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from antiphon.model.conversation.events import Position

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient


async def find_block(client: AntiphonClient, uri: str, number: int | None) -> Position:
    """Returns the start of the `number`-th block of code (from 1) of a pane.

    `uri` is the pane's document. Without a number it is the only block of the last message with
    one. Raises `click.UsageError` if there is none, or more than one to choose from.
    """
    document = {"textDocument": {"uri": uri}}
    folds: Any = await client.request("textDocument/foldingRange", document)
    # Folds of messages and of reasoning have a kind, see docs/protocol.md.
    starts = sorted(int(fold["startLine"]) for fold in folds or () if not fold.get("kind"))
    if not starts:
        raise click.UsageError("There is no block of code in this pane.")
    if number is not None:
        if number > len(starts):
            raise click.UsageError(f"This pane has {len(starts)} blocks of code, no {number}th.")
        return Position(line=starts[number - 1], character=0)
    messages = sorted(
        int(fold["startLine"])
        for fold in cast("list[dict[str, Any]]", folds)
        if fold.get("kind") == "region"
    )
    last_message = max((line for line in messages if line <= starts[-1]), default=0)
    last = [line for line in starts if line >= last_message]
    if len(last) > 1:
        first = starts.index(last[0]) + 1
        raise click.UsageError(
            f"Which block of code? Say --block with a number from {first} to {len(starts)}."
        )
    return Position(line=last[0], character=0)
