"""A folder's pipeline asks again when the folder's settings change what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon_client.errors import CommandFailed
from antiphon_client.pipelines import PipelinesClient
from antiphon_client.server_requests import ServerRequests
from support.e2e.shown_documents import eventually

if TYPE_CHECKING:
    from support.e2e.installation import Installation

TEXT = """\
antiphon: pipeline/v1
name: theirs
steps:
  - {id: ask, type: broadcast, lineup: quick, prompt: Hi, params: {tokensPerSecond: 0, tokens: 5}}
"""


def settings(**models: Any) -> dict[str, Any]:
    return {"antiphon": {"models": models}}


async def test_an_approval_ends_with_the_line_up_that_it_was_given_for(installation: Installation):
    folder = installation.workspace / ".antiphon" / "pipelines"
    folder.mkdir(parents=True)
    (folder / "theirs.antiphon.yaml").write_text(TEXT, encoding="utf-8")
    theirs = {"quick": ["@small"]}
    small = {"small": {"model": "demo/flood"}}
    requests = ServerRequests(settings(lineups=theirs, presets=small))
    async with installation.client(requests=requests) as client:
        pipelines = PipelinesClient(client)

        async def covered() -> list[str]:
            [entry] = await pipelines.list()
            rows = ((await pipelines.get(entry.id)).settings or "").splitlines()[2:]
            return [row.partition(": ")[2] for row in rows]

        await eventually(covered, ['["@small"]', '{"model": "demo/flood"}'])
        [entry] = await pipelines.list()
        shown = await pipelines.get(entry.id)
        run = {"pipelineId": entry.id}
        agreed = {**run, "approve": shown.pipeline.sha256}
        done = await client.command("antiphon.pipeline.run", agreed)
        assert [pane["model"] for pane in done["panes"]] == ["demo/flood"]
        requests.configuration = settings(lineups=theirs, presets={"small": {"model": "demo/echo"}})
        client.connection.notify("workspace/didChangeConfiguration", {"settings": None})
        await eventually(covered, ['["@small"]', '{"model": "demo/echo"}'])
        for argument in (run, agreed):
            with pytest.raises(CommandFailed) as refused:
                await client.command("antiphon.pipeline.run", argument)
            assert refused.value.data["kind"] == "conflict"
            assert "demo/echo" in refused.value.data["settings"]
