"""The typed client of the commands that work with many answers, against a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.commands.comparison import CompareParams, CompareSide, ConsensusParams
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.commands.transfer import (
    DigestResult,
    MergeParams,
    SendToParams,
    SendToResult,
    TransferFrom,
    TransferTo,
)
from antiphon.model.conversation.session import Params
from antiphon_client.answers import AnswersClient

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient

QUICK = Params.model_validate({"tokensPerSecond": 0})


async def test_every_command_gives_its_own_type(real_server: AntiphonClient):
    client, answers = real_server, AnswersClient(real_server)
    models = ["demo/terse", "demo/coder"]
    run = await client.broadcast(
        BroadcastParams(prompt="Why?", models=[*models], params=QUICK)
    ).result()
    one, two = (CompareSide(pane_id=pane.id) for pane in run.panes)
    compared = await answers.compare(CompareParams(left=one, right=two))
    assert compared.left.label == "terse"
    pane_ids = [pane.id for pane in run.panes]
    assert (await answers.consensus(ConsensusParams(pane_ids=pane_ids))).compared == 2
    source = TransferFrom(message_ids=[run.results[0].message_id])
    put = SendToParams(from_=source, to=TransferTo(pane_ids=[pane_ids[1]]), mode="context")
    assert (await answers.send(put)).messages[0].provenance is not None
    asked = answers.ask(put.model_copy(update={"mode": "ask", "params": QUICK}))
    assert (await asked.result_as(SendToResult)).status == "complete"
    merged = answers.merge(MergeParams(pane_ids=pane_ids, model="demo/terse", params=QUICK))
    assert [event.type async for event in merged][-1] == "final"
    assert (await merged.result_as(DigestResult)).coverage.used == 2


async def test_edits_are_refused_where_nobody_carries_them_out(real_server: AntiphonClient):
    answer = real_server.requests.find_answer("workspace/applyEdit")
    assert answer is not None
    edit = {"edit": {"changes": {}}}
    assert answer(edit) == {"applied": False, "failureReason": "This client does not edit files."}
    real_server.requests.apply_edit = lambda _: None
    assert answer(edit) == {"applied": True}
