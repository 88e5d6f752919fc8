"""The kinds of change that are made: a sensible few of the tool's, and our own."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from scripts.mutate.python.own_operators import OWN_OPERATORS, Operator

_COMPARISONS: Final = [
    "Eq_NotEq",
    "NotEq_Eq",
    "Lt_LtE",
    "Lt_GtE",
    "LtE_Lt",
    "LtE_Gt",
    "Gt_GtE",
    "Gt_LtE",
    "GtE_Gt",
    "GtE_Lt",
    "Is_IsNot",
    "IsNot_Is",
]
"""A boundary moved by one, and the opposite: the same tests catch the other replacements."""
_ARITHMETIC: Final = [
    "Add_Sub",
    "Sub_Add",
    "Mul_Add",
    "Div_Mul",
    "FloorDiv_Mul",
    "Mod_Add",
    "BitOr_BitAnd",
    "BitAnd_BitOr",
    "LShift_RShift",
    "RShift_LShift",
]
_UNARY: Final = ("Delete_Not", "Delete_USub")
_OTHERS: Final = [
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
]


def load_operators() -> dict[str, Operator]:
    """Returns an operator of each kind by its name.

    The tool is imported by its name: it is in an environment of its own, which type checkers and
    tests do without.
    """
    plugins: Any = import_module("cosmic_ray.plugins")
    parse: Any = import_module("cosmic_ray.ast").get_ast
    names = [
        *(f"ReplaceComparisonOperator_{each}" for each in _COMPARISONS),
        *(f"ReplaceBinaryOperator_{each}" for each in _ARITHMETIC),
        *(f"ReplaceUnaryOperator_{each}" for each in _UNARY),
        *_OTHERS,
    ]
    kept: dict[str, Operator] = {name: plugins.get_operator(f"core/{name}")() for name in names}
    return kept | {each.__name__: each(parse) for each in OWN_OPERATORS}
