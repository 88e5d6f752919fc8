"""One engine: what lives once, whoever its clients are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.app.engine import Engine
from antiphon.engine.redaction import Redactor
from antiphon.history import open_history
from antiphon.model.commands.keys import KeysSetParams
from antiphon.model.commands.models import ModelsParams
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.settings.schema.schema import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ROWS = {"work": {"baseUrl": "http://127.0.0.1:9/v1", "apiKeyEnv": "WORK_KEY", "models": ["m"]}}


def settings(**sections: Any) -> Settings:
    discovery = {"localServers": False}
    return Settings.model_validate({"providers": ROWS, "discovery": discovery, **sections})


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    history = await open_history(tmp_path / "history.db", server_id=new_id())
    engine = Engine(history, settings(), Redactor(), {})
    yield engine
    await engine.aclose()


class Listener:
    """A client that writes down what it hears."""

    def __init__(self, kept: str | None = None) -> None:
        self.kept = kept
        self.heard: list[tuple[str, str]] = []
        self.asked: list[str] = []

    def changed(self, *changes: tuple[str, str]) -> None:
        self.heard.extend(changes)

    def warn(self, warning: Any) -> None:
        raise AssertionError(warning)

    async def key(self, provider: str, base_url: str | None) -> str | None:
        self.asked.append(provider)
        return self.kept


async def test_a_change_through_one_client_reaches_all_of_them(engine: Engine) -> None:
    one, other = Listener(), Listener()
    engine.clients.add(one)
    engine.clients.add(other)
    await engine.keys.set(KeysSetParams(provider="work", key="a-key-of-work"))
    assert one.heard == other.heard == [("models", "work")]


async def test_a_key_comes_from_the_first_client_that_keeps_one(engine: Engine) -> None:
    clients = [Listener(), Listener("a-kept-key"), Listener("another-key")]
    for client in clients:
        engine.clients.add(client)
    await engine.providers.prepare("work")
    assert [client.asked for client in clients] == [["work"], ["work"], []]
    assert engine.providers.fingerprint("work")


async def test_one_call_brings_changed_settings_to_every_part(engine: Engine) -> None:
    engine.apply(
        settings(
            models={"default": ["work/m"], "lineups": {"all": ["work/m", "demo/terse"]}},
            limits={"maxPanesPerRun": 1, "requestsPerMinute": 7, "secretsInPrompts": "block"},
            summarize={"model": "work/m"},
            history={"retentionDays": 3},
            budgets=[{"scope": "day", "limit": 1}],
        )
    )
    listed = await engine.models.find(ModelsParams())
    assert (listed.default, listed.lineups) == (["work/m"], {"all": ["work/m", "demo/terse"]})
    assert engine.run_service.schedule.requests_per_minute == 7
    assert engine.run_service.guard.mode == "block"
    assert (engine.digests.default_model(), engine.retention.days) == ("work/m", 3)
    two = BroadcastParams(prompt="Hello", models=["work/m", "work/m"])
    with pytest.raises(AntiphonError, match="A run may have 1 panes"):
        await engine.run_service.choose(two)


async def test_health_tells_of_providers_history_and_settings(engine: Engine) -> None:
    report = engine.health.report(["antiphon.log.file: no such folder"])
    assert {each.name: each.available for each in report.providers} == {"work": False}
    assert report.history.backend == "sqlite"
    assert report.problems == ["antiphon.log.file: no such folder"]
