"""What is known of models: settings first, then the provider's list, then the table."""

from __future__ import annotations

from decimal import Decimal

from antiphon.engine.ports import ChatTurn
from support.providers.provider_configs import CLOSED_PORT, registry

CLOUD = {"baseUrl": "https://api.openai.com/v1", "apiKey": "sk-x"}
TURNS = [ChatTurn("user", "Name three primes.")]


async def loaded(**rows):
    providers = registry(**rows)
    for name in rows:
        await providers.count_tokens(f"{name}/gpt-5", TURNS, patient=False)
    return providers


async def test_a_row_of_any_name_at_a_vendors_address_has_the_vendors_prices():
    providers = await loaded(work=CLOUD)
    price = providers.price("work/gpt-5")
    assert price is not None
    card = providers.model_info("work/gpt-5")
    assert (card.input_cost_per_m_tok, card.context_window) == (f"{price.input:f}", 272_000)
    assert card.cached_input_cost_per_m_tok is not None
    assert "reasoning" in card.capabilities
    assert providers.price_source.source.startswith("litellm")


async def test_the_persons_own_price_wins_even_where_it_is_incomplete():
    prices = {"gpt-5": {"input": "9", "output": "9"}, "gpt-5-mini": {"input": "9"}}
    providers = await loaded(work={**CLOUD, "prices": prices})
    assert providers.price("work/gpt-5").input == Decimal(9)
    assert providers.price("work/gpt-5-mini") is None
    assert providers.model_info("work/gpt-5-mini").context_window is not None


async def test_a_server_on_this_machine_is_unpriced_and_the_demo_is_free():
    providers = await loaded(local={"baseUrl": CLOSED_PORT})
    assert providers.price("local/gpt-5") is None
    assert providers.model_info("local/gpt-5").input_cost_per_m_tok is None
    demo = providers.price("demo/terse")
    assert demo.input == demo.output == 0


async def test_a_gateway_on_this_machine_that_is_called_as_a_vendor_has_the_vendors_prices():
    providers = await loaded(openai={"baseUrl": CLOSED_PORT})
    assert providers.price("openai/gpt-5") is not None


async def test_nothing_is_read_for_providers_of_which_the_table_knows_nothing():
    providers = await loaded(local={"baseUrl": CLOSED_PORT})
    assert await providers.count_tokens("demo/terse", TURNS, patient=True) is None
    assert await providers.count_tokens("nobody/x", TURNS, patient=True) is None
    assert providers.price_source is None


async def test_models_that_think_are_known_by_their_names_wherever_they_run():
    providers = registry(local={"baseUrl": CLOSED_PORT})
    thinks = {
        name: "reasoning" in providers.model_info(f"local/{name}").capabilities
        for name in (
            "deepseek-r1:8b",
            "qwq",
            "gpt-oss:20b",
            "magistral-small",
            "kimi-k2-thinking",
            "qwen3:4b",
            "qwen3-coder:30b",
            "llama3.2",
            "mistral-small",
            "r1me",
        )
    }
    assert [name for name, does in thinks.items() if not does] == [
        "qwen3-coder:30b",
        "llama3.2",
        "mistral-small",
        "r1me",
    ]
