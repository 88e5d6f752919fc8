"""`git:diff` and `git:staged` among the context items of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from antiphon.lsp.client.context_reader import WorkspaceReader
from antiphon.model.commands.runs import ContextItem
from antiphon.model.failure import AntiphonError
from support.lsp.git_folder import GitFolder

if TYPE_CHECKING:
    from pathlib import Path

FIRST_LINE = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}


class Workspace:
    """A client with one changed folder, which is known once its changes have arrived."""

    def __init__(self, path: Path) -> None:
        self.folder = GitFolder(path)
        self.folder.write(**{"a.txt": "changed\n"})
        self.roots: list[Path] = []
        self.trusted = True
        self.reader = WorkspaceReader(
            lambda: self.roots, self._settle, self._no_document, self._no_document,
            lambda: self.trusted,
        )  # fmt: skip

    async def read(self, **item: object) -> str:
        return await self.reader.read(ContextItem.model_validate(item), max_bytes=1 << 20)

    async def _settle(self) -> None:
        self.roots = [self.folder.path]

    async def _no_document(self, uri: str) -> NoReturn:
        raise AssertionError(uri)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


async def test_a_diff_is_that_of_the_folders_once_their_changes_have_arrived(
    workspace: Workspace,
):
    assert await workspace.read(uri="git:diff") == workspace.folder.git("diff")


async def test_a_part_of_a_diff_can_be_sent(workspace: Workspace):
    first, _, _ = workspace.folder.git("diff").partition("\n")
    assert await workspace.read(uri="git:diff", range=FIRST_LINE) == f"{first}\n"


async def test_a_client_may_send_the_text_itself(workspace: Workspace):
    workspace.trusted = False
    assert await workspace.read(uri="git:staged", text="+mine\n") == "+mine\n"


async def test_git_is_not_asked_in_a_folder_that_is_not_trusted(workspace: Workspace):
    workspace.trusted = False
    with pytest.raises(AntiphonError) as caught:
        await workspace.read(uri="git:diff")
    assert caught.value.failure.kind == "permission"
    assert "Trust the folder" in (caught.value.failure.hint or "")


def test_a_diff_is_labelled_as_the_command_that_prints_it(workspace: Workspace):
    def label(**item: object) -> str:
        return workspace.reader.label(ContextItem.model_validate(item))

    assert label(uri="git:diff") == "git diff"
    assert label(uri="git:staged") == "git diff --staged"
    assert label(uri="git:diff", range=FIRST_LINE) == "git diff, line 1"
    assert label(uri="git:/src/app.py?%7B%22ref%22%3A%22%22%7D", text="x") == "app.py"
