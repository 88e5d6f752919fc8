"""The pictures of the documentation are shown somewhere, and cost a reader little."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 200_000


@pytest.fixture(scope="module")
def pictures(root: Path) -> set[Path]:
    return set((root / "docs" / "images").iterdir())


def test_every_picture_is_small(pictures: set[Path]) -> None:
    assert len(pictures) > 1
    assert [picture.name for picture in pictures if picture.stat().st_size > MOST_BYTES] == []


def test_every_picture_is_shown_and_every_picture_that_is_shown_is_there(
    pictures: set[Path], root: Path
) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r'\]\(([^)]+\.png)\)|(?:src|srcset)="([^"]+\.png)"', text)
    assert {root / (one or other) for one, other in shown} == pictures


def test_every_picture_is_described(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"!\[\s*\]\(|<img(?![^>]*alt=\"[^\"]+\")[^>]*>", text) == []
