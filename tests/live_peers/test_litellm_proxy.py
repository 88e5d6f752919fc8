"""A LiteLLM Proxy, itself in front of aimock, streams to every adapter that it can serve.

Optional: `make peer-litellm-proxy` installs it (576 MB); without it these tests are skipped.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.peers.asking import KEY, Answer, Way, ask_all
from support.peers.peer_process import CACHE, free_port, need, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CONFIG = HERE / "litellm_proxy" / "config.yaml"
FIXTURES = HERE / "aimock" / "fixtures.json"
OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
OWN_WORDS = "It says this of its own: wörld 日本 😀"
WAYS = {
    "openai": Way("openai", "/v1", "own-words"),
    "openai-beyond": Way("openai", "/v1", "through-openai"),
    "gemini": Way("gemini", "", "own-words"),
    "gemini-beyond": Way("gemini", "", "through-gemini"),
    "litellm": Way("litellm", "/v1", "openai/own-words"),
    "litellm-anthropic-beyond": Way("litellm", "", "anthropic/through-openai"),
}
PLAIN, SEPARATORS = "speak plainly", "say all"


@pytest.fixture(scope="module")
def proxy(aimock: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = need(CACHE / "litellm-proxy" / "bin" / "litellm", "peer-litellm-proxy")
    folder = tmp_path_factory.mktemp("proxy")
    config, port = folder / "config.yaml", free_port()
    config.write_text(CONFIG.read_text("utf-8").replace("VENDOR", aimock).replace("KEY", KEY))
    command = [str(program), "-c", str(config), "--host", "127.0.0.1", "--port", str(port)]
    origin = f"http://127.0.0.1:{port}"
    with serving(command, f"{origin}/health/liveliness", folder / "log", 100, **OFFLINE):
        yield origin


@pytest.fixture(scope="module")
def answers(proxy: str, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Answer]:
    return asyncio.run(ask_all(tmp_path_factory.mktemp("asking"), proxy, WAYS, [PLAIN, SEPARATORS]))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", WAYS)
def test_the_text_is_exact(way: str, answers: dict[tuple[str, str], Answer]) -> None:
    answer = answers[PLAIN, way]
    assert (answer.result.status, answer.result.failure) == ("complete", None)
    assert answer.content == (said(PLAIN) if way.endswith("beyond") else OWN_WORDS)
    assert answer.attempts == 1


def test_separators_of_lines_arrive_where_the_proxy_lets_them_through(
    answers: dict[tuple[str, str], Answer],
) -> None:
    """On its way from Gemini the proxy itself loses every chunk that holds one."""
    assert answers[SEPARATORS, "openai-beyond"].content == said(SEPARATORS)


def said(prompt: str) -> str:
    """What aimock says to that prompt."""
    fixtures = json.loads(FIXTURES.read_text("utf-8"))["fixtures"]
    [found] = [each for each in fixtures if each["match"]["userMessage"] == prompt]
    return found["response"]["content"]
