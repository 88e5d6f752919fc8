"""Runs a prompt file: broadcasts its prompt, and checks the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.ports import ChatTurn
from antiphon.engine.prompts.context_entries import SELECTION, SPECIAL_URIS, find_place
from antiphon.engine.prompts.expect_check import CheckedAnswer, check_rule
from antiphon.engine.prompts.inputs import resolve_inputs
from antiphon.engine.prompts.parsing.prompt_file import parse_prompt_file
from antiphon.engine.prompts.placeholders import fill_placeholders
from antiphon.engine.run.broadcast import RunExtras
from antiphon.engine.source_text.problems import refuse_with_problems
from antiphon.model.commands.prompts import ExpectResult, PromptEstimateResult, PromptRunResult
from antiphon.model.commands.runs import BroadcastParams, ContextItem
from antiphon.model.conversation.session import Params
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
    from antiphon.engine.prompts.context_entries import ContextEntry, FileLocation
    from antiphon.engine.prompts.expect import Rule
    from antiphon.engine.prompts.parsing.prompt_file import PromptFile
    from antiphon.engine.prompts.service.store import PromptStore
    from antiphon.engine.run.broadcast import Broadcaster
    from antiphon.model.commands.prompts import PromptRunParams
    from antiphon.model.commands.runs import RunResult


class PromptRunner:
    """Answers `antiphon.prompt.run`, and estimates what it would cost."""

    def __init__(self, broadcaster: Broadcaster, history: History, check: CatalogCheck) -> None:
        self._broadcaster = broadcaster
        self._history = history
        self._check = check

    async def run(
        self, params: PromptRunParams, store: PromptStore, caller: Caller
    ) -> PromptRunResult:
        """Broadcasts the prompt, and returns how the answers ended and what rules they keep.

        Raises `AntiphonError` before anything is sent: `invalid_params` with `data.problems` for a
        file with errors, with the field `$.inputs.<name>` for an input, and what a broadcast
        raises.
        """
        file, argument, extras = await self._prepare(params, store)
        result = await self._broadcaster.broadcast(argument, caller, extras)
        return PromptRunResult.model_validate(
            {
                **dict(result),
                "expect": await self._check_rules(file.expect, result) if file.expect else None,
            }
        )

    async def estimate(
        self, params: PromptRunParams, store: PromptStore, caller: Caller
    ) -> PromptEstimateResult:
        """Returns what a run with the same arguments would cost, without sending."""
        _, argument, extras = await self._prepare(params, store)
        result = await self._broadcaster.estimate(argument, caller, extras)
        return PromptEstimateResult.model_validate(dict(result))

    async def _prepare(
        self, params: PromptRunParams, store: PromptStore
    ) -> tuple[PromptFile, BroadcastParams, RunExtras]:
        text = await read_text(params, store)
        file = parse_prompt_file(text)
        if any(each.is_error for each in file.problems):
            field = "$.uri" if params.text is None else "$.text"
            raise refuse_with_problems(file.problems, LineStarts(text), field=field)
        values = resolve_inputs(file.inputs, params.inputs or {})
        argument = self._to_broadcast(file, params, values, store.location(params.uri))
        earlier = [
            ChatTurn(turn.role, fill_placeholders(turn.text, values)) for turn in file.earlier
        ]
        return file, argument, RunExtras(earlier, file.budget)

    def _to_broadcast(
        self,
        file: PromptFile,
        params: PromptRunParams,
        values: Mapping[str, str],
        location: FileLocation,
    ) -> BroadcastParams:
        assert file.prompt is not None  # noqa: S101 - a file without one has an error
        context = [to_item(entry, params, values, location) for entry in file.context]
        own = file.params or Params()
        models = params.models or self._check.expand(file.models, file.lineup)
        if file.lineup is not None and params.models is None:
            for problem in self._check.check_lineup(file.lineup):
                raise error("model_not_found", problem.message, field="$.models")
        return BroadcastParams(
            prompt=fill_placeholders(file.prompt.text, values),
            models=None if params.pane_ids and params.models is None else (models or None),
            pane_ids=params.pane_ids,
            session_id=params.session_id,
            system=fill_placeholders(file.system, values) if file.system else None,
            params=(params.params.over(own) if params.params else own),
            context=[*context, *(params.context or ())] or None,
            allow_over_budget=params.allow_over_budget,
            allow_secrets=params.allow_secrets,
            confirm_above=params.confirm_above,
        )

    async def _check_rules(self, rules: Sequence[Rule], result: RunResult) -> list[ExpectResult]:
        found: list[ExpectResult] = []
        for each in result.results:
            message = await self._history.message(each.message_id)
            answer = CheckedAnswer(
                message.content, cost=each.cost.amount, total_ms=each.latency.total_ms
            )
            for rule in rules:
                outcome = check_rule(rule, answer)
                found.append(
                    ExpectResult(
                        pane_id=each.pane_id, rule=rule.to_plain(), ok=outcome.ok, got=outcome.got
                    )
                )
        return found


async def read_text(params: PromptRunParams, store: PromptStore) -> str:
    """Returns the text that the client sends, or that is at the address."""
    if params.text is not None:
        return params.text
    if params.uri is None:
        hint = "Send `uri` or `text`."
        raise error("invalid_params", "No prompt file is named.", hint=hint, field="$.uri")
    try:
        return await store.text(params.uri)
    except AntiphonError as problem:
        raise AntiphonError(problem.failure, field="$.uri", details=problem.details) from problem


def to_item(
    entry: ContextEntry,
    params: PromptRunParams,
    values: Mapping[str, str],
    location: FileLocation,
) -> ContextItem:
    """Returns the context item of an entry.

    Raises `AntiphonError` (`invalid_params`) if the client has not sent the selection, or if
    nothing says where the file is.
    """
    if entry.text == SELECTION:
        if params.selection is None:
            message = "This prompt is about a selection, and nothing is selected."
            hint = "Select text in a document, and run it again."
            raise error("invalid_params", message, hint=hint, field="$.selection")
        return params.selection
    if entry.text in SPECIAL_URIS:
        return ContextItem(uri=SPECIAL_URIS[entry.text])
    place = find_place(entry.text, location, entry.filled(values))
    if place is None:
        message = f"Nothing says where {entry.text} is."
        hint = "Open a folder, or name the prompt file's address."
        raise error("invalid_params", message, hint=hint, field="$.uri")
    return place.to_item()
