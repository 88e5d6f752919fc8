"""What repeats the settings' schema repeats all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.settings.schema.settings_tree import default_leaves
from antiphon.settings.schema.vendors import VENDORS
from antiphon.settings.sources.environment import variable_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess


def test_they_are_fresh(run: Callable[..., CompletedProcess[str]]) -> None:
    done = run("scripts/generate_settings_docs.py")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["docs/settings.md", "neovim-plugin/doc/antiphon.txt"])
def test_every_setting_is_described(name: str, root: Path) -> None:
    text = (root / name).read_text(encoding="utf-8")
    names = [".".join(path) for path, _ in default_leaves()]
    assert len(names) > 20
    assert [name for name in names if name not in text] == []


def test_every_variable_and_every_vendors_key_is_in_the_example(root: Path) -> None:
    text = (root / ".env.example").read_text(encoding="utf-8")
    wanted = [variable_name(path) for path, _ in default_leaves()]
    wanted += [vendor.variables[0] for vendor in VENDORS.values()]
    assert [name for name in wanted if f"{name}=" not in text] == []


def test_the_help_fits_its_width(root: Path) -> None:
    help_text = (root / "neovim-plugin" / "doc" / "antiphon.txt").read_text(encoding="utf-8")
    part = help_text.partition("*antiphon-server-settings*\n")[2]
    assert [line for line in part.expandtabs(8).splitlines() if len(line) > 80] == []
