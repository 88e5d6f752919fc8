"""Counts what a run is going to send: by each model's own tokenizer where there is one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.engine.plan import PanePlan, RunPlan
    from antiphon.engine.ports import Providers


async def counted(plan: RunPlan, providers: Providers, *, patient: bool) -> RunPlan:
    """`plan` with the tokens of each pane as exact as they can be had.

    A `patient` caller waits until tokenizers are loaded; another one, who is about to send, keeps
    the approximation where they are not.
    """
    panes = [await _counted(pane, providers, patient=patient) for pane in plan.panes]
    return replace(plan, panes=tuple(panes))


async def _counted(plan: PanePlan, providers: Providers, *, patient: bool) -> PanePlan:
    turns = plan.request.turns
    tokens = await providers.count_tokens(plan.pane.model, turns, patient=patient)
    if tokens is None:
        return plan
    return replace(plan, input_tokens=tokens, input_tokens_source="tokenizer")
