"""Checks whether the answers of a step keep the rules of their pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.engine.comparison.diff import TextDiffer, similarity
from antiphon.engine.prompts.expect_check import CheckedAnswer, check_rule
from antiphon.model.commands.prompts import ExpectResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.pipelines.running.progress import Progress, StepPane
    from antiphon.engine.pipelines.source.rules import StepRule
    from antiphon.engine.ports import History
    from antiphon.engine.prompts.expect import Rule
    from antiphon.model.commands.pipelines.results import StepResult


async def check_rules(
    rules: Sequence[StepRule], result: StepResult, progress: Progress, history: History
) -> list[ExpectResult]:
    """Returns whether a step's answers keep its rules, one entry a rule and answer."""
    found: list[ExpectResult] = []
    for each in rules:
        if each.rule.kind == "similarity" and result.type in {"compare", "consensus"}:
            found.append(_check_step(each.rule, result))
            continue
        panes = progress.chosen(each.reference)
        answers = await _load_answers(panes, history)
        if not answers:
            found.append(_entry("", each.rule, ok=False, got="There is no answer."))
        for pane_id, answer in (await _with_similarity(each.rule, answers)).items():
            outcome = check_rule(each.rule, answer)
            found.append(_entry(pane_id, each.rule, ok=outcome.ok, got=outcome.got))
    return found


def _check_step(rule: Rule, result: StepResult) -> ExpectResult:
    """Checks what a comparison or a consensus found against `similarity`."""
    got = None
    if result.comparison is not None:
        got = result.comparison.similarity
    elif result.consensus is not None:
        got = result.consensus.agreement
    outcome = check_rule(rule, CheckedAnswer("", similarity=got))
    return _entry("", rule, ok=outcome.ok, got=outcome.got)


def _entry(pane_id: str, rule: Rule, *, ok: bool, got: str | float | None) -> ExpectResult:
    return ExpectResult(pane_id=pane_id, rule=rule.to_plain(), ok=ok, got=got)


async def _load_answers(panes: Sequence[StepPane], history: History) -> dict[str, CheckedAnswer]:
    found: dict[str, CheckedAnswer] = {}
    for each in panes:
        if each.message_id is not None:
            message = await history.message(each.message_id)
            found[each.pane_id] = CheckedAnswer(
                message.content,
                cost=message.cost.amount if message.cost is not None else None,
                total_ms=message.latency.total_ms if message.latency is not None else 0,
            )
    return found


async def _with_similarity(
    rule: Rule, answers: Mapping[str, CheckedAnswer]
) -> Mapping[str, CheckedAnswer]:
    """Returns the answers with how much each shares with the first one of its step."""
    if rule.kind != "similarity" or len(answers) < 2:
        return answers
    (_, first), *others = answers.items()
    found: dict[str, CheckedAnswer] = {}
    for pane_id, each in others:
        share = await anyio.to_thread.run_sync(_compare, first.content, each.content)
        found[pane_id] = CheckedAnswer(each.content, each.cost, each.total_ms, share)
    return found


def _compare(left: str, right: str) -> float:
    return similarity(TextDiffer("word").pieces(left, right))
