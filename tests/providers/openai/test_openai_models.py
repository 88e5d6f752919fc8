"""The models that an endpoint lists."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.ports import Price
from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.openai.adapter import Limits, OpenAICompatible
from antiphon.providers.openai.models import ListedModel, parse_models

if TYPE_CHECKING:
    from support.faults.client import FaultServer


async def test_models_are_listed_over_the_wire(
    provider: OpenAICompatible, fault_server: FaultServer, canary: str
) -> None:
    listed = await provider.models()
    assert ListedModel("ok", context_window=8192) in [model.parsed for model in listed]
    [request] = fault_server.requests()
    assert request["path"] == "/v1/models"
    assert request["headers"]["authorization"] == f"Bearer {canary}"


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        ("s401", "authentication"),
        ("s500", "server_error"),
        ("html200", "malformed_stream"),
        ("json200odd", "malformed_stream"),
        ("cut", "malformed_stream"),
        ("redirect", "bad_request"),
        ("stall-headers", "timeout_connect"),
        ("stall-first", "timeout_connect"),
    ],
)
async def test_a_list_that_does_not_come_is_a_failure(
    scenario: str, kind: str, fault_server: FaultServer
) -> None:
    url = f"{fault_server.origin}/faults/{scenario}/v1"
    provider = OpenAICompatible("local", url, limits=Limits(refusal_s=0.2))
    with pytest.raises(ProviderError) as caught:
        await provider.models(timeout_s=0.3 if scenario.startswith("stall") else 5.0)
    await provider.aclose()
    assert caught.value.failure.kind == kind


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"id": "a"}, ListedModel("a")),
        ({"id": "a", "name": "A"}, ListedModel("a", "A")),
        ({"id": "a", "display_name": "A", "name": "b"}, ListedModel("a", "A")),
        ({"name": "a:7b", "model": "a:7b"}, ListedModel("a:7b")),
        ({"id": "a", "context_length": 9}, ListedModel("a", context_window=9)),
        ({"id": "a", "max_model_len": 9}, ListedModel("a", context_window=9)),
        ({"id": "a", "meta": {"n_ctx": 9}}, ListedModel("a", context_window=9)),
        (
            {"id": "a", "top_provider": {"max_completion_tokens": 5}},
            ListedModel("a", max_output_tokens=5),
        ),
        ({"id": "a", "context_length": True, "max_model_len": "9"}, ListedModel("a")),
    ],
)
def test_what_vendors_say_of_a_model_is_read_from_where_they_say_it(
    item: dict[str, Any], expected: ListedModel
) -> None:
    for shape in ({"object": "list", "data": [item]}, {"models": [item]}, [item, None, {}, 3]):
        assert [model.parsed for model in parse_models(shape, "local")] == [expected]


ROUTED = {"prompt": "0.000003", "completion": "0.000015", "request": "0"}


@pytest.mark.parametrize(
    ("pricing", "price"),
    [
        (ROUTED, Price(Decimal(3), Decimal(15))),
        ({"prompt": "0", "completion": "0"}, Price(Decimal(0), Decimal(0))),
        (
            ROUTED
            | {
                "input_cache_read": "0.0000003",
                "input_cache_write": "0.00000375",
                "internal_reasoning": "0",
            },
            Price(
                Decimal(3), Decimal(15), cached_input=Decimal("0.3"), cache_write=Decimal("3.75")
            ),
        ),
        ({"prompt": "-1", "completion": "-1"}, None),
        (ROUTED | {"request": "0.005"}, None),
        ({"prompt": 0.18, "completion": 0.18}, None),
        ({"prompt": "1e999999999", "completion": "NaN"}, None),
        ({"input": "1", "output": "2"}, None),
        ("cheap", None),
    ],
)
def test_a_list_may_have_prices_for_a_token(pricing: Any, price: Price | None) -> None:
    [model] = parse_models([{"id": "a", "pricing": pricing}], "openrouter")
    assert model.price == price


def test_a_name_that_could_drive_a_terminal_is_left_out() -> None:
    items = [{"id": "a\x1b[2J"}, {"id": 3}, {"id": "b", "name": "\u202eb"}]
    [model] = parse_models(items, "local")
    assert (model.id, model.name) == ("b", None)
