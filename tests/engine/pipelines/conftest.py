"""Pipelines over an engine in which models answer as soon as they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from support.engine.pipelines import PipelineHarness

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness


@pytest.fixture
async def pipelines(harness: EngineHarness) -> PipelineHarness:
    return PipelineHarness(harness)


class Answers:
    """Answers every request to `script/…`: with the model's name, or as a test says."""

    def __init__(self, harness: EngineHarness) -> None:
        self._harness = harness
        self.texts: dict[str, str] = {}
        self.failing: set[str] = set()
        self.asked: list[str] = []
        self._answered: set[int] = set()

    async def answer(self) -> None:
        providers = self._harness.providers
        while True:
            async with providers._opened:
                await providers._opened.wait_for(self._waiting)
            for model, stream in self._waiting():
                self._answered.add(id(stream))
                self.asked.append(model)
                self._play(model, stream)

    def _waiting(self) -> list:
        streams = self._harness.providers.streams
        return [
            (model, stream)
            for model, opened in streams.items()
            for stream in opened
            if id(stream) not in self._answered
        ]

    def _play(self, model: str, stream) -> None:
        if model in self.failing:
            stream.fail("authentication", "No entry.")
            return
        stream.text(self.texts.get(model, f"{model} answers."))
        stream.finish()


@pytest.fixture
async def answers(harness: EngineHarness) -> AsyncIterator[Answers]:
    found = Answers(harness)
    task = asyncio.create_task(found.answer())
    yield found
    task.cancel()
