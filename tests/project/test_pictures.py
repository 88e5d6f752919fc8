"""The pictures of the documentation are shown somewhere, and cost a reader little."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 200_000
PICTURE = re.compile(r'\]\(([^)]+\.(?:png|svg))\)|(?:src|srcset)="([^"]+\.(?:png|svg))"')


@pytest.fixture(scope="module")
def pictures(root: Path) -> set[Path]:
    return set((root / "docs" / "images").iterdir())


def test_every_picture_is_small(pictures: set[Path]) -> None:
    assert len(pictures) > 1
    assert [picture.name for picture in pictures if picture.stat().st_size > MOST_BYTES] == []


@pytest.fixture(scope="module")
def pages(root: Path) -> list[Path]:
    return [root / "README.md", *(root / "docs").glob("*.md")]


def test_every_picture_is_shown_and_every_picture_that_is_shown_is_there(
    pictures: set[Path], pages: list[Path]
) -> None:
    shown = {
        page.parent / (one or other)
        for page in pages
        for one, other in PICTURE.findall(page.read_text(encoding="utf-8"))
    }
    assert shown == pictures


def test_every_picture_is_described(pages: list[Path]) -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    assert re.findall(r"!\[\s*\]\(|<img(?![^>]*alt=\"[^\"]+\")[^>]*>", text) == []
