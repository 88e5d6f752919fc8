"""Prompt files are read from open folders and the library, and from nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from antiphon.engine.prompts.parsing.prompt_file import parse_prompt_file
from antiphon.lsp.client.prompt_store import LibraryPrompts
from antiphon.model.failure import AntiphonError


class Machine:
    """A workspace, a config folder and open buffers."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self.user, self.elsewhere = (
            folder / name for name in ("workspace", "config/prompts", "elsewhere")
        )
        for each in (self.workspace / ".antiphon" / "prompts", self.user, self.elsewhere):
            each.mkdir(parents=True)
        self.buffers: dict[str, str] = {}
        self.store = LibraryPrompts(
            lambda: [self.workspace], self._settled, self._buffer, lambda: self.user
        )

    async def _settled(self) -> None:
        pass

    async def _buffer(self, uri: str) -> str | None:
        return self.buffers.get(uri)

    async def refused(self, path: Path) -> str:
        with pytest.raises(AntiphonError) as refused:
            await self.store.text(path.as_uri())
        return refused.value.failure.kind

    async def listed(self) -> list[tuple[str, str]]:
        """The names and sources of the library, but for the product's."""
        found = await self.store.list()
        return [
            (each.uri.rpartition("/")[2], each.source) for each in found if each.source != "product"
        ]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def test_an_open_buffer_counts_before_its_file(machine: Machine) -> None:
    path = machine.workspace / "a.antiphon.md"
    path.write_text("file")
    assert await machine.store.text(path.as_uri()) == "file"
    machine.buffers[path.as_uri()] = "buffer"
    assert await machine.store.text(path.as_uri()) == "buffer"


async def test_what_is_neither_open_nor_in_the_library_is_not_read(machine: Machine) -> None:
    outside = machine.elsewhere / "a.antiphon.md"
    outside.write_text("secret")
    assert await machine.refused(outside) == "permission"
    link = machine.workspace / "link.antiphon.md"
    link.symlink_to(outside)
    assert await machine.refused(link) == "permission"
    assert await machine.refused(machine.workspace / "gone.antiphon.md") == "not_found"
    assert await machine.refused(machine.workspace) == "invalid_params"


async def test_what_cannot_be_read_is_refused(machine: Machine) -> None:
    path = machine.workspace / "a.antiphon.md"
    path.write_bytes(b"\xff\xfe")
    assert await machine.refused(path) == "invalid_params"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert await machine.refused(path) == "invalid_params"


async def test_the_library_is_the_workspaces_the_users_and_the_products(machine: Machine) -> None:
    own = machine.workspace / ".antiphon" / "prompts"
    (own / "b.antiphon.md").write_text("b")
    (own / "a.antiphon.md").write_text("a")
    (own / "notes.md").write_text("not one")
    (own / "bad.antiphon.md").write_bytes(b"\xff")
    (own / "out.antiphon.md").symlink_to(machine.elsewhere / "x.antiphon.md")
    (machine.elsewhere / "x.antiphon.md").write_text("secret")
    (machine.user / "c.antiphon.md").write_text("c")
    assert await machine.listed() == [
        ("a.antiphon.md", "workspace"),
        ("b.antiphon.md", "workspace"),
        ("c.antiphon.md", "user"),
    ]


async def test_the_products_five_are_without_a_problem(machine: Machine) -> None:
    product = [each for each in await machine.store.list() if each.source == "product"]
    files = [parse_prompt_file(each.text) for each in product]
    assert [problem for file in files for problem in file.problems] == []
    assert {file.name for file in files} == {
        *("Review my changes", "Write a commit message", "Explain the selection"),
        *("Write tests", "Find the cause"),
    }
    assert all(file.description for file in files)
    uses = {entry.text for file in files for entry in file.context}
    assert {"@diff", "@staged", "@selection"} <= uses


async def test_the_state_of_a_context_file_is_known(machine: Machine) -> None:
    (machine.workspace / "a.py").write_text("12345")
    paths = [machine.workspace / "a.py", machine.workspace / "b.py", machine.elsewhere]
    found = await machine.store.find_files([*paths, machine.workspace])
    assert [(each.state, each.bytes) for each in found] == [
        *(("readable", 5), ("missing", 0), ("outside", 0), ("no file", 0))
    ]


async def test_a_workspaces_many_bytes_hide_none_of_the_users(machine: Machine) -> None:
    own = machine.workspace / ".antiphon" / "prompts"
    for number in range(6):
        (own / f"{number}.antiphon.md").write_bytes(b"x" * 1_000_000)
    (machine.user / "mine.antiphon.md").write_text("mine")
    found = [name for name, _ in await machine.listed()]
    assert found == [*(f"{number}.antiphon.md" for number in range(4)), "mine.antiphon.md"]
