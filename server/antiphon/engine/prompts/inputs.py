"""Reads what inputs a document declares, and checks the values that are given for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.prompts.placeholders import INPUT_NAME
from antiphon.engine.source_text.yaml_fields import FieldReader
from antiphon.engine.source_text.yaml_nodes import (
    MappingNode,
    ScalarNode,
    describe_node,
)
from antiphon.model.closest_names import closest_names
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from antiphon.engine.prompts.placeholders import Placeholder
    from antiphon.engine.source_text.problems import SourceProblem
    from antiphon.engine.source_text.yaml_nodes import Pair

INPUT_KEYS: Final = ("description", "default", "required", "enum")


class InputField(Struct, frozen=True):
    """One input of a document, at the place where it is declared or first used."""

    name: str
    start: int
    end: int
    description: str | None = None
    default: str | None = None
    required: bool = True
    enum: tuple[str, ...] = ()
    is_declared: bool = True


def read_inputs(node: MappingNode | None, problems: list[SourceProblem]) -> list[InputField]:
    """Returns the inputs that the field `inputs` declares."""
    return [_read_input(pair, problems) for pair in (node.pairs if node is not None else ())]


def add_used_inputs(
    declared: Sequence[InputField], uses: Iterable[Placeholder]
) -> list[InputField]:
    """Returns the declared inputs, followed by those that are used and not declared."""
    fields = {field.name: field for field in declared}
    for use in uses:
        if use.name not in fields:
            fields[use.name] = InputField(
                use.name, use.start, use.end, description=use.hint or None, is_declared=False
            )
    return list(fields.values())


def resolve_inputs(fields: Sequence[InputField], given: Mapping[str, str]) -> dict[str, str]:
    """Returns the value of every input: what is given, or else its default.

    Raises `AntiphonError` (`invalid_params`, field `$.inputs.<name>`) for an input that is required
    and missing, that is not one of its values, or that does not exist.
    """
    known = {field.name: field for field in fields}
    for name in given:
        if name not in known:
            near = closest_names(name, known, likeness=0.6)
            hint = f"Did you mean {near[0]}?" if near else _list_inputs(known)
            message = f"There is no input {name!r}."
            raise error("invalid_params", message, hint=hint, field=f"$.inputs.{name}")
    values: dict[str, str] = {}
    for field in fields:
        value = given.get(field.name, field.default)
        if value is None and field.required:
            raise _missing(field)
        values[field.name] = value or ""
        if value is not None and field.enum and value not in field.enum:
            message = f"The input {field.name} is one of {', '.join(field.enum)}."
            hint = "Choose one of them."
            raise error("invalid_params", message, hint=hint, field=f"$.inputs.{field.name}")
    return values


def list_missing(fields: Sequence[InputField]) -> list[str]:
    """Returns the names of the inputs that have to be given for a run."""
    return [field.name for field in fields if field.required and field.default is None]


def _missing(field: InputField) -> Exception:
    message = f"The input {field.name} is missing."
    hint = f"Give a value for {field.name}" + (
        f": {field.description}" if field.description else "."
    )
    return error("invalid_params", message, hint=hint, field=f"$.inputs.{field.name}")


def _list_inputs(known: Iterable[str]) -> str:
    names = ", ".join(known)
    return f"Its inputs: {names}." if names else "It has no inputs."


def _read_input(pair: Pair, problems: list[SourceProblem]) -> InputField:
    key, value = pair.key, pair.value
    node = value if isinstance(value, MappingNode) else MappingNode((), key.start, key.end)
    reader = FieldReader(node, problems)
    if not INPUT_NAME.fullmatch(pair.name):
        reader.note(key, "An input's name has letters, digits, `_` and `-`, a letter first.")
    if isinstance(value, ScalarNode) and value.value is not None:
        # A short form that other tools have: `file: which file to read`.
        return InputField(pair.name, key.start, key.end, description=value.text)
    if not isinstance(value, MappingNode | ScalarNode):
        reader.note(value, f"An input is a mapping, not {describe_node(value)}.")
    reader.check_keys(INPUT_KEYS)
    default = _read_default(reader)
    enum = tuple(each.text for each in reader.items("enum") if isinstance(each, ScalarNode))
    if default is not None and enum and default not in enum:
        found = reader.value("default")
        reader.note(found or key, f"The default is not one of {', '.join(enum)}.")
    required = reader.flag("required")
    return InputField(
        pair.name,
        key.start,
        key.end,
        description=reader.text("description"),
        default=default,
        required=default is None if required is None else required and default is None,
        enum=enum,
    )


def _read_default(reader: FieldReader) -> str | None:
    """Returns the default, which may be the empty text."""
    pair = reader.node.find("default")
    if pair is not None and isinstance(pair.value, ScalarNode):
        return None if pair.value.value is None else pair.value.text
    return reader.text("default")
