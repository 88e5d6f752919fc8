"""Nothing outside the open folders is read for a prompt, and what is read is what it says."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest

from antiphon.lsp.client.context_reader import WorkspaceReader, file_path
from antiphon.model.commands.runs import ContextItem
from antiphon.model.failure import AntiphonError

SECRET = "id_rsa"
PLENTY = 1 << 20


class EngineHarness:
    """A workspace folder with a neighbour that must not be read, and the client's open buffers."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "work space"
        self.outside = tmp_path / "outside"
        self.root.mkdir()
        self.outside.mkdir()
        self.roots = [self.root]
        self.settled: list[Path] = []
        """The folders once a change that is under way is in."""
        self.open: dict[str, str] = {}
        self.documents: dict[str, str] = {}
        (self.outside / SECRET).write_text("secret")

    def write(self, name: str, content: str | bytes) -> str:
        """Writes a file of the workspace; its URI."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path.as_uri()

    @property
    def reader(self) -> WorkspaceReader:
        async def open_text(uri: str) -> str | None:
            return self.open.get(uri)

        async def document_text(uri: str) -> str:
            return self.documents[uri]

        async def folders_settled() -> None:
            self.roots = self.settled or self.roots

        return WorkspaceReader(
            lambda: self.roots, folders_settled, open_text, document_text, lambda: True
        )

    async def read(self, uri: str, *, max_bytes: int = PLENTY, **more) -> str:
        item = ContextItem.model_validate({"uri": uri, **more})
        return await self.reader.read(item, max_bytes=max_bytes)

    async def refused(self, uri: str, **more) -> str:
        """What is said where `uri` must not be read."""
        with pytest.raises(AntiphonError) as caught:
            await self.read(uri, **more)
        assert caught.value.failure.kind == "invalid_params"
        assert caught.value.field.startswith("$.context")
        assert caught.value.failure.hint.endswith(".")
        return caught.value.failure.message

    def label(self, uri: str, **more) -> str:
        return self.reader.label(ContextItem.model_validate({"uri": uri, **more}))


@pytest.fixture
def harness(tmp_path: Path) -> EngineHarness:
    return EngineHarness(tmp_path)


def lines(first: int, last: int, start: int = 0, end: int = 0) -> dict:
    return {
        "start": {"line": first, "character": start},
        "end": {"line": last, "character": end},
    }


async def test_a_file_below_an_open_folder_is_read(harness: EngineHarness):
    assert (
        await harness.read(harness.write("src/ä b%20.py", "print('€😀')\r\n")) == "print('€😀')\r\n"
    )


async def test_the_clients_own_text_is_taken_as_it_is_wherever_it_is_from(harness: EngineHarness):
    assert await harness.read("untitled:1", text="mine", range=lines(5, 9)) == "mine"
    assert await harness.read((harness.outside / SECRET).as_uri(), text="") == ""


async def test_an_open_buffer_wins_over_the_disk(harness: EngineHarness):
    uri = harness.write("a.py", "on disk")
    harness.open[uri] = "in the editor"
    assert await harness.read(uri) == "in the editor"
    harness.open[uri] = ""
    assert await harness.read(uri) == ""


async def test_a_pane_of_ours_is_read_as_it_was_shown(harness: EngineHarness):
    harness.documents["antiphon:/pane/S/P/x"] = "## You\n\nHi\n"
    assert await harness.read("antiphon:/pane/S/P/x", range=lines(2, 3)) == "Hi\n"


async def test_a_range_is_cut_in_utf16_units(harness: EngineHarness):
    uri = harness.write("a.txt", "one\r\nt😀wo\r\nthree")
    assert await harness.read(uri, range=lines(1, 1, 1, 3)) == "😀"
    assert await harness.read(uri, range=lines(1, 9)) == "t😀wo\r\nthree"


async def test_a_range_behind_the_end_of_a_file_is_refused_and_not_sent_empty(
    harness: EngineHarness,
):
    uri = harness.write("a.py", "one\ntwo\n")
    behind = {"start": {"line": 9, "character": 0}, "end": {"line": 11, "character": 0}}
    assert "a.py ends before line 10" in await harness.refused(uri, range=behind)
    harness.open[uri] = "one"
    assert "a.py ends before line 10" in await harness.refused(uri, range=behind)
    last = {"start": {"line": 0, "character": 1}, "end": {"line": 11, "character": 0}}
    assert await harness.read(uri, range=last) == "ne"


async def test_a_byte_order_mark_is_no_text(harness: EngineHarness):
    assert await harness.read(harness.write("a.txt", b"\xef\xbb\xbfhi")) == "hi"


async def test_a_file_on_this_machine_may_say_so(harness: EngineHarness):
    uri = harness.write("a.txt", "hi").replace("file://", "file://localhost")
    assert await harness.read(uri) == "hi"


async def test_a_link_inside_the_folder_may_be_followed(harness: EngineHarness):
    harness.write("real.txt", "hi")
    (harness.root / "link.txt").symlink_to(harness.root / "real.txt")
    assert await harness.read((harness.root / "link.txt").as_uri()) == "hi"


async def test_a_folder_that_is_itself_a_link_is_open(harness: EngineHarness, tmp_path: Path):
    harness.write("src/a.txt", "hi")
    link = tmp_path / "link"
    link.symlink_to(harness.root)
    harness.roots = [link]
    for folder in (link, harness.root):
        assert await harness.read((folder / "src/a.txt").as_uri()) == "hi"
        assert harness.label((folder / "src/a.txt").as_uri()) == "src/a.txt"


async def test_a_change_of_folders_that_is_under_way_counts_for_what_is_read(
    harness: EngineHarness,
):
    uri = harness.write("a.txt", "hi")
    harness.settled = [harness.outside]
    assert "outside the open folders" in await harness.refused(uri)
    assert await harness.read((harness.outside / SECRET).as_uri()) == "secret"


def outside(harness: EngineHarness) -> dict[str, str]:
    """Addresses that all lead to the neighbour's secret."""
    (harness.root / "link").symlink_to(harness.outside / SECRET)
    (harness.root / "folder").symlink_to(harness.outside)
    base = quote(str(harness.root))
    return {
        "plainly": (harness.outside / SECRET).as_uri(),
        "by dots": f"file://{base}/../outside/{SECRET}",
        "by encoded dots": f"file://{base}/%2e%2e/outside/{SECRET}",
        "by encoded slashes": f"file://{base}%2F..%2Foutside%2F{SECRET}",
        "through a link": (harness.root / "link").as_uri(),
        "through a linked folder": (harness.root / "folder" / SECRET).as_uri(),
        "through a link and back": f"file://{base}/folder/../outside/{SECRET}",
        "by a folder that begins alike": f"file://{base}2/{SECRET}",
    }


