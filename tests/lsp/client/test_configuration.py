"""The client's settings are pulled, followed, and complained about once."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.lsp.client import configuration
from antiphon.lsp.client.configuration import Configuration
from antiphon.lsp.rpc.jsonrpc import REQUEST_FAILED, ResponseError
from antiphon.lsp.rpc.router import Dispatcher
from support.lsp.recorder import Recorder

PULL = "workspace/configuration"
PULLS = {"workspace": {"configuration": True}}
WARNING = 2


class Settings:
    """One client's settings: what it says, what was taken, what is wrong with it."""

    def __init__(self, capabilities: dict | None = None) -> None:
        self.connection = Recorder(capabilities)
        self.taken: list[object] = []
        self.problems: list[str] = []
        self.warm_ups = 0
        self._dispatcher = Dispatcher()
        Configuration(
            self.connection, self._configure, lambda: self.problems, self._warm_up
        ).register(self._dispatcher)

    def says(self, answer: object) -> None:
        self.connection.answer = lambda _method, _params: answer

    def _configure(self, section: object) -> list[str]:
        self.taken.append(section)
        return self.problems

    async def _warm_up(self) -> None:
        self.warm_ups += 1

    async def hear(self, method: str, params: object = None) -> None:
        listener = self._dispatcher.listener(method)
        assert listener is not None
        await listener(params)

    async def changed(self, params: object = None) -> None:
        await self.hear("workspace/didChangeConfiguration", params)

    def warnings(self) -> list[str]:
        return [
            params["message"]
            for method, params in self.connection.sent
            if method == "window/showMessage" and params["type"] == WARNING
        ]


@pytest.fixture(autouse=True)
def _no_quiet_time(monkeypatch):
    monkeypatch.setattr(configuration, "_QUIET_S", 0)


async def test_our_section_is_pulled_once_the_client_is_ready():
    settings = Settings(PULLS)
    settings.says([{"stream": {"flushMs": 5}}])
    await settings.hear("initialized", {})
    assert settings.connection.sent == [(PULL, {"items": [{"section": "antiphon"}]})]
    assert settings.taken == [{"stream": {"flushMs": 5}}]


async def test_what_answers_will_need_is_warmed_up_after_that_and_once():
    settings = Settings(PULLS)
    settings.says([None])
    await settings.hear("initialized")
    await settings.changed()
    assert settings.warm_ups == 1


async def test_a_first_broadcast_is_not_disturbed_by_the_warm_up(monkeypatch):
    monkeypatch.setattr(configuration, "_QUIET_S", 600)
    settings = Settings(PULLS)
    settings.says([None])
    task = asyncio.ensure_future(settings.hear("initialized"))
    async with asyncio.timeout(10):
        while not settings.taken:
            await asyncio.sleep(0)
    assert settings.warm_ups == 0
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("capabilities", [{}, {"workspace": {"configuration": False}}], ids=str)
async def test_a_client_that_cannot_be_asked_is_not_asked(capabilities):
    settings = Settings(capabilities)
    await settings.hear("initialized")
    await settings.changed({"settings": {"antiphon": {"models": {}}, "other": 1}})
    assert settings.connection.sent == []
    assert settings.taken == [{"models": {}}]


async def test_a_client_that_cannot_be_asked_hears_of_the_problems_that_are_known():
    settings = Settings()
    settings.problems = ["antiphon.log.level: must be one of them."]
    await settings.hear("initialized")
    assert settings.warnings() == ["Antiphon: antiphon.log.level: must be one of them."]
    assert settings.taken == []  # nothing is read a second time


async def test_a_change_is_pulled_whatever_it_carries():
    settings = Settings(PULLS)
    settings.says([{"a": 1}])
    await settings.changed({"settings": {"antiphon": {"a": 2}}})
    assert settings.taken == [{"a": 1}]


@pytest.mark.parametrize("params", [None, [], {}, {"settings": None}, {"settings": []}], ids=str)
async def test_a_change_that_says_nothing_changes_nothing(params):
    settings = Settings()
    await settings.changed({"settings": {"antiphon": {"a": 1}}})
    await settings.changed(params)
    assert settings.taken[-1] == {"a": 1}


async def test_a_client_that_refuses_leaves_the_settings_as_they_are():
    settings = Settings(PULLS)
    settings.says([{"a": 1}])
    await settings.changed()

    def refuse(_method, _params):
        raise ResponseError(REQUEST_FAILED, "No.")

    settings.connection.answer = refuse
    await settings.changed()
    assert settings.taken[-1] == {"a": 1}


async def test_a_client_that_does_not_answer_leaves_the_settings_as_they_are(monkeypatch):
    monkeypatch.setattr(configuration, "_PATIENCE_S", 0.01)
    settings = Settings(PULLS)
    settings.connection.answer = lambda _method, _params: asyncio.Event().wait()
    async with asyncio.timeout(10):
        await settings.hear("initialized")
    assert settings.taken == [None]


@pytest.mark.parametrize("answer", [None, [], {}, "x", 5], ids=str)
async def test_an_answer_that_makes_no_sense_leaves_the_settings_as_they_are(answer):
    settings = Settings(PULLS)
    settings.says([{"a": 1}])
    await settings.changed()
    settings.says(answer)
    await settings.changed()
    assert settings.taken[-1] == {"a": 1}


async def test_a_client_that_has_taken_its_section_away_is_believed():
    settings = Settings(PULLS)
    settings.says([{"a": 1}])
    await settings.changed()
    settings.says([None])
    await settings.changed()
    assert settings.taken[-1] is None


async def test_each_problem_is_told_once():
    settings = Settings(PULLS)
    settings.problems = ["limits.x: not a number"]
    settings.says([{}])
    await settings.changed()
    await settings.changed()
    settings.problems = ["limits.x: not a number", "stream.y: too small"]
    await settings.changed()
    assert settings.warnings() == [
        "Antiphon: limits.x: not a number",
        "Antiphon: stream.y: too small",
    ]


async def test_a_problem_that_comes_back_after_it_was_mended_is_told_again():
    settings = Settings(PULLS)
    settings.says([{}])
    for problems in (["bad"], [], ["bad"]):
        settings.problems = problems
        await settings.changed()
    assert settings.warnings() == ["Antiphon: bad"] * 2
