"""Builds the errors of a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.failure import AntiphonError

_MOST_NAMED: Final = 5


def conflict_error(problems: Sequence[str]) -> AntiphonError:
    """Builds the error for what is in the target with other values."""
    names = ", ".join(problems[:_MOST_NAMED])
    more = f" and {len(problems) - _MOST_NAMED} more" if len(problems) > _MOST_NAMED else ""
    return error(
        "conflict",
        f"The target has these with other values: {names}{more}. Nothing was changed.",
        hint="With --replace the source's values are kept instead of those at the target.",
    )


def difference_error(tables: Sequence[str]) -> AntiphonError:
    """Builds the error for tables whose rows did not arrive as they were."""
    return error(
        "storage",
        f"The copy is not equal to its source in: {', '.join(tables)}.",
        hint="Copy again: what was changed at the target meanwhile is named then.",
    )
