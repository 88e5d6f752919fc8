"""The generated files repeat the definition of the wire, exactly and only that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.models import ModelsResult
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.conversation.events import FinalEvent
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess


@pytest.fixture(scope="module")
def definitions(root: Path) -> dict[str, Any]:
    text = (root / "clients" / "protocol" / "schema.json").read_text(encoding="utf-8")
    return json.loads(text)["$defs"]


def test_generated_files_are_fresh(run: Callable[..., CompletedProcess[str]]) -> None:
    done = run("scripts/generate_protocol.py")
    assert done.returncode == 0, done.stderr


def test_a_stale_file_is_named_together_with_the_command_that_mends_it(
    root: Path, tmp_path: Path, run: Callable[..., CompletedProcess[str]]
) -> None:
    script = (
        "import sys, pathlib; sys.path.insert(0, 'scripts'); import generate_protocol as g\n"
        f"g.ROOT = pathlib.Path({str(tmp_path)!r}); g.FOLDER = g.ROOT; g.main()"
    )
    done = run("-c", script)
    assert done.returncode == 1
    assert "protocol.lua, hidden_characters.ts. Run `make generate`." in done.stderr


def test_what_may_be_absent_is_optional_and_never_null(definitions: dict[str, Any]) -> None:
    params = definitions["BroadcastParams"]
    assert params["required"] == ["prompt"]
    assert params["properties"]["sessionId"] == {"type": "string"}
    assert BroadcastParams(prompt="x").to_wire() == {"prompt": "x"}


def test_what_may_be_null_is_always_there(definitions: dict[str, Any]) -> None:
    cost = definitions["Cost"]
    assert cost["properties"]["amount"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert set(cost["required"]) == set(Cost().to_wire())


def test_what_the_server_always_sends_is_required_though_it_has_a_default(
    definitions: dict[str, Any],
) -> None:
    assert set(definitions["ModelsResult"]["required"]) == set(ModelsResult(models=[]).to_wire())


def test_an_event_says_its_type_and_carries_what_all_events_carry(
    definitions: dict[str, Any],
) -> None:
    event = FinalEvent(
        pane_id="p",
        message_id="m",
        seq=1,
        status="complete",
        finish_reason=None,
        content="",
        usage=Usage(),
        cost=Cost(),
        latency=Latency(),
    )
    final = definitions["FinalEvent"]
    assert final["properties"]["type"] == {"const": "final"}
    assert set(final["required"]) == set(event.to_wire())


def test_every_reference_in_the_schema_has_a_target(root: Path) -> None:
    text = (root / "clients" / "protocol" / "schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    targets = {f"#/$defs/{name}" for name in schema["$defs"]}
    pieces = text.split('"$ref": "')[1:]
    assert {piece.partition('"')[0] for piece in pieces} <= targets
