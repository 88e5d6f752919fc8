"""The peers, each started once for all of its tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# pytest's importlib mode leaves these folders out of the path; the tests' own modules stand there.
from support.peers.peer_process import CACHE, free_port, need, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A peer takes seconds to start, and so does litellm."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """aimock's address; it plays `aimock/fixtures.json` for OpenAI, Groq, Gemini and Anthropic."""
    program = need(CACHE / "aimock" / "bin" / "llmock", "peers", in_ci=True)
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    fixtures = HERE / "aimock" / "fixtures.json"
    command = [str(program), "-p", str(port), "-f", str(fixtures), "--strict"]
    log = tmp_path_factory.mktemp("aimock") / "log"
    with serving(command, f"{origin}/__aimock/health", log, 30):
        yield origin
