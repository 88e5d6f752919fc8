"""A pane is read rendered: one key there and back, live, and nothing that a model wrote acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.sinkhole import Sinkhole
from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import FrameLocator

    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
TYPES = """
return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)
  .map(({ input }) => input.viewType ?? "text");
"""
RENDERED = "antiphon.rendered"


@pytest.fixture
def sinkhole() -> Iterator[Sinkhole]:
    with Sinkhole() as listener:
        yield listener


def page(vs: Workbench) -> FrameLocator:
    """The page of the rendered pane."""
    outer = vs.page.frame_locator("iframe.webview.ready").last
    return outer.frame_locator("#active-frame")


def broadcast(vs: Workbench, prompt: str, *models: str) -> list[dict[str, Any]]:
    """Asks, and returns the panes that have answered."""
    asked = {"prompt": prompt, "models": list(models), "params": FAST}
    return vs.execute("antiphon.broadcastPrompt", asked)["panes"]


def click_into(vs: Workbench, pane: dict[str, Any]) -> None:
    """Clicks into the text of a pane."""
    vs.page.locator(f'.monaco-editor[data-uri*="{pane["id"]}"] .view-lines').click()


def test_one_key_renders_a_pane_and_brings_its_text_back(vs: Workbench) -> None:
    [coder] = broadcast(vs, "A table and code, please.", "demo/coder")
    click_into(vs, coder)
    vs.page.keyboard.press("Control+Shift+V")
    expect(lambda: vs.eval(TYPES), [RENDERED])
    page(vs).locator("main h2", has_text="coder").wait_for()
    page(vs).locator("main table").first.wait_for()
    page(vs).locator("main pre code").first.wait_for()
    picture(vs, "rendered-pane")
    page(vs).locator("main p").first.click()
    vs.page.keyboard.press("Enter")
    expect(lambda: "Follow up: coder" in vs.quick_title(), True)
    vs.type_into_quick_input("And again?")
    vs.page.keyboard.press("Enter")
    expect(page(vs).locator("main h2", has_text="coder").count, 2)
    vs.page.get_by_role("button", name="Show Text of Pane").click()
    expect(lambda: vs.eval(TYPES), ["text"])
    vs.page.get_by_role("button", name="Show Pane Rendered").click()
    expect(lambda: vs.eval(TYPES), [RENDERED])
    page(vs).locator("main p").first.click()
    vs.page.keyboard.press("Control+Shift+V")
    expect(lambda: vs.eval(TYPES), ["text"])


def test_a_rendered_pane_follows_its_stream_and_keeps_its_place(
    vs: Workbench, provider: FaultServer
) -> None:
    settings = "await vscode.workspace.getConfiguration('antiphon.panes').update(...args)"
    vs.eval(settings, "rendered", True, True)
    try:
        models = ["gated/gate-5-400", "gated/gate-6-7"]
        vs.begin("antiphon.broadcastPrompt", {"prompt": "Render.", "models": models})
        provider.wait_held(2)
        expect(lambda: vs.eval(TYPES), [RENDERED, RENDERED])
        expect(lambda: [p["column"] for p in vs.panes()], [1, 2])
        vs.execute("workbench.action.focusFirstEditorGroup")
        frames = vs.page.frame_locator("iframe.webview.ready")
        first = frames.nth(0).frame_locator("#active-frame")
        first.locator("main", has_text="t4").wait_for()
        picture(vs, "rendered-streaming")
        provider.release()
        assert vs.end()["status"] == "complete"
        texts = lambda: [  # noqa: E731
            frames.nth(n).frame_locator("#active-frame").locator("main").inner_text()
            for n in (0, 1)
        ]
        expect(lambda: any("t399" in text for text in texts()), True)
    finally:
        vs.eval(settings, "rendered", None, True)


def test_nothing_that_a_model_wrote_loads_or_acts(vs: Workbench, sinkhole: Sinkhole) -> None:
    here = sinkhole.base_url
    evil = (
        f"![picture]({here}/x.png) [press](command:antiphon.closePanes) [file](file:///etc/passwd)\n\n"
        f"<img src='{here}/y.png' onerror='fetch(\"{here}/z\")'>"
        f"<script>fetch('{here}/s')</script><iframe src='{here}/f'></iframe>"
        f"<link rel=stylesheet href='{here}/c.css'><style>@import '{here}/i.css';</style>"
        f"<meta http-equiv=refresh content='0;url={here}/m'>"
        f"<form action='{here}/p'><button>send</button></form>"
        f'<p style="background:url({here}/b.png)" onclick="fetch(\'{here}/k\')">styled</p>\n\n'
        f"<svg><image href='{here}/v.png'/></svg> <a href='javascript:alert(1)'>script</a> end\n"
    )
    [echo] = broadcast(vs, evil, "demo/echo")
    vs.execute("antiphon.showRendered", echo["uri"])
    page(vs).locator("main", has_text="styled").wait_for()
    picture(vs, "rendered-hostile")
    found = page(vs).locator("main")
    for element in (
        "img",
        "script",
        "iframe",
        "link",
        "style",
        "meta",
        "form",
        "button:not([data-copy])",
        "svg",
    ):
        assert found.locator(element).count() == 0, element
    assert found.locator("[style], [onclick], [onerror]").count() == 0
    links = found.locator("a").evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    assert links
    assert all(link.startswith(here) for link in links)
    found.get_by_text("press").first.click()
    found.get_by_text("styled").first.click()
    assert eventually(lambda: len(vs.panes())) == 1
    assert sinkhole.callers() == 0
