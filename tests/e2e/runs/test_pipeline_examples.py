"""The pipelines of examples/ run as they are, with the demo's models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.pipelines.runs import PipelineRunParams, PipelineRunResult
from antiphon_client.pipelines import PipelinesClient

if TYPE_CHECKING:
    from support.e2e.installation import Installation

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "pipelines").glob("*.yaml"))
INPUTS = {"file": "app.py"}


def test_there_are_five_of_them():
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.partition(".")[0])
async def test_an_example_runs_to_its_end(path: Path, installation: Installation):
    (installation.workspace / "app.py").write_text("def f():\n    return 1\n")
    models = {"default": ["demo/flood", "demo/echo"]}
    async with installation.client(models=models) as client:
        pipelines = PipelinesClient(client)
        text = path.read_text(encoding="utf-8")
        saved = await client.command("antiphon.pipeline.save", {"pipeline": text})
        names = [each["name"] for each in saved["pipeline"]["inputs"] if each["required"]]
        inputs = {name: INPUTS.get(name, f"some {name}") for name in names}
        params = PipelineRunParams(pipeline_id=saved["pipeline"]["id"], inputs=inputs)
        result = await pipelines.run(params).result_as(PipelineRunResult)
    assert [(step.id, step.status) for step in result.steps] == [
        (step["id"], "complete") for step in saved["pipeline"]["steps"]
    ]
