"""A log tells what a server is, where its settings are from and what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon import __version__
from support.logs.logged_run import PROMPT, Log, ask, logged
from support.providers.model_servers import OLLAMA, ModelServer, answer

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer


def test_versions_and_platform_are_in_its_first_lines(installation: Installation) -> None:
    with logged(installation) as (_, log):
        pass
    line = log.one(f"antiphon {__version__} serves a client without a name: Python 3.")
    assert line["level"] == "info"
    assert log.one("the connection ends: exit")


def test_each_setting_is_told_with_its_source_and_no_text_of_it(installation: Installation) -> None:
    installation.config.write_text("[timeouts]\nidleMs = 4000\n")
    with logged(installation, environ={"ANTIPHON_TIMEOUTS__IDLE_MS": "5000"}) as (client, log):
        client.notify(
            "workspace/didChangeConfiguration",
            {"settings": {"antiphon": {"limits": {"maxPanesPerRun": 7}}}},
        )
        client.run("antiphon.health", {})
    idle = log.one("setting timeouts.idleMs")["message"]
    assert idle.endswith("= 5000: from environment (ANTIPHON_TIMEOUTS__IDLE_MS), over file")
    assert log.one("setting providers.fault.baseUrl: from initializationOptions")
    assert log.one("the client's configuration changed; taken as sent")
    changed = log.one("setting limits.maxPanesPerRun")["message"]
    assert changed == "setting limits.maxPanesPerRun = 7: from workspace"
    assert log.find(installation.fault_url) == []


def test_a_command_is_told_with_its_outcome_and_its_time(installation: Installation) -> None:
    with logged(installation) as (client, log):
        client.run("antiphon.models", {})
        client.run("antiphon.meter", {"limit": 0})
        client.ask("no/such/method")
    assert log.one("antiphon.models begins")["request"] == "2"
    assert log.one("answered antiphon.models after")["ms"] > 0
    assert log.one("refused (invalid_params) antiphon.meter after")["request"] == "3"
    assert log.one("refused a request for no/such/method: -32601")


@pytest.mark.parametrize(
    ("there", "found"),
    [(OLLAMA, "its list of models is there"), (answer({"status": "up"}), "no such server")],
)
def test_a_search_for_model_servers_tells_what_was_at_each_port(
    there: bytes, found: str, installation: Installation
) -> None:
    with ModelServer(there) as server:
        ports = {"ollama": server.port, "llama-cpp": 0, "vllm": 0, "lm-studio": 0}
        discovery: dict[str, Any] = {"localServers": True, "ports": ports, "timeoutMs": 10_000}
        with logged(installation, discovery=discovery) as (client, log):
            client.run("antiphon.models", {})
    assert log.one(f"looked for ollama at 127.0.0.1:{server.port}: {found}")
    announced = len(log.find(f"found ollama at 127.0.0.1:{server.port}"))
    assert announced == (1 if there is OLLAMA else 0)


def test_a_list_of_models_is_told_by_its_length_or_its_failure(installation: Installation) -> None:
    rows = {"closed": {"type": "openai", "baseUrl": "http://127.0.0.1:9/v1"}}
    with logged(installation, providers=rows) as (client, log):
        client.run("antiphon.models", {})
    assert "models in" in log.one("fault listed ")["message"]
    assert log.one("closed gave no list of models: network, status None")
    assert log.one("GET /models: no headers from closed after")


def test_opening_migrating_and_closing_a_history_is_told(installation: Installation) -> None:
    with logged(installation) as (_, log):
        pass
    assert log.one("migration 0001_initial in")
    opened = log.one(f"history {installation.database} opened in")
    assert opened["level"] == "info"
    assert ": schema " in opened["message"]
    assert log.one("the history is closed")


def test_answers_that_a_killed_server_left_are_told_to_be_ended(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as killed:
        argument = {"prompt": PROMPT, "models": ["fault/gate-3-9"], "streamToken": "s"}
        killed.command("antiphon.broadcast", argument)
        killed.until(lambda: any(event["type"] == "token" for event in killed.events("s")))
        killed.kill()
    with logged(installation) as (_, log):
        pass
    assert log.one("1 answers of servers that no longer run were ended")["level"] == "info"


def test_a_history_that_cannot_be_opened_is_told_with_the_reason(
    installation: Installation,
) -> None:
    installation.database.mkdir()
    with logged(installation) as (client, log):
        ask(client, "demo/terse")
    assert log.one("the history is kept in memory only")["level"] == "error"


def test_a_stop_in_the_middle_of_an_answer_is_told(
    installation: Installation, fault_server: FaultServer
) -> None:
    log: Log
    with logged(installation) as (client, log):
        argument = {"prompt": PROMPT, "models": ["fault/gate-3-9"], "streamToken": "s"}
        client.command("antiphon.broadcast", argument)
        client.until(lambda: any(event["type"] == "token" for event in client.events("s")))
    assert log.one("1 requests are stopped: the server ends")


@pytest.mark.slow
def test_the_worker_of_litellm_is_told_from_its_start_to_its_end(
    installation: Installation,
) -> None:
    worker = {"type": "litellm", "baseUrl": installation.fault_url, "apiKey": "none"}
    with logged(installation, providers={"worker": worker}) as (client, log):
        argument = {"prompt": PROMPT, "models": ["worker/openai/ok"], "streamToken": "s"}
        client.answer(client.command("antiphon.broadcast", argument), 120)
    assert log.one("the litellm worker starts: process")["level"] == "info"
    assert log.one("the litellm worker is ready: process")
    assert log.one("the litellm worker ended: exit code 0, 0 streams broke")["level"] == "info"
