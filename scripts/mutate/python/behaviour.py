"""Reduces a module to what it does, so that changes to anything else can be left out.

Not behaviour: docstrings, annotations, what only type checkers read, a class's options, decorators
that change no call, what is logged, and whether `zip` asserts that the lengths are equal.
"""

from __future__ import annotations

import ast
from typing import Final

_FREE_DECORATORS: Final = frozenset(
    [
        "abstractmethod",
        "cached_property",
        "classmethod",
        "dataclass",
        "final",
        "overload",
        "override",
        "property",
        "runtime_checkable",
        "setter",
        "staticmethod",
    ]
)
"""Without these a module does the same, or does not work at all."""
_LOGGERS: Final = frozenset({"_LOG", "_log"})


def reduce_to_behaviour(source: str) -> str:
    """Returns a text that is equal for two modules that do the same.

    Raises `SyntaxError` for what is not Python.
    """
    return ast.dump(_Reducer().visit(ast.parse(source)))


class _Reducer(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        node.decorator_list = [each for each in node.decorator_list if not _is_free(each)]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.keywords = []
        node.decorator_list = [each for each in node.decorator_list if not _is_free(each)]
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        names = (each.id for each in ast.walk(node.test) if isinstance(each, ast.Name))
        return None if "TYPE_CHECKING" in names else self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        match node.value:
            case ast.Constant():
                return None
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in _LOGGERS:
                return None
            case _:
                return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "zip":
            node.keywords = []
        return self.generic_visit(node)

    def visit_Pass(self, node: ast.Pass) -> None:
        """Drops a `pass`: what replaces a statement that counts for nothing counts for nothing."""


def _is_free(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in _FREE_DECORATORS
