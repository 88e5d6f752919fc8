"""A port is a model server's only where its answer could be nobody else's."""

from __future__ import annotations

import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.discovery.probe import KINDS, MAX_ANSWER_BYTES, is_list_of, probe
from support.providers.model_servers import (
    LLAMA_CPP,
    LM_STUDIO,
    OLLAMA,
    OLLAMA_EMPTY,
    VLLM,
    ModelServer,
    answer,
    listed,
    model,
)

PATIENT_S = 10.0


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("ollama", OLLAMA),
        ("ollama", OLLAMA_EMPTY),
        ("ollama", listed()),
        ("llama-cpp", LLAMA_CPP),
        ("vllm", VLLM),
        ("lm-studio", LM_STUDIO),
    ],
)
async def test_each_kind_is_known_by_its_list(kind, said):
    with ModelServer(said) as server:
        assert await probe(KINDS[kind], server.port, PATIENT_S) == "it"
    [request] = server.requests
    assert request.startswith(b"GET /v1/models HTTP/1.0\r\nHost: 127.0.0.1:")
    assert not {b"authorization", b"cookie"} & {
        line.partition(b":")[0].lower() for line in request.split(b"\r\n")
    }


SOMETHING_ELSE = {
    "a web page": answer(b"<html>", kind="text/html"),
    "JSON that is no list": answer({"status": "ok"}),
    "a list of something": answer({"object": "list", "data": [{"id": 1}]}),
    "a list in text": answer({"object": "list", "data": []}, kind="text/plain"),
    "another vendor's list": listed(model("gpt", "sglang")),
    "one model of another's": listed(model("a", "llamacpp"), model("b", "someone")),
    "a refusal": answer({"object": "list", "data": []}, status="401 Unauthorized"),
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/v1/models\r\n\r\n",
    "broken JSON": answer(b"{"),
    "deep JSON": answer(b"[" * 100_000),
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("what", SOMETHING_ELSE)
async def test_something_else_at_the_port_is_nothing(what):
    with ModelServer(SOMETHING_ELSE[what]) as server:
        assert await probe(KINDS["llama-cpp"], server.port, PATIENT_S) == "nothing"
    assert len(server.requests) == 1


async def test_an_answer_without_end_is_not_read_to_its_end():
    endless = answer(b" " * (MAX_ANSWER_BYTES + 1) + b'{"object":"list","data":[]}')
    with ModelServer(endless) as server:
        assert await probe(KINDS["ollama"], server.port, PATIENT_S) == "nothing"


async def test_a_closed_port_is_nothing():
    with socket.socket() as taken:  # bound, so that nobody else listens there meanwhile
        taken.bind(("127.0.0.1", 0))
        assert await probe(KINDS["ollama"], taken.getsockname()[1], PATIENT_S) == "nothing"


async def test_a_server_that_does_not_answer_is_silent_and_holds_nobody_up():
    with ModelServer(held=True) as server:
        assert await probe(KINDS["ollama"], server.port, 0.2) == "silence"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_values | st.fixed_dictionaries({"object": st.just("list"), "data": json_values}))
def test_no_answer_makes_it_fail(value):
    for kind in KINDS.values():
        assert is_list_of(kind, answer(json.dumps(value).encode())) in {True, False}


@given(st.binary())
def test_no_bytes_make_it_fail(said):
    assert not is_list_of(KINDS["vllm"], said)


def test_each_kind_is_looked_for_at_the_port_that_it_has_by_default():
    ports = {name: kind.port for name, kind in KINDS.items()}
    assert ports == {"ollama": 11434, "llama-cpp": 8080, "vllm": 8000, "lm-studio": 1234}
