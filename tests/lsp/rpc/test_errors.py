"""What a client is told of every kind of failure."""

from __future__ import annotations

import pytest

from antiphon.lsp.rpc.errors import error_of
from antiphon.lsp.rpc.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS, REQUEST_FAILED, ResponseError
from antiphon.model.failure import FAILURE_KINDS, error

SECRET = "sk-planted"


@pytest.mark.parametrize("kind", FAILURE_KINDS)
def test_every_kind_of_failure_has_its_code_sentence_and_hint(kind):
    reply = error_of(error(kind), {}, method="m")
    assert reply.code == (INVALID_PARAMS if kind == "invalid_params" else REQUEST_FAILED)
    assert reply.data["kind"] == kind
    assert reply.data["message"] == reply.message
    assert reply.data["hint"]
    assert ("field" in reply.data) == (kind == "invalid_params")


def test_a_response_error_is_sent_as_it_is():
    problem = ResponseError(-32801, "Content modified", {"a": 1})
    assert error_of(problem, {}, method="m") is problem


def test_no_text_of_a_group_its_members_or_their_causes_gets_out(caplog):
    member = RuntimeError(SECRET)
    member.__cause__ = OSError(SECRET)
    reply = error_of(ExceptionGroup(SECRET, [member]), SECRET, method="m")
    assert reply.code == INTERNAL_ERROR
    assert SECRET not in f"{reply.to_object()}{caplog.text}"
    assert "RuntimeError" in caplog.text
    assert "OSError" in caplog.text


def test_each_error_of_ours_has_an_id_of_its_own():
    ids = {error_of(ValueError(), {}, method="m").data["errorId"] for _ in range(20)}
    assert len(ids) == 20
