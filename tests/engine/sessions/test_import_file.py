"""Export, import, export: nothing is lost. And whatever else is imported, nothing happens."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.engine.sessions.copies import with_new_ids
from antiphon.engine.sessions.export import to_json
from antiphon.engine.sessions.import_file import read_import
from antiphon.engine.sessions.sessions import SessionEditor
from antiphon.history import open_history
from antiphon.model.commands.sessions import SessionExportParams, SessionImportParams
from antiphon.model.conversation.session_file import SessionFile  # noqa: TC001 - hypothesis reads it
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.engine.session_files import session_files

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def without_ids(text: str) -> str:
    """`text` with every id as the number of its first appearance, and without the time of use."""
    seen: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return seen.setdefault(found[0], f"id {len(seen)}")

    value = json.loads(text)
    del value["session"]["updatedAt"]
    for pane in value["session"]["panes"]:
        pane["uri"] = pane["uri"].rpartition("/")[0]  # the slug is the title's
    inside = {pane["id"] for pane in value["session"]["panes"]}
    inside |= {message["id"] for message in value["messages"]}
    for message in value["messages"]:
        provenance = message.get("provenance")
        if provenance and provenance["messageId"] in inside:
            del provenance["sessionId"]
    return ULID.sub(numbered, json.dumps(value, sort_keys=True))


@settings(deadline=None, max_examples=60)
@given(session_files())
def test_what_is_exported_and_imported_is_the_same_under_new_ids(file: SessionFile) -> None:
    text = to_json(file)

    copy = with_new_ids(read_import(text))

    assert without_ids(to_json(copy)) == without_ids(text)
    old = {file.session.id, *(p.id for p in file.session.panes), *(m.id for m in file.messages)}
    new = {copy.session.id, *(p.id for p in copy.session.panes), *(m.id for m in copy.messages)}
    assert not old & new


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(session_files())
async def test_a_session_goes_through_two_databases_without_loss(
    harness, file: SessionFile
) -> None:
    other = await open_history(":memory:", server_id=new_id())
    there = SessionEditor(other, other.library, harness.runs, lambda *_: None)
    here = SessionEditor(harness.history, harness.history.library, harness.runs, lambda *_: None)
    try:
        first = await here.import_(SessionImportParams(text=to_json(file)))
        text = await exported(here, first.session.id)
        second = await there.import_(SessionImportParams(text=text))
        assert without_ids(await exported(there, second.session.id)) == without_ids(text)
        assert without_ids(text) == without_ids(to_json(file))
        assert (await other.upkeep.verify()).problems == []
    finally:
        await other.aclose()


async def exported(harness: SessionEditor, session_id: str) -> str:
    return (await harness.export(SessionExportParams(session_id=session_id, format="json"))).text


def example() -> dict:
    """An export with two messages in one pane."""
    pane, first, second = new_id(), new_id(), new_id()
    moment = "2026-01-01T00:00:00.000Z"
    told = {"paneId": pane, "role": "user", "status": "complete", "createdAt": moment}
    return {
        "antiphon": "session/v1",
        "session": {
            "id": new_id(), "title": "t", "createdAt": moment, "updatedAt": moment, "tags": [],
            "panes": [{"id": pane, "sessionId": "x", "model": "demo/a", "title": "a",
                       "uri": "antiphon:/", "params": {}, "createdAt": moment}],
        },
        "messages": [{**told, "id": first, "content": "1"}, {**told, "id": second, "content": "2"}],
        "contexts": {},
    }  # fmt: skip


def origin(message: dict) -> dict:
    return {
        "sessionId": new_id(), "paneId": message["paneId"], "messageId": message["id"],
        "model": "m", "via": "fork", "transferredAt": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip


def changed(path: str, value: object) -> dict:
    text = example()
    at = text
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        at = at[part]
    at[last] = value
    return text


def in_a_circle() -> dict:
    text = example()
    first, second = text["messages"]
    first["provenance"], second["provenance"] = origin(second), origin(first)
    return text


def its_own_source() -> dict:
    text = example()
    text["messages"][0]["provenance"] = origin(text["messages"][0])
    return text


def the_same_id_twice() -> dict:
    text = example()
    text["messages"][1]["id"] = text["messages"][0]["id"]
    return text


def with_params(params: dict) -> dict:
    return changed("session.panes.0.params", params)


def with_amount(amount: str) -> dict:
    return changed("messages.0.cost", {"amount": amount})


HOSTILE = {
    "nothing": ({}, "not an exported session"),
    "a list": ([], "not an exported session"),
    "another format": (changed("antiphon", "session/v9"), "not in the format session/v1"),
    "no messages": ({k: v for k, v in example().items() if k != "messages"}, "messages: "),
    "a title of a wrong type": (changed("session.title", 5), "session.title: "),
    "an unknown role": (changed("messages.0.role", "root"), "messages[0].role: "),
    "an unknown status": (changed("messages.0.status", "done"), "messages[0].status: "),
    "a path for an id": (changed("session.id", "../../etc/passwd"), "session.id is not a valid id"),
    "an id with a NUL": (changed("messages.0.id", "\0" * 26), "messages[0].id is not a valid id"),
    "a message of no pane": (changed("messages.0.paneId", new_id()), "names a pane that the"),
    "the same id twice": (the_same_id_twice(), "Two entries have the same id"),
    "a circle of sources": (in_a_circle(), "leads back to itself"),
    "a message that is its own source": (its_own_source(), "leads back to itself"),
    "no time": (changed("messages.0.createdAt", "soon"), "createdAt is not a valid time"),
    "a time that sorts before all others": (
        changed("messages.0.createdAt", "0"),
        "createdAt is not a valid time",
    ),
    "a poisoned context": (changed("contexts", {"a" * 64: "not its text"}), "not the hash of its"),
    "an address among the parameters": (with_params({"apiBase": "http://x"}), "may not be"),
    "a key in a parameter": (with_params({"extra": {"a": [{"apiKey": "x"}]}}), "may not be"),
    "a file among the parameters": (with_params({"logFile": "/etc/x"}), "may not be"),
    "a price that is no number": (with_amount("NaN"), "not a decimal number"),
    "a price beyond all money": (with_amount("1e999999"), "not a decimal number"),
    "a price with two points": (with_amount("1.5.5"), "not a decimal number"),
    "a price below zero": (with_amount("-1"), "not a decimal number"),
    "a price in digits that no client reads": (with_amount("\u0661"), "not a decimal number"),
    "a price with a line end": (with_amount("1.5\n"), "not a decimal number"),
    "a temperature below zero": (with_params({"temperature": -1}), "params.temperature: "),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_for_its_own_reason(name: str) -> None:
    value, reason = HOSTILE[name]
    with pytest.raises(AntiphonError) as caught:
        read_import(json.dumps(value))
    assert (caught.value.failure.kind, caught.value.field) == ("invalid_params", "$.text")
    assert reason in caught.value.failure.message
    assert "session.export" in caught.value.failure.hint


@pytest.mark.parametrize("amount", ["0", "1.5", "000000000012.000000000000000001"])
def test_a_decimal_amount_is_imported_as_it_is(amount: str) -> None:
    file = read_import(json.dumps(with_amount(amount)))

    assert file.messages[0].cost is not None
    assert file.messages[0].cost.amount == amount


@pytest.mark.parametrize(
    "text", ["", "{", "# Markdown", "[" * 10_000, "NaN", '{"antiphon": 1e999}']
)
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(AntiphonError) as caught:
        read_import(text)
    assert caught.value.failure.kind == "invalid_params"


def test_unknown_fields_are_ignored_and_halves_of_characters_replaced() -> None:
    text = changed("messages.0.futureField", {"a": 1})
    text["messages"][0]["content"] = "half \ud83d of one"

    file = read_import(json.dumps(text))

    assert file.messages[0].content == "half \ud83d of one"


async def test_a_refused_import_leaves_nothing_behind(harness) -> None:
    sessions = SessionEditor(
        harness.history, harness.history.library, harness.runs, lambda *_: None
    )
    for hostile, _ in HOSTILE.values():
        with pytest.raises(AntiphonError):
            await sessions.import_(SessionImportParams(text=json.dumps(hostile)))
    assert (await harness.history.upkeep.stats()).sessions == 0


async def test_a_session_that_is_here_already_is_named_and_need_not_be_stored_again(
    harness,
) -> None:
    sessions = SessionEditor(
        harness.history, harness.history.library, harness.runs, lambda *_: None
    )
    text = json.dumps(changed("messages.0.content", "Hello"))
    first = await sessions.import_(SessionImportParams(text=text))
    second = await sessions.import_(SessionImportParams(text=text))
    assert (first.copies, second.copies) == (None, [first.session.id])
    third = await sessions.import_(SessionImportParams(text=text, only_new=True))
    assert third.session.id == second.session.id
    assert (await harness.history.upkeep.stats()).sessions == 2


async def test_halves_of_characters_are_stored_as_what_they_can_be(harness) -> None:
    sessions = SessionEditor(
        harness.history, harness.history.library, harness.runs, lambda *_: None
    )
    text = changed("messages.0.content", "half \ud83d of one\0")
    found = await sessions.import_(SessionImportParams(text=json.dumps(text)))
    [first, _] = await harness.history.messages(session_id=found.session.id)
    assert first.content == "half \ufffd of one\0"
    assert (await harness.history.upkeep.verify()).problems == []


def test_an_answer_that_was_running_is_interrupted() -> None:
    copy = with_new_ids(read_import(json.dumps(changed("messages.1.status", "streaming"))))

    assert copy.messages[1].status == "interrupted"
    assert copy.messages[1].error is not None


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_export_is_refused_or_read_but_never_a_bug(data) -> None:
    text = json.dumps(example())
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 20))
    put = data.draw(st.text(max_size=10))
    try:
        with_new_ids(read_import(text[:at] + put + text[at + cut :]))
    except AntiphonError as refused:
        assert refused.failure.kind == "invalid_params"  # noqa: PT017 - either is right
