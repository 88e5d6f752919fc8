"""Whatever a server writes, only its owner may read, whatever the umask says."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from support.e2e.transports import TRANSPORTS, over_alone

if TYPE_CHECKING:
    from support.e2e.installation import Installation

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


@over_alone(*TRANSPORTS, because="the files are those of SQLite")
def test_all_files_and_folders_are_private(installation: Installation) -> None:
    before = set(installation.folder.rglob("*"))
    umask = os.umask(0)
    try:
        client = installation.raw_client()
    finally:
        os.umask(umask)
    with client:
        result = client.run("antiphon.broadcast", {"prompt": "p", "models": ["demo/terse"]})
        pane = result["result"]["panes"][0]
        assert "result" in client.run("antiphon.open", {"uri": pane["uri"]})
        made = set(installation.folder.rglob("*")) - before - {installation.stderr}
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in made}
        kinds = {path: path.is_dir() for path in made}
    names = {path.name for path in made}
    assert {"history.db", "history.db-wal", "antiphon.log"} <= names
    assert any(path.suffix == ".md" for path in made)
    wide = {path: oct(mode) for path, mode in modes.items() if mode & 0o077}
    assert wide == {}
    assert {mode for path, mode in modes.items() if kinds[path]} == {0o700}
