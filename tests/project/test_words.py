"""Docstrings and comments are plain technical English; see "How we write" in CONTRIBUTING.md."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = (
    "clients/antiphon_client",
    "clients/antiphon_terminal",
    "server/antiphon/app",
    "server/antiphon/engine",
    "server/antiphon/history",
    "server/antiphon/lsp",
    "server/antiphon/logs",
    "server/antiphon/metrics",
    "server/antiphon/model",
    "server/antiphon/providers",
    "server/antiphon/settings",
    "server/antiphon/shared_limits",
    "server/antiphon/telemetry",
)
"""The packages whose words have been revised; a package is added when its words are."""

_MAX_WORDS: Final = 15
_BAD: Final = re.compile(
    r"\b(?:stands?|told|said|taken|anew|whom|whence|persons?|(?<!there )(?:is|are) no [a-z]+)\b",
    re.IGNORECASE,
)
"""`there is no key` is English, `it is no key` is not."""
_NOT_PROSE: Final = re.compile(r"`[^`]*`|\"[^\"]*\"|https?://\S+|\bis no longer\b")
"""Code and quotations, which keep their own words."""
_THIRD_PERSON: Final = re.compile(r"[A-Z][a-z]*s\b")
_NOUNS: Final = frozenset({"This", "Its", "Is", "Has", "As", "Words", "Lines", "Whether"})
_NAMED_LIKE_FIELDS: Final = frozenset({"property", "cached_property", "fixture"})
_COMMANDS: Final = frozenset({"command", "group"})
"""Decorators of click: their docstring is the help text, which commands in the imperative."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def find_faults(source: str) -> Iterator[tuple[int, str]]:
    """Yields the line and the description of everything in `source` that breaks the rules."""
    tree = ast.parse(source)
    for line, text in _texts(source, tree):
        found = _BAD.search(_NOT_PROSE.sub("", text))
        if found:
            yield line, f"write {found[0]!r} in other words"
    for node in ast.walk(tree):
        if isinstance(node, Documented) and (text := ast.get_docstring(node)):
            first = text.partition("\n")[0]
            line = node.body[0].lineno
            if len(first.split()) > _MAX_WORDS:
                yield line, f"more than {_MAX_WORDS} words: {first}"
            if ";" in first:
                yield line, f"a semicolon: {first}"
            if _begins_with_verb(node) and not _is_verb(first.split()[0]):
                yield line, f"no verb in the third person at the beginning: {first}"


def _texts(source: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yields every docstring, of fields and constants too, and every comment, with its line."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for each in body if isinstance(body, list) else ():
            match each:
                case ast.Expr(value=ast.Constant(value=str() as text), lineno=line):
                    yield line, text
                case _:
                    pass
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _begins_with_verb(node: Documented) -> bool:
    if not isinstance(node, Function):
        return False
    names = {_name(each) for each in node.decorator_list}
    return not names & (_NAMED_LIKE_FIELDS | _COMMANDS)


def _name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _is_verb(word: str) -> bool:
    return bool(_THIRD_PERSON.fullmatch(word.rstrip(",.:"))) and word not in _NOUNS


@pytest.mark.parametrize("package", PACKAGES)
def test_words_of_a_package_are_plain(package: str) -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {fault}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, fault in find_faults(path.read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)


PAGES: Final = sorted(
    {
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "vscode-extension/README.md")),
        ROOT / "neovim-plugin/doc/antiphon.txt",
    }
)
_BAD_IN_PAGES: Final = re.compile(r"\b(?:stands|told|anew|whom|persons?)\b", re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_words_of_a_page_are_plain(page: Path) -> None:
    lines = enumerate(page.read_text("utf-8").splitlines(), 1)
    found = [(number, _BAD_IN_PAGES.search(_NOT_PROSE.sub("", line))) for number, line in lines]
    assert not [f"{number}: {match[0]}" for number, match in found if match]
