"""A list of models that is narrowed: only what fits is there, and only who is meant is asked."""

from __future__ import annotations

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from support.providers.model_servers import ModelServer, listed, model
from support.providers.provider_configs import registry


def rows(**servers: ModelServer) -> dict[str, dict[str, str]]:
    return {
        name: {"type": "openai", "baseUrl": f"http://127.0.0.1:{server.port}/v1"}
        for name, server in servers.items()
    }


async def test_a_query_is_a_part_of_the_id_in_any_case() -> None:
    with ModelServer(listed(model("org/Qwen3:8b", "o"), model("org/llama", "o"))) as server:
        providers = registry(**rows(gate=server))
        found = {
            query: [each.id for each in await providers.models(query=query, providers=["gate"])]
            for query in ("qwen", "GATE/ORG", ":8b", "nothing", "")
        }
        await providers.aclose()
    both = ["gate/org/Qwen3:8b", "gate/org/llama"]
    assert found == {
        "qwen": both[:1], "GATE/ORG": both, ":8b": both[:1], "nothing": [], "": both
    }  # fmt: skip


async def test_providers_that_are_not_meant_are_not_asked() -> None:
    said = listed(model("a", "o"))
    with ModelServer(said) as meant, ModelServer(said) as other:
        providers = registry(**rows(meant=meant, other=other))
        found = await providers.models(providers=["meant", "unknown"])
        assert [each.id for each in found] == ["meant/a"]
        assert (len(meant.requests), len(other.requests)) == (1, 0)
        await providers.models()
        assert (len(meant.requests), len(other.requests)) == (1, 1)
        await providers.aclose()


async def test_of_two_models_with_one_id_the_first_counts() -> None:
    twice = [model("a", "o", context_length=1), model("a", "o", context_length=2)]
    with ModelServer(listed(*twice)) as server:
        providers = registry(**rows(gate=server))
        [found] = await providers.models(providers=["gate"])
        await providers.aclose()
    assert found.context_window == 1


async def test_every_card_of_a_long_list_has_its_own_row() -> None:
    many = [model(f"m{n}", "o", context_length=n + 1) for n in range(2_000)]
    with ModelServer(listed(*many)) as server:
        providers = registry(**rows(gate=server))
        found = await providers.models(providers=["gate"])
        await providers.aclose()
    assert [(each.name, each.context_window) for each in found] == [
        (f"m{n}", n + 1) for n in range(2_000)
    ]


async def test_the_ids_are_those_of_the_models_that_can_be_asked() -> None:
    said = listed(model("a", "o"), model("text-embedding-3", "o"), model("b", "o"))
    with ModelServer(said) as meant, ModelServer(said) as other:
        providers = registry(
            **rows(meant=meant, other=other), keyless={"type": "openai", "models": ["c"]}
        )
        assert await providers.ids(providers=["meant", "keyless"]) == ["meant/a", "meant/b"]
        assert len(other.requests) == 0
        unknown = ProviderError(Failure.of("model_not_found", "No such model.", http_status=404))
        providers.report("meant/a", unknown)
        cards = await providers.models(providers=["meant", "keyless"])
        assert await providers.ids(providers=["meant", "other"]) == [
            "meant/b",
            "other/a",
            "other/b",
        ]
        assert [each.id for each in cards if each.available] == ["meant/b"]
        await providers.aclose()
