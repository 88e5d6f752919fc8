"""Reads the definition of the wire: the classes of `antiphon.model` and the command table."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic.alias_generators import to_camel

from antiphon.lsp.commands.table import COMMANDS
from antiphon.model.failure import FailureKind
from antiphon.model.wire import Wire, is_absent
from protocol_files.docstrings import documented_names
from protocol_files.shapes import (
    Alias,
    Catalog,
    Command,
    Either,
    ListOf,
    MapOf,
    Named,
    Nullable,
    OneOf,
    Primitive,
    Property,
    Record,
)

if TYPE_CHECKING:
    from types import ModuleType

    from pydantic.fields import FieldInfo

    from protocol_files.shapes import Definition, Shape

MODULES: Final = (
    "wire",
    "failure",
    "values.usage",
    "values.positions",
    "conversation.message",
    "conversation.session",
    "values.model_info",
    "conversation.events",
    "commands.budget",
    "commands.runs",
    "commands.models",
    "commands.prompts",
    "commands.sessions",
    "commands.follow",
    "commands.documents",
    "commands.search",
    "commands.maintenance",
    "commands.meter",
    "commands.keys",
    "commands.config",
    "commands.comparison",
    "commands.transfer",
    "commands.code",
    "commands.pipelines.steps",
    "commands.pipelines.results",
    "commands.pipelines.library",
    "commands.pipelines.runs",
)
"""The modules of `antiphon.model` that define types of the wire, those that others need first."""

PRIMITIVES: Final[dict[Any, Shape]] = {
    str: Primitive("string"),
    int: Primitive("integer"),
    float: Primitive("number"),
    bool: Primitive("boolean"),
    Any: Primitive("any"),
}

LIMITS: Final = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum"}

SNAKE_CASE: Final = re.compile(r"(?<=`)[a-z]+(?:_[a-z]+)+(?=`)")
KINDS: Final = get_args(FailureKind)

_UNIONS: Final = (Union, UnionType)


def read_catalog() -> Catalog:
    """All types and commands of the wire."""
    reader = _Reader()
    modules = [importlib.import_module(f"antiphon.model.{name}") for name in MODULES]
    for module in modules:
        reader.collect_aliases(module)
    definitions = [each for module in modules for each in reader.definitions(module)]
    return Catalog(tuple(definitions), _commands())


def _commands() -> tuple[Command, ...]:
    return tuple(
        Command(name, command.params.__name__, command.result.__name__)
        for name, command in COMMANDS.items()
    )


@dataclass
class _Reader:
    aliases: list[tuple[Any, str]] = field(default_factory=list[tuple[Any, str]])

    def collect_aliases(self, module: ModuleType) -> None:
        """Remembers the unions and literals that have a name of their own."""
        for name in documented_names(module):
            value = getattr(module, name, None)
            is_generic = bool(getattr(value, "__parameters__", ()))
            if get_origin(value) in (Literal, Annotated, *_UNIONS) and not is_generic:
                self.aliases.append((value, name))

    def definitions(self, module: ModuleType) -> list[Definition]:
        """What `module` defines, in the order of its source."""
        docs = documented_names(module)
        own_aliases = {name: value for value, name in self.aliases if name in docs}
        found: list[Definition] = []
        for name in docs:
            value = own_aliases.get(name, getattr(module, name, None))
            if name in own_aliases:
                found.append(self._alias(name, value, docs[name]))
            elif isinstance(value, type) and issubclass(value, Wire) and value is not Wire:
                found.append(self._record(value))
        return found

    def _alias(self, name: str, value: Any, doc: str) -> Alias:
        return Alias(name, _on_the_wire(doc), self._unnamed(value))

    def _record(self, cls: type[Wire]) -> Record:
        properties = [self._property(cls, name, info) for name, info in cls.model_fields.items()]
        # What tells a union's members apart is read first.
        properties.sort(key=lambda each: not (each.name == "type" and _is_constant(each.shape)))
        is_open = cls.model_config.get("extra") == "allow"
        return Record(
            cls.__name__, _on_the_wire(inspect.getdoc(cls) or ""), tuple(properties), is_open
        )

    def _property(self, cls: type[Wire], name: str, info: FieldInfo) -> Property:
        optional = info.exclude_if is is_absent
        annotation = _without_none(info.annotation) if optional else info.annotation
        limits = {
            word: getattr(bound, key)
            for bound in info.metadata
            for key, word in LIMITS.items()
            if hasattr(bound, key)
        }
        wire_name = info.alias or name
        return Property(wire_name, self._shape(annotation), optional, _field_doc(cls, name), limits)

    def _shape(self, annotation: Any) -> Shape:
        for value, name in self.aliases:
            if annotation == value:
                return Named(name)
        return self._unnamed(annotation)

    def _unnamed(self, annotation: Any) -> Shape:
        if annotation in PRIMITIVES:
            return PRIMITIVES[annotation]
        if isinstance(annotation, type) and issubclass(annotation, Wire):
            return Named(annotation.__name__)
        arguments = get_args(annotation)
        match get_origin(annotation):
            case origin if origin is Literal:
                return OneOf(arguments)
            case origin if origin is Annotated:
                return self._unnamed(arguments[0])
            case origin if origin is list:
                return ListOf(self._shape(arguments[0]))
            case origin if origin is dict:
                return MapOf(self._shape(arguments[1]))
            case origin if origin in _UNIONS and NoneType in arguments:
                return Nullable(self._shape(_without_none(annotation)))
            case origin if origin in _UNIONS:
                return Either(tuple(map(self._shape, arguments)))
            case _:
                raise TypeError(f"the generator has no word for {annotation!r}")


def _without_none(annotation: Any) -> Any:
    members = tuple(each for each in get_args(annotation) if each is not NoneType)
    return Union[members]  # noqa: UP007 - the members are only known at run time


def _field_doc(cls: type[Wire], name: str) -> str:
    for owner in cls.__mro__:
        docs = documented_names(importlib.import_module(owner.__module__))
        if f"{owner.__name__}.{name}" in docs:
            return _on_the_wire(docs[f"{owner.__name__}.{name}"])
    raise LookupError(f"no source of {cls.__name__}.{name}")


def _is_constant(shape: Shape) -> bool:
    return isinstance(shape, OneOf) and len(shape.values) == 1


def _on_the_wire(doc: str) -> str:
    """`doc` with the Python names of fields in it spelt as on the wire."""
    return SNAKE_CASE.sub(lambda found: found[0] if found[0] in KINDS else to_camel(found[0]), doc)
