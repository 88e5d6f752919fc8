"""What a model's card says that it cannot do is not asked of it, and its answer says so.

What a vendor's dialect has no word for is the adapter's to leave out and to tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.watchdog import TimeLimits
    from antiphon.model.model_info import ModelInfo

_NEEDS: Final = {"reasoning_effort": "reasoning"}
"""Parameters that only models of one capability take."""


def within_abilities(request: ChatRequest, card: ModelInfo) -> tuple[ChatRequest, list[str]]:
    """`request` without what the model cannot do, and a note for each thing that was left out.

    A card without any capability says nothing about the model: then nothing is left out.
    """
    if not card.capabilities:
        return request, []
    dropped = [
        name for name in request.params if name in _NEEDS and _NEEDS[name] not in card.capabilities
    ]
    if not dropped:
        return request, []
    kept = {name: value for name, value in request.params.items() if name not in dropped}
    notes = [f"{name} was not sent: {card.id} has no {_NEEDS[name]}" for name in dropped]
    return replace(request, params=kept), notes


def patience_for(card: ModelInfo, limits: TimeLimits) -> TimeLimits:
    """The time limits for this model: one that thinks may be silent for long."""
    return limits.of_reasoning_model() if "reasoning" in card.capabilities else limits
