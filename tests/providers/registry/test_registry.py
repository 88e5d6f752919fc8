"""The registry as the engine sees it, over real adapters and a real endpoint on loopback."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import aclosing
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from antiphon.engine.ports import ChatRequest, ChatTurn, Providers
from antiphon.engine.ports.deltas import Finished, ProviderError
from antiphon.providers.registry.registry import Registry
from antiphon.settings.schema.api_key import look_up_key
from support.providers.provider_configs import CLOSED_PORT, KEY, problem, registry, settings

if TYPE_CHECKING:
    from support.faults.client import FaultServer

PROGRAM = """
import sys
import anyio
from antiphon.providers.registry.registry import Registry
from antiphon.settings.schema.api_key import look_up_key
from antiphon.settings.sources.load import load_settings

WORK = {"providers": {"work": {"baseUrl": "http://127.0.0.1:9/v1"}}}

async def main():
    options = WORK if USED else None
    settings = load_settings(config_path=None, environ={}, initialization_options=options).settings
    registry = Registry(settings, key_of=lambda _, row: look_up_key(row, {}))
    registry.statuses(), registry.nearest_models("demo/port"), registry.price("demo/poet")
    if USED:
        await registry.prepare("work")
    else:
        assert len(await registry.models(refresh=True)) > 10
        await registry.prepare("openai")
        assert "antiphon.providers.demo.provider" not in sys.modules
        await registry.prepare("demo")
        registry.provider("demo")
    await registry.aclose()
    print("aiohttp" in sys.modules, "antiphon.providers.openai" in sys.modules)

anyio.run(main)
"""


async def run_program(*, used: bool) -> str:
    program = PROGRAM.replace("USED", str(used))
    with anyio.fail_after(10):
        done = await anyio.run_process([sys.executable, "-c", program], stderr=subprocess.PIPE)
    return done.stdout.decode().strip()


def conforms(registry: Registry) -> Providers:
    """The type checker's proof that the registry is what the engine asks for."""
    return registry


async def test_nothing_is_imported_for_providers_that_are_not_used():
    assert await run_program(used=False) == "False False"


async def test_prepare_imports_what_streams_will_need():
    assert await run_program(used=True) == "True True"


async def test_the_demo_streams_through_the_registry():
    providers = conforms(registry())
    await providers.prepare("demo")
    request = ChatRequest("terse", [ChatTurn("user", "Why?")], {"tokensPerSecond": 0})
    async with aclosing(providers.provider("demo").stream(request)) as stream:
        deltas = [delta async for delta in stream]
    assert deltas[-1] == Finished("stop", "complete")
    await providers.aclose()


async def test_preparing_at_the_same_time_and_again_is_harmless():
    providers = registry()
    async with anyio.create_task_group() as group:
        for name in ("demo", "demo", "openai", "nobody"):
            group.start_soon(providers.prepare, name)
    await providers.prepare("demo")


def test_a_provider_that_is_not_configured_is_refused():
    with pytest.raises(ProviderError) as caught:
        registry().provider("nobody")
    assert caught.value.failure.kind == "model_not_found"
    assert registry().host("nobody").places == 1


def test_a_provider_without_its_key_says_which_variable_to_set():
    providers = registry()
    statuses = {status.name: status for status in providers.statuses()}
    assert statuses["demo"].available
    assert statuses["openai"].reason == "OPENAI_API_KEY is not set"
    with pytest.raises(ProviderError) as caught:
        providers.provider("openai")
    assert caught.value.failure.kind == "authentication"


async def test_who_is_stopped_does_not_wait_for_an_import(monkeypatch: pytest.MonkeyPatch):
    begun, ended = threading.Event(), threading.Event()

    def import_slowly() -> None:
        begun.set()
        ended.wait(10)

    monkeypatch.setattr("antiphon.providers.openai.adapter.prepare", import_slowly)
    providers = registry(work={"type": "openai", "baseUrl": CLOSED_PORT})
    try:
        with anyio.fail_after(10):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(providers.prepare, "work")
                await anyio.to_thread.run_sync(begun.wait, 10)
                tasks.cancel_scope.cancel()
        assert not ended.is_set()
    finally:
        ended.set()


