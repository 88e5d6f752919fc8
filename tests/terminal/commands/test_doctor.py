"""`antiphon doctor`: a newcomer is told the shortest ways; what is broken is named and counted."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from support.providers.model_servers import OLLAMA, ModelServer
from support.redis.redis_server import PASSWORD, RedisServer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

_TIMEOUT_S = 30


def antiphon(*arguments: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "antiphon", *arguments],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_TIMEOUT_S,
        check=False,
    )


def diagnosis(env: dict[str, str], cwd: Path) -> tuple[int, dict[str, Any]]:
    done = antiphon("doctor", "--json", env=env, cwd=cwd)
    return done.returncode, json.loads(done.stdout)


def said(found: dict[str, Any], subject: str) -> list[tuple[str, str]]:
    return [
        (each["mark"], each["said"]) for each in found["findings"] if each["subject"] == subject
    ]


def test_with_nothing_configured_the_three_shortest_ways_and_the_demo_are_told(
    environment: dict[str, str], home: Path
) -> None:
    done = antiphon("doctor", env=environment, cwd=home)
    assert done.returncode == 0, done.stdout
    ways = done.stdout.partition("The shortest ways to a first answer\n")[2]
    starts = [line[:3] for line in ways.splitlines() if not line.startswith("   ")]
    assert starts == ["1. ", "2. ", "3. ", "4. "]
    for words in (
        "export GEMINI_API_KEY=",
        "https://aistudio.google.com/apikey",
        "-m gemini/",
        "ollama pull",
        "-m ollama/",
        "export ANTIPHON_PROVIDERS__WORK__BASE_URL=",
        "-m demo/terse",
    ):
        assert words in ways
    assert "✗" not in done.stdout


def test_every_part_of_the_installation_is_looked_at(
    environment: dict[str, str], home: Path
) -> None:
    code, found = diagnosis(environment, home)
    assert code == 0
    subjects = {each["subject"] for each in found["findings"]}
    assert subjects >= {
        "server", "settings", "provider", "local servers", "models",
        "keyring", "history", "extra", "terminal",
    }  # fmt: skip
    [history, *_] = said(found, "history")
    assert "SQLite 3." in history[1]
    assert "OPENAI_API_KEY is not set; get a key at https://" in str(said(found, "provider"))


def test_a_server_that_was_found_is_said_and_is_the_second_way(
    environment: dict[str, str], home: Path
) -> None:
    with ModelServer(OLLAMA) as ollama:
        ports = {"ollama": ollama.port, "llama-cpp": 0, "vllm": 0, "lm-studio": 0}
        environment |= {
            "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "true",
            "ANTIPHON_DISCOVERY__PORTS": json.dumps(ports),
            "ANTIPHON_DISCOVERY__TIMEOUT_MS": "10000",
        }
        code, found = diagnosis(environment, home)
    assert code == 0
    assert ("good", "ollama can be asked, found on this machine") in said(found, "provider")
    assert said(found, "local servers") == []
    assert found["ways"][1]["commands"] == ['antiphon ask "What is a fugue?" -m ollama/gemma3:1b']


def test_a_provider_that_was_meant_to_work_and_does_not_is_broken(
    environment: dict[str, str], home: Path
) -> None:
    environment["BROKEN_KEY"] = "sk-1"
    row = {"type": "openai", "baseUrl": "http://127.0.0.1:9/v1", "apiKeyEnv": "BROKEN_KEY"}
    environment["ANTIPHON_PROVIDERS"] = json.dumps({"broken": row})
    code, found = diagnosis(environment, home)
    assert code == 1
    [(mark, text)] = [each for each in said(found, "provider") if each[1].startswith("broken")]
    assert mark == "bad"
    assert "sk-1" not in text


@pytest.mark.parametrize("edges", ['"{}"', "'{}'", '{}"'])
def test_a_key_with_quotes_around_it_is_broken_and_is_not_shown(
    edges: str, environment: dict[str, str], home: Path
) -> None:
    environment["MISTRAL_API_KEY"] = edges.format("planted-0123456789")
    code, found = diagnosis(environment, home)
    assert code == 1
    [(mark, text)] = [each for each in said(found, "provider") if each[1].startswith("mistral")]
    assert mark == "bad"
    assert "MISTRAL_API_KEY has a quote around it" in text
    assert "planted" not in json.dumps(found)


def _without_proxies(environment: dict[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if not name.lower().endswith("_proxy") and name.lower() != "all_proxy"
    }


def test_which_proxy_is_used_for_what_is_said(environment: dict[str, str], home: Path) -> None:
    rows = {
        "here": {"baseUrl": "http://127.0.0.1:9/v1"},
        "lan": {"baseUrl": "http://lan.invalid/v1"},
        "near": {"baseUrl": "https://near.invalid/v1"},
        "far": {"baseUrl": "https://far.invalid/v1"},
    }
    given = _without_proxies(environment) | {
        "ANTIPHON_PROVIDERS": json.dumps({name: {"type": "openai"} | rows[name] for name in rows}),
        "HTTPS_PROXY": "http://user:planted-pass@127.0.0.1:9",
        "NO_PROXY": "near.invalid",
    }
    _, found = diagnosis(given, home)
    routes = {
        name: text for _, text in said(found, "proxy") for name in text.split(": ")[0].split(", ")
    }
    assert routes["far"].endswith(": through the proxy http://127.0.0.1:9 (HTTPS_PROXY)")
    assert routes["gemini"] == routes["far"] == routes["groq"]
    assert routes["near"].endswith(": directly, since NO_PROXY names it")
    assert routes["here"].endswith(": directly, since it is on this machine")
    assert "lan: directly, since no proxy is named for it" in routes["lan"]
    assert "planted" not in json.dumps(found)


def test_a_socks_proxy_is_broken_for_what_would_need_it(
    environment: dict[str, str], home: Path
) -> None:
    row = {"type": "openai", "baseUrl": "https://far.invalid/v1"}
    given = _without_proxies(environment) | {"all_proxy": "socks5://127.0.0.1:9"}
    code, found = diagnosis(given, home)
    assert code == 0
    assert {mark for mark, _ in said(found, "proxy")} == {"open"}
    given["ANTIPHON_PROVIDERS"] = json.dumps({"far": row})
    code, found = diagnosis(given, home)
    assert code == 1
    [(mark, text)] = said(found, "proxy")
    assert mark == "bad"
    assert "far" in text
    assert "not at all: all_proxy names a SOCKS proxy, which cannot be used" in text
    assert any("all_proxy names a SOCKS proxy" in each for _, each in said(found, "provider"))


def test_an_environment_without_proxies_is_said_too(
    environment: dict[str, str], home: Path
) -> None:
    _, found = diagnosis(_without_proxies(environment), home)
    assert said(found, "proxy") == [
        ("good", "the environment names none; everything is asked directly")
    ]


def test_models_that_cannot_be_asked_are_listed_with_what_to_do(
    environment: dict[str, str], home: Path
) -> None:
    done = antiphon("models", "gpt-5", env=environment, cwd=home)
    assert done.returncode == 0
    assert "OPENAI_API_KEY is not set" in done.stdout
    assert "openai: get a key at https://platform.openai.com/api-keys" in done.stdout
    assert "export OPENAI_API_KEY=" in done.stdout
    assert "groq:" not in done.stdout


@pytest.mark.parametrize(("has_password", "mark"), [(True, "good"), (False, "bad")])
def test_limits_that_are_shared_are_said_and_why_they_are_not(
    has_password: bool, mark: str, environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    with RedisServer(tmp_path) as redis:
        wrong = redis.url.replace(PASSWORD, "another-password")
        environment["ANTIPHON_LIMITS__REDIS_URL"] = redis.url if has_password else wrong
        code, found = diagnosis(environment, home)
    assert code == (mark == "bad")
    [(marked, text)] = said(found, "limits")
    assert marked == mark
    assert ("shared with other servers" in text) is has_password
    assert "password" not in text.replace("the user or the password", "")
