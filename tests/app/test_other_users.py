"""What belongs to another user is not found, whichever command names it, and stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.values.ids import new_id
from support.lsp.id_fields import KINDS, WITHOUT_ID, text_fields
from support.lsp.team import CASES, argument_of, client_of, furnish

if TYPE_CHECKING:
    from antiphon.app.multi_client_server import MultiClientServer


def test_of_every_text_in_an_argument_it_is_known_whether_it_is_an_id() -> None:
    unknown = {str(each) for each in text_fields() if each.name not in {*KINDS, *WITHOUT_ID}}
    assert unknown == set()


async def test_an_id_of_another_user_is_not_found_and_nothing_changes(team: Any) -> None:
    wrong: dict[str, Any] = {}
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        for field in CASES:
            before = users.rows()
            argument = argument_of(field, own.ids, hers.ids[field.kind])
            reply = await users.bob.command(field.command.removeprefix("antiphon."), **argument)
            if reply.get("kind") != "not_found" or users.rows() != before:
                wrong[str(field)] = reply
    assert not wrong, "\n".join(f"{field}: {reply}" for field, reply in wrong.items())


async def test_another_users_id_is_refused_in_the_words_of_one_that_never_was(team: Any) -> None:
    differ: dict[str, Any] = {}
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        for field in CASES:
            name, wanted = field.command.removeprefix("antiphon."), hers.ids[field.kind]
            if field.kind == "document":
                continue  # it names three ids
            nobodys = new_id()
            replies = [
                await users.bob.command(name, **argument_of(field, own.ids, each))
                for each in (wanted, nobodys)
            ]
            texts = [repr(each).replace(nobodys, wanted) for each in replies]
            if texts[0] != texts[1]:
                differ[str(field)] = texts
    assert differ == {}


async def test_documents_of_another_user_are_not_found(team: Any) -> None:
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        for kind, uri in hers.documents.items():
            request = users.bob.begin("workspace/textDocumentContent", {"uri": uri})
            reply = await users.bob.answer(request)
            assert reply["error"]["data"]["kind"] == "not_found", (kind, reply)
        shown = await users.bob.answer(
            users.bob.begin("workspace/textDocumentContent", {"uri": own.documents["overview"]})
        )
        assert "text" in shown["result"]


@pytest.mark.parametrize(
    "method",
    [
        "textDocument/documentSymbol",
        "textDocument/foldingRange",
        "textDocument/codeLens",
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/references",
    ],
)
async def test_language_features_show_nothing_of_another_users_pane(team: Any, method: str) -> None:
    async with team() as users:
        hers = await furnish(users.alice)
        params = {
            "textDocument": {"uri": hers.documents["pane"]},
            "position": {"line": 0, "character": 0},
            "context": {"includeDeclaration": True},
        }
        theirs = await users.bob.answer(users.bob.begin(method, params))
        assert not theirs.get("result")
        shown = await users.alice.answer(users.alice.begin(method, params))
        assert "error" not in shown


async def test_lists_searches_sums_and_counts_show_ones_own_alone(team: Any) -> None:
    async with team() as users:
        await furnish(users.alice)
        bob = users.bob
        assert (await bob.command("session.list"))["sessions"] == []
        assert (await bob.command("history.search", query="xylophone"))["hits"] == []
        assert (await bob.command("pipeline.list"))["pipelines"] == []
        meter = await bob.command("meter", groupBy="model")
        assert (meter["total"]["answers"], meter["rows"]) == (0, [])
        for group in ("session", "pane", "day", "provider"):
            assert (await bob.command("meter", groupBy=group))["rows"] == []
        stats = await bob.command("history.stats")
        assert [stats[each] for each in ("sessions", "panes", "messages", "contexts")] == [0] * 4
        assert not {"oldest", "newest"} & {*stats}
        for each in ("history.vacuum", "history.verify"):
            assert (await bob.command(each))["kind"] == "permission"
        assert (await users.alice.command("meter"))["total"]["answers"] == 3


async def test_the_user_of_this_machine_has_what_has_no_owner(
    server: MultiClientServer, keyed: dict[str, str], team: Any
) -> None:
    async with team() as users, client_of(None, server, keyed) as person:
        mine = await furnish(person)
        hers = await furnish(users.alice)
        listed = (await person.command("session.list"))["sessions"]
        assert mine.ids["session"] in {each["id"] for each in listed}
        assert len(listed) == 2
        for other in (person, users.bob):
            opened = await other.command("session.open", sessionId=hers.ids["session"])
            assert opened["kind"] == "not_found"
        assert (await users.alice.command("session.open", sessionId=mine.ids["session"]))[
            "kind"
        ] == "not_found"
        assert (await person.command("meter"))["total"]["answers"] == 3
        assert (await person.command("history.verify"))["problems"] == []


async def test_users_are_told_of_changes_that_they_may_read(team: Any) -> None:
    async with team() as users:
        hers = await furnish(users.alice)
        assert users.bob.sent("antiphon/didChange") == []
        await users.alice.command("session.share", sessionId=hers.ids["session"], **{"with": "all"})
        await users.alice.command("session.rename", sessionId=hers.ids["session"], title="Other")
        await users.bob.until(lambda: len(users.bob.sent("antiphon/didChange")) >= 2)
        changes = [
            change for each in users.bob.sent("antiphon/didChange") for change in each["changes"]
        ]
        assert {(each["type"], each["id"]) for each in changes} == {
            ("session", hers.ids["session"])
        }