async def test_models_that_cannot_be_asked_are_listed_with_the_reason_after_the_others():
    models = await registry(work={"type": "openai", "models": ["m"]}).models()
    available = [model.available for model in models]
    assert available == sorted(available, reverse=True)
    reasons = {model.id: model.reason for model in models}
    assert reasons["openai/gpt-5"] == "OPENAI_API_KEY is not set"
    assert "baseUrl is not set" in (reasons["work/m"] or "")
    assert reasons["demo/poet"] is None


async def test_an_endpoints_own_list_joins_the_configured_names(fault_server: FaultServer):
    row = {"baseUrl": fault_server.base_url, "models": ["hidden", "ok"], "apiKey": KEY}
    providers = registry(work=row)
    models = {model.id: model for model in await providers.models() if model.provider == "work"}
    assert list(models)[:2] == ["work/hidden", "work/ok"]
    assert models["work/ok"].context_window == 8_192
    assert models["work/hidden"].context_window is None
    assert "work/cut" in models
    assert all(model.available for model in models.values())
    assert fault_server.requests()[0]["headers"]["authorization"] == f"Bearer {KEY}"
    assert providers.nearest_models("work/stal-mid")[0] == "work/stall-mid"
    await providers.models()
    assert len(fault_server.requests()) == 1
    await providers.models(refresh=True)
    assert len(fault_server.requests()) == 2
    await providers.aclose()


async def test_an_endpoint_that_cannot_be_reached_says_so_and_holds_nobody_up():
    providers = registry(work={"baseUrl": CLOSED_PORT, "models": ["m"]})
    models = {model.id: model for model in await providers.models()}
    assert not models["work/m"].available
    assert models["work/m"].reason
    assert models["demo/terse"].available
    assert not {status.name: status for status in providers.statuses()}["work"].available
    providers.report("work/m", None)
    assert providers.model_info("work/m").available
    await providers.aclose()


def test_a_model_that_nobody_lists_has_a_bare_card():
    providers = registry(work={"baseUrl": CLOSED_PORT})
    assert providers.model_info("work/a/b").to_wire() == {
        "id": "work/a/b",
        "provider": "work",
        "name": "a/b",
        "available": True,
        "capabilities": [],
    }
    assert not providers.model_info("nobody/x").available
    assert not providers.model_info("demo/nobody").available


def test_prices_come_from_the_settings_are_zero_for_the_demo_and_else_unknown():
    prices = {
        "whole": {"input": "0.5", "output": "2", "cachedInput": "0.05"},
        "half": {"input": "0.5"},
    }
    providers = registry(work={"baseUrl": CLOSED_PORT, "prices": prices})
    price = providers.price("work/whole")
    assert price is not None
    assert tuple(map(str, (price.input, price.output, price.cached_input))) == ("0.5", "2", "0.05")
    assert providers.model_info("work/whole").output_cost_per_m_tok == "2"
    demo = providers.price("demo/poet")
    assert demo is not None
    assert demo.input == demo.output == 0
    for unknown in ("work/half", "work/other", "openai/gpt-5", "nobody/x"):
        assert providers.price(unknown) is None


def test_the_row_says_how_many_streams_or_else_the_type_and_the_address_do():
    providers = registry(
        work={"baseUrl": "https://a.example", "maxConcurrency": 3}, local={"baseUrl": CLOSED_PORT}
    )
    names = ("demo", "openai", "work", "local")
    places = {name: providers.host(name).places for name in names}
    assert places == {"demo": 64, "openai": 8, "work": 3, "local": 1}


def test_the_nearest_names_are_known_without_asking_anybody():
    assert registry().nearest_models("demo/poett")[0] == "demo/poet"
    assert "openai/gpt-5" in registry().nearest_models("gpt5", 2)


