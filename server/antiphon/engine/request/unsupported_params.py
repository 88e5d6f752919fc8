"""Removes from a request what its model cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

if TYPE_CHECKING:
    from antiphon.engine.ports import ChatRequest
    from antiphon.model.values.model_info import ModelInfo

_NEEDS: Final = {"reasoning_effort": "reasoning"}
"""Parameters that only models with a capability accept."""


def drop_unsupported_params(request: ChatRequest, card: ModelInfo) -> tuple[ChatRequest, list[str]]:
    """Returns `request` without unsupported parameters, and a note for each of them.

    A card without any capability says nothing about the model: then nothing is removed.
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
