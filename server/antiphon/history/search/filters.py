"""Translates the filters of a search to conditions on its messages and their panes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.history.sql import parameters
from antiphon.history.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.search import SearchParams

MODEL: Final = "coalesce(messages.model, panes.model)"
_PROVIDER: Final = f"substr({MODEL}, 1, instr({MODEL}, '/') - 1)"


def to_conditions(params: SearchParams) -> tuple[str, dict[str, Any]]:
    """Translates the filters to SQL, each after an `AND`, and to its parameters."""
    values: dict[str, Any] = {}

    def one_of(name: str, wanted: Sequence[str]) -> str:
        named = {f"{name}_{place}": parameters.text(value) for place, value in enumerate(wanted)}
        values.update(named)
        return f"IN ({', '.join(f':{each}' for each in named) or 'NULL'})"

    found: list[str] = []
    if params.models is not None:
        found.append(f"{MODEL} {one_of('model', params.models)}")
    if params.providers is not None:
        found.append(f"{_PROVIDER} {one_of('provider', params.providers)}")
    if params.roles is not None:
        found.append(f"messages.role {one_of('role', params.roles)}")
    if params.session_id is not None:
        found.append(f"panes.session_id {one_of('session', [params.session_id])}")
    if params.tags:
        tags = list(dict.fromkeys(params.tags))
        values["tags"] = len(tags)
        found.append(
            "panes.session_id IN (SELECT session_id FROM session_tags "  # noqa: S608 - marks only
            f"WHERE tag {one_of('tag', tags)} "
            "GROUP BY session_id HAVING count(DISTINCT tag) = :tags)"
        )
    for name, sign, moment in (("since", ">=", params.since), ("until", "<", params.until)):
        if moment is not None:
            values[name] = parse_time(moment, f"$.{name}")
            found.append(f"messages.created_at {sign} :{name}")
    return "".join(f" AND {condition}" for condition in found), values
