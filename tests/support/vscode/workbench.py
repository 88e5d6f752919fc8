"""One window of the editor: its page for what a person sees and does, its API for what is so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from support.vscode.code_server import CodeServer

PATIENCE_S = 30.0

# The server's URI of a document: the editor shows words in the path and has the ids in the query.
WIRE_JS = """
const wire = (uri) => uri.scheme === "antiphon" && uri.query !== ""
  ? uri.with({ path: `/${uri.query}/${uri.path.split("/").at(-1)}`, query: "" }).toString(true)
  : uri.toString(true);
const shown = (address) => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)
  .map(({ input }) => input?.uri).find((uri) => uri && wire(uri) === address)
  ?? vscode.Uri.parse(address);
"""

PANES_JS = """
const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
return tabs
  .filter((tab) => tab.input?.uri?.scheme === "antiphon")
  .map((tab) => {
    const uri = tab.input.uri.toString();
    const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === uri);
    return {
      uri: wire(tab.input.uri),
      label: tab.label,
      column: tab.group.viewColumn,
      text: document?.getText() ?? null,
      language: document?.languageId ?? null,
      dirty: document?.isDirty ?? null,
    };
  });
"""

# A prompt or a new file that nobody saved: closing it asks, and nobody answers.
REVERT_JS = """
for (const document of vscode.workspace.textDocuments.filter((d) => d.isUntitled && d.isDirty)) {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
}
"""


class Workbench:
    """A window."""

    eval_patience_s = 60.0

    def __init__(self, page: Page, server: CodeServer) -> None:
        self.page = page
        self.server = server

    def open(self, folder: Path | None = None) -> None:
        """Opens the window on the project or another folder; waits for its extension host."""
        self.server.forget_driver()
        self.page.goto(self.server.url(folder or self.server.folder), wait_until="commit")
        self._ready()

    def reload(self) -> None:
        """Reloads the window as a person does; the browser's own reload loses its state."""
        self.server.forget_driver()
        with self.page.expect_navigation():
            self.eval(
                "setTimeout(() => vscode.commands.executeCommand(args[0]))",
                "workbench.action.reloadWindow",
            )
        self._ready()

    def eval(self, js: str, *args: Any) -> Any:
        """Evaluates a function body in the extension host; `args` and `vscode` are there."""
        return self._driver.eval(WIRE_JS + js, *args, timeout_s=self.eval_patience_s)

    def reload_by_hand(self) -> None:
        """Reloads the window from its palette, which works without an extension host."""
        with self.page.expect_navigation(wait_until="commit"):
            self.command("Developer: Reload Window")
        self.server.forget_driver()
        self._ready()

    def _ready(self) -> None:
        self.page.wait_for_selector(".monaco-workbench .part.editor", timeout=60_000)
        self._driver = self.server.wait_for_driver()

    def command(self, title: str) -> None:
        """Runs a command by its title in the palette."""
        self.page.keyboard.press("F1")
        self.type_into_quick_input(">" + title)
        self.quick_row(title).wait_for()
        self.page.keyboard.press("Enter")

    def trust(self) -> None:
        """Trusts the folder, from the message that tells why nothing was sent."""
        self.command("Antiphon: Broadcast Prompt")
        self.toast("not trusted").get_by_role("button", name="Manage Trust").click()
        editor = self.page.locator(".workspace-trust-editor")
        editor.get_by_role("button", name="Trust", exact=True).click()
        editor.get_by_text("You trust this folder").wait_for()
        self.execute("workbench.action.closeModalEditor")
        editor.wait_for(state="hidden")

    def quick_input(self) -> Locator:
        """The text field of the quick input that is open."""
        return self.page.locator(".quick-input-widget:visible .quick-input-box input")

    def type_into_quick_input(self, text: str) -> None:
        """Fills the quick input that is open."""
        self.quick_input().wait_for()
        self.quick_input().fill(text)

    def quick_row(self, text: str) -> Locator:
        """A row of the quick pick that is open."""
        rows = self.page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row")
        return rows.filter(has_text=text).first

    def quick_title(self) -> str:
        """The title of the quick input that is open."""
        return self.page.locator(".quick-input-widget:visible .quick-input-title").inner_text()

    def toasts(self, text: str = "") -> Locator:
        """The notifications that are shown now, with that text."""
        shown = self.page.locator(".notifications-toasts .notification-toast")
        return shown.filter(has_text=text)

    def toast(self, text: str) -> Locator:
        """A notification, once it is shown."""
        until = time.monotonic() + PATIENCE_S
        while not self.toasts(text).count():
            if time.monotonic() > until:
                raise AssertionError(f"not {text!r} but {self.toasts().all_inner_texts()}")
            time.sleep(0.1)
        return self.toasts(text).first

    def told(self) -> list[str]:
        """All notifications since they were last cleared; toasts leave some out in a hurry."""
        self.execute("notifications.showList")
        center = self.page.locator(".notifications-center.visible")
        center.wait_for()
        texts = center.locator(".notification-list-item-message").all_inner_texts()
        self.execute("notifications.hideList")
        return texts

    def leave(self) -> None:
        """Leaves the quick input that is open."""
        self.quick_input().wait_for()
        until = time.monotonic() + PATIENCE_S
        while self.quick_input().count() and time.monotonic() < until:
            self.page.keyboard.press("Escape")
            time.sleep(0.1)

    def dialog(self, text: str) -> Locator:
        """The modal question that is asked, once it is."""
        shown = self.page.locator(".monaco-dialog-box").filter(has_text=text)
        shown.wait_for()
        return shown

    def diffs(self) -> list[str]:
        """The titles of the diffs that are open."""
        return self.eval(
            "return vscode.window.tabGroups.all.flatMap((group) => group.tabs)"
            ".filter((tab) => tab.input?.original).map((tab) => tab.label)"
        )

    def documents(self, part: str) -> list[str]:
        """The texts of open documents whose address has that part."""
        return self.eval(
            "return vscode.workspace.textDocuments"
            ".filter((d) => wire(d.uri).includes(args[0])).map((d) => d.getText())",
            part,
        )

    def documents_in_tabs(self, part: str) -> list[str]:
        """The texts of documents that have a tab and whose address has that part.

        The editor keeps a document for a while after its tab is closed.
        """
        return self.eval(
            "const tabs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)"
            ".map(({ input }) => input?.uri?.toString());"
            "return vscode.workspace.textDocuments"
            ".filter((d) => tabs.includes(d.uri.toString()) && wire(d.uri).includes(args[0]))"
            ".map((d) => d.getText())",
            part,
        )

    def panes(self) -> list[dict[str, Any]]:
        """The panes' tabs in the order of their groups."""
        return self.eval(PANES_JS)

    def texts(self) -> dict[str, str]:
        """The texts of the panes by their URIs."""
        return {pane["uri"]: pane["text"] for pane in self.panes()}

    def execute(self, command: str, *args: Any) -> Any:
        """Runs a command and waits for its result."""
        return self.eval("return vscode.commands.executeCommand(...args)", command, *args)

    def begin(self, command: str, *args: Any) -> None:
        """Runs a command that `end` waits for."""
        self.eval(
            "globalThis.running = vscode.commands.executeCommand(...args);"
            "globalThis.running.then(() => {}, () => {});",
            command,
            *args,
        )

    def end(self) -> Any:
        """The result of what was begun."""
        return self.eval("return globalThis.running")

    def clear(self) -> None:
        """Nothing runs and no editor is open."""
        self.execute("antiphon.stopAll")
        self.eval("await globalThis.running?.catch(() => {}); globalThis.running = undefined")
        self.execute("antiphon.closePanes")
        self.eval(REVERT_JS)
        self.execute("workbench.action.closeAllEditors")
        self.execute("workbench.action.editorLayoutSingle")
        self.execute("workbench.action.closePanel")
        self.execute("notifications.clearAll")
        self.page.keyboard.press("Escape")


def expect(get: Callable[[], Any], wanted: Any, patience_s: float = PATIENCE_S) -> None:
    """Polls until `get` gives what is wanted; shows the last value where it never does."""
    until = time.monotonic() + patience_s
    while (got := get()) != wanted:
        if time.monotonic() > until:
            raise AssertionError(f"after {patience_s} s\n   got: {got!r}\nwanted: {wanted!r}")
        time.sleep(0.1)


def eventually(get: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Polls until `get` gives something true, and returns it."""
    until = time.monotonic() + patience_s
    while not (got := get()):
        if time.monotonic() > until:
            raise AssertionError(f"after {patience_s} s: {got!r}")
        time.sleep(0.1)
    return got
