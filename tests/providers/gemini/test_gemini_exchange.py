"""A refusal of what was sent is learned from; one of anything else is a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.providers.gemini.exchange import _find_rejected_feature
from antiphon.providers.gemini.request import GeminiRequest

REFUSED = b"Penalty is not enabled for models/x"


@pytest.mark.parametrize(
    ("status", "config", "body", "feature"),
    [
        (400, {"presence_penalty": 0.5}, REFUSED, "penalties"),
        (400, {"frequency_penalty": 0.5, "seed": 1}, REFUSED, "penalties"),
        (400, {"seed": 1}, REFUSED, None),
        (400, {"presence_penalty": 0.5}, b"Bad seed", None),
        (403, {"presence_penalty": 0.5}, REFUSED, None),
    ],
)
def test_only_a_feature_that_was_sent_can_be_what_a_refusal_rejects(
    status: int, config: dict[str, Any], body: bytes, feature: str | None
) -> None:
    assert _find_rejected_feature(status, body, GeminiRequest([], config, [], [])) == feature