def test_a_refused_key_shows_in_the_statuses_and_is_lifted_by_another_key(time):
    row = {"baseUrl": CLOSED_PORT, "apiKey": "old"}
    providers = registry(clock=time, work=row, other={"baseUrl": CLOSED_PORT})
    for model in ("work/a", "work/b"):
        providers.report(model, problem("authentication"))
    assert providers.cooldown("work/c") is not None
    assert "refused the key" in (providers.model_info("work/c").reason or "")
    assert not {status.name: status.available for status in providers.statuses()}["work"]
    providers.set_settings(settings(work=row, other={"baseUrl": CLOSED_PORT, "models": ["m"]}))
    assert providers.cooldown("work/c") is not None
    providers.set_settings(settings(work={**row, "apiKey": "new"}))
    assert providers.cooldown("work/c") is None


def test_a_late_refusal_of_the_former_key_is_not_held_against_the_next(time):
    row = {"baseUrl": CLOSED_PORT, "apiKey": "old"}
    providers = registry(clock=time, work=row)
    old = providers.fingerprint("work")
    assert "old" not in old
    providers.set_settings(settings(work={**row, "apiKey": "new"}))
    for model in ("work/a", "work/b"):
        providers.report(model, problem("authentication"), key=old)
    providers.accepted("work", key=old)
    assert providers.cooldown("work/a") is None
    assert providers.is_unproven("work")
    assert {status.name: status.available for status in providers.statuses()}["work"]


def test_a_long_wait_shows_on_its_model_alone(time):
    providers = registry(clock=time, work={"baseUrl": CLOSED_PORT})
    providers.report("work/a", problem("rate_limited", retry_after_ms=90_000))
    assert not providers.model_info("work/a").available
    assert providers.model_info("work/b").available
    assert providers.cooldown("work/a") is not None


def test_the_demos_make_believe_failures_are_not_held_against_it(time):
    providers = registry(clock=time)
    for _ in range(9):
        providers.report("demo/refuses", problem("authentication"))
        providers.report("demo/terse", problem("server_error"))
    assert providers.cooldown("demo/refuses") is None
    assert providers.cooldown("demo/terse") is None


async def test_a_key_that_the_list_accepts_on_demand_is_tried_again(fault_server: FaultServer):
    providers = registry(work={"baseUrl": fault_server.base_url})
    for model in ("work/a", "work/b"):
        providers.report(model, problem("authentication"))
    await providers.models(refresh=True)
    assert providers.cooldown("work/a") is None
    await providers.aclose()


async def test_closing_closes_the_connections_of_former_settings_too(fault_server: FaultServer):
    providers = registry(work={"baseUrl": fault_server.base_url})
    await providers.models()
    providers.set_settings(settings())
    assert [entry["closed"] for entry in fault_server.connections()] == [None]
    await providers.aclose()
    with anyio.fail_after(10):
        while fault_server.connections()[0]["closed"] is None:
            await anyio.lowlevel.checkpoint()


def test_unchanged_providers_keep_their_adapter_and_changed_ones_get_another():
    rows = {"work": {"baseUrl": CLOSED_PORT}, "home": {"baseUrl": CLOSED_PORT}}
    providers = registry(**rows)
    work, home = providers.provider("work"), providers.provider("home")
    providers.set_settings(settings(work=rows["work"], home={**rows["home"], "maxConcurrency": 2}))
    assert providers.provider("work") is work
    assert providers.provider("home") is not home
    assert providers.host("home").places == 2
    providers.set_settings(settings())
    assert "work" not in providers.names()


def test_a_key_that_appears_in_the_environment_is_found_with_the_next_settings():
    environ: dict[str, str] = {}
    providers = Registry(settings(), key_of=lambda _, row: look_up_key(row, environ))
    environ["OPENAI_API_KEY"] = KEY
    providers.set_settings(settings())
    available = {status.name: status.available for status in providers.statuses()}
    assert available["openai"]
    assert not available["anthropic"]
    assert KEY not in repr(providers.statuses())
