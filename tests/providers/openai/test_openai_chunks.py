"""Usage: disjoint classes, wherever a vendor puts the figures."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.providers.openai.chunks import Chunk, parse_usage

PROMPT = {"prompt_tokens": 10, "completion_tokens": 20}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (PROMPT, (10, 20, 0, 0)),
        (PROMPT | {"prompt_tokens_details": {"cached_tokens": 4}}, (6, 20, 4, 0)),
        (PROMPT | {"prompt_cache_hit_tokens": 4}, (6, 20, 4, 0)),
        (PROMPT | {"cached_tokens": 4}, (6, 20, 4, 0)),
        (PROMPT | {"completion_tokens_details": {"reasoning_tokens": 5}}, (10, 15, 0, 5)),
        (PROMPT | {"reasoning_tokens": 5, "total_tokens": 30}, (10, 15, 0, 5)),
        (PROMPT | {"reasoning_tokens": 5, "total_tokens": 35}, (10, 20, 0, 5)),
        (PROMPT | {"total_tokens": 35}, (10, 20, 0, 5)),
        (PROMPT | {"total_tokens": 30}, (10, 20, 0, 0)),
        (PROMPT | {"total_tokens": 7}, (10, 20, 0, 0)),
        ({"prompt_tokens": 10, "total_tokens": 30}, (10, 0, 0, 0)),
        (PROMPT | {"prompt_tokens_details": None, "completion_tokens_details": 3}, (10, 20, 0, 0)),
        (PROMPT | {"prompt_tokens_details": {"cached_tokens": 99}}, (0, 20, 10, 0)),
        ({"prompt_tokens": 10.0}, (10, 0, 0, 0)),
        ({"prompt_tokens": -1, "completion_tokens": "7"}, None),
        ({"total_tokens": 30}, None),
    ],
)
def test_usage_has_disjoint_classes(
    raw: dict[str, Any], expected: tuple[int, int, int, int] | None
) -> None:
    for chunk in (Chunk(usage=raw), Chunk(x_groq={"id": "r", "usage": raw})):
        usage = parse_usage(chunk)
        if expected is None:
            assert usage is None
            continue
        assert usage is not None
        assert usage.source == "provider"
        assert expected == (
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_input_tokens,
            usage.reasoning_tokens,
        )


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ({"prompt_tokens_details": {"cache_write_tokens": 4}}, 4),
        ({"prompt_tokens_details": {"cached_tokens": 3, "cache_creation_tokens": 4}}, 4),
        ({"prompt_tokens_details": {"cached_tokens": 8}, "cache_creation_input_tokens": 4}, 2),
        ({"prompt_tokens_details": {"cached_tokens": 3}}, None),
    ],
)
def test_what_was_put_into_the_cache_is_a_part_of_the_input(
    raw: dict[str, Any], written: int | None
) -> None:
    usage = parse_usage(Chunk(usage=PROMPT | raw))
    assert usage is not None
    assert usage.cache_write_tokens == written
    assert usage.input_tokens + usage.cached_input_tokens == 10


@pytest.mark.parametrize("odd", [None, 3, "x", [], [1], {}])
def test_odd_usage_is_no_usage(odd: Any) -> None:
    assert parse_usage(Chunk(usage=odd, x_groq=odd)) is None
