"""Converts the client's params to lsprotocol's types, or names the wrong field.

lsprotocol's converter accepts `"5"` and `true` as numbers, and any value as a string. Such a
request would be answered for another position than the client means, so it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from pydantic.alias_generators import to_camel
from pygls.protocol import default_converter

from antiphon.lsp.rpc.jsonrpc import ResponseError, invalid_params, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN: Final = (bool, int, str)


def strict_converter() -> Any:
    """Returns pygls's converter without its conversions between numbers, strings and booleans."""
    converter = default_converter()
    for kind in _PLAIN:
        converter.register_structure_hook(kind, _unchanged)
    return converter


def invalid_field(method: str, params: Any, problem: BaseException | None) -> ResponseError:
    """Returns the error for params that cattrs refused, with the first wrong field.

    cattrs raises groups of exceptions within groups, with a note at each about the attribute or the
    index that it belongs to.
    """
    path = "$"
    value: Any = {"params": params}
    while causes := cast("Sequence[BaseException]", getattr(problem, "exceptions", ())):
        problem = causes[0]
        key = _noted_key(problem)
        if isinstance(key, str) and is_object(value):
            path, value = f"{path}.{key}", value.get(key)
        elif isinstance(key, int) and is_list(value) and key < len(value):
            path, value = f"{path}[{key}]", value[key]
        else:
            break
    is_missing = isinstance(problem, KeyError)
    hint = "This field is required." if is_missing else f"Send the params of {method} by LSP 3.18."
    return invalid_params(path.replace("$.params", "$", 1), hint)


def _noted_key(problem: BaseException) -> str | int | None:
    for note in getattr(problem, "__notes__", ()):
        name, index = getattr(note, "name", None), getattr(note, "index", None)
        if isinstance(name, str):
            return to_camel(name)
        if isinstance(index, int):
            return index
    return None


def _unchanged(value: Any, kind: type) -> Any:
    if kind not in _PLAIN:  # an enumeration of LSP, which is a kind of number or string too
        return kind(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)  # JSON has one kind of number: some clients write 1.0
    if type(value) is not kind:
        raise TypeError(kind.__name__)
    return value
