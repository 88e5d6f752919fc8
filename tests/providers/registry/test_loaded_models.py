"""Asking a local host what it has loaded: once for all, for a moment, and never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.registry import loaded_models as module
from antiphon.providers.registry.loaded_models import KEPT_S, LoadedModels

if TYPE_CHECKING:
    import pytest


class Server:
    def __init__(self, *, failing: bool = False, silent: bool = False) -> None:
        self.asked = 0
        self.failing = failing
        self.silent = silent

    async def loaded_models(self) -> list[str]:
        self.asked += 1
        await anyio.sleep(0)
        if self.silent:
            await anyio.sleep_forever()
        if self.failing:
            raise ProviderError(Failure.of("network"))
        return ["m"]


async def test_panes_that_ask_together_ask_once(time):
    models, server = LoadedModels(time), Server()
    answers: list[object] = []

    async def ask() -> None:
        answers.append(await models.of("home", server))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(ask)
    assert answers == [["m"]] * 8
    assert server.asked == 1


async def test_an_answer_is_kept_for_a_few_seconds(time):
    models, server = LoadedModels(time), Server()
    for seconds, asked in ((0, 1), (KEPT_S, 1), (0.1, 2)):
        time.now += seconds
        await models.of("home", server)
        assert server.asked == asked


async def test_a_server_that_cannot_be_asked_is_unknown(time):
    assert await LoadedModels(time).of("home", Server(failing=True)) is None
    assert await LoadedModels(time).of("home", object()) is None
    assert await LoadedModels(time).of("home", None) is None


async def test_a_server_that_is_silent_is_not_waited_for(time, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PATIENCE_S", 0.01)
    with anyio.fail_after(10):
        assert await LoadedModels(time).of("home", Server(silent=True)) is None


async def test_who_is_stopped_while_asking_keeps_nobody_from_asking(time):
    models, server = LoadedModels(time), Server(silent=True)
    async with anyio.create_task_group() as group:
        group.start_soon(models.of, "home", server)
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    server.silent = False
    with anyio.fail_after(10):
        assert await models.of("home", server) == ["m"]
