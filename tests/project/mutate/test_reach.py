"""The tests that are run are those that can notice the change."""

from __future__ import annotations

from scripts.mutate.python.reach import RecordedTest, choose_tests, find_function, find_importers

MODULE = "server/antiphon/engine/slots.py"
FOLDER = "tests/engine"
SOURCE = """\
LIMIT = 4


def free(used):
    return LIMIT - used


class Slots:
    least = 1

    @kept
    def use(self, count=1):
        def inner():
            return count
        return inner()

    @cache
    def table(self):
        return {}
"""


def recorded(name: str, *lines: int, path: str = MODULE, spawned: bool = False) -> RecordedTest:
    full_name = f"{FOLDER}/test_it.py::{name}" if spawned else name
    return RecordedTest(full_name, 0.1, spawned, frozenset((path, line) for line in lines))


def test_a_line_belongs_to_the_outermost_function_with_its_decorators() -> None:
    assert find_function(SOURCE, 5) == (4, 5)
    assert find_function(SOURCE, 14) == (11, 15)


def test_constants_defaults_and_kept_results_belong_to_the_module() -> None:
    assert [find_function(SOURCE, line) for line in (1, 9, 12, 19)] == [None] * 4


def test_a_change_in_a_function_is_for_the_tests_that_call_it() -> None:
    tests = [recorded("calls", 11), recorded("other", 4), recorded("starts", spawned=True)]
    chosen = choose_tests(tests, (11, 15), {MODULE}, FOLDER)
    assert chosen == [tests[0], tests[2]]
    assert choose_tests(tests, (11, 15), {MODULE}, "tests/history") == [tests[0]]
    assert choose_tests(tests, (90, 99), {MODULE}, FOLDER) == [tests[2]]


def test_a_constant_is_for_the_tests_of_whatever_imports_it() -> None:
    sources = {
        MODULE: SOURCE,
        "server/antiphon/engine/plan.py": "from antiphon.engine.slots import LIMIT",
        "server/antiphon/engine/other.py": "from antiphon.engine.plan import p",
    }
    importers = find_importers(sources, MODULE)
    tests = [recorded(path, 1, path=path) for path in sources]
    chosen = choose_tests(tests, None, importers, FOLDER)
    assert [each.name for each in chosen] == list(sources)[:2]


def test_a_package_passes_its_names_on() -> None:
    sources = {
        "server/antiphon/ports/deltas.py": "",
        "server/antiphon/ports/__init__.py": "from antiphon.ports.deltas import Text",
        "server/antiphon/run.py": "from antiphon.ports import Text",
    }
    assert find_importers(sources, "server/antiphon/ports/deltas.py") == set(sources)
