"""Nothing was found: because there is nothing, or because the history cannot be used?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon_terminal.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient


async def raise_if_off(client: AntiphonClient) -> None:
    """Raises `click.ClickException`, exit code 1, where the history is off, and says why.

    An empty list must not look as if there had never been anything.
    """
    problem = (await client.health()).history.problem
    if problem is not None:
        raise click.ClickException(clean_line(problem))
