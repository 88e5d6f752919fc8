"""Settings from the environment.

The rule: `ANTIPHON_`, then the setting's path in capitals, words joined by `_` and levels by `__`:
`ANTIPHON_TIMEOUTS__IDLE_MS=90000` sets `timeouts.idleMs`. Lists have commas between their elements
or are JSON (`ANTIPHON_MODELS__DEFAULT="openai/gpt-5,demo/poet"`). A name of one's own choice is
lower case (`ANTIPHON_PROVIDERS__WORK__BASE_URL` sets `providers.work.baseUrl`); other names need
JSON one level up (`ANTIPHON_PROVIDERS='{"My-Gateway": {"baseUrl": "http://…"}}'`). An empty
variable is not set. `ANTIPHON_CONFIG` is no setting: it names the config.toml.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic.alias_generators import to_snake

from antiphon.settings.schema.tree import Group, Leaf, Node, Table, default_leaves, settings_tree
from antiphon.settings.sources.config_file import PATH_VARIABLE
from antiphon.settings.sources.problems import did_you_mean
from antiphon.settings.sources.source import RawValue, Source, walk_object

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "ANTIPHON_"
_NOT_SETTINGS: Final = frozenset({PATH_VARIABLE})


def variable_of(path: tuple[str, ...]) -> str:
    """The environment variable that sets the field at `path`."""
    return PREFIX + "__".join(to_snake(name).upper() for name in path)


def source_of_environment(environ: Mapping[str, str]) -> Source:
    """All `ANTIPHON_*` variables as a source of settings."""
    source = Source("environment")
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS and environ[name]:
            _take(source, name, environ[name])
    return source


def _take(source: Source, name: str, text: str) -> None:
    place = _place_of(name)
    if place is None:
        known = [variable_of(path) for path, _ in default_leaves()]
        text = f"{name} names no setting{did_you_mean(name, known)}"
        source.complain((), text, warning=True)
    elif isinstance(place.node, Leaf):
        value = _elements(text) if place.node.is_list else text
        source.given.append(RawValue(place.path, place.node, value, name))
    else:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            source.complain(place.path, f"{name} must be a JSON object; ignored")
        else:
            walk_object(source, place.node, place.path, value, label=name)


@dataclass(frozen=True, slots=True)
class _Place:
    path: tuple[str, ...]
    node: Node


def _place_of(name: str) -> _Place | None:
    place = _Place((), settings_tree())
    for segment in name.removeprefix(PREFIX).split("__"):
        step = _step(place.node, segment)
        if step is None:
            return None
        place = _Place((*place.path, step[0]), step[1])
    return place


def _step(node: Node, segment: str) -> tuple[str, Node] | None:
    if isinstance(node, Group):
        known = node.outside_name(segment.lower())
        return None if known is None else (known, node.children[known])
    if isinstance(node, Table) and segment:
        return segment.lower(), node.entry
    return None


def _elements(text: str) -> object:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return [element.strip() for element in text.split(",") if element.strip()]
