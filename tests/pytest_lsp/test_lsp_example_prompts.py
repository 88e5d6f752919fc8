"""Each prompt file in `examples/prompts` is without a problem and runs on the demo provider."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "prompts").glob("*.antiphon.md"))


async def test_there_are_ten() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.partition(".")[0])
async def test_an_example_runs(editor: Editor, installation: Installation, path: Path) -> None:
    (installation.workspace / "a.txt").write_text("Something happened.\n")
    argument = {"text": path.read_text(encoding="utf-8")}
    read = await editor.command("prompt.read", argument)
    assert [each for each in read["problems"] if each["severity"] != "hint"] == []
    assert read["name"]
    assert read["description"]
    inputs = {each["name"]: "a.txt" for each in read["inputs"] if each["required"]}
    result = await editor.command(
        "prompt.run",
        {
            **argument,
            "inputs": inputs,
            "models": ["demo/echo"],
            "selection": {"uri": "untitled:1", "text": "x = 1"},
            "params": {"tokensPerSecond": 0},
        },
    )
    assert result["status"] == "complete"
    assert len(result.get("expect", [])) == len(read["expect"])
