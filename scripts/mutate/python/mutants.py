"""Makes the mutants of a module."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from scripts.mutate.drawing import Site
from scripts.mutate.mutant import Mutant, describe_change
from scripts.mutate.python.behaviour import reduce_to_behaviour
from scripts.mutate.python.operators import load_operators

if TYPE_CHECKING:
    from pathlib import Path

_UNKNOWN_EXCEPTION: Final = "CosmicRayTestingException"
"""What the tool writes in the place of an exception, in a module that does not import it."""
_OTHER_EXCEPTION: Final = "ZeroDivisionError"


class MutantMaker:
    """Lists the sites of modules and makes the mutant of each."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._operators = load_operators()
        self._ast: Any = import_module("cosmic_ray.ast")
        self._mutate: Callable[..., str | None] = import_module("cosmic_ray.mutating").mutate_code
        self._seen: dict[str, set[str]] = {}

    def list_sites(self, path: str) -> list[Site]:
        """Returns every place of a module that some operator changes."""
        nodes = list(self._ast.ast_nodes(self._ast.get_ast(self._read(path))))
        return [
            Site(path, name, number)
            for name, operator in self._operators.items()
            for number, _ in enumerate(
                place for node in nodes for place in operator.mutation_positions(node)
            )
        ]

    def make(self, site: Site) -> Mutant | None:
        """Returns the mutant, or `None` if it is not Python, does the same or was made already."""
        source = self._read(site.path)
        seen = self._seen.setdefault(site.path, {reduce_to_behaviour(source)})
        try:
            changed = self._mutate(source, self._operators[site.operator], site.occurrence)
        except AttributeError:  # cosmic-ray replaces names alone, not `ssl.SSLError` or `*BROKEN`
            if not site.operator.endswith("ExceptionReplacer"):
                raise
            return None
        if changed is None:
            return None
        changed = changed.replace(_UNKNOWN_EXCEPTION, _OTHER_EXCEPTION)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                compile(changed, site.path, "exec", dont_inherit=True)
            behaviour = reduce_to_behaviour(changed)
        except SyntaxError:
            return None
        if behaviour in seen:
            return None
        seen.add(behaviour)
        line, before, after = describe_change(source, changed)
        return Mutant(site.path, line, site.operator, before, after, changed)

    def _read(self, path: str) -> str:
        return (self._root / path).read_text(encoding="utf-8")
