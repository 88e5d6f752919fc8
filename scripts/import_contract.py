"""The import-linter contract of this project: a complete list of what a package may import.

The contracts that ship forbid what one thought of; this one forbids everything else. It holds for
direct imports, inside functions and under `TYPE_CHECKING` too. The standard library is free.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph


class ImportsOnlyContract(Contract):
    """`package` and everything in it import `allowed`, each with its submodules, and no more."""

    type_name = "imports_only"

    package = fields.StringField()
    allowed = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collects every import of the package that is on no list."""
        package = cast("str", self.package)
        allowed = [package, *cast("list[str]", self.allowed)]
        above = {name.rpartition(".")[0] for name in allowed}  # Python loads these anyway
        importers = {package} | graph.find_descendants(package)
        illegal = sorted(
            f"{importer} imports {imported}"
            for importer in importers
            for imported in graph.find_modules_directly_imported_by(importer)
            if imported.partition(".")[0] not in sys.stdlib_module_names
            and imported not in above
            and not any(imported == name or imported.startswith(f"{name}.") for name in allowed)
        )
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints one line an import."""
        for line in check.metadata["illegal"]:
            output.print_error(line)
