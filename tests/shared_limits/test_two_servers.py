"""Two real servers with one key and one Redis ask a vendor no more than one server would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from redis import Redis

from support.e2e.installation import Installation
from support.redis.redis_server import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer
    from support.redis.redis_server import RedisServer

KEY = "a-key-that-two-servers-have"


@pytest.fixture
def installation(tmp_path: Path, fault_server: FaultServer) -> Installation:
    made = Installation(tmp_path, fault_server.base_url)
    made.workspace.mkdir()
    made.config.write_text("")
    made.config.chmod(0o600)
    return made


@pytest.fixture
def start(installation: Installation, redis_server: RedisServer) -> Iterator[Any]:
    """Starts one more server, and returns its client when the limits are shared."""
    file = installation.folder / "redis-url"
    file.write_text(f"{redis_server.url}\n")
    clients: list[RawClient] = []

    def begin(*, shared: bool = True, **limits: Any) -> RawClient:
        row = {"baseUrl": installation.fault_url, "apiKey": KEY, "maxConcurrency": 1}
        client = installation.raw_client(
            environ={"ANTIPHON_REDIS_URL_FILE": str(file)},
            providers={"fault": row},
            limits=limits,
        )
        clients.append(client)
        _wait_for(lambda: health(client)["limits"]["shared"] is shared)
        return client

    yield begin
    for each in clients:
        each.__exit__()


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


def ask(client: RawClient, model: str, prompt: str) -> int:
    return client.command("antiphon.broadcast", {"prompt": prompt, "models": [f"fault/{model}"]})


def _waiting(redis: Redis) -> int:
    return sum(redis.zcard(name) for name in redis.scan_iter("antiphon:slots:*:waiting"))


def test_one_slot_is_one_slot_of_both_servers(start, fault_server, redis) -> None:
    one, other = start(), start()
    ask(one, "gate-3-40", "tag:one")
    fault_server.wait_held(1, "one")
    request = ask(other, "ok", "tag:other")
    _wait_for(lambda: _waiting(redis) == 1)
    assert fault_server.requests(tag="other") == []
    fault_server.release("one")
    reply = other.answer(request)
    assert [each["status"] for each in reply["result"]["results"]] == ["complete"]


@pytest.mark.slow
def test_a_killed_server_gives_its_slot_back(start, fault_server, redis) -> None:
    one, other = start(), start()
    ask(one, "gate-3-40", "tag:one")
    fault_server.wait_held(1, "one")
    request = ask(other, "ok", "tag:other")
    _wait_for(lambda: _waiting(redis) == 1)
    one.kill()
    reply = other.answer(request, within_s=60)
    assert [each["status"] for each in reply["result"]["results"]] == ["complete"]


def test_a_minute_is_one_minute_of_both_servers(start, fault_server, redis) -> None:
    one, other = start(requestsPerMinute=2), start(requestsPerMinute=2)
    for client in (one, other):
        assert "result" in client.answer(ask(client, "ok", "tag:first"))
    request = other.command(
        "antiphon.broadcast", {"prompt": "tag:more", "models": ["fault/ok"], "streamToken": "t"}
    )
    other.until(lambda: any(each["type"] == "retry" for each in other.events("t")))
    assert fault_server.requests(tag="more") == []
    other.notify("$/cancelRequest", {"id": request})
    other.answer(request)


def test_redis_holds_no_key_no_address_and_no_name(start, installation, redis) -> None:
    client = start(requestsPerMinute=9)
    client.answer(ask(client, "ok", "tag:one"))
    # `*` of the requests; the slots' sets are gone with their last member.
    request = ask(client, "gate-3-40", "tag:held")
    _wait_for(lambda: any(redis.scan_iter("antiphon:slots:*")))
    held = [*redis.scan_iter("*")]
    text = " ".join(
        [*held, *(m for name in held if "slots" in name for m in redis.zrange(name, 0, -1))]
    )
    assert "antiphon:requests" in text
    for secret in (KEY, "127.0.0.1", installation.fault_url.rpartition(":")[2], "fault"):
        assert secret not in text
    client.notify("$/cancelRequest", {"id": request})
    client.answer(request)


def test_a_question_is_answered_while_redis_stands_still(start, redis_server) -> None:
    client = start()
    redis_server.pause()
    reply = client.answer(ask(client, "ok", "tag:one"))
    assert [each["status"] for each in reply["result"]["results"]] == ["complete"]
    limits = health(client)["limits"]
    assert limits["shared"] is False
    assert "cannot be reached" in limits["problem"]
    redis_server.resume()
    _wait_for(lambda: health(client)["limits"]["shared"])


def test_a_wrong_password_is_said_without_it(installation, redis_server) -> None:
    url = redis_server.url.replace(PASSWORD, "another-password")
    with installation.raw_client(environ={"ANTIPHON_REDIS_URL": url}) as client:
        _wait_for(lambda: health(client)["limits"].get("problem"))
        limits = health(client)["limits"]
        assert "refuses the user or the password" in limits["problem"]
        assert "result" in client.answer(ask(client, "ok", "tag:one"))
        shown = [client.log, client.run("antiphon.config", {})]
    log = installation.stderr.read_text()
    assert log.count("limits are this server's own") == 1
    assert "another-password" not in f"{shown} {log}"


def test_without_a_url_health_says_nothing_of_limits(installation) -> None:
    with installation.raw_client() as client:
        assert "limits" not in health(client)
