"""Defines `antiphon apply`: puts a block of code from an answer into its file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import click
from msgspec import Struct

from antiphon.model.commands.code import CodeApplyParams, CodeProposeParams, CodeTarget
from antiphon.model.commands.comparison import CompareParams, CompareSide
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.files.edit import FileEdit
from antiphon_terminal.options.code_block import find_block
from antiphon_terminal.options.context import parse_context_item
from antiphon_terminal.options.names import find_panes
from antiphon_terminal.tty.confirm import can_ask, confirm
from antiphon_terminal.tty.errors import print_error
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.code import CodeProposal, CodeProposeResult, OvertakenPlace
    from antiphon_client import AntiphonClient


class Consent(Struct, frozen=True):
    """What the user has confirmed on the command line."""

    yes: bool
    accept_unseen: bool
    force: bool


@click.command("apply")
@click.argument("pane", metavar="PANE")
@click.option("--block", type=click.IntRange(1), metavar="N", help="Which block of the pane.")
@click.option(
    "--to", "target", metavar="FILE[:START-END]", help="The target. By default its context."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--accept-unseen", is_flag=True, help="Accept hidden characters.")
@click.option("--force", is_flag=True, help="Replace lines that the model was not sent.")
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
    """Put a block of code from an answer into the file that was its context.

    Shows the difference and asks before it writes:

    \b
        antiphon ask "Simplify this" -m demo/coder -c src/app.py:10-40
        antiphon apply coder
    """
    if not yes and not can_ask():
        raise click.UsageError("There is no terminal to ask at: use --yes.")
    target_range = None if target is None else _parse_target(target)
    consent = Consent(yes=yes, accept_unseen=accept_unseen, force=force)
    run_command(_apply(pane, block, target_range, consent, plain=plain))


def _parse_target(name: str) -> CodeTarget:
    item = parse_context_item(name, "--to")
    return CodeTarget(uri=item.uri, range=item.range)


async def _apply(
    name: str,
    block: int | None,
    target: CodeTarget | None,
    consent: Consent,
    *,
    plain: bool,
) -> int:
    async with start_server() as client:
        panes = await find_panes(client, (name,))
        if len(panes) != 1:
            raise click.UsageError(f"{clean_line(name)!r} has several panes: name one.")
        uri = panes[0].uri
        position = await find_block(client, uri, block)
        answers = AnswersClient(client)
        params = CodeProposeParams(uri=uri, position=position, target=target)
        found = await answers.propose(params)
        proposal = _choose_proposal(found)
        if not proposal.changes:
            click.echo(f"{clean_line(proposal.label)} has this code already.")
            return 0
        await _show(client, proposal, plain=plain)
        if not await _may_write(found, proposal, consent):
            print_error("Nothing was written.")
            return SOME_FAILED
        client.requests.apply_edit = FileEdit(_path(proposal.target.uri), proposal.target.uri)
        done = await answers.apply(
            CodeApplyParams(
                uri=uri,
                position=position,
                target=proposal.target,
                accept_unseen=consent.accept_unseen,
                force=consent.force,
            )
        )
    if not done.applied:
        print_error(done.reason or "The edit was not applied.")
        return SOME_FAILED
    click.echo(f"{clean_line(proposal.label)} is written.")
    return 0


def _choose_proposal(found: CodeProposeResult) -> CodeProposal:
    if len(found.proposals) == 1:
        return found.proposals[0]
    for problem in found.problems or ():
        click.echo(clean_line(problem), err=True)
    if not found.proposals:
        raise click.UsageError(
            "There is no target for the code: use --to FILE or --to FILE:START-END."
        )
    labels = "; ".join(clean_line(each.label) for each in found.proposals)
    raise click.UsageError(f"It could go to {labels}. Choose one with --to FILE[:START-END].")


async def _show(client: AntiphonClient, proposal: CodeProposal, *, plain: bool) -> None:
    from antiphon_terminal.reports import comparison  # noqa: PLC0415 - loads rich

    after = CompareSide(uri=proposal.uri, text=await client.content(proposal.uri))
    before = CompareSide(uri=proposal.target.uri)
    result = await AnswersClient(client).compare(CompareParams(left=before, right=after))
    comparison.show(result, context=3, plain=plain)


async def _may_write(found: CodeProposeResult, proposal: CodeProposal, consent: Consent) -> bool:
    for each in found.unseen:
        location = f"line {each.line + 1} of the code"
        click.echo(f"Hidden character: {each.code_point} ({each.name}), {location}.", err=True)
    if found.unseen and not consent.accept_unseen:
        click.echo("Check them, and use --accept-unseen if they are intended.", err=True)
        return False
    if proposal.overtaken is not None:
        click.echo(clean_line(proposal.overtaken.message), err=True)
        if not consent.force:
            click.echo(_suggest_option(proposal.overtaken), err=True)
            return False
    return consent.yes or await confirm(f"Write {clean_line(proposal.label)}?")


def _suggest_option(overtaken: OvertakenPlace) -> str:
    """Returns which option to use if the lines are not what the model was sent."""
    moved_to = overtaken.elsewhere
    if moved_to is None or moved_to.range is None:
        return "Use --to FILE:START-END with the current lines, or --force."
    start, end = moved_to.range.start.line + 1, moved_to.range.end.line + 1
    last = end - 1 if moved_to.range.end.character == 0 and end > start else end
    name = clean_line(_path(moved_to.uri).name)
    return f"Use --to with {name}:{start}-{last}, where the lines are now, or --force for these."


def _path(uri: str) -> Path:
    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise click.UsageError(f"{clean_line(uri)} is not a file.")
    path = unquote(parts.path)
    return Path(path[1:] if sys.platform == "win32" else path)
