"""Mutants are made where behaviour is, and a sample is drawn the same way each time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Final

import pytest
from scripts.mutate.drawing import Site, draw_mutants
from scripts.mutate.lua.mutants import LuaMaker
from scripts.mutate.lua.worker import list_pure_modules
from scripts.mutate.mutant import Mutant
from scripts.mutate.typescript.stryker import read_report

ROOT: Final = Path(__file__).resolve().parents[3]
TOOL: Final = ROOT / ".cache" / "mutate" / "venv" / "bin" / "python"
NVIM: Final = ROOT / ".cache" / "neovim" / "bin" / "nvim"

LIST: Final = """
import json, pathlib, sys
from scripts.mutate.drawing import draw_mutants
from scripts.mutate.python.mutants import MutantMaker
made = draw_mutants(MutantMaker(pathlib.Path(sys.argv[1])), ["module.py"], None, 1)
print(json.dumps([[each.line, each.after] for each in made]))
"""
PYTHON: Final = '''\
def free(used: int | None, limit: int) -> int:
    """Returns what is left."""
    _log.debug("%d are used", used + 1)
    if used is None or used > limit:
        return 0
    count(used)
    try:
        return min(used, limit) - used
    except OSError:
        return limit
    except (errors.Closed, *MORE):
        raise
'''
LUA: Final = """\
local M = {}
function M.free(used, limit)
  if used == nil or used > 3 then
    return limit
  end
  vim.print(used)
end
return M
"""


class PlainMaker:
    """Makes ten mutants of any file."""

    def list_sites(self, path: str) -> list[Site]:
        return [Site(path, "plain", number) for number in range(10)]

    def make(self, site: Site) -> Mutant | None:
        number = site.occurrence
        return Mutant(site.path, number, site.operator, "a", "b", "") if number != 4 else None


def test_a_sample_is_of_each_part_and_the_same_for_the_same_seed() -> None:
    files = ["server/antiphon/engine/a.py", "server/antiphon/history/b.py"]
    drawn = [list(draw_mutants(PlainMaker(), files, 3, seed)) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert sorted(each.path for each in drawn[0]) == [files[0]] * 3 + [files[1]] * 3
    assert len(list(draw_mutants(PlainMaker(), files, None, 1))) == 18


@pytest.mark.skipif(not TOOL.exists(), reason="the first `make mutate` installs the tool")
def test_each_operator_changes_what_a_function_does_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(PYTHON, encoding="utf-8")
    command = [TOOL, "-c", LIST, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    made = {(line, after) for line, after in json.loads(done.stdout)}
    assert made == {
        (4, "if not (used is None or used > limit):"),
        (4, "if used is None and used > limit:"),
        (4, "if used is not None or used > limit:"),
        (4, "if used is None or used >= limit:"),
        (4, "if used is None or used <= limit:"),
        (5, "return None"),
        (5, "return 1"),
        (5, "return -1"),
        (6, "pass"),
        (8, "return None"),
        (8, "return max(used, limit) - used"),
        (8, "return min(used, limit) + used"),
        (9, "except ZeroDivisionError:"),
        (10, "return None"),
    }


@pytest.mark.skipif(not NVIM.exists(), reason="scripts/install_neovim.sh was not run")
def test_lua_is_changed_by_the_same_kinds(tmp_path: Path) -> None:
    (tmp_path / "module.lua").write_text(LUA, encoding="utf-8")
    made = {
        (each.line, each.after)
        for each in draw_mutants(LuaMaker(tmp_path, NVIM), ["module.lua"], None, 1)
    }
    assert made == {
        (3, "if not (used == nil or used > 3) then"),
        (3, "if used == nil and used > 3 then"),
        (3, "if used ~= nil or used > 3 then"),
        (3, "if used == nil or used >= 3 then"),
        (3, "if used == nil or used <= 3 then"),
        (3, "if used == nil or used > 4 then"),
        (3, "if used == nil or used > 2 then"),
        (4, "return nil"),
        (6, "do end"),
    }


def test_a_lua_module_is_pure_if_a_unit_test_requires_it() -> None:
    pure = list_pure_modules(ROOT)
    assert "neovim-plugin/lua/antiphon/ask/titles.lua" in pure
    assert "neovim-plugin/lua/antiphon/panes/document/init.lua" in pure
    assert "neovim-plugin/lua/antiphon/init.lua" not in pure


def test_a_report_on_typescript_becomes_results() -> None:
    place = {"start": {"line": 2, "column": 10}, "end": {"line": 2, "column": 15}}
    more = {"mutatorName": "EqualityOperator", "replacement": "a <= b", "location": place}
    statuses = ("Survived", "Killed", "Timeout", "Ignored")
    mutants = [{**more, "status": each} for each in statuses]
    report = {"files": {"src/core/x.ts": {"source": "\n  return a < b;\n", "mutants": mutants}}}
    found = list(read_report(report))
    assert [outcome for _, outcome, _ in found] == ["survived", "caught", "too slow"]
    mutant = found[0][0]
    assert mutant.path == "vscode-extension/src/core/x.ts"
    change = mutant.line, mutant.before, mutant.after
    assert change == (2, "return a < b;", "return a <= b;")
