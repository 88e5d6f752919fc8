"""Cards about a file that somebody else wrote hold no Markdown of theirs."""

from __future__ import annotations

import re

from antiphon.engine.prompts.inputs import InputField
from antiphon.lsp.features.prompt_files.hover import describe_input, describe_model
from antiphon.model.values.model_info import ModelInfo

HOSTILE = "![x](https://evil.example/p.png) [run](command:x) <img src=y> `a`"


ACTIVE = re.compile(r"(?<!\\)(?:!\[|\]\(|<img)")


def assert_is_plain(card: str) -> None:
    outside_of_code = card.replace(f"`` {HOSTILE} ``", "")
    assert ACTIVE.search(outside_of_code) is None


def test_an_inputs_words_are_shown_as_they_are_written() -> None:
    field = InputField(HOSTILE, 0, 0, HOSTILE, HOSTILE, required=False, enum=(HOSTILE,))
    assert_is_plain(describe_input(field))


def test_what_a_provider_says_of_a_model_is_shown_as_it_is_written() -> None:
    model = ModelInfo(
        id=HOSTILE,
        provider="gate",
        name="x",
        available=False,
        reason=HOSTILE,
        description=HOSTILE,
        capabilities=[],
    )
    assert_is_plain(describe_model(model))
