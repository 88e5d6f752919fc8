"""Two real servers with one key and one Redis ask a vendor no more than one server would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from redis import Redis

from support.e2e.installation import Installation
from support.redis.redis_server import PASSWORD, RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

KEY = "a-key-that-two-servers-have"


PROVIDERS = ("slots", "minute", "still", "killed")
"""One for each test, as each has a minute of its own; they have one key, so one slot together."""


def _install(folder: Path, base_url: str) -> Installation:
    made = Installation(folder, base_url)
    made.workspace.mkdir()
    made.config.write_text("")
    made.config.chmod(0o600)
    return made


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer, _fault_process: FaultServer
) -> Iterator[tuple[RawClient, RawClient]]:
    """The clients of two servers that share limits: two requests a minute, one slot."""
    installation = _install(tmp_path_factory.mktemp("servers"), _fault_process.base_url)
    file = installation.folder / "redis-url"
    file.write_text(f"{redis_server.url}\n")
    row = {"baseUrl": installation.fault_url, "apiKey": KEY, "maxConcurrency": 1}

    def start() -> RawClient:
        return installation.raw_client(
            environ={"ANTIPHON_LIMITS__REDIS_URL_FILE": str(file)},
            providers=dict.fromkeys(PROVIDERS, row),
            limits={"requestsPerMinute": 2},
        )

    with start() as one, start() as other:
        for each in (one, other):
            _wait_for(lambda client=each: health(client)["limits"]["shared"])
        yield one, other


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    with Redis.from_url(redis_server.url, decode_responses=True) as client:
        yield client


def _wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def health(client: RawClient) -> dict[str, Any]:
    return client.run("antiphon.health", {})["result"]


def ask(client: RawClient, model: str, tag: str) -> int:
    argument = {"prompt": f"tag:{tag}", "models": [model], "streamToken": tag}
    return client.command("antiphon.broadcast", argument)


def statuses(reply: dict[str, Any]) -> list[str]:
    return [each["status"] for each in reply["result"]["results"]]


def _waiting(redis: Redis) -> int:
    return sum(redis.zcard(name) for name in redis.scan_iter("antiphon:slots:*:waiting"))


def test_one_slot_is_one_slot_of_both_servers_under_names_that_say_nothing(
    servers, fault_server, redis
) -> None:
    one, other = servers
    ask(one, "slots/gate-3-40", "one")
    fault_server.wait_held(1, "one")
    request = ask(other, "slots/ok", "other")
    _wait_for(lambda: _waiting(redis) == 1)
    assert fault_server.requests(tag="other") == []
    names = [*redis.scan_iter("*")]
    members = [m for name in names if ":slots:" in name for m in redis.zrange(name, 0, -1)]
    kept = " ".join([*names, *members])
    assert "antiphon:requests:" in kept
    for secret in (KEY, "127.0.0.1", str(fault_server.port), "slots/"):
        assert secret not in kept
    fault_server.release("one")
    assert statuses(other.answer(request)) == ["complete"]


def test_a_minute_is_one_minute_of_both_servers(servers, fault_server) -> None:
    for each in servers:
        assert statuses(each.answer(ask(each, "minute/ok", "first"))) == ["complete"]
    other = servers[1]
    request = ask(other, "minute/ok", "more")
    other.until(lambda: any(each["type"] == "retry" for each in other.events("more")))
    assert fault_server.requests(tag="more") == []
    other.notify("$/cancelRequest", {"id": request})
    other.answer(request)


def test_a_question_is_answered_while_redis_stands_still(servers, redis_server) -> None:
    client = servers[0]
    redis_server.pause()
    assert statuses(client.answer(ask(client, "still/ok", "still"))) == ["complete"]
    limits = health(client)["limits"]
    assert limits["shared"] is False
    assert "cannot be reached" in limits["problem"]
    redis_server.resume()
    for each in servers:
        _wait_for(lambda client=each: health(client)["limits"]["shared"])


@pytest.mark.slow
def test_a_killed_server_gives_its_slot_back(servers, fault_server, redis) -> None:
    one, other = servers
    ask(one, "killed/gate-3-40", "dying")
    fault_server.wait_held(1, "dying")
    request = ask(other, "killed/ok", "heir")
    _wait_for(lambda: _waiting(redis) == 1)
    one.kill()
    assert statuses(other.answer(request, within_s=60)) == ["complete"]


def test_a_wrong_password_is_said_without_it(
    tmp_path: Path, fault_server: FaultServer, redis_server: RedisServer
) -> None:
    installation = _install(tmp_path, fault_server.base_url)
    url = redis_server.url.replace(PASSWORD, "another-password")
    with installation.raw_client(environ={"ANTIPHON_LIMITS__REDIS_URL": url}) as client:
        _wait_for(lambda: health(client)["limits"].get("problem"))
        assert "refuses the user or the password" in health(client)["limits"]["problem"]
        assert statuses(client.answer(ask(client, "fault/ok", "one"))) == ["complete"]
        shown = [client.log, client.run("antiphon.config", {})]
    log = installation.stderr.read_text()
    assert log.count("limits are this server's own") == 1
    assert "another-password" not in f"{shown} {log}"
