"""Being ready costs nothing until the first stream."""

from __future__ import annotations

import subprocess
import sys

from antiphon.providers.openai.adapter import OpenAICompatible

LAZY = """
import sys
from antiphon.providers.openai.adapter import OpenAICompatible, prepare
OpenAICompatible("local", "http://localhost:1/v1", lambda: "key")
heavy = {"aiohttp", "anyio", "asyncio", "http.client", "ssl"} & set(sys.modules)
assert not heavy, heavy
prepare()
assert "aiohttp" in sys.modules
"""


def test_making_a_provider_imports_no_http_client() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LAZY], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_provider_hides_its_key_and_headers() -> None:
    provider = OpenAICompatible(
        "local", "https://host/v1", lambda: "canary", headers={"X-Key": "canary-header"}
    )
    assert "canary" not in repr(provider)
