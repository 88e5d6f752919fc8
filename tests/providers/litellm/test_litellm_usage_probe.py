"""What is known of a stream's end and usage below litellm's own wrapper."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from antiphon.providers.litellm.worker.usage_probe import UsageProbe


def observed(*chunks: object) -> UsageProbe:
    probe = UsageProbe(())
    for chunk in chunks:
        probe.observe(chunk)
    return probe


def choice(reason: str | None = None, **more: object) -> SimpleNamespace:
    return SimpleNamespace(choices=[SimpleNamespace(finish_reason=reason)], **more)


@pytest.mark.parametrize(
    "later", [{}, {"usage": None}, {"usage": {}}, choice(), choice(usage={"prompt_tokens": 0})]
)
def test_usage_survives_a_later_chunk_that_has_none(later: object) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    assert observed({"usage": usage}, later).usage == usage


def test_figures_that_come_one_at_a_time_are_added_up() -> None:
    probe = observed({"usage": {"prompt_tokens": 3}}, {"usage": {"completion_tokens": 2}})
    assert probe.usage == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def test_a_total_counts_only_beside_both_of_its_parts() -> None:
    whole = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 9}
    assert observed({"usage": whole}).usage["total_tokens"] == 9
    part = {"completion_tokens": 2, "total_tokens": 9}
    assert observed({"usage": {"prompt_tokens": 3}}, {"usage": part}).usage["total_tokens"] == 5


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        ([choice("length"), choice("stop")], "length"),
        ([{"finish_reason": "stop", "is_finished": True}], None),
        ([{"finish_reason": "length", "is_finished": True}], "length"),
        ([{"finish_reason": "length", "is_finished": False}], None),
        (
            [{"usage": {"prompt_tokens": 1}}, {"finish_reason": "stop", "is_finished": True}],
            "stop",
        ),
        ([choice(), {"finish_reason": "length", "is_finished": True}], None),
    ],
)
def test_a_reason_is_believed_that_litellm_cannot_have_invented(
    chunks: list[object], reason: str | None
) -> None:
    assert observed(*chunks).reason == reason
