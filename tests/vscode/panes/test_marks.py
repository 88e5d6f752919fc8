"""What tells of an answer beside its text: figures while it comes, and the colour of its tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

BESIDE_JS = """() => [...document.querySelectorAll(".view-line span")]
  .map((span) => [span.closest(".view-line").innerText.replaceAll("\\u00a0", " "),
                  getComputedStyle(span, "::after").content])
  .filter(([, content]) => content.includes("▍"))"""
# Of the lines with that text, from top to bottom, whether figures stand beside them.
MARKED_JS = """(text) => [...document.querySelectorAll(".view-line")]
  .filter((line) => line.innerText.replaceAll("\u00a0", " ").startsWith(text))
  .sort((one, other) => parseInt(one.style.top) - parseInt(other.style.top))
  .map((line) => [...line.querySelectorAll("span")].some(
    (span) => getComputedStyle(span, "::after").content.includes("▍")))"""
COLOURS_JS = """() => {
  const theme = getComputedStyle(document.querySelector(".monaco-workbench"));
  const probe = document.body.appendChild(document.createElement("i"));
  const names = {};
  for (const name of ["charts-blue", "charts-green", "list-errorForeground"]) {
    probe.style.color = theme.getPropertyValue(`--vscode-${name}`);
    names[getComputedStyle(probe).color] = name;
  }
  probe.remove();
  return Object.fromEntries([...document.querySelectorAll(".tabs-container .tab .label-name")]
    .map((label) => [label.innerText, names[getComputedStyle(label).color]]));
}"""


def test_figures_stand_beside_the_heading_while_an_answer_is_written_and_are_no_text(
    vs: Workbench,
) -> None:
    models = ["demo/slow", "demo/terse"]
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Slowly.", "models": models})
    beside = eventually(lambda: [row for row in vs.page.evaluate(BESIDE_JS) if row[0] == "## slow"])
    [[_, figures]] = beside
    assert "tok" in figures
    picture(vs, "meter-lines")
    uri = vs.panes()[0]["uri"]
    assert "▍" not in vs.texts()[uri]
    assert not any(pane["dirty"] for pane in vs.panes())
    lens = vs.page.locator(".codelens-decoration").filter(has_text="Stop").first.inner_text()
    assert "tok" not in lens
    vs.execute("antiphon.stop", uri)
    vs.end()
    expect(lambda: vs.page.evaluate(BESIDE_JS), [])


def test_figures_stand_beside_the_answer_that_is_written_and_not_beside_an_older_one(
    vs: Workbench,
) -> None:
    vs.begin("antiphon.broadcastPrompt", {"prompt": "First.", "models": ["demo/slow"]})
    eventually(lambda: vs.page.evaluate(BESIDE_JS))
    uri = vs.panes()[0]["uri"]
    vs.execute("antiphon.stop", uri)
    vs.end()
    expect(lambda: vs.page.evaluate(BESIDE_JS), [])
    vs.begin("antiphon.followUp", uri, "Second.")
    eventually(lambda: vs.page.evaluate(BESIDE_JS))
    assert vs.page.evaluate(MARKED_JS, "## slow") == [False, True]
    picture(vs, "meter-line-follow-up")


def test_the_colour_of_a_tab_tells_how_its_answer_fares(
    vs: Workbench, provider: FaultServer
) -> None:
    models = ["gated/gate-5-20", "gated/s400", "demo/terse"]
    vs.begin(
        "antiphon.broadcastPrompt",
        {"prompt": "How goes it?", "models": models, "params": {"tokensPerSecond": 0}},
    )
    provider.wait_held(1)
    wanted = {"gate-5-20": "charts-blue", "s400": "list-errorForeground", "terse": "charts-green"}
    expect(lambda: vs.page.evaluate(COLOURS_JS), wanted)
    picture(vs, "tab-colours")
    ids = {pane["label"]: pane["uri"].split("/")[-2] for pane in vs.panes()}
    left, right = ({"paneId": ids[name]} for name in ("terse", "gate-5-20"))
    vs.execute("antiphon.comparePanes", {"left": left, "right": right})
    expect(lambda: comparison_colours(vs), ["charts-blue"])
    provider.release()
    vs.end()
    expect(lambda: comparison_colours(vs), ["charts-green"])
    vs.execute("antiphon.toggleComparison")
    expect(lambda: vs.page.evaluate(COLOURS_JS), {**wanted, "gate-5-20": "charts-green"})


def comparison_colours(vs: Workbench) -> list[str]:
    colours = vs.page.evaluate(COLOURS_JS)
    return [colour for label, colour in colours.items() if " ↔ " in label]
