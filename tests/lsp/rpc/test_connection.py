"""Requests, answers and cancellation, over real pipes in one process."""

from __future__ import annotations

import json

import anyio
import pytest

from antiphon.lsp.rpc.jsonrpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    REQUEST_CANCELLED,
    REQUEST_FAILED,
)


async def test_a_request_is_answered_with_what_its_handler_returns(connected, echo):
    async with connected(echo()) as client:
        assert (await client.ask("test/echo", {"a": [1, None]}))["result"] == {"a": [1, None]}


@pytest.mark.parametrize("request_id", [0, -1, 7, 2**63, "", "a", "ä"])
async def test_the_reply_has_the_id_of_the_request(connected, echo, request_id):
    async with connected(echo()) as client:
        assert (await client.ask("test/echo", None, request_id))["id"] == request_id


async def test_an_unknown_request_is_answered_and_an_unknown_notification_is_not(connected, echo):
    async with connected(echo()) as client:
        client.send(method="$/nothing", params={})
        client.send(method="nothing")
        for method in ("nothing", "$/nothing", "textDocument/moniker"):
            assert (await client.ask(method))["error"]["code"] == METHOD_NOT_FOUND


@pytest.mark.parametrize(
    ("body", "request_id", "code"),
    [
        (b'{"jsonrpc":"2.0","id":5}', 5, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":5,"method":7}', 5, INVALID_REQUEST),
        (b'{"jsonrpc":"1.0","id":5,"method":"test/echo"}', 5, INVALID_REQUEST),
        (b'{"id":5,"method":"test/echo"}', 5, INVALID_REQUEST),
        (b'{"jsonrpc":{"jsonrpc":"2.0"},"id":5,"method":"test/echo"}', 5, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":null,"method":"test/echo"}', None, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"test/echo"}', None, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":true,"method":"test/echo"}', None, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":{},"method":"test/echo"}', None, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0"}', None, INVALID_REQUEST),
        (b"[]", None, INVALID_REQUEST),
        (b'[{"jsonrpc":"2.0","id":5,"method":"test/echo"}]', None, INVALID_REQUEST),
        (b"7", None, INVALID_REQUEST),
        (b"null", None, INVALID_REQUEST),
        (b"", None, PARSE_ERROR),
        (b"{", None, PARSE_ERROR),
        (b"\xff\xfe", None, PARSE_ERROR),
        (b'{"jsonrpc":"2.0","id":5,"method":"test/echo","params":NaN}', 5, INVALID_PARAMS),
        (b'{"jsonrpc":"2.0","id":5,"method":"test/echo","params":"\\ud800"}', 5, INVALID_PARAMS),
        (b'{"jsonrpc":"2.0","id":5,"method":"test/echo","params":"\xff"}', 5, INVALID_PARAMS),
        (
            b'{"jsonrpc":"2.0","id":5,"method":"test/echo","params":' + b"9" * 5000 + b"}",
            5,
            INVALID_PARAMS,
        ),
        (
            b'{"jsonrpc":"2.0","params":' + b"[" * 100_000 + b"]" * 100_000 + b',"id":5,'
            b'"method":"test/echo"}',
            5,
            INVALID_PARAMS,
        ),
        (
            b'{"jsonrpc":"2.0","id":5,"method":"test/echo","params":[' + b"[]," * 400_000 + b"1]}",
            5,
            INVALID_PARAMS,
        ),
    ],
)
async def test_every_body_with_an_id_gets_exactly_one_error(
    connected, echo, body, request_id, code
):
    async with connected(echo()) as client:
        client.send_body(body)
        client.send(id="probe", method="test/echo")
        reply, probe = await client.receive(), await client.receive()
        assert (reply["id"], reply["error"]["code"]) == (request_id, code)
        assert probe["id"] == "probe"


async def test_a_long_text_full_of_commas_and_quotes_is_no_overfull_message(connected, echo):
    text = 'a,[{"\\' * 200_000
    async with connected(echo()) as client:
        assert (await client.ask("test/echo", {"text": text}))["result"] == {"text": text}


async def test_params_may_be_absent_or_of_any_shape(connected, echo):
    async with connected(echo()) as client:
        client.send(id=1, method="test/echo")
        assert (await client.answer(1))["result"] is None
        assert (await client.ask("test/echo", {"class": 1, "def": 2}))["result"] == {
            "class": 1,
            "def": 2,
        }


async def test_the_second_request_with_an_id_in_flight_is_refused(connected, echo):
    async with connected(echo()) as client:
        client.send(id=1, method="test/sleep")
        assert (await client.ask("test/echo", 2, 1))["error"]["code"] == INVALID_REQUEST
        client.send(method="$/cancelRequest", params={"id": 1})
        assert (await client.answer(1))["error"]["code"] == REQUEST_CANCELLED
        assert (await client.ask("test/echo", 3, 1))["result"] == 3


async def test_ids_that_differ_in_type_are_different(connected, echo):
    async with connected(echo()) as client:
        client.send(id=1, method="test/sleep")
        assert (await client.ask("test/echo", 2, "1"))["result"] == 2


async def test_a_cancel_ends_a_plain_handler(connected, echo):
    async with connected(echo()) as client:
        client.send(id=9, method="test/sleep")
        client.send(method="$/cancelRequest", params={"id": 9})
        assert (await client.answer(9))["error"]["code"] == REQUEST_CANCELLED


@pytest.mark.parametrize("params", [None, {}, {"id": [1]}, {"id": None}, {"id": 10}, [9]])
async def test_a_cancel_that_names_nothing_does_nothing(connected, echo, params):
    async with connected(echo()) as client:
        client.send(method="$/cancelRequest", params=params)
        client.send(method="window/workDoneProgress/cancel", params=params)
        assert (await client.ask("test/echo", 1))["result"] == 1


async def test_a_cooperative_handler_answers_its_own_cancel(connected, echo):
    async with connected(echo()) as client:
        client.send(id=9, method="workspace/executeCommand", params={"command": "test.polite"})
        assert (await client.receive())["method"] == "test/started"
        client.send(method="$/cancelRequest", params={"id": 9})
        assert (await client.answer(9))["result"] == {"status": "cancelled"}


@pytest.mark.parametrize("inside", [True, False])
async def test_a_cancel_of_the_work_done_token_reaches_its_request(connected, echo, inside):
    params = {"command": "test.polite", "arguments": [{"workDoneToken": "t"}] if inside else []}
    if not inside:
        params["workDoneToken"] = "t"
    async with connected(echo()) as client:
        client.send(id=9, method="workspace/executeCommand", params=params)
        assert (await client.receive())["params"] == {"token": "t"}
        client.send(method="window/workDoneProgress/cancel", params={"token": "t"})
        assert (await client.answer(9))["result"] == {"status": "cancelled"}


async def test_a_command_gets_its_one_argument_object(connected, echo):
    async with connected(echo()) as client:
        assert (await client.command("test.echo", {"a": 1}))["result"] == {"a": 1}
        assert (await client.command("test.echo"))["result"] == {}


@pytest.mark.parametrize(
    ("params", "field"),
    [
        (None, "$"),
        ([], "$"),
        ({}, "$.command"),
        ({"command": 5}, "$.command"),
        ({"command": "test.ecko"}, "$.command"),
        ({"command": "test.echo", "arguments": [5]}, "$"),
        ({"command": "test.echo", "arguments": {"a": 1}}, "$"),
        ({"command": "test.echo", "arguments": [[]]}, "$"),
    ],
)
async def test_a_command_of_a_wrong_shape_names_the_field(connected, echo, params, field):
    async with connected(echo()) as client:
        error = (await client.ask("workspace/executeCommand", params))["error"]
        assert error["code"] == INVALID_PARAMS
        assert (error["data"]["kind"], error["data"]["field"]) == ("invalid_params", field)
        assert error["data"]["hint"]


async def test_an_unknown_command_names_the_nearest_ones(connected, echo):
    async with connected(echo()) as client:
        error = (await client.command("test.ecko"))["error"]
        assert "test.echo" in error["data"]["hint"]


async def test_a_failure_of_the_domain_is_request_failed_with_its_kind(connected, echo):
    async with connected(echo()) as client:
        error = (await client.ask("test/refuse", {"kind": "not_found"}))["error"]
        assert (error["code"], error["data"]["kind"]) == (REQUEST_FAILED, "not_found")
        refusal = {"kind": "invalid_params", "field": "$.models[0]"}
        error = (await client.ask("test/refuse", refusal))["error"]
        assert (error["code"], error["data"]["field"]) == (INVALID_PARAMS, "$.models[0]")


async def test_the_text_of_a_foreign_exception_reaches_neither_the_client_nor_the_log(
    connected, echo, caplog
):
    async with connected(echo()) as client:
        reply = await client.ask("test/fail")
        assert reply["error"]["code"] == INTERNAL_ERROR
        assert "sk-planted" not in json.dumps(reply)
        assert "sk-planted" not in caplog.text
        assert reply["error"]["data"]["errorId"] in caplog.text
        assert "builtins.ValueError" in caplog.text
        assert "echo_server.py" in caplog.text


async def test_whatever_a_handler_returns_becomes_valid_json_or_an_error(connected, echo):
    async with connected(echo()) as client:
        assert (await client.ask("test/odd", {"which": "nan"}))["result"] == {"value": None}
        surrogate = await client.ask("test/odd", {"which": "surrogate"})
        assert surrogate["result"] == {"value": "a\N{REPLACEMENT CHARACTER}b"}
        error = (await client.ask("test/odd", {"which": "object"}))["error"]
        assert error["code"] == INTERNAL_ERROR


async def test_the_server_asks_the_client_and_gets_its_answer(connected, echo):
    async with connected(echo()) as client:
        client.send(id=1, method="test/askClient", params={"q": 1})
        question = await client.receive()
        assert (question["method"], question["params"]) == ("test/question", {"q": 1})
        client.send(id="unknown", result=0)
        client.send(id=question["id"], result={"a": 2})
        assert (await client.answer(1))["result"] == {"answer": {"a": 2}}


async def test_an_error_of_the_client_is_the_handlers_error(connected, echo):
    async with connected(echo()) as client:
        client.send(id=1, method="test/askClient", params={})
        question = await client.receive()
        client.send(id=question["id"], error={"code": -32601, "message": "no"})
        assert (await client.answer(1))["error"]["code"] == METHOD_NOT_FOUND


async def test_damaged_framing_is_reported_and_the_next_message_is_answered(connected, echo):
    async with connected(echo()) as client:
        client.writer.write(b"Content-Length: 5x\r\n\r\n{}")
        client.send(id=1, method="test/echo", params=1)
        damage, reply = await client.receive(), await client.receive()
        assert (damage["id"], damage["error"]["code"]) == (None, PARSE_ERROR)
        assert reply["result"] == 1


async def test_a_connection_is_idle_once_the_client_waits_for_no_answer(connected, echo):
    connection = echo()
    ended = []

    async def until_idle() -> None:
        await connection.idle()
        ended.append("idle")

    async with connected(connection) as client, anyio.create_task_group() as tasks:
        client.send(id=9, method="workspace/executeCommand", params={"command": "test.polite"})
        assert (await client.receive())["method"] == "test/started"
        tasks.start_soon(until_idle)
        assert (await client.ask("test/echo", 1, 1))["result"] == 1
        assert ended == []
        client.send(method="$/cancelRequest", params={"id": 9})
        assert (await client.answer(9))["result"] == {"status": "cancelled"}
        with anyio.fail_after(10):
            await connection.idle()
    assert ended == ["idle"]
