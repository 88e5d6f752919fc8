"""A change that is no behaviour makes no mutant."""

from __future__ import annotations

import pytest
from scripts.mutate.python.behaviour import reduce_to_behaviour

SAME = {
    "an annotation of an argument": ("def f(a: X | Y): g(a)", "def f(a: X & Y): g(a)"),
    "an annotation of a field": ("class A:\n    b: X | Y = 1", "class A:\n    b: X & Y = 1"),
    "what is returned by name": ("def f() -> X | Y: g()", "def f() -> X & Y: g()"),
    "imports for types": (
        "if TYPE_CHECKING:\n    import a\nb()",
        "if not TYPE_CHECKING:\n    import a\nb()",
    ),
    "a class's options": ("class A(B, frozen=True): c = 1", "class A(B, frozen=False): c = 1"),
    "a decorator that changes no call": (
        "class A:\n    @property\n    def b(self): return 1",
        "class A:\n    def b(self): return 1",
    ),
    "what is logged": ('def f():\n    _log.debug("a %d", b + 1)', "def f():\n    pass"),
    "an assertion of zip": ("a(zip(b, c, strict=True))", "a(zip(b, c, strict=False))"),
    "a docstring": ('def f():\n    "One."\n    g()', 'def f():\n    "Two."\n    g()'),
}
DIFFERENT = {
    "a comparison": ("def f(a): return a < 1", "def f(a): return a <= 1"),
    "a default": ("def f(a: int = 1): g(a)", "def f(a: int = 2): g(a)"),
    "a field's default": ("class A:\n    b: int = 1", "class A:\n    b: int = 2"),
    "a decorator of ours": ("@kept\ndef f(): g()", "def f(): g()"),
    "a call": ("def f():\n    g()\n    h()", "def f():\n    pass\n    h()"),
    "a union in an expression": ("a = b | c", "a = b & c"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_what_is_no_behaviour_makes_no_difference(one: str, other: str) -> None:
    assert reduce_to_behaviour(one) == reduce_to_behaviour(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_is_behaviour_makes_one(one: str, other: str) -> None:
    assert reduce_to_behaviour(one) != reduce_to_behaviour(other)
