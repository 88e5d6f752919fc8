"""Copies from one place to another, as users name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.history.copying.copy import copy_history
from antiphon.history.copying.places import (
    check_different,
    open_source,
    open_target,
    open_unchanged,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.copying.places import Place
    from antiphon.model.commands.history_copy import CopyPhase, CopyReport


async def copy_between(
    source: Place,
    target: Place,
    report: Callable[[CopyPhase, int, int], None],
    *,
    replace: bool = False,
    dry_run: bool = False,
) -> CopyReport:
    """Copies what is missing in `target`, which is made unless this is a `dry_run`.

    Raises `AntiphonError` as `copy_history` and what opens both places do.
    """
    await check_different(source, target)
    async with open_source(source) as snapshot:
        opened = open_unchanged(target) if dry_run else open_target(target)
        async with opened as database:
            made = await copy_history(snapshot, database, report, replace=replace, dry_run=dry_run)
    return made.model_copy(update={"source": source.shown, "target": target.shown})
