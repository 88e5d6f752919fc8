"""Builds a run of a prompt file from the options of `ask`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from antiphon.model.commands.prompts import (
    PromptEstimateResult,
    PromptReadParams,
    PromptReadResult,
    PromptRunParams,
    PromptRunResult,
)
from antiphon_terminal.asking.question import Request
from antiphon_terminal.tty.confirm import can_ask, read_answer
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from antiphon.model.commands.prompts import PromptInput
    from antiphon_client import AntiphonClient
    from antiphon_terminal.asking.question import AskOptions

SUFFIX: Final = ".antiphon.md"


class PromptFileQuestion(Struct, frozen=True):
    """A prompt file, the values of its inputs, and the other options of `ask`."""

    path: Path
    text: str
    inputs: Mapping[str, str]
    options: AskOptions
    may_ask: bool

    async def build(self, client: AntiphonClient) -> Request:
        """Builds the command's argument, and asks the user for inputs that are missing.

        Raises `click.UsageError` for an input that is missing if nobody can be asked.
        """
        uri = self.path.absolute().as_uri()
        read = PromptReadParams(uri=uri, text=self.text)
        raw = await client.command("antiphon.prompt.read", read.to_wire())
        file = PromptReadResult.model_validate(raw)
        has_errors = any(problem.severity == "error" for problem in file.problems)
        inputs = dict(self.inputs) if has_errors else await self._complete(file.inputs)
        named = await self.options.build_broadcast(client)
        params = PromptRunParams(
            uri=uri,
            text=self.text,
            inputs=inputs or None,
            models=named.models,
            session_id=named.session_id,
            pane_ids=named.pane_ids,
            params=named.params,
            context=named.context,
            allow_secrets=named.allow_secrets,
            allow_over_budget=named.allow_over_budget,
        )
        asked = len(named.models or file.models) + len(named.pane_ids or [])
        return Request(
            "antiphon.prompt.run",
            params,
            PromptRunResult,
            "antiphon.prompt.estimate",
            PromptEstimateResult,
            single=asked == 1,
        )

    async def _complete(self, declared: list[PromptInput]) -> dict[str, str]:
        values = dict(self.inputs)
        for each in declared:
            if each.required and each.name not in values:
                values[each.name] = await self._ask_for(each)
        return values

    async def _ask_for(self, each: PromptInput) -> str:
        about = f" ({each.description})" if each.description else ""
        if not (self.may_ask and can_ask()):
            message = f"The input {each.name} is missing: --input {each.name}=VALUE{about}"
            raise click.UsageError(clean_line(message))
        choices = f" [{', '.join(each.enum)}]" if each.enum else ""
        return await read_answer(clean_line(f"{each.name}{about}{choices}") + ": ")


def parse_inputs(assignments: tuple[str, ...]) -> dict[str, str]:
    """Parses `NAME=VALUE` pairs. Raises `click.BadParameter`."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            message = f"{assignment!r} is not NAME=VALUE."
            raise click.BadParameter(message, param_hint="--input")
        values[name] = value
    return values


def report_rules(result: PromptRunResult) -> bool:
    """Prints the rules that answers do not keep, and returns whether all are kept."""
    titles = {pane.id: pane.title for pane in result.panes}
    failed = [each for each in result.expect or () if not each.ok]
    for each in failed:
        [(kind, value)] = list(each.rule.items())[-1:]
        title = titles.get(each.pane_id, each.pane_id)
        message = f"{title} does not keep the rule {kind} {value!r}: {each.got!r}"
        click.echo(clean_line(message), err=True)
    return not failed
