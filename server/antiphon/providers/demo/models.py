"""Describes the demo's models: the purpose of each, and its behaviour without parameters.

The list of models shows these cards at start, so nothing heavy may be imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.model.values.model_info import ModelInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTEXT_WINDOW: Final = 1_000_000
_HONESTLY: Final = "A script, no language model: offline, free and always the same."


class DemoModel(Struct, frozen=True):
    """One character of the demo."""

    description: str
    voice: str
    """Its function in `antiphon.providers.demo.voices`."""
    tokens_per_second: float
    """0 for as fast as possible."""
    tokens: int | None = None
    """The answer's length, or `None` for the whole text of the voice."""
    fault: str = "none"
    fault_after: int | None = 0
    """Tokens that are sent before the fault, or `None` for the whole text of the voice."""
    thoughts: str = ""
    """The reasoning that it pretends before it answers."""


DEMO_MODELS: Final[dict[str, DemoModel]] = {
    "terse": DemoModel("Says it in three sentences.", "terse", 14),
    "chatty": DemoModel("Explains at length what Antiphon is showing.", "chatty", 32),
    "poet": DemoModel("Answers in verse.", "poet", 18),
    "coder": DemoModel("Markdown: code, a list and a table.", "coder", 45),
    "unicode": DemoModel("Emoji, many scripts, right to left and combining.", "scripts", 24),
    "echo": DemoModel("Repeats the prompt, character by character.", "echo", 80),
    "thinker": DemoModel(
        "Pretends to think before it answers.",
        "terse",
        18,
        thoughts="Somebody asks me something.\n\n"
        "I am a script, so these are no thoughts: they show where a model's would stand.\n"
        "I should answer now.\n",
    ),
    "slow": DemoModel("Three tokens a second; made for the stop button.", "slow", 3),
    "flood": DemoModel("2,000 tokens as fast as they can be taken.", "flood", 0, tokens=2_000),
    "flaky": DemoModel(
        "Is rate-limited at the first attempt and answers at the next.",
        "flaky",
        20,
        fault="rate_limited_once",
    ),
    "cut": DemoModel("Breaks off in mid-sentence.", "cut", 20, fault="cut", fault_after=None),
    "refuses": DemoModel(
        "Refuses the key, though it needs none.", "terse", 20, fault="authentication"
    ),
    "stall": DemoModel(
        "Falls silent in mid-sentence and stays so.", "stall", 20, fault="stall", fault_after=None
    ),
}


def demo_names() -> Sequence[str]:
    """Returns the names of the demo's models."""
    return tuple(DEMO_MODELS)


def demo_card(provider: str, name: str) -> ModelInfo:
    """Returns the card of a demo model. `provider` is the name in the settings."""
    model = DEMO_MODELS.get(name)
    return ModelInfo(
        id=f"{provider}/{name}",
        provider=provider,
        name=name,
        available=model is not None,
        reason=None if model else "the demo has no such model",
        context_window=CONTEXT_WINDOW,
        capabilities=["reasoning"] if model and model.thoughts else [],
        inputCostPerMTok="0",
        outputCostPerMTok="0",
        description=f"{model.description} {_HONESTLY}" if model else None,
    )
