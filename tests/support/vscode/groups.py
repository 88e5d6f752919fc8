"""The editor groups as a user sees them: where they are on the screen, and what is in front."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The least width and height of a group that can be read: eight lines of 19 pixels, and the tabs.
LEAST_WIDTH = 280
LEAST_HEIGHT = 8 * 19 + 35

GROUPS_JS = """() => [...document.querySelectorAll(".editor-group-container")].map((group) => {
  const { left, top, width, height } = group.getBoundingClientRect();
  const tabs = [...group.querySelectorAll(".tab")];
  const front = tabs.find((tab) => tab.classList.contains("active"));
  return [left, top, width, height, front?.textContent ?? "", tabs.map((tab) => tab.textContent)];
})"""


@dataclass(frozen=True)
class Group:
    """One editor group, in pixels of the window."""

    left: float
    top: float
    width: float
    height: float
    front: str
    tabs: list[str]

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def is_readable(self) -> bool:
        """Whether eight lines of some words can be read."""
        return self.width >= LEAST_WIDTH - 1 and self.height >= LEAST_HEIGHT - 1


def groups_on_screen(page: Page) -> list[Group]:
    """Lists the groups in reading order."""
    groups = [Group(*values) for values in page.evaluate(GROUPS_JS)]
    return sorted(groups, key=lambda group: (group.top, group.left))


def unreadable(page: Page) -> list[Group]:
    """Lists the groups that are too small to be read."""
    return [group for group in groups_on_screen(page) if not group.is_readable]
