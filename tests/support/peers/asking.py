"""Asks models through an installed server, and tells of each answer all that is known of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from antiphon.model.commands.runs import BroadcastParams, PaneResult
from support.e2e.installation import Installation
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from antiphon.model.conversation.events import StreamEvent

KEY = "sk-a-key-for-loopback-only"
PRICES = {"input": "1", "output": "2"}
"""US dollars for a million tokens."""
RETRY = {"baseDelayMs": 10, "maxDelayMs": 20}
PATIENCE_S = 60.0
"""The first answer by litellm waits for its import, which a busy machine takes long for."""
_ATTEMPTS = """
    SELECT messages.id, count(*) FROM attempts JOIN messages ON messages.number = attempts.message
    GROUP BY messages.id
"""


@dataclass(frozen=True)
class Way:
    """One way to a model of a peer: a provider's type, where the peer has it, the model's name."""

    type: str
    path: str
    model: str

    def row(self, origin: str, name: str) -> dict[str, Any]:
        """The provider's settings; its requests carry its name to the peer."""
        return {
            "type": self.type,
            "baseUrl": origin + self.path,
            "apiKey": KEY,
            "headers": {"X-Test-Id": name},
            "prices": {self.model: PRICES},
            "maxConcurrency": 8,
        }


@dataclass(frozen=True)
class Answer:
    """How an answer ended, what was shown of it, and what stands in the history."""

    result: PaneResult
    content: str
    retries: list[StreamEvent]
    attempts: int


async def ask_all(
    folder: Path, origin: str, ways: Mapping[str, Way], prompts: Sequence[str], **params: Any
) -> dict[tuple[str, str], Answer]:
    """Sends each prompt by all ways at once; the answers by prompt and way."""
    folder.mkdir(exist_ok=True)
    installation = Installation(folder, origin)
    installation.workspace.mkdir()
    installation.config.write_text("")
    installation.config.chmod(0o600)
    rows = {name: way.row(origin, name) for name, way in ways.items()}
    answers: dict[tuple[str, str], Answer] = {}
    models = [f"{name}/{way.model}" for name, way in ways.items()]
    async with installation.client(providers=rows, retry=RETRY) as client:
        for prompt in prompts:
            shown = Shown()
            run = client.broadcast(BroadcastParams(prompt=prompt, models=models, **params))
            async with asyncio.timeout(PATIENCE_S):
                async for event in run:
                    shown.take(event)
                done = await run.result()
            shown.assert_orderly()
            recorded = Counter(dict(installation.query(_ATTEMPTS)))
            for name, result in zip(ways, done.results, strict=True):
                events = shown.of(result.message_id)
                content = events[-1].content
                retries = [event for event in events if event.type == "retry"]
                attempts = recorded[result.message_id]
                answers[prompt, name] = Answer(result, content, retries, attempts)
    return answers
