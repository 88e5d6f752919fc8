"""Makes the mutants of Lua files from the changes that Neovim's parser finds."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from scripts.mutate.drawing import Site
from scripts.mutate.mutant import Mutant, describe_change

_LISTER: Final = Path(__file__).with_name("list_changes.lua")


class LuaMaker:
    """Lists the changes of files and makes the mutant of each."""

    def __init__(self, checkout: Path, nvim: Path) -> None:
        self._checkout = checkout
        self._nvim = nvim
        self._changes: dict[Site, dict[str, Any]] = {}
        self._seen: set[tuple[str, str]] = set()

    def list_sites(self, path: str) -> list[Site]:
        """Returns every change of a file."""
        command = [self._nvim, "--clean", "-l", _LISTER, self._checkout / path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        counts: dict[str, int] = defaultdict(int)
        sites: list[Site] = []
        for line in (done.stdout or done.stderr).splitlines():
            change: dict[str, Any] = json.loads(line)
            site = Site(path, change["kind"], counts[change["kind"]])
            counts[change["kind"]] += 1
            self._changes[site] = change
            sites.append(site)
        return sites

    def make(self, site: Site) -> Mutant | None:
        """Returns the mutant, or `None` if it was made already."""
        change = self._changes[site]
        original = (self._checkout / site.path).read_bytes()
        changed = (
            original[: change["first"]] + change["text"].encode() + original[change["last"] :]
        ).decode()
        if (site.path, changed) in self._seen:
            return None
        self._seen.add((site.path, changed))
        line, before, after = describe_change(original.decode(), changed)
        return Mutant(site.path, line, site.operator, before, after, changed)
