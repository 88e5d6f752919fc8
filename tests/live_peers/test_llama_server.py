"""llama.cpp's server samples real tokens, from a model of random weights, for every adapter it can.

Optional: `make peer-llama` builds it (tens of minutes); without it these tests are skipped.
"""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from support.peers.asking import Answer, Way, ask_all
from support.peers.peer_process import CACHE, free_port, need, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = CACHE / "llama"
WAYS = {
    "openai": Way("openai", "/v1", "random"),
    "litellm": Way("litellm", "/v1", "openai/random"),
    "litellm-anthropic": Way("litellm", "", "anthropic/random"),
}
BELOW = {"groq": Way("groq", "", "random")}
"""Ways to a server that answers below a path."""
PROMPT = "the fugue of the naïve 日本 😀"
TOKENS = 40
SAMPLING: dict[str, Any] = {"temperature": 0.0, "maxTokens": TOKENS}


def started(folder: Path, *options: str, below: str = "") -> Any:
    """The running server, ready; its log stands in `folder`."""
    program = need(FOLDER / "bin" / "llama-server", "peer-llama")
    port = free_port()
    command = [
        str(program), "--model", str(FOLDER / "model.gguf"), "--alias", "random",
        "--host", "127.0.0.1", "--port", str(port), "--ctx-size", "1024", "--threads", "1",
        *options,
    ]  # fmt: skip
    origin = f"http://127.0.0.1:{port}"
    return origin, serving(command, f"{origin}{below}/health", folder / "log", 60)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    origin, server = started(tmp_path_factory.mktemp("llama"))
    with server:
        yield origin


@pytest.fixture(scope="module")
def answers(llama: str, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Answer]:
    folder = tmp_path_factory.mktemp("asking")
    return asyncio.run(ask_all(folder, llama, WAYS, [PROMPT], params=SAMPLING))


@pytest.mark.parametrize("way", WAYS)
def test_a_sampled_answer_is_what_the_server_says_without_streaming(
    way: str, answers: dict[tuple[str, str], Answer], llama: str
) -> None:
    answer = answers[PROMPT, way]
    assert answer.result.failure is None
    whole = unstreamed(llama)
    assert answer.content == whole["choices"][0]["message"]["content"]
    assert not answer.content.isascii()
    assert answer.result.status == "truncated"
    usage = answer.result.usage
    assert usage.source == "provider"
    assert usage.output_tokens == TOKENS
    assert usage.input_tokens + usage.cached_input_tokens == whole["usage"]["prompt_tokens"]
    assert answer.attempts == 1


def test_groqs_adapter_streams_from_a_server_below_its_path(tmp_path: Path) -> None:
    origin, server = started(tmp_path, "--api-prefix", "/openai", below="/openai")
    with server:
        answers = asyncio.run(ask_all(tmp_path / "it", origin, BELOW, [PROMPT], params=SAMPLING))
        whole = unstreamed(f"{origin}/openai")
    answer = answers[PROMPT, "groq"]
    assert answer.result.failure is None
    assert answer.content == whole["choices"][0]["message"]["content"]


def unstreamed(origin: str) -> Any:
    """The same request in one piece, by nothing of ours."""
    body = {
        "model": "random",
        "messages": [{"role": "user", "content": PROMPT}],
        "temperature": 0,
        "max_tokens": TOKENS,
    }
    request = urllib.request.Request(
        f"{origin}/v1/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)
