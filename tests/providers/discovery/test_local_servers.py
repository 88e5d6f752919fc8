"""Servers of this machine: looked for together, not too often, and not forgotten while busy."""

from __future__ import annotations

import anyio

from antiphon.providers.discovery.discovered_provider import DiscoveredProvider
from antiphon.providers.discovery.local_servers import KEPT_S, LocalServers
from support.providers.model_servers import LLAMA_CPP, OLLAMA, ModelServer

NOT_THERE = {"ollama": 0, "llama-cpp": 0, "vllm": 0, "lm-studio": 0}


def looking(time, timeout_s: float = 10.0, **ports: int) -> LocalServers:
    servers = LocalServers(time)
    servers.configure(
        {**NOT_THERE, **{name.replace("_", "-"): port for name, port in ports.items()}},
        enabled=True,
        timeout_s=timeout_s,
    )
    return servers


async def test_each_server_that_is_there_is_a_row_without_a_key(time):
    with ModelServer(OLLAMA) as ollama, ModelServer(LLAMA_CPP) as llama:
        servers = looking(time, ollama=ollama.port, llama_cpp=llama.port)
        assert servers.rows() == {}
        await servers.search()
        assert servers.rows() == {
            "ollama": DiscoveredProvider(f"http://127.0.0.1:{ollama.port}/v1"),
            "llama-cpp": DiscoveredProvider(f"http://127.0.0.1:{llama.port}/v1"),
        }
        assert servers.rows()["ollama"].api_key is None


async def test_nobody_is_asked_again_before_half_a_minute_unless_the_person_wants_it(time):
    with ModelServer() as ollama:
        servers = looking(time, ollama=ollama.port)
        for _ in range(3):
            await servers.search()
        assert len(ollama.requests) == 1
        time.now += 1
        await servers.search(refresh=True)
        assert len(ollama.requests) == 2
        time.now += KEPT_S + 1
        await servers.search()
        assert len(ollama.requests) == 3


async def test_who_asks_at_the_same_time_shares_one_look(time):
    with ModelServer() as ollama:
        servers = looking(time, ollama=ollama.port)
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(servers.search)
        assert len(ollama.requests) == 1
        assert set(servers.rows()) == {"ollama"}


async def test_a_server_that_is_gone_is_a_provider_no_more_but_a_silent_one_still_is(time):
    with ModelServer() as ollama:
        servers = looking(time, ollama=ollama.port)
        await servers.search()
        ollama.held = True
        servers.configure({**NOT_THERE, "ollama": ollama.port}, enabled=True, timeout_s=0.2)
        time.now += 1
        await servers.search(refresh=True)
        assert set(servers.rows()) == {"ollama"}
    time.now += 1
    await servers.search(refresh=True)
    assert servers.rows() == {}


async def test_what_the_settings_turn_off_is_not_asked_and_not_known(time):
    with ModelServer() as ollama:
        servers = looking(time, ollama=ollama.port)
        await servers.search()
        servers.configure({**NOT_THERE, "ollama": ollama.port}, enabled=False, timeout_s=10)
        assert servers.rows() == {}
        await servers.search(refresh=True)
        assert servers.rows() == {}
        assert len(ollama.requests) == 1
