r"""Finds the inputs of a text, and puts values in their place.

An input is `{{name}}`, `${input:name}` or `${input:name:what it is}`. Each is replaced once, letter
for letter, and a value is never searched for inputs itself. `\{{` is a brace, and `\${input:` is
text. There is no other syntax: what template engines write (`{{#each}}`, `{% if %}`, `{{{raw}}}`,
`{{ spaced }}`) stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

_NAME: Final = r"[^\W\d][\w-]*"
INPUT_NAME: Final = re.compile(_NAME)
# Each alternative begins with a character, so that `re` skips to the next of those.
_PLACEHOLDER: Final = re.compile(
    rf"\\(?P<escaped>\{{\{{|\$\{{input:)"
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
    return rewrite_placeholders(text, values.get, lambda escaped: escaped)


def rewrite_placeholders(
    text: str, to_input: Callable[[str], str | None], to_escaped: Callable[[str], str]
) -> str:
    """Returns `text` with every input and every escaped opening in another form.

    `to_input` gets the name of an input, and returns `None` to leave it as it is. `to_escaped` gets
    the characters after a backslash.
    """

    def replace(found: re.Match[str]) -> str:
        name = _name_of(found)
        if name is None:
            return to_escaped(found["escaped"])
        written = to_input(name)
        return found[0] if written is None else written

    return _PLACEHOLDER.sub(replace, text)


def escape_placeholders(text: str) -> str:
    """Returns a text that `fill_placeholders` turns into `text`, whatever is in it."""
    return escape_dollars(text.replace("{{", "\\{{"))


def escape_dollars(text: str) -> str:
    """Returns `text` with a backslash before each `${input:`."""
    return text.replace("${input:", "\\${input:")


def _name_of(found: re.Match[str]) -> str | None:
    return found["name"] or found["input"]
