"""Reads the docstrings that stand under fields and aliases, which Python itself does not keep."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType


@cache
def documented_names(module: ModuleType) -> Mapping[str, str]:
    """Maps every assigned name to its docstring, empty where it has none.

    A field is called `Class.field`, a name of the module itself stands alone. The order is that of
    the source, and classes are among the names.
    """
    found: dict[str, str] = {}
    body = ast.parse(inspect.getsource(module)).body
    for statement, doc in _with_following_text(body):
        if isinstance(statement, ast.ClassDef):
            found[statement.name] = ast.get_docstring(statement) or ""
            for member, member_doc in _with_following_text(statement.body):
                for name in _assigned(member):
                    found[f"{statement.name}.{name}"] = member_doc
        for name in _assigned(statement):
            found[name] = doc
    return found


def _with_following_text(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    for index, statement in enumerate(body):
        match body[index + 1 : index + 2]:
            case [ast.Expr(value=ast.Constant(value=str() as text))]:
                yield statement, inspect.cleandoc(text)
            case _:
                yield statement, ""


def _assigned(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            yield name
        case _:
            pass
