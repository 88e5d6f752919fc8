"""Says which model writes a summary or a merge, and what it will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon.model.values import number_format
from antiphon_client.answers import AnswersClient
from antiphon_client.errors import CommandFailed
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.transfer import DigestEstimateParams, DigestEstimateResult
    from antiphon_client import AntiphonClient


async def announce_digest(client: AntiphonClient, params: DigestEstimateParams) -> None:
    """Prints a line on stderr before anything is sent.

    What is wrong with the request is left to the request itself.
    """
    try:
        estimate = await AnswersClient(client).estimate_digest(params)
    except CommandFailed:
        return
    click.echo(clean_line(describe_digest(estimate)), err=True)


def describe_digest(estimate: DigestEstimateResult) -> str:
    """Returns who writes and at what cost: `openai/gpt-5 reads 3 answers · $0.012`."""
    models = ", ".join(dict.fromkeys(pane.model for pane in estimate.panes))
    count = estimate.coverage.used
    answers = f"{count:,} {'answer' if count == 1 else 'answers'}"
    total = estimate.total
    cost = number_format.UNPRICED
    if total.cost is not None:
        cost = number_format.format_cost_range(total.cost.likely, total.cost.max)
    tokens = f"{number_format.format_tokens(total.input_tokens)} in"
    return number_format.join_parts([f"{models} reads {answers}", tokens, cost])
