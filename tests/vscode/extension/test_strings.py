"""The texts of the manifest are in the package, and the editor shows them and not their keys."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from pathlib import Path

    from support.vscode.workbench import Workbench

MOST_BYTES = 200_000
MANIFEST = "return vscode.extensions.getExtension('antiphon.antiphon').packageJSON"


def test_the_package_has_the_texts_and_is_small(packages: list[Path]) -> None:
    with ZipFile(packages[0]) as package:
        assert "extension/package.nls.json" in package.namelist()
        assert [name for name in package.namelist() if "node_modules" in name] == []
    assert packages[0].stat().st_size < MOST_BYTES


def test_the_editor_has_a_text_for_every_key(vs: Workbench) -> None:
    manifest = vs.eval(MANIFEST)
    assert re.findall('"%[^"]+%"', json.dumps(manifest)) == []
    titles = {each["command"]: each["title"] for each in manifest["contributes"]["commands"]}
    assert titles["antiphon.followUpAll"] == "Follow Up in All Panes…"


def test_settings_are_described_where_they_are_changed(vs: Workbench) -> None:
    vs.execute("workbench.action.openSettings", "antiphon.layout.lockGroups")
    row = vs.page.locator(".settings-editor .setting-item-contents").filter(
        has_text="Locks the editor groups of panes"
    )
    row.wait_for()
    assert "%" not in row.inner_text()