@pytest.mark.parametrize(
    "way",
    [
        "plainly",
        "by dots",
        "by encoded dots",
        "by encoded slashes",
        "through a link",
        "through a linked folder",
        "through a link and back",
        "by a folder that begins alike",
    ],
)
async def test_what_is_outside_the_open_folders_is_not_read(harness: EngineHarness, way: str):
    neighbour = harness.root.with_name(harness.root.name + "2")
    neighbour.mkdir()
    (neighbour / SECRET).write_text("secret")
    assert "outside the open folders" in await harness.refused(outside(harness)[way])


async def test_without_an_open_folder_no_file_is_read(harness: EngineHarness):
    uri = harness.write("a.txt", "hi")
    harness.roots = []
    assert "outside the open folders" in await harness.refused(uri)


async def test_a_link_that_leads_to_itself_is_refused(harness: EngineHarness):
    (harness.root / "a").symlink_to(harness.root / "b")
    (harness.root / "b").symlink_to(harness.root / "a")
    await harness.refused((harness.root / "a").as_uri())


async def test_a_missing_file_is_said_to_be_missing(harness: EngineHarness):
    assert "No such file" in await harness.refused((harness.root / "gone.txt").as_uri())


async def test_a_name_that_is_too_long_for_any_file_is_refused(harness: EngineHarness):
    await harness.refused((harness.root / ("x" * 5_000)).as_uri())


async def test_a_folder_is_no_file(harness: EngineHarness):
    assert "is not a file" in await harness.refused(harness.root.as_uri())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
async def test_a_pipe_is_no_file_and_is_not_waited_for(harness: EngineHarness):
    os.mkfifo(harness.root / "pipe")
    assert "is not a file" in await harness.refused((harness.root / "pipe").as_uri())


async def test_a_binary_file_is_refused(harness: EngineHarness):
    assert "not a text file" in await harness.refused(harness.write("a.bin", b"MZ\0\0"))


@pytest.mark.parametrize("data", [b"caf\xe9", "hi".encode("utf-16")], ids=["latin-1", "utf-16"])
async def test_a_text_that_is_not_utf8_is_refused(harness: EngineHarness, data: bytes):
    assert "text" in await harness.refused(harness.write("a.txt", data))


async def test_a_file_over_the_limit_is_refused_before_it_is_read(harness: EngineHarness):
    uri = harness.write("a.txt", "x" * 11)
    assert "more than 10 bytes" in await harness.refused(uri, max_bytes=10)
    assert await harness.read(uri, max_bytes=11) == "x" * 11


async def test_a_range_of_a_file_over_the_limit_is_read(harness: EngineHarness):
    uri = harness.write("a.txt", "x\n" * 100)
    assert await harness.read(uri, max_bytes=10, range=lines(3, 4)) == "x\n"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "untitled:Untitled-1",
        "https://example.org/a.txt",
        "file://server/share/a.txt",
        "file://[broken/a.txt",
        "file:///a%00b",
        "file:",
        "file://",
        "file:relative.txt",
        "git:/a.py",
    ],
)
async def test_what_is_no_file_on_this_machine_needs_its_text_sent(
    harness: EngineHarness, uri: str
):
    harness.roots = [Path.cwd(), Path("/")]
    assert file_path(uri) is None
    assert "is not a file" in await harness.refused(uri)
    harness.label(uri)


@pytest.mark.parametrize(
    ("span", "label"),
    [
        (None, "src/a.py"),
        (lines(2, 9), "src/a.py, lines 3 to 9"),
        (lines(2, 8, 0, 1), "src/a.py, lines 3 to 9"),
        (lines(2, 3), "src/a.py, line 3"),
        (lines(2, 2, 0, 5), "src/a.py, line 3"),
        (lines(2, 2), "src/a.py, line 3"),
    ],
    ids=str,
)
def test_a_label_says_which_lines_as_a_person_counts_them(harness: EngineHarness, span, label):
    more = {} if span is None else {"range": span}
    assert harness.label((harness.root / "src/a.py").as_uri(), **more) == label


def test_a_label_of_what_is_not_in_the_folder_is_its_last_name(harness: EngineHarness):
    assert harness.label((harness.outside / "notes.md").as_uri(), text="x") == "notes.md"
    assert harness.label("untitled:Untitled-1", text="x") == "Untitled-1"
    assert harness.label("antiphon:/pane/S/P/gpt-5") == "gpt-5"
    assert harness.label("https://example.org/a%20b.txt", text="x") == "a b.txt"
    versioned = "git:/src/app.py?%7B%22path%22%3A%22%2Fsrc%2Fapp.py%22%7D"
    assert harness.label(versioned, text="x") == "app.py"
