"""Search through the protocol alone: what an editor sends, and what it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient


@pytest.fixture
def client(installation: Installation) -> Iterator[RawClient]:
    with installation.raw_client() as client:
        yield client


def ask(client: RawClient, prompt: str, **more: Any) -> dict[str, Any]:
    argument = {"prompt": prompt, "models": ["fault/ok"], **more}
    return client.run("antiphon.broadcast", argument)["result"]


def search(client: RawClient, query: str, **more: Any) -> dict[str, Any]:
    return client.run("antiphon.history.search", {"query": query, **more})["result"]


def document(client: RawClient, uri: str) -> list[str]:
    reply = client.ask("workspace/textDocumentContent", {"uri": uri})
    return reply["result"]["text"].splitlines()


def test_a_hit_has_a_snippet_with_highlights_and_the_line_that_it_opens_at(
    client: RawClient,
) -> None:
    run = ask(client, "First line.\n\nWhere is the xylophone?")

    [hit] = search(client, "xylo* where")["hits"]

    assert (hit["sessionId"], hit["paneId"]) == (run["sessionId"], run["panes"][0]["id"])
    assert document(client, hit["uri"])[hit["line"]] == "Where is the xylophone?"
    assert [hit["snippet"][a:b] for a, b in hit["highlights"]] == ["Where", "xylophone"]
    assert (hit["role"], hit["model"], hit["field"]) == ("user", "fault/ok", "content")
    assert hit["title"] == "First line."


def test_a_search_in_one_server_finds_what_another_was_told(
    client: RawClient, installation: Installation
) -> None:
    with installation.raw_client() as other:
        ask(other, "A walrus, please.")
        assert len(search(client, "walrus")["hits"]) == 1


def test_pages_hold_every_hit_once(client: RawClient) -> None:
    for number in range(5):
        ask(client, f"walrus {number}")
    seen, cursor = [], {}
    while True:
        page = search(client, "walrus", limit=2, roles=["user"], **cursor)
        seen += [hit["messageId"] for hit in page["hits"]]
        if "nextCursor" not in page:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    "argument",
    [
        {"query": ""},
        {"query": "*"},
        {"query": "("},
        {"query": "🎉"},
        {"query": "\0"},
        {"query": "half \udc00 of one"},
        {"query": 5},
        {},
        {"query": "x", "limit": 0},
        {"query": "x", "limit": 101},
        {"query": "x", "roles": ["root"]},
        {"query": "x", "since": "soon"},
        {"query": "x", "cursor": "soon"},
        {"query": "x" * 5000},
    ],
)
def test_what_cannot_be_searched_is_named(client: RawClient, argument: dict[str, Any]) -> None:
    problem = client.run("antiphon.history.search", argument)["error"]

    assert problem["code"] == -32602
    assert problem["data"]["kind"] == "invalid_params"
    assert problem["data"]["field"].startswith("$")


@pytest.mark.parametrize(
    "query",
    ['"unbalanced', "AND", "NOT x", "a:b", "'; DROP TABLE messages; --", "^a", "{a b}"],
)
def test_what_looks_like_syntax_is_plain_words(client: RawClient, query: str) -> None:
    ask(client, "Nothing of the kind.")

    assert search(client, query) == {"hits": []}
    assert len(search(client, "kind")["hits"]) == 1


def test_a_cancelled_search_is_answered_and_the_next_one_works(client: RawClient) -> None:
    ask(client, "walrus")
    request = client.command("antiphon.history.search", {"query": "walrus", "all": True})
    client.notify("$/cancelRequest", {"id": request})

    reply = client.answer(request)

    assert "result" in reply or reply["error"]["code"] == -32800
    assert len(search(client, "walrus")["hits"]) == 1
