"""Reads settings from the environment.

A name is `ANTIPHON_` and the setting's path in capitals, words joined by `_` and levels by `__`:
`ANTIPHON_TIMEOUTS__IDLE_MS=90000` sets `timeouts.idleMs`. Lists have commas between their elements
or are JSON (`ANTIPHON_MODELS__DEFAULT="openai/gpt-5,demo/poet"`). A name of the user's choice is
lower case (`ANTIPHON_PROVIDERS__WORK__BASE_URL` sets `providers.work.baseUrl`). Other names need
JSON one level up (`ANTIPHON_PROVIDERS='{"My-Gateway": {"baseUrl": "http://…"}}'`). An empty
variable is not set. A name with `_FILE` behind it has the path of a file that holds the value
(`ANTIPHON_HISTORY__URL_FILE=/run/secrets/history_url`). Not settings: `ANTIPHON_CONFIG` names the
config.toml, and `ANTIPHON_NO_SHARED` is for the terminal.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from pydantic.alias_generators import to_snake

from antiphon.settings.schema.settings_tree import (
    Group,
    Leaf,
    Node,
    Table,
    default_leaves,
    settings_tree,
)
from antiphon.settings.sources.config_file import PATH_VARIABLE
from antiphon.settings.sources.problems import suggest_name
from antiphon.settings.sources.source import RawValue, Source, parse_part
from antiphon.settings.sources.value_file import ValueFileProblem, read_value_file

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "ANTIPHON_"
FILE_SUFFIX: Final = "_FILE"
_NOT_SETTINGS: Final = frozenset({PATH_VARIABLE, "ANTIPHON_NO_SHARED"})


def variable_name(path: tuple[str, ...]) -> str:
    """Returns the environment variable that sets the field at `path`."""
    return PREFIX + "__".join(to_snake(name).upper() for name in path)


def read_environment(environ: Mapping[str, str]) -> Source:
    """Reads all `ANTIPHON_*` variables as a source of settings."""
    source = Source("environment")
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS and environ[name]:
            _add_variable(source, name, environ)
    return source


def _add_variable(source: Source, name: str, environ: Mapping[str, str]) -> None:
    location = _locate(name)
    if location is not None:
        _add_value(source, location, name, environ[name])
        return
    valued = name.removesuffix(FILE_SUFFIX)
    location = None if valued == name else _locate(valued)
    if location is None:
        known = [variable_name(path) for path, _ in default_leaves()]
        text = f"{name} is not the name of a setting{suggest_name(name, known)}"
        source.add_problem((), text, warning=True)
    elif environ.get(valued):
        source.add_problem(location.path, f"{name} is ignored: {valued} is set too", warning=True)
    else:
        _add_file(source, location, name, environ[name])


def _add_file(source: Source, location: _Location, name: str, path: str) -> None:
    """Adds the value that is in a file. One that is empty sets nothing."""
    try:
        text = read_value_file(path)
    except ValueFileProblem as problem:
        source.add_problem(location.path, f"the file that {name} names {problem}; ignored")
    else:
        if text:
            _add_value(source, location, name, text)


def _add_value(source: Source, location: _Location, name: str, text: str) -> None:
    if isinstance(location.node, Leaf):
        value = _parse_list(text) if location.node.is_list else text
        source.values.append(RawValue(location.path, location.node, value, name))
    else:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            source.add_problem(location.path, f"{name} must be a JSON object; ignored")
        else:
            parse_part(source, location.node, location.path, value, label=name)


class _Location(Struct, frozen=True):
    path: tuple[str, ...]
    node: Node


def _locate(name: str) -> _Location | None:
    location = _Location((), settings_tree())
    for segment in name.removeprefix(PREFIX).split("__"):
        child = _child(location.node, segment)
        if child is None:
            return None
        location = _Location((*location.path, child[0]), child[1])
    return location


def _child(node: Node, segment: str) -> tuple[str, Node] | None:
    if isinstance(node, Group):
        field = node.camel_name(segment.lower())
        return None if field is None else (field, node.children[field])
    if isinstance(node, Table) and segment:
        return segment.lower(), node.entry
    return None


def _parse_list(text: str) -> object:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return [element.strip() for element in text.split(",") if element.strip()]
