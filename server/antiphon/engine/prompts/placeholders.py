r"""Finds the inputs of a text, and puts values in their place.

An input is `{{name}}`, `${input:name}` or `${input:name:what it is}`. Each is replaced once, letter
for letter, and a value is never searched for inputs itself. `\{{` is a brace. There is no other
syntax: what template engines write (`{{#each}}`, `{% if %}`, `{{{raw}}}`, `{{ spaced }}`) stays as
it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_NAME: Final = r"[^\W\d][\w-]*"
INPUT_NAME: Final = re.compile(_NAME)
# Each alternative begins with a character, so that `re` skips to the next of those.
_PLACEHOLDER: Final = re.compile(
    rf"\\(?P<brace>\{{\{{)"
    rf"|\{{(?<!\{{\{{)\{{(?P<name>{_NAME})\}}\}}(?!\}})"
    rf"|\$\{{input:(?P<input>{_NAME})(?::(?P<hint>[^}}\r\n]*))?\}}"
)
_OF_TEMPLATES: Final = frozenset({"else", "this", "end"})
"""Words of template engines, which are inputs only if they are declared."""


class Placeholder(Struct, frozen=True):
    """One use of an input, from `start` to `end` of its text."""

    name: str
    start: int
    end: int
    hint: str | None = None
    """What `${input:name:hint}` says about the value."""


def find_placeholders(text: str, declared: Collection[str] = ()) -> Iterator[Placeholder]:
    """Yields every use of an input in `text`."""
    for found in _PLACEHOLDER.finditer(text):
        name = _name_of(found)
        if name is not None and (name not in _OF_TEMPLATES or name in declared):
            yield Placeholder(name, found.start(), found.end(), found["hint"])


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Returns `text` with values for its inputs. Inputs without a value stay as they are."""

    def replace(found: re.Match[str]) -> str:
        name = _name_of(found)
        return "{{" if name is None else values.get(name, found[0])

    return _PLACEHOLDER.sub(replace, text)


def escape_placeholders(text: str) -> str:
    """Returns a text that `fill_placeholders` turns into `text`, whatever is in it."""
    return text.replace("{{", "\\{{")


def _name_of(found: re.Match[str]) -> str | None:
    return found["name"] or found["input"]
