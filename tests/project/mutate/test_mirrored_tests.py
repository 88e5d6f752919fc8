"""A module's tests are those that mirror it, then the rest of its package's, the nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scripts.mutate.python.mirrored_tests import find_mirrored_tests

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_of_the_same_name_comes_first_and_far_ones_last(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "engine"
    for name in ("test_top.py", "pane/test_cost.py", "pane/test_live.py", "run/test_live.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    found = find_mirrored_tests(tmp_path, "server/antiphon/engine/pane/live.py")
    assert found.package == "tests/engine"
    assert found.own == ("tests/engine/pane/test_live.py",)
    assert found.rest[0] == "tests/engine/pane/test_cost.py"
    assert set(found.rest[1:]) == {"tests/engine/run/test_live.py", "tests/engine/test_top.py"}


def test_the_tests_of_a_folder_without_a_mirror_are_in_the_nearest_above_it(root: Path) -> None:
    worker = "server/antiphon/providers/litellm/worker/answer.py"
    assert find_mirrored_tests(root, worker).folder == "tests/providers/litellm"


@pytest.mark.parametrize(
    ("module", "own"),
    [
        (
            "server/antiphon/providers/openai/chunks.py",
            "tests/providers/openai/test_openai_chunks.py",
        ),
        ("server/antiphon/engine/redaction.py", "tests/engine/test_redaction.py"),
        ("server/antiphon/model/closest_names.py", "tests/model/test_closest_names.py"),
        ("clients/antiphon_client/reducer.py", "tests/client/test_reducer.py"),
    ],
)
def test_the_rule_holds_in_this_checkout(root: Path, module: str, own: str) -> None:
    assert (root / module).exists()
    assert own in find_mirrored_tests(root, module).own


def test_what_is_no_module_of_ours_has_no_mirror(root: Path) -> None:
    with pytest.raises(ValueError, match="is in none of"):
        find_mirrored_tests(root, "scripts/demo.py")
