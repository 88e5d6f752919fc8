"""What a person reads of the VS Code extension's manifest stands in one file, to be translated."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

READ_BY_PEOPLE = {
    "title", "description", "name", "contents", "aliases", "markdownDescription",
    "markdownEnumDescriptions",
}  # fmt: skip
# The name is the same in every language; the manifest's own `name` is an identifier.
NAMES = {"antiphon", "Antiphon"}


@pytest.fixture(scope="module")
def manifest(root: Path) -> dict[str, Any]:
    return json.loads((root / "vscode-extension" / "package.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def strings(root: Path) -> dict[str, str]:
    return json.loads((root / "vscode-extension" / "package.nls.json").read_text(encoding="utf-8"))


def texts(part: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a part of the manifest, with the name of the field that it is of."""
    if isinstance(part, str):
        yield name, part
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner, name)
    elif isinstance(part, dict):
        for field, inner in part.items():
            yield from texts(inner, field)


def test_they_are_fresh(run: Callable[..., CompletedProcess[str]]) -> None:
    done = run("scripts/generate_vscode_settings.py")
    assert done.returncode == 0, done.stdout


def test_every_key_has_its_text_and_every_text_is_used(
    manifest: dict[str, Any], strings: dict[str, str]
) -> None:
    used = {text[1:-1] for _, text in texts(manifest) if re.fullmatch("%.+%", text)}
    assert len(used) > 100
    assert used == set(strings)
    assert [key for key, text in strings.items() if not text.strip()] == []


def test_no_text_for_people_is_in_the_manifest_itself(manifest: dict[str, Any]) -> None:
    bare = {text for name, text in texts(manifest) if name in READ_BY_PEOPLE and text[0] != "%"}
    assert bare - NAMES == set()


def test_a_key_has_only_characters_that_the_packager_knows(strings: dict[str, str]) -> None:
    assert [key for key in strings if not re.fullmatch(r"[\w.-]+", key)] == []


def test_what_nothing_uses_is_dropped_and_a_stale_description_is_made_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(root / "scripts")
    from generate_vscode_settings import updated

    extension = root / "vscode-extension"
    manifest = (extension / "package.json").read_text(encoding="utf-8")
    strings = (extension / "package.nls.json").read_text(encoding="utf-8")
    stale = json.loads(strings) | {"command.gone": "Gone", "setting.timeouts.idleMs": "Old."}
    assert updated(manifest, json.dumps(stale)) == (manifest, strings)
