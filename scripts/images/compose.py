"""Reads deploy/compose.yaml, with the variables of an env file put in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_VARIABLE: Final = re.compile(
    r"\$\{(?P<name>\w+)(?:(?P<operator>:-|:\?)(?P<argument>[^}]*))?\}|\$\$"
)


class MissingVariable(Exception):  # noqa: N818 - a state of the env file, as a sentence
    """The file needs a variable that is not set."""


def read_compose(path: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    """Returns the file's content. Raises `MissingVariable`."""
    return cast("dict[str, Any]", _fill_in(yaml.safe_load(path.read_text("utf-8")), variables))


def read_env_file(path: Path) -> dict[str, str]:
    """Returns the variables of an env file."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def find_variables(text: str) -> set[str]:
    """Returns the names of all variables that a compose file asks for."""
    return {match["name"] for match in _VARIABLE.finditer(text) if match["name"]}


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """Puts variables into a text, by the rules of Compose. Raises `MissingVariable`."""

    def value(match: re.Match[str]) -> str:
        name, operator, argument = match["name"], match["operator"], match["argument"]
        if name is None:
            return "$"
        found = variables.get(name, "")
        if not found and operator == ":?":
            raise MissingVariable(f"{name}: {argument}")
        return found or argument or ""

    return _VARIABLE.sub(value, text)


def _fill_in(value: object, variables: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return substitute(value, variables)
    if isinstance(value, list):
        return [_fill_in(each, variables) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value)
        return {name: _fill_in(each, variables) for name, each in entries.items()}
    return value
