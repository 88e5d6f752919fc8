"""Finds which model a vendor says it answers with, if another was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.ports.deltas import AnsweredBy

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST: Final = 200


class AnsweringModel:
    """What the chunks of one answer say about its model, of which the first counts."""

    def __init__(self) -> None:
        self.asked: str | None = None
        """The name that was asked for. Without one nothing is reported."""

    def see(self, named: Any) -> Sequence[AnsweredBy]:
        """Returns the model once, if a chunk names another one than was asked."""
        if self.asked is None or not isinstance(named, str) or not named:
            return ()
        asked, self.asked = self.asked, None
        if named == asked or len(named) > _LONGEST or not named.isprintable():
            return ()
        return (AnsweredBy(named),)
