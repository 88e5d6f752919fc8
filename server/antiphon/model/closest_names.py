"""Finds the known names that look most like a mistyped one.

`difflib` is imported when a name is not known, which few processes ever see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import Iterable


_NEAR: Final = 0.68
"""A name that is less like the one that was typed does not help: `model` and `coder` have 0.6."""
_SHORTEST_PART: Final = 4
_PART: Final = 0.8
"""How near a name is that has the typed one as a part: `sonnet`."""


def closest_names(name: str, known: Iterable[str], *, likeness: float, limit: int = 1) -> list[str]:
    """Returns at most `limit` known names, the nearest first.

    `likeness` is the least that counts: 1 for the same name, 0 for nothing in common.
    """
    import difflib  # noqa: PLC0415 - see above

    return difflib.get_close_matches(name, list(known), n=limit, cutoff=likeness)


def closest_models(model_id: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Returns the known ids of models that look like `model_id`, the nearest first.

    The model's own name counts as much as the whole id, so that `gpt5` and `other/gpt-5` both find
    `openai/gpt-5`; among equals, those of the provider that was named come first.
    """
    provider, name = split_model_id(model_id.lower())
    wanted = (name or provider, model_id.lower())

    def likeness(candidate: str) -> tuple[float, bool]:
        its_provider, its_name = split_model_id(candidate.lower())
        ratios = (_ratio(wanted[0], its_name), _ratio(wanted[1], candidate.lower()))
        return max(ratios), its_provider == provider

    found = {each: likeness(each) for each in dict.fromkeys(known)}
    near = [each for each, (ratio, _) in found.items() if ratio >= _NEAR]
    return sorted(near, key=lambda each: found[each], reverse=True)[:limit]


def _ratio(first: str, second: str) -> float:
    import difflib  # noqa: PLC0415 - see above

    ratio = difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()
    return max(ratio, _PART) if len(first) >= _SHORTEST_PART and first in second else ratio
