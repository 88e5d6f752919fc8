"""pygls is loaded in a quiet moment after the start, for editors and not for scripts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.e2e.installation import Installation

READY = "pygls is ready"
HOVERS = {"textDocument": {"hover": {}}}


def test_an_editor_finds_pygls_ready_before_its_first_language_request(
    installation: Installation,
) -> None:
    with installation.raw_client(capabilities=HOVERS, log={"level": "info"}) as client:
        assert "result" in client.run("antiphon.health", {})
        end = time.monotonic() + 30
        while READY not in installation.stderr.read_text():
            assert time.monotonic() < end
            client.read(0.05)
        asked = {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}}
        assert client.ask("textDocument/hover", asked)["result"] is None
        assert installation.stderr.read_text().count(READY) == 1
