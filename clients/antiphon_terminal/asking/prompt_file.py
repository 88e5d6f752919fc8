"""Builds a run of a prompt file from the options of `ask`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from antiphon.model.closest_names import closest_names
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
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from antiphon.model.commands.prompts import PromptInput, PromptProblem
    from antiphon_client import AntiphonClient
    from antiphon_terminal.asking.question import AskOptions

_LIKENESS: Final = 0.5
_OF_THE_TEXT: Final = frozenset({"invalid_params", "unsupported"})
"""What is wrong whatever is asked. Models and context files are checked by the run itself."""


class PromptFileQuestion(Struct, frozen=True):
    """A prompt file, the values of its inputs, and the other options of `ask`."""

    path: Path
    text: str
    inputs: Mapping[str, str]
    options: AskOptions
    may_ask: bool

    async def build(self, client: AntiphonClient) -> Request:
        """Builds the command's argument, and asks the user for inputs that are missing.

        Raises `click.UsageError` for a file with errors, for an input that it does not have, and
        for one that is missing if nobody can be asked.
        """
        uri = self.path.absolute().as_uri()
        read = PromptReadParams(uri=uri, text=self.text)
        raw = await client.command("antiphon.prompt.read", read.to_wire())
        file = PromptReadResult.model_validate(raw)
        self._report(file.problems)
        inputs = await self._complete(file.inputs)
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
            report=report_rules,
        )

    def _report(self, problems: Sequence[PromptProblem]) -> None:
        """Prints errors, and warnings of keys that mean nothing, as compilers do."""
        own = [each for each in problems if each.kind in _OF_THE_TEXT]
        for each in own:
            if each.severity in {"error", "warning"}:
                start = each.range.start
                place = f"{self.path}:{start.line + 1}:{start.character + 1}"
                click.echo(clean_line(f"{place}: {each.severity}: {each.message}"), err=True)
        if any(each.severity == "error" for each in own):
            raise click.UsageError(f"{clean_line(str(self.path))} cannot be run as it is.")

    async def _complete(self, declared: list[PromptInput]) -> dict[str, str]:
        values = dict(self.inputs)
        names = [each.name for each in declared]
        for name in values:
            if name not in names:
                near = closest_names(name, names, likeness=_LIKENESS)
                hint = f"Did you mean {near[0]}?" if near else f"Its inputs: {', '.join(names)}."
                message = f"The prompt file has no input {name!r}. {hint if names else ''}"
                raise click.UsageError(clean_line(message.rstrip()))
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


def report_rules(result: PromptRunResult) -> bool:
    """Prints the rules that answers do not keep, and returns whether all are kept."""
    titles = {pane.id: pane.title for pane in result.panes}
    failed = [each for each in result.expect or () if not each.ok]
    for each in failed:
        [(kind, value)] = list(each.rule.items())[-1:]
        title = titles.get(each.pane_id, each.pane_id)
        rule = kind if kind == "schema" else f"{kind} {value!r}"
        message = f"{title} does not keep the rule {rule}: {each.got!r}"
        click.echo(clean_line(message), err=True)
    return not failed
