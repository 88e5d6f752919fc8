"""What the settings and keys of one client decide, beside another client of the same engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.app.client_services import ClientServices
from antiphon.app.engine import Engine
from antiphon.app.settings import CurrentSettings
from antiphon.engine.redaction import Redactor
from antiphon.history import open_history
from antiphon.model.commands.keys import KeysSetParams
from antiphon.model.commands.models import ModelsParams
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.settings.schema.schema import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from antiphon.model.commands.budget import BudgetWarning

ROWS = {"work": {"baseUrl": "http://127.0.0.1:9/v1", "apiKeyEnv": "WORK_KEY", "models": ["m"]}}


def options(**sections: Any) -> dict[str, Any]:
    return {"providers": ROWS, "discovery": {"localServers": False}, **sections}


def settings(**sections: Any) -> Settings:
    return Settings.model_validate(options(**sections))


class Listener:
    """A client that writes down what it hears."""

    def __init__(self, kept: str | None = None) -> None:
        self.kept = kept
        self.heard: list[tuple[str, str]] = []
        self.asked: list[str] = []

    def changed(self, *changes: tuple[str, str]) -> None:
        self.heard.extend(changes)

    def warn(self, warning: BudgetWarning) -> None:
        raise AssertionError(warning)

    async def key(self, provider: str, base_url: str | None) -> str | None:
        self.asked.append(provider)
        return self.kept


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    history = await open_history(tmp_path / "history.db", server_id=new_id())
    engine = Engine(history)
    yield engine
    await engine.aclose()


@pytest.fixture
async def connect(engine: Engine, tmp_path: Path) -> AsyncIterator[Any]:
    """Makes the services of one more client."""
    made: list[ClientServices] = []
    log = Redactor()

    def make(
        client: Listener,
        environ: Mapping[str, str] | None = None,
        user: str | None = None,
        **sections: Any,
    ) -> ClientServices:
        own = {"ANTIPHON_CONFIG": str(tmp_path / "none.toml"), **(environ or {})}
        current = CurrentSettings(own, options(**sections), log.part(), of_process=False, user=user)
        made.append(ClientServices(engine, current, client))
        engine.clients.add(client)
        return made[-1]

    yield make
    for each in made:
        await each.aclose()


async def test_a_key_is_asked_of_the_client_that_needs_it(connect: Any) -> None:
    none, own, other = Listener(), Listener("a-kept-key"), Listener("another-key")
    services = [connect(each) for each in (none, own, other)]
    for each in services[:2]:
        await each.providers.prepare("work")
    assert [each.asked for each in (none, own, other)] == [["work"], ["work"], []]
    fingerprints = [each.providers.fingerprint("work") for each in services]
    assert [bool(each) for each in fingerprints] == [False, True, False]


async def test_a_key_that_is_set_is_the_key_of_its_client_alone(connect: Any) -> None:
    one, other = Listener(), Listener()
    first, second = connect(one), connect(other)
    await first.keys.set(KeysSetParams(provider="work", key="a-key-of-work"))
    assert first.providers.fingerprint("work")
    assert not second.providers.fingerprint("work")
    assert (one.heard, other.heard) == ([("models", "work")], [])


async def test_each_client_has_the_keys_of_its_own_environment(connect: Any) -> None:
    first = connect(Listener(), {"WORK_KEY": "a-key-of-one"})
    second = connect(Listener(), {"WORK_KEY": "a-key-of-another"})
    third = connect(Listener())
    prints = [each.providers.fingerprint("work") for each in (first, second, third)]
    assert prints[0] != prints[1]
    assert prints[2] == ""


async def test_one_call_brings_changed_settings_to_every_part_of_one_client(connect: Any) -> None:
    services, other = connect(Listener()), connect(Listener())
    services.apply(
        settings(
            models={"default": ["work/m"], "lineups": {"all": ["work/m", "demo/terse"]}},
            limits={"maxPanesPerRun": 1, "requestsPerMinute": 7, "secretsInPrompts": "block"},
            summarize={"model": "work/m"},
            budgets=[{"scope": "day", "limit": 1}],
        )
    )
    listed = await services.models.find(ModelsParams())
    assert (listed.default, listed.lineups) == (["work/m"], {"all": ["work/m", "demo/terse"]})
    assert services.run_service.schedule.requests_per_minute == 7
    assert services.run_service.guard.mode == "block"
    assert services.digests.default_model() == "work/m"
    two = BroadcastParams(prompt="Hello", models=["work/m", "work/m"])
    with pytest.raises(AntiphonError, match="A run may have 1 panes"):
        await services.run_service.choose(two)
    assert (await other.models.find(ModelsParams())).lineups == {}
    assert other.run_service.schedule.requests_per_minute is None
    assert other.digests.default_model() is None
    assert len((await other.run_service.choose(two)).panes) == 2


async def test_the_settings_of_the_process_say_how_long_sessions_are_kept(engine: Engine) -> None:
    engine.apply(settings(history={"retentionDays": 3}))
    assert engine.retention.days == 3


async def test_health_tells_of_the_clients_providers_and_settings(connect: Any) -> None:
    services = connect(Listener())
    connect(Listener(), {"WORK_KEY": "a-key-of-another"})
    report = services.health.report(["antiphon.log.file: no such folder"])
    work = next(each for each in report.providers if each.name == "work")
    assert not work.available
    assert report.history.backend == "sqlite"
    assert report.problems == ["antiphon.log.file: no such folder"]


async def test_a_change_of_a_session_reaches_every_client(engine: Engine, connect: Any) -> None:
    clients = [Listener(), Listener()]
    for each in clients:
        connect(each)
    engine.clients.changed(("session", "s"))
    engine.clients.remove(clients[0])
    engine.clients.changed(("session", "t"))
    assert [each.heard for each in clients] == [
        [("session", "s")],
        [("session", "s"), ("session", "t")],
    ]


async def test_the_keyring_of_the_machine_is_not_that_of_another_user(connect: Any) -> None:
    services = connect(Listener(), user="ada")
    params = KeysSetParams(provider="openai", key="a-key-of-ada", persist="keyring")
    with pytest.raises(AntiphonError, match="keyring is for the user of its machine"):
        await services.keys.set(params)
    assert not services.providers.fingerprint("openai")


@pytest.mark.parametrize("name", ["ada", "..", "a/b"])
def test_another_user_has_prompt_files_of_their_own(tmp_path: Path, name: str) -> None:
    environ = {"ANTIPHON_CONFIG": str(tmp_path / "none.toml")}
    own, theirs = (
        CurrentSettings(environ, None, Redactor(), of_process=False, user=user).prompt_folder
        for user in (None, name)
    )
    assert own == tmp_path / "prompts"
    assert theirs.resolve().parent.parent == tmp_path / "users"
