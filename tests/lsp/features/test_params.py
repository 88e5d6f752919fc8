"""Params that lsprotocol's types refuse name the field that is wrong."""

from __future__ import annotations

import pytest

from antiphon.lsp.rpc.jsonrpc import INVALID_PARAMS

PANE = {"textDocument": {"uri": "antiphon:/pane/a/b/c"}}
START = {"line": 0, "character": 0}
WRONG = [
    ("hover", None, "$"),
    ("hover", [PANE], "$"),
    ("hover", PANE, "$.position"),
    ("hover", {"position": START}, "$.textDocument"),
    ("hover", {**PANE, "position": 5}, "$.position"),
    ("hover", {**PANE, "position": {"line": 0}}, "$.position.character"),
    ("hover", {**PANE, "position": {"line": -1, "character": 0}}, "$.position"),
    ("definition", {**PANE, "position": {"line": "0", "character": 0}}, "$.position.line"),
    ("definition", {**PANE, "position": {"line": 0, "character": True}}, "$.position.character"),
    ("definition", {"textDocument": {"uri": 5}, "position": START}, "$.textDocument.uri"),
    ("references", {**PANE, "position": START}, "$.context"),
    ("codeLens", {"textDocument": "antiphon:/pane/a/b/c"}, "$.textDocument"),
    ("codeAction", {**PANE, "range": {"start": START}}, "$.range.end"),
    (
        "codeAction",
        {**PANE, "range": {"start": START, "end": START}, "context": {"diagnostics": [{}, 7]}},
        "$.context.diagnostics[0].range",
    ),
]


@pytest.mark.parametrize(("feature", "params", "field"), WRONG, ids=str)
async def test_params_that_are_wrong_are_refused_with_the_first_wrong_field(
    connected, echo, feature, params, field
):
    async with connected(echo(), {}) as client:
        error = (await client.ask(f"textDocument/{feature}", params))["error"]
        assert (error["code"], error["data"]["field"]) == (INVALID_PARAMS, field)
        assert error["data"]["hint"].endswith(".")


async def test_a_whole_number_may_be_written_with_a_fraction_of_zero(connected, echo):
    params = {**PANE, "position": {"line": 0.0, "character": 1.0}}
    async with connected(echo(), {}) as client:
        assert (await client.ask("textDocument/hover", params))["result"] is None
