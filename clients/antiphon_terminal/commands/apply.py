"""`antiphon apply`: a block of code of an answer, into its file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import click

from antiphon.model.commands.code import CodeApplyParams, CodeProposeParams, CodeTarget
from antiphon.model.commands.comparison import CompareParams, CompareSide
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.server import run, server
from antiphon_terminal.files.edit import FileEdit
from antiphon_terminal.options.code_block import find_block
from antiphon_terminal.options.context import context_item
from antiphon_terminal.options.names import find_panes
from antiphon_terminal.tty.confirm import can_ask, confirm
from antiphon_terminal.tty.errors import say
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.code import CodeProposal, CodeProposeResult, OvertakenPlace
    from antiphon_client import AntiphonClient


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the person has agreed to on the command line."""

    yes: bool
    accept_unseen: bool
    force: bool


@click.command("apply")
@click.argument("pane", metavar="PANE")
@click.option("--block", type=click.IntRange(1), metavar="N", help="Which block of the pane.")
@click.option("--to", "target", metavar="FILE[:START-END]", help="Where to; else its context.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--accept-unseen", is_flag=True, help="Also code with characters that are not seen.")
@click.option("--force", is_flag=True, help="Also over lines that the model was not shown.")
@click.option("--plain", is_flag=True, help="Show the difference in one column, no colours.")
def command(  # noqa: PLR0917 - click calls it by names
    pane: str,
    block: int | None,
    target: str | None,
    yes: bool,
    accept_unseen: bool,
    force: bool,
    plain: bool,
) -> None:
    """Put a block of code of an answer into the file that was its context.

    Shows the difference and asks before it writes:

    \b
        antiphon ask "Simplify this" -m demo/coder -c src/app.py:10-40
        antiphon apply coder
    """
    if not yes and not can_ask():
        raise click.UsageError("Say --yes where nobody can be asked.")
    place = None if target is None else _target(target)
    agreed = Agreed(yes=yes, accept_unseen=accept_unseen, force=force)
    run(_apply(pane, block, place, agreed, plain=plain))


def _target(name: str) -> CodeTarget:
    item = context_item(name, "--to")
    return CodeTarget(uri=item.uri, range=item.range)


async def _apply(
    name: str,
    block: int | None,
    target: CodeTarget | None,
    agreed: Agreed,
    *,
    plain: bool,
) -> int:
    async with server() as client:
        panes = await find_panes(client, (name,))
        if len(panes) != 1:
            raise click.UsageError(f"{clean_line(name)!r} has several panes: name one.")
        uri = panes[0].uri
        position = await find_block(client, uri, block)
        answers = AnswersClient(client)
        params = CodeProposeParams(uri=uri, position=position, target=target)
        found = await answers.propose(params)
        proposal = _only(found)
        if not proposal.changes:
            click.echo(f"{clean_line(proposal.label)} has this code already.")
            return 0
        await _show(client, proposal, plain=plain)
        if not await _may_write(found, proposal, agreed):
            say("Nothing was written.")
            return SOME_FAILED
        client.requests.apply_edit = FileEdit(_path(proposal.target.uri), proposal.target.uri)
        done = await answers.apply(
            CodeApplyParams(
                uri=uri,
                position=position,
                target=proposal.target,
                accept_unseen=agreed.accept_unseen,
                force=agreed.force,
            )
        )
    if not done.applied:
        say(done.reason or "The edit was not carried out.")
        return SOME_FAILED
    click.echo(f"{clean_line(proposal.label)} is written.")
    return 0


def _only(found: CodeProposeResult) -> CodeProposal:
    if len(found.proposals) == 1:
        return found.proposals[0]
    for problem in found.problems or ():
        click.echo(clean_line(problem), err=True)
    if not found.proposals:
        raise click.UsageError("Say where the code is to go: --to FILE or --to FILE:START-END.")
    labels = "; ".join(clean_line(each.label) for each in found.proposals)
    raise click.UsageError(f"It could go to {labels}. Say which: --to FILE[:START-END].")


async def _show(client: AntiphonClient, proposal: CodeProposal, *, plain: bool) -> None:
    from antiphon_terminal.reports import comparison  # noqa: PLC0415 - loads rich

    after = CompareSide(uri=proposal.uri, text=await client.content(proposal.uri))
    before = CompareSide(uri=proposal.target.uri)
    result = await AnswersClient(client).compare(CompareParams(left=before, right=after))
    comparison.show(result, context=3, plain=plain)


async def _may_write(found: CodeProposeResult, proposal: CodeProposal, agreed: Agreed) -> bool:
    for each in found.unseen:
        where = f"line {each.line + 1} of the code"
        click.echo(f"Cannot be seen: {each.code_point} ({each.name}), {where}.", err=True)
    if found.unseen and not agreed.accept_unseen:
        click.echo("Look at them, and say --accept-unseen if they are meant.", err=True)
        return False
    if proposal.overtaken is not None:
        click.echo(clean_line(proposal.overtaken.message), err=True)
        if not agreed.force:
            click.echo(_instead(proposal.overtaken), err=True)
            return False
    return agreed.yes or await confirm(f"Write {clean_line(proposal.label)}?")


def _instead(overtaken: OvertakenPlace) -> str:
    """What to say on the command line where the lines are not what the model was shown."""
    place = overtaken.elsewhere
    if place is None or place.range is None:
        return "Say --to FILE:START-END with the lines that it is for now, or --force."
    start, end = place.range.start.line + 1, place.range.end.line + 1
    last = end - 1 if place.range.end.character == 0 and end > start else end
    name = clean_line(_path(place.uri).name)
    return f"Say --to with {name}:{start}-{last} for that place, or --force for this one."


def _path(uri: str) -> Path:
    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise click.UsageError(f"{clean_line(uri)} is not a file.")
    path = unquote(parts.path)
    return Path(path[1:] if sys.platform == "win32" else path)
